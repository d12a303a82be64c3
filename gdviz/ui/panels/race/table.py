"""The table of racers: a line for each, sorted by whatever heading is clicked."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTableWidgetItem

from gdviz.session.race import FIGURES
from gdviz.session.scene import Descent
from gdviz.session.settingwords import label, tip
from gdviz.ui import style as look
from gdviz.ui.marks import racers
from gdviz.ui.panels.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from gdviz.session.race import Standing
    from gdviz.ui.style import Style

_NAME = "The number and what sets it apart, with the line it is drawn as."
_MARK, _WIDEST, _PAD = 30, 260, 10  # points
_SIDES, _ARROW = 12, 18  # of a heading, and the mark of the one sorted by


class RaceTable(Rows):
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
        super().__init__("Racers", _MARK, _WIDEST, _PAD)
        self.style_ = look.STYLES[look.DARK]
        self.lines: list[Standing] = []
        self.heads = ["Racer", *FIGURES, *(label(f.name) for f in fields(Descent))]
        self.sorted_by, self.falling = 0, False
        self._name_columns()
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
        self.widen()
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
        name.setIcon(self.drawn(racers.stroke(line.place, self.style_, 3.0)))
        name.setFont(look.font(13, look.BOLD) if not line.place else look.font(13))
        if not line.place:
            name.setToolTip(f"{line.name}: the chosen way down")

    def head(self, column: int) -> int:
        """Return the width of a heading with the mark of the one sorted by."""
        width = self.horizontalHeader().fontMetrics().horizontalAdvance
        return width(self.heads[column]) + _SIDES + _ARROW * (column == self.sorted_by)

    def _name_columns(self) -> None:
        self.setColumnCount(len(self.heads))
        tips = [_NAME, *FIGURES.values(), *(tip(f.name) for f in fields(Descent))]
        for column, (head, words) in enumerate(zip(self.heads, tips, strict=True)):
            item = QTableWidgetItem(head)
            item.setToolTip(f"{words or head} Click to sort.".strip())
            self.setHorizontalHeaderItem(column, item)
            self.setColumnWidth(column, 0)
        bar = self.horizontalHeader()
        bar.setSectionsClickable(True)
        bar.setSortIndicatorShown(True)
        bar.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
