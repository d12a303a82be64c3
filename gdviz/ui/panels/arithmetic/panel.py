"""The arithmetic panel: the recorded numbers of a step, each with its formula."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from gdviz.session.arithmetic.detail import Detail
from gdviz.session.arithmetic.whole import Arithmetic
from gdviz.ui import style as look
from gdviz.ui.panels.arithmetic.formulastrip import FormulaStrip
from gdviz.ui.panels.arithmetic.headings import BAR
from gdviz.ui.panels.arithmetic.layers import LayersView
from gdviz.ui.panels.arithmetic.pair import Pair

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from gdviz.session.beats import Beat
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.panels.arithmetic.numbertable import NumberTable
    from gdviz.ui.style import Style

_SLOW = 0.1  # seconds: numbers that change faster cannot be read
_NARROW = 480  # points: too little for two tables beside each other
_TALL = 300  # points: enough for a caption
_LINES = ((480, 4), (330, 3), (0, 2))  # of the formula, from which height on


class ArithmeticPanel(QWidget):
    """Examples, sum, mean and update in rows; a formula for every number.

    Attributes
    ----------
    example_chosen : Signal
        The row in the data of an example that was clicked; None for none.
    """

    example_chosen = Signal(object)
    weight_wanted = Signal(int, object, object)  # parameter, view and place in it

    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None
        self.pair, self.layers = Pair(), LayersView()
        self.strip, self.caption = FormulaStrip(), QLabel()
        self._asked: NumberTable | None = None
        self._shown: tuple[Snapshot, Beat | None] | None = None
        self._drawn, self._number = 0.0, -1
        self._late = QTimer(self, singleShot=True)
        self._late.timeout.connect(self._show)
        self._lay_out()
        self._connect()
        self.setAccessibleName("Arithmetic of this step")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def show_run(self, run: Run) -> None:
        """Show what the run says now, at most ten times a second."""
        self.run = run
        if not self.isVisible() or self._late.isActive():
            return
        wait = self._drawn + _SLOW - time.perf_counter()
        if wait > 0:
            self._late.start(round(1000 * wait) + 1)
        else:
            self._show()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.setStyleSheet(_sheet(style))
        for part in (self.pair, self.layers, self.strip):
            part.set_style(style)
        self._tell()

    def copy(self) -> int:
        """Put the table in use on the clipboard, its numbers in full.

        Returns
        -------
        int
            How many rows: those selected, if some are, else all.
        """
        of_layer = self._asked is self.layers.table and not self.layers.isHidden()
        text = self.layers.text() if of_layer else self.pair.text()
        QGuiApplication.clipboard().setText(text)
        return text.count("\n")

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the run."""
        super().showEvent(event)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room between numbers and formula."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        width, height = self.width(), self.height()
        tall = height > 1.2 * width or width < _NARROW
        way = Qt.Orientation
        self.split.setOrientation(way.Vertical if tall else way.Horizontal)
        self.strip.set_lines(next(n for least, n in _LINES if height >= least))
        said = self.caption.text()
        self.caption.setVisible(bool(said) and height >= _TALL)
        self.strip.set_hint("" if height >= _TALL else said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape select no example."""
        chosen = self.run.snapshot.chosen if self.run is not None else None
        if event.key() == Qt.Key.Key_Escape and chosen is not None:
            self.example_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        """Show the run, unless it is what is shown."""
        run = self.run
        if run is None or self._shown == (run.snapshot, run.beat):
            return
        before = self._shown[0].chosen if self._shown is not None else None
        anew, self._number = run.number != self._number, run.number
        self._shown, self._drawn = (run.snapshot, run.beat), time.perf_counter()
        whole, chosen = Arithmetic.of(run), run.snapshot.chosen
        self.pair.show_sheets(whole.examples(), whole.below(), anew)
        if chosen is not None and (before is None or before.row != chosen.row):
            self.pair.bring(whole.place(chosen))
        if whole.small:
            self.layers.table.setCurrentIndex(QModelIndex())
            self.layers.table.clearFocus()  # else the next table takes it, and asks
        self.layers.setVisible(not whole.small)
        if not whole.small:
            self.layers.show_detail(Detail(whole), anew)
        self.caption.setText(whole.caption())
        self.pair.setToolTip(whole.caption())
        self._make_room()
        self._tell()

    def _tell(self) -> None:
        """Write the formula of the current cell."""
        table = self._asked
        index = table.currentIndex() if table is not None else QModelIndex()
        if table is None or not index.isValid() or table.isHidden():
            self.strip.tell(None, None)
            return
        sheet = table.numbers.sheet
        head, cell = sheet.head(index.row()), sheet.cell(index.row(), index.column())
        self.strip.tell(head, cell)

    def _ask(self, table: NumberTable) -> None:
        """Take the current cell of a table for the one that is asked for."""
        for other in (*self.pair.tables, self.layers.table):
            if other is not table:
                other.setCurrentIndex(QModelIndex())
        self._asked = table
        self._tell()

    def _pick(self, table: NumberTable, row: int) -> None:
        """Select the example of a row everywhere."""
        self._tell()
        head = table.numbers.sheet.head(row)
        if head.row is not None:
            self.example_chosen.emit(head.row)

    def _connect(self) -> None:
        self.pair.pointed.connect(self._ask)
        self.layers.pointed.connect(self._ask)
        for table in (*self.pair.tables, self.layers.table):
            table.picked.connect(lambda row, table=table: self._pick(table, row))
            table.copied.connect(self.copy)
        self.pair.low.doubleClicked.connect(self._ask_weight)

    def _ask_weight(self, index: QModelIndex) -> None:
        """Ask for another value of the parameter in a cell, if one is there."""
        if self.run is None:
            return
        table = self.pair.low
        parameter = Arithmetic.of(self.run).parameter_at(index.row(), index.column())
        if parameter is not None:
            middle = table.visualRect(index).center()
            self.weight_wanted.emit(parameter, table.viewport(), middle)

    def _lay_out(self) -> None:
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        for part in (self.pair, self.layers):
            self.split.addWidget(part)
        self.split.setStretchFactor(1, 1)
        self.layers.hide()
        self.caption.setObjectName("muted")
        self.caption.setIndent(8)
        self.caption.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for below in (self.split, self.caption, self.strip):
            column.addWidget(below)
        column.setStretch(0, 1)


def _sheet(style: Style) -> str:
    s, handle = style, look.mixed(style.muted, style.panel, 0.5).name()
    return f"""
    ArithmeticPanel, LayersView, Pair, QSplitter {{ background: {s.panel}; }}
    QTableView {{ background: {s.panel}; border: 0; }}
    QTableView#below {{ border-top: 1px solid {s.muted}; }}
    QHeaderView {{ background: {s.panel}; }}
    QAbstractScrollArea::corner {{ background: {s.panel}; border: 0; }}
    QTableCornerButton::section {{ background: {s.panel}; border: 0; }}
    QToolButton#quiet {{ border: 0; }}
    QTextBrowser {{ background: {s.field}; color: {s.text}; }}
    QScrollBar:horizontal {{ background: transparent; height: {BAR}px; }}
    QScrollBar:vertical {{ background: transparent; width: {BAR}px; }}
    QScrollBar::handle {{ background: {handle}; border-radius: 4px; margin: 1px;
        min-width: 30px; min-height: 20px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
