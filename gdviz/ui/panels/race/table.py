"""The table of racers: a line for each, sorted by whatever heading is clicked."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableWidget, QTableWidgetItem

from gdviz.session.comparing import label, tip
from gdviz.session.race import FIGURES
from gdviz.session.scene import Descent
from gdviz.ui import style as look
from gdviz.ui.marks import racers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from gdviz.session.race import Standing
    from gdviz.ui.style import Style

_NAME = "The number and what sets it apart, with the line it is drawn as."
_MARK, _ROW, _WIDEST, _PAD = QSize(30, 14), 24, 260, 10  # points
_SIDES, _ARROW = 12, 18  # of a heading, and the mark of the one sorted by


class RaceTable(QTableWidget):
    """All racers, how far and how low each has come, and all of its settings.

    Attributes
    ----------
    lines : list of Standing
        As they are sorted.
    dropped, opened : Signals
        Del, and Enter or a double click on a racer.
    """

    dropped = Signal()
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.style_ = look.STYLES[look.DARK]
        self.lines: list[Standing] = []
        self.heads = ["Racer", *FIGURES, *(label(f.name) for f in fields(Descent))]
        self.sorted_by, self.falling = 0, False
        self._quiet()
        self.horizontalHeader().sectionClicked.connect(self._sort)
        self.itemDoubleClicked.connect(lambda _: self.opened.emit())

    @property
    def place(self) -> int | None:
        """The racer in the current row; 0 is the chosen one."""
        row = self.currentRow()
        return self.lines[row].place if 0 <= row < len(self.lines) else None

    def stand_at(self, place: int) -> None:
        """Make the row of a racer the current one, if there is such a racer."""
        for row, line in enumerate(self.lines):
            if line.place == place:
                self.setCurrentCell(row, 0)

    def show_lines(self, lines: Sequence[Standing]) -> None:
        """Show these racers, sorted; the current one stays the current one."""
        place, before = self.place, self.lines
        self.lines = sorted(lines, key=self._key, reverse=self.falling)
        if len(lines) != len(before):
            self.setRowCount(len(lines))
            before = []
        for row, line in enumerate(self.lines):
            if row >= len(before) or line != before[row]:
                self._write(row, line)
        self._widen()
        wanted = 0 if place is None else min(place, len(lines) - 1)
        if self.place != wanted:
            self.stand_at(wanted)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_, lines = style, self.lines
        self.lines = []
        self.show_lines(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove with Del, edit with Enter; leave letters to the window."""
        if event.key() == Qt.Key.Key_Delete:
            self.dropped.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit()
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _key(self, line: Standing) -> tuple[float, str, int]:
        """Return what a line is sorted by: a figure, a text, or its place."""
        head = self.heads[self.sorted_by]
        if head in line.figures:
            value = line.figures[head].value
            return (value if np.isfinite(value) else np.inf, "", line.place)
        return (0.0, line.settings.get(head, ""), line.place)

    def _sort(self, column: int) -> None:
        self.falling = column == self.sorted_by and not self.falling
        self.sorted_by = column
        way = (
            Qt.SortOrder.DescendingOrder
            if self.falling
            else Qt.SortOrder.AscendingOrder
        )
        self.horizontalHeader().setSortIndicator(column, way)
        self.show_lines(self.lines)

    def _write(self, row: int, line: Standing) -> None:
        number = f"{line.place} " if line.place else ""
        figures = [figure.text for figure in line.figures.values()]
        texts = [number + line.name, *figures, *line.settings.values()]
        for column, text in enumerate(texts):
            item = self.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.setItem(row, column, item)
            if item.text() != text:
                item.setText(text)
                item.setToolTip(text)
        name = self.item(row, 0)
        assert name is not None
        name.setIcon(self._mark(line.place))
        name.setFont(look.font(13, look.BOLD) if not line.place else look.font(13))
        if not line.place:
            name.setToolTip(f"{line.name}: the chosen way down")

    def _mark(self, place: int) -> QIcon:
        """Return the line of a racer as it is in the plots."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(_MARK * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setPen(racers.stroke(place, self.style_, 3.0))
        painter.drawLine(2, 7, 28, 7)
        painter.end()
        icon = QIcon(picture)
        icon.addPixmap(picture, QIcon.Mode.Selected)  # else its colours are changed
        return icon

    def _widen(self) -> None:
        """Let columns grow to what they show; shrinking ones would flicker."""
        metrics = self.horizontalHeader().fontMetrics()
        for column in range(self.columnCount()):
            head = metrics.horizontalAdvance(self.heads[column]) + _SIDES
            head += _ARROW * (column == self.sorted_by)
            wanted = min(max(self.sizeHintForColumn(column), head) + _PAD, _WIDEST)
            if wanted > self.columnWidth(column):
                self.setColumnWidth(column, wanted)

    def _quiet(self) -> None:
        self.setObjectName("paths")
        self.setAccessibleName("Racers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(_MARK)
        self.setTabKeyNavigation(False)
        self.setColumnCount(len(self.heads))
        tips = [_NAME, *FIGURES.values(), *(tip(f.name) for f in fields(Descent))]
        for column, (head, words) in enumerate(zip(self.heads, tips, strict=True)):
            item = QTableWidgetItem(head)
            item.setToolTip(f"{words or head} Click to sort.".strip())
            self.setHorizontalHeaderItem(column, item)
            self.setColumnWidth(column, 0)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        bar = self.horizontalHeader()
        bar.setHighlightSections(False)
        bar.setSectionsClickable(True)
        bar.setSortIndicatorShown(True)
        bar.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        bar.setMinimumSectionSize(20)
        bar.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
