"""Slopes: a dot on a curve, a straight piece along it, and its number beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.writing import Overlay, Word, apart, extent, to_pixels
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_AWAY, _NEAREST = 40.0, 16.0  # points from a dot to its words
_FLAT, _DROP = 4.0, 30.0  # points: no rise at all, and as far as words follow one
_FAR = 12.0  # points: words so far from their place need a line to it
_MARGIN = 8.0  # pixels from words to the edge of the plot
_LEAD = 6  # points between the sizes of two lines and their distance


@dataclass(frozen=True)
class Slope:
    """A curve's slope at one point.

    Attributes
    ----------
    x, y, slope : floats
        In the plot's units.
    words, short : texts
        Empty: none are written. The short ones are for narrow plots.
    size : int
        Of the words, in pixels.
    width, reach : floats
        Of the straight piece, and half its length, in pixels.
    mean : bool
        Whether its words rather stand on the other side than those of examples.
    """

    x: float
    y: float
    slope: float
    colour: str
    words: str = ""
    short: str = ""
    size: int = 14
    width: float = 3.2
    reach: float = 30.0
    mean: bool = False


@dataclass(frozen=True)
class Piece:
    """A slope in pixels: its dot, and half of the straight piece."""

    slope: Slope
    at: QPointF
    way: QPointF

    def drop(self, right: bool) -> float:
        """Return how far below the dot the piece is where its words stand."""
        x, y = self.way.x(), self.way.y() if right else -self.way.y()
        most = px(_DROP)
        return min(max(px(_AWAY) * y / x, -most), most) if x > 0 else 0.0

    def wanted(self, right: bool) -> float:
        """Return the height of its words: beside the end of the piece, not on it."""
        drop, clear = self.drop(right), px(0.5 * self.slope.size + 5)
        return self.at.y() + drop + (-clear if drop > px(_FLAT) else clear)


class Slopes(Overlay):
    """Some slopes, the last on top.

    Attributes
    ----------
    words : tuple of Word
        For a `Words` to write, over everything else.
    """

    def __init__(self, box: Any) -> None:
        super().__init__(box)
        self.setZValue(45)
        self.words: tuple[Word, ...] = ()
        self.pieces: list[Piece] = []
        self._leaders: list[tuple[QPointF, QPointF, str]] = []

    def set_slopes(self, slopes: list[Slope], taken: QRectF, floor: float) -> None:
        """Show these; words keep off `taken` and the lowest `floor` pixels."""
        box = self._box
        at = to_pixels(box, np.array([(s.x, s.y) for s in slopes]).reshape(-1, 2))
        frame, pixel = QRectF(box.rect()), box.viewPixelSize()
        self.pieces = [
            Piece(slope, QPointF(*place), _along(slope, pixel))
            for slope, place in zip(slopes, at.tolist(), strict=True)
            if np.isfinite(place).all() and frame.contains(QPointF(*place))
        ]
        spoken = _fitting([p for p in self.pieces if p.slope.words], frame.width())
        placed = _placed(spoken, frame.adjusted(0, 4, 0, -floor), taken)
        self.words = tuple(word for _, word in placed)
        self._leaders = [line for pair in placed for line in _leader(*pair)]
        self.refresh()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint leaders, then straight pieces with an edge, then dots."""
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        for start, end, colour in self._leaders:
            painter.setPen(look.pen(colour, 1.0))
            painter.drawLine(start, end)
        for piece in self.pieces:
            slope = piece.slope
            for colour, more in ((self.ground, 3.0), (slope.colour, 0.0)):
                painter.setPen(look.pen(colour, slope.width + more))
                painter.drawLine(piece.at - piece.way, piece.at + piece.way)
        for piece in self.pieces:
            radius = piece.slope.width + 1.5
            painter.setPen(look.pen(self.ground, 1.5))
            painter.setBrush(QColor(piece.slope.colour))
            painter.drawEllipse(piece.at, radius, radius)


def _along(slope: Slope, pixel: tuple[float, float]) -> QPointF:
    """Return half the straight piece, in pixels."""
    way = np.array([1.0, -slope.slope]) / pixel
    peak = np.abs(way).max()
    if not (np.isfinite(way).all() and peak > 0):
        return QPointF(0.0, 0.0)
    way = way / peak
    return QPointF(*(slope.reach * way / np.hypot(*way)).tolist())


def _fitting(spoken: list[Piece], width: float) -> list[Piece]:
    """Return the pieces, all with their short words where the others do not fit."""
    if not spoken or _widest(spoken) + 2 * _MARGIN <= width:
        return spoken
    brief = [replace(p.slope, words=p.slope.short or p.slope.words) for p in spoken]
    return [replace(p, slope=s) for p, s in zip(spoken, brief, strict=True)]


def _placed(
    spoken: list[Piece], frame: QRectF, taken: QRectF
) -> list[tuple[Piece, Word]]:
    """Return the words in columns beside their dots."""
    if not spoken:
        return []
    x = spoken[0].at.x()
    right = frame.right() - x > x - frame.left()
    means = [piece for piece in spoken if piece.slope.mean]
    room = x - frame.left() if right else frame.right() - x
    if not means or _widest(means) + px(_NEAREST) + _MARGIN > room:
        return _column(spoken, right, frame, taken)
    others = [piece for piece in spoken if not piece.slope.mean]
    beside = _column(means, not right, frame, taken)
    return _column(others, right, frame, taken) + beside


def _widest(spoken: list[Piece]) -> float:
    return max(extent(p.slope.words, p.slope.size).width() for p in spoken)


def _column(
    spoken: list[Piece], right: bool, frame: QRectF, taken: QRectF
) -> list[tuple[Piece, Word]]:
    """Return words apart, in the order of their pieces and as near as can be."""
    if not spoken:
        return []
    room = _room(spoken[0].at.x(), _widest(spoken), right, frame, taken)
    line = px(max(piece.slope.size for piece in spoken) + _LEAD)
    first = max(len(spoken) - int(room.height() / line), 0)
    spoken = spoken[first:]  # the last tell most
    wanted = np.array([piece.wanted(right) for piece in spoken])
    heights = np.array([piece.at.y() + piece.drop(right) for piece in spoken])
    order, middles = heights.argsort(kind="stable"), np.empty(len(spoken))
    middles[order] = apart(wanted[order], line, room.top(), room.bottom())
    return [
        (piece, _word(piece.slope, y, room, right))
        for piece, y in zip(spoken, middles.tolist(), strict=True)
    ]


def _room(x: float, widest: float, right: bool, frame: QRectF, taken: QRectF) -> QRectF:
    """Return where words may stand beside x."""
    left = x + px(_AWAY) if right else x - px(_AWAY) - widest
    left = max(min(left, frame.right() - widest - _MARGIN), frame.left() + _MARGIN)
    room = QRectF(left, frame.top(), widest, frame.height())
    if taken.intersects(room):
        if taken.center().y() < room.center().y():
            room.setTop(min(taken.bottom() + 2, room.bottom()))
        else:
            room.setBottom(max(taken.top() - 2, room.top()))
    return room


def _word(slope: Slope, y: float, room: QRectF, right: bool) -> Word:
    size = extent(slope.words, slope.size)
    left = room.left() if right else room.right() - size.width()
    place = QRectF(QPointF(left, y - size.height() / 2), size)
    return Word(slope.words, slope.colour, place, slope.size)


def _leader(piece: Piece, word: Word) -> list[tuple[QPointF, QPointF, str]]:
    """Return a line from a dot to its words, if they are far from their place."""
    middle = word.place.center()
    right = middle.x() > piece.at.x()
    if abs(middle.y() - piece.wanted(right)) < px(_FAR):
        return []
    x = word.place.left() if right else word.place.right()
    return [(piece.at, QPointF(x, middle.y()), word.colour)]
