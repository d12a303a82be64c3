"""The title above a plot: it follows the plot and gives way where room is short."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gdviz.ui.faults import careful

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QPaintEvent

    from gdviz.ui.picture import Picture


_BETWEEN = re.compile(r"( · |, |: )(?![^(]*\))")  # two parts, not within brackets

_LITTLE = ("a", "the", "this", "of", "by", "over", "and", "·")  # end no title


class Title(QLabel):
    """A line of text that gives way: whole parts of it where room is short.

    All of it is told by the tool tip and to screen readers. As it asks for no room of
    its own, nothing is laid out again where other words come.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.chart: Picture | None = None  # what it is the title of
        self._words = ""
        self.setContentsMargins(10, 7, 10, 2)
        self.setText(text)

    def text(self) -> str:
        """Return all of it."""
        return self._words

    def setText(self, text: str) -> None:  # noqa: N802
        """Take on other words."""
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            self.update()

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
        QPainter(self).drawText(room, Qt.AlignmentFlag.AlignVCenter, self.shown)

    @property
    def shown(self) -> str:
        """What fits of the text."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        form = fitting(self.text(), lambda f: metrics.horizontalAdvance(f) <= room)
        return form if metrics.horizontalAdvance(form) <= room else ""


def fitting(title: str, fits: Callable[[str], bool]) -> str:
    """Return the longest form of a title that fits, or else the shortest."""
    form = title
    for form in forms(title):
        if fits(form):
            break
    return form


def forms(title: str) -> Iterator[str]:
    """Yield a title, then shorter ones: without its last parts, then its last words."""
    yield title
    ends = [found.start() for found in _BETWEEN.finditer(title)]
    for end in reversed(ends):
        yield title[:end]
    words = title[: min(ends, default=len(title))].split()
    for count in range(len(words) - 1, 0, -1):
        if words[count - 1] not in _LITTLE:
            yield f"{' '.join(words[:count])} …"


def title_of(chart: Picture) -> QWidget:
    """Return a label that follows the title of a chart, and its choice beside it."""
    label = Title(chart.title)
    label.chart = chart
    label.setToolTip(chart.title)
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
