"""A sheet of numbers as a table model: rows stay where only their numbers change."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from gdviz.session.arithmetic.lines import MEAN, UPDATE, WRONG
from gdviz.session.arithmetic.sheets import Head, Sheet
from gdviz.session.writing import number
from gdviz.ui import style as look
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QObject

    from gdviz.ui.style import Style

    Index = QModelIndex | QPersistentModelIndex

EMPTY = Sheet((), 0, lambda r: Head(""), lambda r, c: None)
_ROW = 22  # points
_EXAMPLE = "example "  # left out where room is short
_ROOT = QModelIndex()
_ROLE = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def figures(bold: bool = False, share: float = 1.0) -> QFont:
    """Return the font of numbers: every figure has the same width."""
    made = words(13, bold, share)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def words(size: int, bold: bool, share: float) -> QFont:
    """Return the font of headings, of a share of the size of all words."""
    made = look.font(size, look.BOLD if bold else QFont.Weight.Normal)
    made.setPixelSize(round(px(size) * share))
    return made


class SheetModel(QAbstractTableModel):
    """What a view asks of a sheet.

    Attributes
    ----------
    sheet : Sheet
    groups : tuple of (name, first column, number of columns)
    firsts : frozenset of ints
        The columns at which a group begins.
    share : float
        How large its words are, as a share of the size of all words.
    close : bool
        Whether room is short: heads have fewer words.
    fonts : dict
        Of usual and of bold numbers.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sheet, self.style_ = EMPTY, look.STYLES[look.DARK]
        self.share, self.close = 1.0, False
        self.groups: tuple[tuple[str, int, int], ...] = ()
        self.firsts: frozenset[int] = frozenset()
        self.fonts = {bold: figures(bold) for bold in (False, True)}
        self._known_heads: dict[int, Head] = {}
        self._known_texts: dict[tuple[int, int], str] = {}
        self._answers: dict[int, Callable[[int, int], object]] = {
            _ROLE.DisplayRole: self.text,
            _ROLE.ToolTipRole: self._tip,
            _ROLE.AccessibleTextRole: self._spoken,
        }

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet; where the columns are the same nothing is lost."""
        old = self.sheet
        self._known_heads, self._known_texts = {}, {}
        if sheet.heads != old.heads:
            self.beginResetModel()
            self.sheet, self.groups = sheet, tuple(_groups(sheet))
            self.firsts = frozenset(first for _, first, _ in self.groups)
            self.endResetModel()
            return
        if sheet.count > old.count:
            self.beginInsertRows(_ROOT, old.count, sheet.count - 1)
            self.sheet = sheet
            self.endInsertRows()
        elif sheet.count < old.count:
            self.beginRemoveRows(_ROOT, sheet.count, old.count - 1)
            self.sheet = sheet
            self.endRemoveRows()
        self.sheet = sheet
        self.refresh()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.set_share(self.share, self.close)

    def set_share(self, share: float, close: bool = False) -> None:
        """Make words this share of the size of all words, and fewer if need be."""
        self.share, self.close = share, close
        self.fonts = {bold: figures(bold, share) for bold in (False, True)}
        self.refresh()

    @property
    def row_height(self) -> int:
        """The height of a row."""
        return round(px(_ROW) * self.share)

    def heading(self, bold: bool = False) -> QFont:
        """Return the font of the names of columns, or of their groups."""
        return words(12, bold, self.share)

    def refresh(self) -> None:
        """Have what is seen read again."""
        if self.sheet.count and self.sheet.heads:
            last = self.index(self.sheet.count - 1, len(self.sheet.heads) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            vertical = Qt.Orientation.Vertical
            self.headerDataChanged.emit(vertical, 0, self.sheet.count - 1)

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Return the number of rows."""
        return 0 if parent.isValid() else self.sheet.count

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.sheet.heads)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what is asked of a cell."""
        if role == _ROLE.TextAlignmentRole:
            return _RIGHT
        answer = self._answers.get(role)
        if answer is None or not index.isValid():
            return None
        return answer(index.row(), index.column())

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """Return what is asked of the head of a column or row."""
        texts = (_ROLE.DisplayRole, _ROLE.ToolTipRole)
        if role not in texts:
            return None
        tip = role == _ROLE.ToolTipRole
        if orientation == Qt.Orientation.Horizontal:
            _, name, words = self.sheet.heads[section]
            return words if tip else name
        head = self.head(section)
        return head.tip if tip else label(head)

    def colour(self, head: Head) -> str:
        """Return the colour of a row's numbers."""
        style = self.style_
        if not head.known:
            return style.muted
        colours = {MEAN: style.mean, WRONG: style.ghost, UPDATE: style.update}
        return colours.get(head.kind, style.text)

    def head(self, r: int) -> Head:
        """Return the head of a row."""
        if r not in self._known_heads:
            self._known_heads[r] = self.sheet.head(r)
        return self._known_heads[r]

    def text(self, r: int, c: int) -> str:
        """Return a number as it is written."""
        if (r, c) not in self._known_texts:
            cell = self.sheet.cell(r, c)
            self._known_texts[r, c] = "" if cell is None else str(cell)
        return self._known_texts[r, c]

    def _tip(self, r: int, c: int) -> str | None:
        cell = self.sheet.cell(r, c)
        if cell is None:
            return None
        value = float(cell.value)
        told = repr(value) if np.isfinite(value) else number(value)
        return f"{cell.name} = {cell.text or told}"

    def _spoken(self, r: int, c: int) -> str:
        text = self.text(r, c) or "not there"
        return f"{self.head(r).label}, {self.sheet.heads[c][1]}: {text}"


def is_bold(head: Head) -> bool:
    """Tell whether a row stands out."""
    return head.chosen or head.kind in (MEAN, UPDATE)


def label(head: Head, close: bool = False) -> str:
    """Return what stands in front of a row; the selected example has a mark."""
    text = head.label.removeprefix(_EXAMPLE) if close else head.label
    return f"▶ {text}" if head.chosen else text


def _groups(sheet: Sheet) -> Iterator[tuple[str, int, int]]:
    """Yield the name, the first column and the number of columns of each group."""
    first = 0
    for name, columns in groupby(sheet.heads, lambda head: head[0]):
        count = len(list(columns))
        yield name, first, count
        first += count
