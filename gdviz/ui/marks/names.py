"""The names of curves in a corner, each with a piece of its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.writing import Overlay, extent
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_LINE, _SAMPLE, _MARGIN, _SIZE = 20.0, 34.0, 10.0, 13  # points
_BETTER, _MUCH = 4, 40  # so many fewer points below: worth a jump elsewhere


@dataclass(frozen=True)
class Name:
    """What a curve is called, and how it is drawn.

    Attributes
    ----------
    line : QPen or None
        None: a hollow dot.
    """

    text: str
    colour: str
    line: QPen | None


class Names(Overlay):
    """Names in the corner where they hide least.

    Attributes
    ----------
    place : QRectF
        Where they stand, in pixels.
    loose : bool
        Whether they may move for a little; else only for much.
    """

    def __init__(self, box: Any) -> None:
        super().__init__(box)
        self.setZValue(55)
        self.names: tuple[Name, ...] = ()
        self.place, self.loose, self._corner = QRectF(), True, 0

    def set_names(self, names: list[Name], points: Array, floor: float) -> None:
        """Write these, away from points (m, 2) in pixels and the lowest `floor`."""
        width = max((extent(n.text, _SIZE).width() for n in names), default=0.0)
        room = QRectF(0, 0, px(_SAMPLE) + width + 14, px(_LINE) * len(names) + 8)
        frame = self.boundingRect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -floor)
        corners = _corners(room, frame)
        hidden = [_inside(points, corner) for corner in corners]
        best = int(np.argmin(hidden))
        worth = _BETTER if self.loose or len(names) != len(self.names) else _MUCH
        if hidden[self._corner] > hidden[best] + worth:
            self._corner = best
        self.names, self.loose = tuple(names), False
        self.place = corners[self._corner] if names else QRectF()
        self.refresh()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint a veil, pieces of line and names."""
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setFont(look.font(_SIZE, look.BOLD))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.veil())
        painter.drawRoundedRect(self.place, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = self.place.topLeft()
        for line, name in enumerate(self.names):
            middle = corner + QPointF(8, 4 + px(_LINE) * (line + 0.5))
            _sample(painter, middle, name)
            painter.setPen(QColor(look.legible(name.colour, self.ground)))
            words = QRectF(
                middle.x() + px(_SAMPLE), middle.y() - px(10), 1000, px(_LINE)
            )
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), name.text)


def _sample(painter: QPainter, start: QPointF, name: Name) -> None:
    if name.line is not None:
        painter.setPen(name.line)
        painter.drawLine(QLineF(start, start + QPointF(px(_SAMPLE) - 8, 0)))
    else:
        painter.setPen(look.pen(name.colour, 2.2))
        painter.drawEllipse(start + QPointF(px(11), 0), px(5), px(5))


def _corners(room: QRectF, frame: QRectF) -> list[QRectF]:
    """Return the same room in the top corners, the bottom ones and the middles."""
    left, right = frame.left(), frame.right() - room.width()
    top, bottom = frame.top(), frame.bottom() - room.height()
    middle, half = (left + right) / 2, (top + bottom) / 2
    at = [(left, top), (right, top), (left, bottom), (right, bottom)]
    at += [(middle, top), (middle, bottom), (left, half), (right, half)]
    return [QRectF(QPointF(x, y), room.size()) for x, y in at]


def _inside(points: Array, room: QRectF) -> int:
    low = np.array([room.left(), room.top()])
    high = np.array([room.right(), room.bottom()])
    return int(((low <= points) & (points <= high)).all(axis=1).sum())
