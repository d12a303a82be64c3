"""Arrows: many thin ones as one curve, a few thick ones painted by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPen, QPolygonF

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.curve import Curve
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_HEAD = 8.0  # pixels
_FEW, _SMOOTH = 64, 300
_REACH = 9.0  # pixels
_TIP = 0.1  # pixels nearer for each pixel that a tip is nearer
_FAR = 1e5  # pixels
_SPREAD = np.radians(24.0)


class ThinArrows(Curve):
    """Any number of arrows with open heads as one connected-pairs curve.

    Attributes
    ----------
    halo : text
        The colour around a few of them, where the ground changes; none if empty.
    quick : bool
        Whether more comes than can be looked at: the halo need not be smooth.
    """

    def __init__(self) -> None:
        super().__init__(connect="pairs", antialias=True)
        self.colour, self.ground, self.ratio = "#56B4E9", "#000000", 1.0
        self.halo, self.quick = "", False
        self.setZValue(20)
        self.tails = self.tips = np.empty((0, 2))

    def set_arrows(self, tails: Array, tips: Array, pixel: tuple[float, float]) -> None:
        """Draw arrows from `tails` to `tips`, both (m, 2) and finite where drawn.

        Parameters
        ----------
        pixel : pair of floats
            Width and height of a pixel in the plot's units.
        """
        self.tails, self.tips = tails, tips
        good = np.isfinite(tails).all(axis=1) & np.isfinite(tips).all(axis=1)
        tails, tips = tails[good], tips[good]
        shaft = (tips - tails) / pixel
        ends = [tips + wing * pixel for wing in wings(shaft)]
        pairs = np.stack([tails, tips, tips, ends[0], tips, ends[1]], axis=1)
        flat = pairs.reshape(-1, 2)
        fade = 0.5 * min(1.0, len(tips) / 256)
        colour = look.mixed(self.colour, self.ground, fade)  # blending would be slow
        few = len(tips) <= _FEW  # wide strokes of many are slow
        width = (1.6, self.ratio) if few else (1.0, 1.0)
        self.setData(
            flat[:, 0],
            flat[:, 1],
            pen=look.curve_pen(colour, *width),
            antialias=len(tips) <= _SMOOTH,
        )

    @careful
    def paint(self, painter: QPainter, *rest: Any) -> None:
        """Paint the arrows, a few of them over a halo."""
        if self.halo and len(self.tips) <= _FEW:
            stroke, self.pen = self.pen, QPen(self.pen)
            self.pen.setColor(QColor(self.halo))
            self.pen.setWidthF(stroke.widthF() + 2 * self.ratio)
            self.antialias = not self.quick
            super().paint(painter)
            self.pen, self.antialias = stroke, True
        super().paint(painter, *rest)


def wings(shafts: Array) -> list[Array]:
    """Return the two lines (m, 2) of each open head, from the tips of shafts (m, 2)."""
    length, head = np.hypot(*shafts.T)[:, None], thickness(_HEAD)
    back = -shafts / np.maximum(length, 1e-12) * np.minimum(head, length / 2)
    return [_turned(back, side * _SPREAD) for side in (1, -1)]


def _turned(vectors: Array, angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return vectors @ np.array([[c, s], [-s, c]])


def nearest(
    tails: Array, tips: Array, point: tuple[float, float], pixel: tuple[float, float]
) -> int | None:
    """Return which arrow passes within a few pixels of a point, the nearest tip first.

    Parameters
    ----------
    tails, tips : ndarrays of shape (m, 2)
    pixel : pair of floats
        Width and height of a pixel in the plot's units.
    """
    if len(tips) == 0:
        return None
    with np.errstate(all="ignore"):  # in a plot without room no pixel has a size
        start, end = (tails - point) / pixel, (tips - point) / pixel
        way = end - start
        along = -(start * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-300)
        closest = start + along.clip(0.0, 1.0)[:, None] * way
        distance = np.hypot(*closest.T) + _TIP * np.hypot(*end.T)
        distance = np.where(np.isfinite(distance), distance, np.inf)
    best = int(distance.argmin())
    return best if np.hypot(*closest[best]) <= _REACH else None


@dataclass(frozen=True)
class Thick:
    """How one thick arrow looks.

    Attributes
    ----------
    double : bool
        Whether it has a second head behind the first.
    dotted, hollow : bools
        Whether its shaft is dotted, and its head an outline.
    dash_dotted : bool
    """

    colour: str
    halo: str
    width: float = 4.0
    dashed: bool = False
    double: bool = False
    dotted: bool = False
    hollow: bool = False
    dash_dotted: bool = False


class ThickArrows(pg.UIGraphicsItem):
    """A few arrows painted in pixels, over everything thin."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(30)
        self._arrows: list[tuple[QPointF, QPointF, Thick]] = []

    def set_arrows(self, arrows: list[tuple[Array, Array, Thick]]) -> None:
        """Draw arrows given as tail, tip and look, the first at the bottom."""
        self._arrows = [
            (QPointF(*tail), QPointF(*tip), thick)
            for tail, tip, thick in arrows
            if np.isfinite(tail).all() and np.isfinite(tip).all()
        ]
        self.update()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint shafts and heads."""
        to_pixels = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        for tail, tip, thick in self._arrows:
            paint_thick(painter, QLineF(to_pixels.map(tail), to_pixels.map(tip)), thick)
        painter.restore()


def paint_thick(painter: QPainter, line: QLineF, thick: Thick) -> None:
    """Paint one arrow along a line of pixels."""
    if 0.5 < line.length() < _FAR:
        size = _size(line.length(), thick)
        shaft = QLineF(line)
        shaft.setLength(line.length() - 0.8 * size)
        _paint_shaft(painter, QPolygonF([shaft.p1(), shaft.p2()]), thick)
        _paint_heads(painter, line, size, line.length() > 2.2 * size, thick)


def paint_bent(
    painter: QPainter, pixels: Array, thick: Thick, headed: bool = True
) -> None:
    """Paint one arrow along a bent line of pixels (m, 2).

    Parameters
    ----------
    headed : bool
        Whether it ends there; else it only leaves the picture.
    """
    ways = np.hypot(*np.diff(pixels, axis=0).T)
    length = float(ways.sum())
    if not 0.5 < length < _FAR:
        return
    size = _size(length, thick) if headed else 0.0
    shaft = _shortened(pixels, ways, 0.8 * size)
    points = [QPointF(x, y) for x, y in shaft.tolist()]
    _paint_shaft(painter, QPolygonF(points), thick)
    if headed:
        line = QLineF(points[-1], QPointF(*pixels[-1]))
        if line.length() < 0.1 * size:  # it turns right before its end
            line = QLineF(points[-2], line.p2())
        line = QLineF(line.p2(), line.p1())
        line.setLength(max(line.length(), 1.8 * size))
        line = QLineF(line.p2(), line.p1())
        _paint_heads(painter, line, size, length > 2.2 * size, thick)


def _size(length: float, thick: Thick) -> float:
    return min(3.6 * thick.width, 0.6 * length)


def _shortened(pixels: Array, ways: Array, end: float) -> Array:
    """Return a bent line without the last `end` pixels of it."""
    along = np.concatenate([[0.0], np.cumsum(ways)])
    last = along[-1] - end
    kept = along < last
    stop = [np.interp(last, along, pixels[:, i]) for i in (0, 1)]
    return np.vstack([pixels[kept], stop])


def _paint_shaft(painter: QPainter, shaft: QPolygonF, thick: Thick) -> None:
    stroke = look.pen(thick.colour, thick.width, _line(thick))
    stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
    if pattern := _pattern(thick):
        stroke.setDashPattern(pattern)
    halo = look.pen(thick.halo, thick.width + 2, alpha=170)
    halo.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (halo, stroke):
        painter.setPen(pen)
        if shaft.size() == 2:  # a line is much faster than a path of one
            painter.drawLine(shaft.at(0), shaft.at(1))
        else:
            painter.drawPolyline(shaft)


def _paint_heads(
    painter: QPainter, line: QLineF, size: float, long: bool, thick: Thick
) -> None:
    """Paint the head at the end of a line, and a second one behind if it has two."""
    painter.setPen(look.pen(thick.halo, 1, alpha=170))
    painter.setBrush(QBrush(QColor(thick.colour)))
    if thick.hollow:
        painter.setPen(look.pen(thick.colour, 2))
        painter.setBrush(QBrush(QColor(thick.halo)))
    painter.drawPolygon(_head(line, size))
    if thick.double and long:
        behind = QLineF(line)
        behind.setLength(line.length() - 0.75 * size)
        painter.drawPolygon(_head(behind, size))


def _line(thick: Thick) -> Qt.PenStyle:
    return Qt.PenStyle.DashLine if _pattern(thick) else Qt.PenStyle.SolidLine


def _pattern(thick: Thick) -> list[float]:
    """Return dashes and gaps in widths of the line; none where it is not broken."""
    if thick.dashed:
        return [2.2, 1.3]
    if thick.dash_dotted:
        return [3.0, 0.9, 0.9, 0.9]
    return [0.9, 0.9] if thick.dotted else []


def _head(line: QLineF, size: float) -> QPolygonF:
    along = line.unitVector()
    dx, dy = along.dx() * size, along.dy() * size
    base = line.p2() - QPointF(dx, dy)
    wing = QPointF(-dy, dx) * 0.45
    return QPolygonF([line.p2(), base + wing, base - wing])
