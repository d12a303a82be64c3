"""Naming a path: a field in its line of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from gdviz.ui.panels.compare.table import PathTable

    Index = QModelIndex | QPersistentModelIndex

MOST_LETTERS = 60


class NameDelegate(QStyledItemDelegate):
    """Edits a name: Enter keeps it, Esc drops it, an empty one is none."""

    def __init__(self, table: PathTable) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """Return a field for a name."""
        editor = QLineEdit(parent)
        editor.setMaxLength(MOST_LETTERS)
        editor.setAccessibleName("Name of the path")
        return editor

    def setModelData(  # noqa: N802
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        """Tell of the name; the table shows it when the path has it."""
        assert isinstance(editor, QLineEdit)
        name = " ".join(editor.text().split())
        row = index.row()
        if name and row < len(self._table.lines):
            self._table.named.emit(self._table.lines[row].path.number, name)
