"""Notes on a plot: what its signs stand for along the top, a sentence at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.writing import Overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

_SIZE, _EDGE, _GAP = 12, 6.0, 12.0  # pixels
_SHARE, _LEAST = 0.42, 2.5  # of the height may be notes; lines, for one of names
_FOOT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
_WRAP = int(_FOOT | Qt.TextFlag.TextWordWrap)


class Name(NamedTuple):
    """A sign with what it stands for, and their colour."""

    colour: str
    text: str


class Notes(Overlay):
    """Names in rows from the left, or one below the other at the right.

    Where the plot is low, the last names give way first, then the sentence.
    """

    def __init__(self, box: Any, stacked: bool = False) -> None:
        super().__init__(box)
        self.names: tuple[Name, ...] = ()
        self.sentence, self.colour, self._stacked = "", "#808080", stacked

    def write(self, names: Sequence[Name], sentence: str = "") -> None:
        """Write these."""
        told = (tuple(names), sentence)
        if told != (self.names, self.sentence):
            self.names, self.sentence = told
            self.refresh()

    @property
    def top(self) -> float:
        """How many pixels the names take at the top."""
        return _EDGE + len(self.rows()) * _metrics().height()

    @property
    def foot(self) -> float:
        """How many pixels the sentence takes at the foot: 0 where it gives way."""
        return self._foot.height() + _EDGE if self.told else 0.0

    @property
    def told(self) -> bool:
        """Whether there is room for the sentence, besides a row of names."""
        needed = self._foot.height() + 2 * _EDGE + _metrics().height()
        return bool(self.sentence) and needed <= _SHARE * self.boundingRect().height()

    def around(self, low: float, high: float) -> tuple[float, float]:
        """Return the range to show so that what lies from low to high stays clear."""
        height = max(self.boundingRect().height(), 1.0)
        top, foot = self.top / height, self.foot / height
        whole = (high - low) / max(1 - top - foot, 0.2)
        return low - foot * whole, high + top * whole

    def below(self, low: float, high: float) -> float:
        """Return where to end a range from low so that `high` is below row one."""
        share = (_EDGE + _metrics().height()) / max(self.boundingRect().height(), 1.0)
        return low + (high - low) / max(1 - share, 0.2)

    def rows(self) -> list[list[Name]]:
        """Return the names row by row, as many as there is room for."""
        metrics, rows = _metrics(), list[list[Name]]()
        left, whole = 0.0, self.boundingRect().width() - 2 * _EDGE
        for name in self.names:
            width = metrics.horizontalAdvance(name.text)
            if not rows or self._stacked or width > left:
                rows.append([])
                left = whole
            rows[-1].append(name)
            left -= width + _GAP
        room = _SHARE * self.boundingRect().height() - 2 * _EDGE
        room -= self._foot.height() * self.told
        least = int(self.boundingRect().height() > _LEAST * metrics.height())
        return rows[: max(least, int(room / metrics.height()))]

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint names and sentence, each on a veil."""
        painter.setFont(look.font(_SIZE))
        metrics, y = _metrics(), _EDGE
        for row in self.rows():
            texts = [metrics.horizontalAdvance(name.text) for name in row]
            whole = sum(texts) + _GAP * (len(row) - 1)
            x = self.boundingRect().width() - whole - _EDGE if self._stacked else _EDGE
            for name, width in zip(row, texts, strict=True):
                veil = QRectF(x - 3, y, width + 6, metrics.height())
                painter.fillRect(veil, self.veil())
                painter.setPen(QColor(look.legible(name.colour, self.ground)))
                painter.drawText(QPointF(x, y + metrics.ascent()), name.text)
                x += width + _GAP
            y += metrics.height()
        if self.told:
            painter.fillRect(self._foot.adjusted(-3, -1, 3, 1), self.veil())
            painter.setPen(QColor(self.colour))
            painter.drawText(self._foot, _WRAP, self.sentence)

    @property
    def _foot(self) -> QRectF:
        room = self.boundingRect().adjusted(_EDGE, 0, -_EDGE, -4)
        return _metrics().boundingRect(room, _WRAP, self.sentence)


def _metrics() -> QFontMetricsF:
    return QFontMetricsF(look.font(_SIZE))
