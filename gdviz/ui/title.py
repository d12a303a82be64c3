"""The title above a plot: it follows the plot and gives way where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gdviz.ui.faults import careful

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gdviz.ui.chart import Picture


class Title(QLabel):
    """A line of text that gives way: cut with an ellipsis where room is short."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.chart: Picture | None = None  # what it is the title of
        self.setContentsMargins(10, 7, 10, 2)

    def minimumSizeHint(self) -> QSize:
        """Return a height and hardly a width."""
        return QSize(40, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the same: the title asks for no room of its own."""
        return self.minimumSizeHint()

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits of the text."""
        room = self.contentsRect()
        fits = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        QPainter(self).drawText(room, Qt.AlignmentFlag.AlignVCenter, fits)


def title_of(chart: Picture) -> QWidget:
    """Return a label that follows the title of a chart, and its choice beside it."""
    label = Title(chart.title)
    label.chart = chart
    chart.titled.connect(label.setText)
    chart.titled.connect(label.setToolTip)
    if chart.corner is None:
        return label
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 2, 10, 0)
    row.setSpacing(4)
    row.addWidget(label, 1)
    row.addWidget(chart.corner)
    return both
