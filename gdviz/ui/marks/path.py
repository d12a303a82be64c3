"""The path of θ: only its new tail is stroked, onto a picture kept in pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPolygonF, QTransform

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_PIECE = 48  # points: the cost of a wide smooth stroke grows faster than its length
_FEW = 12  # points of which every bend is round, however fast they come
_MOST_DOTS = 60
_FAR = 1e5  # pixels


class Path(pg.UIGraphicsItem):
    """A long path with dots at its steps while they are few, and a ring at its end.

    Stroking 100,000 points takes a hundred frames, blitting a picture of them one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(10)
        self.colour, self.edge = "#F0E442", "#000000"
        self.quick = False  # while more comes than can be looked at
        self._points = self._end = np.empty((0, 2))
        self._version: object = None
        self._checked = 0  # points that are known to be finite
        self._image, self._done = QImage(), 0
        self._key: object = None

    def set_points(self, points: Array, end: Array, version: object) -> None:
        """Show a path of shape (m, 2), which grows, and where it ends now, (1, 2).

        Another `version` means it may differ whole.
        """
        if version != self._version or len(points) < len(self._points):
            self._key, self._checked = None, 0
        if np.isfinite(points[self._checked :]).all():
            self._checked = len(points)
        else:
            points, self._key = points[np.isfinite(points).all(axis=1)], None
            self._checked = 0
        self._points, self._version = points, version
        self._end = end[np.isfinite(end).all(axis=1)]
        self.update()

    def set_colours(self, colour: str, edge: str) -> None:
        """Colour the line and the edge of its marks."""
        self.colour, self.edge, self._key = colour, edge, None
        self.update()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the line, its dots and its end."""
        if self._count == 0:
            return
        to_pixels = QTransform(painter.worldTransform())
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if painter.paintEngine().type() == QPaintEngine.Type.Raster:
            self._show(painter, to_pixels)
        else:  # on paper
            self._stroke(painter, mapped(to_pixels, self._from(0)))
        if self._count <= _MOST_DOTS:
            self._mark(painter, to_pixels)
        painter.restore()

    def forget(self) -> None:
        """Stroke everything anew: where strokes meet they show, a little."""
        self._key = None

    def _show(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Stroke what is new, and show the picture."""
        frame = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        ratio = painter.device().devicePixelRatioF()
        key = (numbers(to_pixels), frame.getRect(), ratio)
        if key != self._key:
            self._key, self._done = key, 0
            self._image = QImage(
                frame.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied
            )
            self._image.setDevicePixelRatio(ratio)
            self._image.fill(Qt.GlobalColor.transparent)
        if self._image.isNull():  # a plot with no room at all
            return
        corner, start = frame.topLeft(), max(0, self._done - 1)
        if self._count - start > 1:
            brush = QPainter(self._image)
            brush.setRenderHint(QPainter.RenderHint.Antialiasing)
            pixels = mapped(to_pixels, self._from(start))
            self._stroke(brush, pixels - [corner.x(), corner.y()], self.quick)
            brush.end()
            self._done = self._count
        painter.drawImage(QPointF(corner), self._image)

    @property
    def _count(self) -> int:
        return len(self._points) + len(self._end)

    def _from(self, start: int) -> Array:
        """Return the points from one on, the end among them."""
        return np.concatenate([self._points[start:], self._end])

    def _stroke(self, brush: QPainter, pixels: Array, quick: bool = False) -> None:
        pixels = thinned(pixels)
        width = 1.0 if len(pixels) > 4000 else thickness(2.0)
        pen = look.pen(self.colour, width)
        brush.setPen(pen)
        if quick and len(pixels) > _FEW:
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)  # three times as fast
            brush.setPen(pen)
            for part in clipped(pixels):
                ends = np.hstack([part[:-1], part[1:]]).tolist()
                brush.drawLines([QLineF(*each) for each in ends])
            return
        for part in clipped(pixels):
            for first in range(0, len(part) - 1, _PIECE):
                piece = part[first : first + _PIECE + 1].tolist()
                brush.drawPolyline(QPolygonF([QPointF(x, y) for x, y in piece]))

    def _mark(self, painter: QPainter, to_pixels: QTransform) -> None:
        """Dot the steps, but not the last one: it has the ring."""
        dots = mapped(to_pixels, self._from(0)[:-1])
        painter.setPen(look.pen(self.edge, 1.5))
        painter.setBrush(QColor(self.colour))
        size = thickness(3.2)
        for x, y in dots[np.abs(dots).max(axis=1, initial=0.0) < _FAR]:
            painter.drawEllipse(QPointF(x, y), size, size)


class Ring(pg.UIGraphicsItem):
    """A ring around one point, of one size on screen."""

    def __init__(self, radius: float = 8.0) -> None:
        super().__init__()
        self.setZValue(40)
        self.radius, self.colour, self.edge = radius, "#ffffff", "#000000"
        self._at: QPointF | None = None

    def set_point(self, point: Array) -> None:
        """Move the ring."""
        self._at = QPointF(*point) if np.isfinite(point).all() else None
        self.update()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the ring with a dark or light edge, so that it shows anywhere."""
        if self._at is None:
            return
        centre = painter.worldTransform().map(self._at)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = thickness(self.radius)
        for colour, width in ((self.edge, 5.0), (self.colour, 2.5)):
            painter.setPen(look.pen(colour, thickness(width), alpha=255))
            painter.drawEllipse(centre, radius, radius)
        painter.restore()


def numbers(t: QTransform) -> tuple[float, ...]:
    """Return the numbers that say where a transform takes points."""
    return (t.m11(), t.m12(), t.m21(), t.m22(), t.dx(), t.dy())


def mapped(t: QTransform, points: Array) -> Array:
    """Return where a transform takes points (m, 2)."""
    matrix = np.array([[t.m11(), t.m12()], [t.m21(), t.m22()]])
    return points @ matrix + [t.dx(), t.dy()]


def clipped(pixels: Array) -> list[Array]:
    """Return the parts of a polyline within `_FAR` pixels, cut where they leave.

    Painters lose the direction of lines that end too far off (Liang & Barsky 1984).
    """
    if np.abs(pixels).max(initial=0.0) <= _FAR:
        return [pixels]
    start, way = pixels[:-1], np.diff(pixels, axis=0)
    with np.errstate(all="ignore"):
        bounds = np.stack([(-_FAR - start) / way, (_FAR - start) / way])
    enter = np.nanmax(np.nanmin(bounds, axis=0), axis=1).clip(0.0, 1.0)
    leave = np.nanmin(np.nanmax(bounds, axis=0), axis=1).clip(0.0, 1.0)
    ends = np.stack([enter, leave])[:, :, None]
    pieces = (start + ends * way).transpose(1, 0, 2)
    return [piece for piece in pieces[enter < leave] if np.isfinite(piece).all()]


def thinned(pixels: Array) -> Array:
    """Drop points that fall on the same half pixel as the one before."""
    if len(pixels) < 1000:
        return pixels
    cells = np.floor(pixels * 2)
    keep = np.ones(len(pixels), dtype=bool)
    keep[1:] = (cells[1:] != cells[:-1]).any(axis=1)
    keep[-1] = True
    return pixels[keep]
