"""Paints the cells of a table of numbers, by hand: they change while it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.panels.arithmetic.sheet import is_bold

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QStyleOptionViewItem

    from gdviz.ui.panels.arithmetic.sheet import SheetModel

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CellPainter(QStyledItemDelegate):
    """Paints a number, and a fine line where a group of columns begins."""

    def __init__(self, numbers: SheetModel, parent: QObject) -> None:
        super().__init__(parent)
        self.numbers = numbers

    @careful
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        r, c, rect = index.row(), index.column(), option.rect
        numbers, style = self.numbers, self.numbers.style_
        head = numbers.head(r)
        colour = look.legible(numbers.colour(head), style.field)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, option.palette.highlight())
            colour = option.palette.highlightedText().color().name()
        elif head.chosen:
            painter.fillRect(rect, look.mixed(style.chosen, style.panel, 0.8))
        painter.setFont(numbers.fonts[is_bold(head)])
        painter.setPen(QColor(colour))
        painter.drawText(rect.adjusted(0, 0, -6, 0), _RIGHT, numbers.text(r, c))
        if c in numbers.firsts:
            painter.setPen(QColor(style.edge))
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
