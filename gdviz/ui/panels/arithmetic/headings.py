"""The headings of a table of numbers: grouped columns, and rows with a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.panels.arithmetic.sheet import is_bold, label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gdviz.ui.panels.arithmetic.sheet import SheetModel

BAR = 9  # points: a scroll bar
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Groups(QHeaderView):
    """The names of the columns, and above them those of their groups."""

    def __init__(self, model: SheetModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.numbers = model
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(20)

    def sizeHint(self) -> QSize:
        """Return two lines."""
        return QSize(super().sizeHint().width(), 2 * self.numbers.row_height - 4)

    @careful
    def paintSection(  # noqa: N802
        self, painter: QPainter, rect: QRect, section: int
    ) -> None:
        """Paint the name of a column."""
        style = self.numbers.style_
        painter.fillRect(rect, QColor(style.panel))
        painter.setFont(self.numbers.heading())
        painter.setPen(QColor(style.muted))
        high = self.numbers.row_height - 4
        room = QRect(rect.left(), rect.bottom() - high, rect.width() - 7, high)
        painter.drawText(room, _RIGHT, self.numbers.sheet.heads[section][1])

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names of the groups, each in view while its columns are."""
        super().paintEvent(event)
        painter, style = QPainter(self.viewport()), self.numbers.style_
        painter.setFont(self.numbers.heading(bold=True))
        high = self.numbers.row_height
        for name, first, count in self.numbers.groups:
            left, width = self.span(first, count)
            seen = max(left, 0)
            room = QRect(seen + 7, 0, left + width - seen - 10, high - 2)
            painter.setPen(QColor(style.edge))
            painter.drawLine(left, 0, left, self.height())
            painter.setPen(QColor(style.text))
            wide = painter.fontMetrics().horizontalAdvance
            names = (name, first_word(name), "")
            fits = next(n for n in names if not n or wide(n) <= room.width())
            painter.drawText(room, _LEFT, fits)
        painter.setPen(QColor(style.edge))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def span(self, first: int, count: int) -> tuple[int, int]:
        """Return where some columns begin and how wide they are."""
        width = sum(self.sectionSize(c) for c in range(first, first + count))
        return self.sectionViewportPosition(first), width


def first_word(name: str) -> str:
    """Return the first word of the name of a group, for where room is short."""
    return name.partition(" ")[0].rstrip(":")


class Heads(QHeaderView):
    """What stands in front of the rows; the selected example's is marked."""

    def __init__(self, model: SheetModel) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.numbers = model
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.suit_scale()

    def suit_scale(self) -> None:
        """Make rows as high as words are large."""
        self.setMinimumSectionSize(self.numbers.row_height)
        self.setDefaultSectionSize(self.numbers.row_height)

    @careful
    def paintSection(  # noqa: N802
        self, painter: QPainter, rect: QRect, section: int
    ) -> None:
        """Paint the label of a row."""
        style, head = self.numbers.style_, self.numbers.head(section)
        painter.fillRect(rect, QColor(style.panel))
        painter.setFont(self.numbers.fonts[is_bold(head)])
        colour = style.chosen if head.chosen else self.numbers.colour(head)
        painter.setPen(QColor(look.legible(colour, style.field)))
        painter.drawText(
            rect.adjusted(8, 0, -6, 0), _LEFT, label(head, self.numbers.close)
        )
