"""Ghosts on the surface: dotted paths with a hollow ring, and numbers at arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPolygonF, QTransform

from gdviz.ui import style as look

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_GAP = 6.0  # pixels between two dots
_MOST_DOTS = 2000
_NEAR = 12.0  # pixels: numbers closer than this would cover each other
_FAR = 1e4  # pixels


@dataclass(frozen=True, eq=False)
class Dotted:
    """One ghost's path and where it ends, and where its number is written besides.

    Attributes
    ----------
    path : ndarray of shape (m, 2)
        Its end included.
    tip : ndarray of shape (2,) or None
        Of its arrow.
    """

    number: str
    path: Array
    tip: Array | None


class GhostMarks(pg.UIGraphicsItem):
    """The paths of ghosts in one colour; only their numbers tell them apart."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(15)
        self.colour, self.halo = "#CC79A7", "#000000"
        self._ghosts: list[Dotted] = []

    def set_ghosts(self, ghosts: list[Dotted]) -> None:
        """Draw these."""
        self._ghosts = ghosts
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint dots, rings and numbers."""
        to_pixels = QTransform(painter.worldTransform())
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setFont(look.font(13, look.BOLD))
        words: list[tuple[Array, str]] = []
        for ghost in self._ghosts:
            pixels = _mapped(to_pixels, ghost.path)
            self._dots(painter, dots(pixels))
            self._ring(painter, pixels[-1:])
            words.append((pixels[-1], ghost.number))
            if ghost.tip is not None:
                words.append((_mapped(to_pixels, ghost.tip[None])[0], ghost.number))
        for at, text in merged(words):
            self._write(painter, text, at[None])
        painter.restore()

    def _dots(self, painter: QPainter, at: Array) -> None:
        points = QPolygonF([QPointF(x, y) for x, y in at.tolist()])
        for colour, width in ((self.halo, 4.5), (self.colour, 3.0)):
            painter.setPen(look.pen(colour, width))
            painter.drawPoints(points)

    def _ring(self, painter: QPainter, end: Array) -> None:
        if not _inside(end):
            return
        centre = QPointF(*end[0])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self.halo, 4.5), (self.colour, 2.2)):
            painter.setPen(look.pen(colour, width))
            painter.drawEllipse(centre, 6.0, 6.0)

    def _write(self, painter: QPainter, number: str, at: Array) -> None:
        if not (number and _inside(at)):
            return
        place = QPointF(*at[0]) + QPointF(8, -8)
        painter.setPen(QColor(self.halo))
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawText(place + QPointF(dx, dy), number)
        painter.setPen(QColor(self.colour))
        painter.drawText(place, number)


def merged(words: list[tuple[Array, str]]) -> list[tuple[Array, str]]:
    """Return the words with those at one place written as one: 1, 2."""
    places: list[tuple[Array, list[str]]] = []
    for at, text in words:
        near = [t for p, t in places if np.hypot(*(p - at)) < _NEAR]
        if near and text not in near[0]:
            near[0].append(text)
        elif not near:
            places.append((at, [text]))
    return [(at, ", ".join(texts)) for at, texts in places]


def dots(pixels: Array) -> Array:
    """Return points along a polyline, evenly spaced, of shape (k, 2)."""
    pixels = pixels[np.isfinite(pixels).all(axis=1)].clip(-_FAR, _FAR)
    if len(pixels) < 2:
        return np.empty((0, 2))
    way = np.hypot(*np.diff(pixels, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(way)])
    count = int(min(along[-1] / _GAP, _MOST_DOTS)) + 1
    at = np.linspace(0.0, along[-1], count, endpoint=False)
    return np.column_stack([np.interp(at, along, pixels[:, i]) for i in (0, 1)])


def _inside(pixels: Array) -> bool:
    return bool(np.isfinite(pixels).all() and (np.abs(pixels) < _FAR).all())


def _mapped(t: QTransform, points: Array) -> Array:
    matrix = np.array([[t.m11(), t.m12()], [t.m21(), t.m22()]])
    return points @ matrix + [t.dx(), t.dy()]
