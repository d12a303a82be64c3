"""Ghosts on the surface: dotted paths with a hollow ring, and numbers at arrows.

Each has its colour; the second half of them is dotted more widely.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPolygonF, QTransform

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks import legend, racers

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.marks.arrows import Thick
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_MOST_DOTS = 2000
_NEAR = 12.0  # pixels: numbers closer than this would cover each other
_FAR, _ASIDE = 1e4, 8.0  # pixels


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
    """The paths of ghosts, each in its colour and with its number."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(15)
        self.look = look.STYLES[look.DARK]
        self._ghosts: list[Dotted] = []

    def set_ghosts(self, ghosts: list[Dotted]) -> None:
        """Draw these."""
        self._ghosts = ghosts
        self.setVisible(bool(ghosts))
        self.update()

    @careful
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
            colour = racers.colour(int(ghost.number), self.look)
            self._dots(painter, dots(pixels, racers.gap(int(ghost.number))), colour)
            self._ring(painter, pixels[-1:], colour)
            words.append((pixels[-1], ghost.number))
            if ghost.tip is not None:
                words.append((_mapped(to_pixels, ghost.tip[None])[0], ghost.number))
        self._write_all(painter, merged(words))
        painter.restore()

    def _dots(self, painter: QPainter, at: Array, own: str) -> None:
        points = QPolygonF([QPointF(x, y) for x, y in at.tolist()])
        for colour, width in ((self.look.plot, 4.5), (own, 3.0)):
            painter.setPen(look.pen(colour, width))
            painter.drawPoints(points)

    def _ring(self, painter: QPainter, end: Array, own: str) -> None:
        if not _inside(end):
            return
        centre = QPointF(*end[0])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self.look.plot, 4.5), (own, 2.2)):
            painter.setPen(look.pen(colour, width))
            painter.drawEllipse(centre, 6.0, 6.0)

    def _write_all(self, painter: QPainter, words: list[tuple[Array, str]]) -> None:
        taken: list[QRectF] = []
        metrics = painter.fontMetrics()
        for at, text in words:
            if _inside(at[None]):
                size = QSizeF(metrics.horizontalAdvance(text), metrics.ascent())
                taken.append(beside(at, size, taken))
                self._write(painter, text, taken[-1].bottomLeft())

    def _write(self, painter: QPainter, number: str, place: QPointF) -> None:
        painter.setPen(QColor(self.look.plot))
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawText(place + QPointF(dx, dy), number)
        painter.setPen(QColor(racers.of_words(number, self.look)))
        painter.drawText(place, number)


def seen_of(
    snapshot: Snapshot, tips: list[Array], style: Style
) -> tuple[list[Dotted], list[tuple[Array, Thick]]]:
    """Return the ghosts, and the arrows of other recipes than the chosen one.

    Parameters
    ----------
    snapshot : Snapshot
    tips : list of ndarray of shape (2,)
        Of the ghosts' arrows, and of that of the chosen recipe if it is not right.
    style : Style
    """
    recipe, kind = snapshot.scene.descent.recipe, legend.thick(legend.GHOST, style)
    many, dotted, arrows = len(snapshot.ghosts), list[Dotted](), []
    for place, (ghost, tip) in enumerate(zip(snapshot.ghosts, tips, strict=False), 1):
        other = ghost.descent.recipe != recipe
        path = np.vstack([ghost.path, ghost.here])
        dotted.append(Dotted(str(place), path, tip if other else None))
        if other:
            arrows.append((tip, replace(kind, colour=racers.colour(place, style))))
    return dotted, arrows + [(tip, kind) for tip in tips[many:]]


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


def beside(at: Array, size: QSizeF, taken: list[QRectF]) -> QRectF:
    """Return where to write words beside a point: on no others, if that can be."""
    x, y = at.tolist()
    rights = x + _ASIDE, x - _ASIDE - size.width()
    tops = y - _ASIDE - size.height(), y + _ASIDE
    places = [QRectF(QPointF(left, top), size) for left in rights for top in tops]
    free = [p for p in places if not any(p.intersects(other) for other in taken)]
    return (free or places)[0]


def dots(pixels: Array, gap: float) -> Array:
    """Return points along a polyline, so far apart, of shape (k, 2)."""
    pixels = pixels[np.isfinite(pixels).all(axis=1)].clip(-_FAR, _FAR)
    if len(pixels) < 2:
        return np.empty((0, 2))
    way = np.hypot(*np.diff(pixels, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(way)])
    count = int(min(along[-1] / gap, _MOST_DOTS)) + 1
    at = np.linspace(0.0, along[-1], count, endpoint=False)
    return np.column_stack([np.interp(at, along, pixels[:, i]) for i in (0, 1)])


def _inside(pixels: Array) -> bool:
    return bool(np.isfinite(pixels).all() and (np.abs(pixels) < _FAR).all())


def _mapped(t: QTransform, points: Array) -> Array:
    matrix = np.array([[t.m11(), t.m12()], [t.m21(), t.m22()]])
    return points @ matrix + [t.dx(), t.dy()]
