"""The table of paths: a line for each, its name edited in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QTableWidgetItem

from gdviz.session.comparing import Cell
from gdviz.session.settingwords import label, tip
from gdviz.ui import style as look
from gdviz.ui.marks.paths import dashed
from gdviz.ui.panels.compare.naming import NameDelegate
from gdviz.ui.panels.rows import ROW, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPen, QResizeEvent

    from gdviz.session.comparing import Comparison, Line
    from gdviz.ui.style import Style

_NAME = {"Path": "The name (F2), with the line it is drawn as."}
_FIRST = {
    "Steps": "Updates made, and whether the path diverged: no further one can be.",
    "Loss now": "Of all training examples: of the path shown at the step shown, of "
    "the others where they ended.",
}
_REST = {
    "Least loss": "The least loss of all training examples where it was evaluated.",
    "Least batch loss": "The least loss of a batch.",
    "Began": "Where it left which path.",
    "State": "Which path is shown, which are pinned and which are hidden.",
}
_MARK, _WIDEST, _PAD = 34, 230, 8  # points
_SEVERAL = 4  # rows


class PathTable(Rows):
    """All paths, each with what it has come to and the settings that are its own.

    Attributes
    ----------
    named : Signal of (int, str)
        A person gave a path another name.
    picked, dropped : Signals of int
        Enter or a double click on a path, and Del.
    """

    named = Signal(int, str)
    picked = Signal(int)
    dropped = Signal(int)

    def __init__(self, style: Style) -> None:
        super().__init__("Paths", _MARK, _WIDEST, _PAD)
        self.style_ = style
        self.lines: tuple[Line, ...] = ()
        self._key: object = None
        self._present = -1
        self.names = NameDelegate(self)
        self.setItemDelegateForColumn(0, self.names)
        self.itemDoubleClicked.connect(lambda _: self._pick())

    @property
    def number(self) -> int | None:
        """The number of the path in the current row."""
        row = self.currentRow()
        return self.lines[row].path.number if 0 <= row < len(self.lines) else None

    @property
    def editing(self) -> bool:
        """Whether a name is being written."""
        return self.state() == QAbstractItemView.State.EditingState

    def rename(self) -> None:
        """Edit the name in the current row, unless one is being written already."""
        item = self.item(self.currentRow(), 0)
        if item is not None and not self.editing:
            self.setFocus()
            self.editItem(item)

    def show_paths(self, comparison: Comparison) -> None:
        """Show these paths; the current row stays until another one is shown."""
        number, before = self.number, self.lines
        self.lines = comparison.lines
        key = ([line.path.number for line in self.lines], comparison.apart)
        if rebuilt := key != self._key:
            self._key, before = key, ()
            self._rebuild(comparison.apart)
        if rebuilt or _present(self.lines) != self._present:
            self._stand_at(number)
        if before != self.lines:
            self._write_all(before)

    def _stand_at(self, number: int | None) -> None:
        """Make this the current row, or the one of a path that is shown newly."""
        numbers = [line.path.number for line in self.lines]
        present = _present(self.lines)
        near = number if number in numbers and present == self._present else present
        self._present = present
        self.setCurrentCell(numbers.index(near), 0)

    @property
    def wanted(self) -> int:
        """The height that shows all paths at once, or several if there are many."""
        bars = self.horizontalHeader().height(), self.horizontalScrollBar().height()
        return sum(bars) + ROW * min(len(self.lines), _SEVERAL)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self._write_all(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in view."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return to a path with Enter, delete with Del, rename with F2."""
        key, number = event.key(), self.number
        if self.editing:
            event.accept()  # the field that has the focus left it over
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._pick()
        elif key == Qt.Key.Key_Delete and number is not None:
            self.dropped.emit(number)
        elif key == Qt.Key.Key_F2:
            self.rename()
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters and the space bar mean something to the window
        else:
            super().keyPressEvent(event)

    def _pick(self) -> None:
        if (number := self.number) is not None:
            self.picked.emit(number)

    def _rebuild(self, apart: tuple[str, ...]) -> None:
        tips = {
            **_NAME,
            **_FIRST,
            **{label(name): tip(name) for name in apart},
            **_REST,
        }
        self.setColumnCount(len(tips))
        self.setRowCount(len(self.lines))
        for column, (head, words) in enumerate(tips.items()):
            item = QTableWidgetItem(head)
            item.setToolTip(words)
            self.setHorizontalHeaderItem(column, item)
            self.setColumnWidth(column, 0)
            for row in range(len(self.lines)):
                self.setItem(row, column, self._item(column))

    def _item(self, column: int) -> QTableWidgetItem:
        item = QTableWidgetItem()
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags if column else flags | Qt.ItemFlag.ItemIsEditable)
        return item

    def _write_all(self, before: Sequence[Line]) -> None:
        """Write the lines that are not as they were before."""
        for row, line in enumerate(self.lines):
            if row >= len(before) or line != before[row]:
                self._write(row, line)
        self.widen()

    def _write(self, row: int, line: Line) -> None:
        path = line.path
        said = {"shown": line.present, "pinned": path.pinned, "hidden": path.hidden}
        state = ", ".join(word for word, holds in said.items() if holds)
        figures = list(line.figures.values())
        first, rest = figures[: len(_FIRST)], figures[len(_FIRST) :]
        cells = [Cell(path.name), *first, *line.settings.values(), *rest]
        cells += [Cell(line.origin), Cell(state or "–")]
        for column, cell in enumerate(cells):
            if (item := self.item(row, column)) is not None:
                self._put(item, cell)
        if (name := self.item(row, 0)) is not None:
            name.setIcon(self.drawn(self._pen(line)))
            name.setFont(look.font(13, look.BOLD) if line.present else look.font(13))

    def _put(self, item: QTableWidgetItem, cell: Cell) -> None:
        """Write a cell; one that differs stands out by weight and ground."""
        if item.text() != cell.text:
            item.setText(cell.text)
        item.setToolTip(cell.whole or cell.text)
        font = look.font(13, look.BOLD) if cell.differs else look.font(13)
        item.setFont(font)
        shade = look.mixed(self.style_.mean, self.style_.field, 0.75)
        item.setBackground(QBrush(shade) if cell.differs else QBrush())

    def _pen(self, line: Line) -> QPen | None:
        """Return what a path is drawn with, None if it is hidden."""
        if line.present:
            return look.pen(self.style_.path, 2.4)
        known = line.path
        return None if known.hidden else dashed(known.look, self.style_, 2.2)


def _present(lines: tuple[Line, ...]) -> int:
    return next(line.path.number for line in lines if line.present)
