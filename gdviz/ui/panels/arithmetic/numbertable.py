"""A table of numbers under grouped headings; its columns widen to what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from gdviz.session.arithmetic.sheets import only
from gdviz.ui.panels.arithmetic.cellpainter import CellPainter
from gdviz.ui.panels.arithmetic.headings import BAR, Groups, Heads, first_word
from gdviz.ui.panels.arithmetic.sheet import SheetModel, label
from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from gdviz.session.arithmetic.sheets import Sheet
    from gdviz.ui.style import Style

_LEAST, _PAD, _CLOSE, _FRONT = 44, 14, 7, 60  # points


class NumberTable(QTableView):
    """A table of cells, each of which can be asked for its formula.

    Attributes
    ----------
    pointed : Signal
        Another cell is the current one.
    picked : Signal of int
        A row was clicked, or Enter pressed in it.
    left : Signal of int
        An arrow key goes beyond the last row (1) or the first (-1).
    copied : Signal
        Ctrl+C was pressed.
    widened : Signal
        Columns or heads have grown.
    """

    pointed = Signal()
    picked = Signal(int)
    left = Signal(int)
    copied = Signal()
    widened = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.numbers = SheetModel(self)
        self.groups, self.front = Groups(self.numbers), Heads(self.numbers)
        self.setHorizontalHeader(self.groups)
        self.setVerticalHeader(self.front)
        self.setModel(self.numbers)
        self.setItemDelegate(CellPainter(self.numbers, self))
        self.setAccessibleName(name)
        self.setAccessibleDescription("The arrows choose a number.")
        self.ring = Ring(self)
        self._quiet()
        self.clicked.connect(lambda index: self.picked.emit(index.row()))
        self.front.sectionClicked.connect(self.picked)
        self.verticalScrollBar().valueChanged.connect(self.widen)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a sheet; the current cell and the place in view stay."""
        new = sheet.heads != self.numbers.sheet.heads
        self.numbers.show_sheet(sheet)
        if new:
            self.begin_again()
        else:
            self.widen()

    def chosen(self) -> Sheet | None:
        """Return the rows that are selected, several or a whole one; else None."""
        cells = self.selectionModel().selectedIndexes()
        whole = len(cells) == len(self.numbers.sheet.heads) > 1
        rows = sorted({cell.row() for cell in cells})
        return only(self.numbers.sheet, rows) if whole or len(rows) > 1 else None

    def set_front(self, width: int) -> None:
        """Give the heads of the rows this width."""
        if width != self.front.minimumWidth():
            self.front.setFixedWidth(width)
            self.updateGeometries()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.numbers.set_style(style)
        self.set_share(1.0)
        for header in (self.groups, self.front):
            header.viewport().update()

    def set_share(self, share: float, close: bool = False) -> None:
        """Make words this share of the size of all words, and columns stand closer."""
        self.numbers.set_share(share, close)
        self.front.suit_scale()
        self.begin_again()
        self.updateGeometries()

    def begin_again(self) -> None:
        """Make columns and heads as narrow as what they show now lets them be."""
        self.set_front(_FRONT)
        for column in range(len(self.numbers.sheet.heads)):
            self.setColumnWidth(column, self._least(column))
        self._widen_groups()
        self.widen()

    def widen(self) -> None:
        """Let columns and heads grow to what they show now."""
        metrics = QFontMetrics(self.numbers.fonts[True])
        top = max(self.rowAt(0), 0)
        seen = top + self.height() // self.numbers.row_height + 2
        rows = range(top, min(seen, self.numbers.sheet.count))
        sheet, grown = self.numbers.sheet, False
        for column in range(len(sheet.heads)):
            texts = [self.numbers.text(r, column) for r in rows]
            most = max(map(len, texts), default=0)
            long = (text for text in texts if len(text) >= most - 1)
            wide = max(map(metrics.horizontalAdvance, long), default=0)
            grown |= self._grow(column, wide + self._pad)
        heads = [label(self.numbers.head(r), self.numbers.close) for r in rows]
        wide = max((metrics.horizontalAdvance(text) + 16 for text in heads), default=0)
        if wide > self.front.minimumWidth():
            self.set_front(wide)
            grown = True
        if grown:
            self.widened.emit()

    def needed(self) -> int:
        """Return the width of all columns and of the heads of the rows."""
        columns = range(len(self.numbers.sheet.heads))
        return self.front.minimumWidth() + sum(map(self.columnWidth, columns))

    def bar(self, width: int) -> int:
        """Return the height of the scroll bar below, if there is one at this width."""
        return BAR if self.needed() > width - BAR else 0

    def whole(self, height: int, width: int) -> int:
        """Return how much of a height is taken by whole rows."""
        rest = self.groups.sizeHint().height() + self.bar(width)
        fit = max((height - rest) // self.numbers.row_height, 1)
        return rest + min(fit, self.numbers.sheet.count) * self.numbers.row_height

    def bring(self, row: int) -> None:
        """Bring a row into view; the columns in view stay."""
        bar = self.verticalScrollBar()
        rows = max(self.viewport().height() // self.numbers.row_height, 1)
        bar.setValue(min(max(bar.value(), row - rows + 1), row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look at the rows that came into view."""
        super().resizeEvent(event)
        self.widen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, pick with Enter, copy with Ctrl+C."""
        row, key = self.currentIndex().row(), event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif key == Qt.Key.Key_F2 and row >= 0:
            self.doubleClicked.emit(self.currentIndex())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.picked.emit(row)
        elif key == Qt.Key.Key_Down and row == self.numbers.sheet.count - 1:
            self.left.emit(1)
        elif key == Qt.Key.Key_Up and row == 0:
            self.left.emit(-1)
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters and the space bar mean something to the window
        else:
            super().keyPressEvent(event)

    def currentChanged(  # noqa: N802
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Tell that another cell is the current one."""
        super().currentChanged(current, previous)
        self.pointed.emit()

    def _quiet(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.groups.setDefaultSectionSize(_LEAST)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _least(self, column: int) -> int:
        name = self.numbers.sheet.heads[column][1]
        wide = QFontMetrics(self.numbers.heading()).horizontalAdvance(name)
        return max(_LEAST, wide + self._pad)

    @property
    def _pad(self) -> int:
        """The room beside a number."""
        return _CLOSE if self.numbers.close else _PAD

    def _grow(self, column: int, width: int) -> bool:
        if width <= self.columnWidth(column):
            return False
        self.setColumnWidth(column, width)
        return True

    def _widen_groups(self) -> None:
        """Let the columns of a group be wide enough for its name."""
        metrics = QFontMetrics(self.numbers.heading(bold=True))
        for whole, first, count in self.numbers.groups:
            name = whole if not self.numbers.close else first_word(whole)
            wanted = metrics.horizontalAdvance(name) + self._pad + 6
            lacking = wanted - self.groups.span(first, count)[1]
            for column in range(first, first + count):
                self._grow(column, self.columnWidth(column) + -(-lacking // count))
