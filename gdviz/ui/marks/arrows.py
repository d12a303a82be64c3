"""Arrows: many thin ones as one curve, a few thick ones painted by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPolygonF

from gdviz.ui import style as look

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_HEAD = 8.0  # pixels
_FEW, _SMOOTH = 64, 300
_REACH = 9.0  # pixels
_SPREAD = np.radians(24.0)


class ThinArrows(pg.PlotCurveItem):
    """Any number of arrows with open heads as one connected-pairs curve."""

    def __init__(self) -> None:
        super().__init__(connect="pairs", antialias=True)
        self.colour, self.ground, self.ratio = "#56B4E9", "#000000", 1.0
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
        length = np.hypot(*shaft.T)[:, None]
        back = -shaft / np.maximum(length, 1e-12) * np.minimum(_HEAD, length / 2)
        ends = [tips + _turned(back, side * _SPREAD) * pixel for side in (1, -1)]
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
    start, end = (tails - point) / pixel, (tips - point) / pixel
    way = end - start
    along = -(start * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-300)
    closest = start + along.clip(0.0, 1.0)[:, None] * way
    distance = np.hypot(*closest.T) + 0.02 * np.hypot(*end.T)
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
    """

    colour: str
    halo: str
    width: float = 4.0
    dashed: bool = False
    double: bool = False
    dotted: bool = False
    hollow: bool = False


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
    size = min(3.6 * thick.width, 0.6 * line.length())
    if not 0.5 < line.length() < 1e5:
        return
    shaft = QLineF(line)
    shaft.setLength(line.length() - 0.8 * size)
    stroke = look.pen(thick.colour, thick.width, _line(thick))
    stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
    if thick.dashed or thick.dotted:
        stroke.setDashPattern([2.2, 1.3] if thick.dashed else [0.9, 0.9])
    painter.setPen(look.pen(thick.halo, thick.width + 2, alpha=170))
    painter.drawLine(shaft)
    painter.setPen(stroke)
    painter.drawLine(shaft)
    painter.setPen(look.pen(thick.halo, 1, alpha=170))
    painter.setBrush(QBrush(QColor(thick.colour)))
    if thick.hollow:
        painter.setPen(look.pen(thick.colour, 2))
        painter.setBrush(QBrush(QColor(thick.halo)))
    painter.drawPolygon(_head(line, size))
    if thick.double and line.length() > 2.2 * size:
        behind = QLineF(line)
        behind.setLength(line.length() - 0.75 * size)
        painter.drawPolygon(_head(behind, size))


def _line(thick: Thick) -> Qt.PenStyle:
    broken = thick.dashed or thick.dotted
    return Qt.PenStyle.DashLine if broken else Qt.PenStyle.SolidLine


def _head(line: QLineF, size: float) -> QPolygonF:
    along = line.unitVector()
    dx, dy = along.dx() * size, along.dy() * size
    base = line.p2() - QPointF(dx, dy)
    wing = QPointF(-dy, dx) * 0.45
    return QPolygonF([line.p2(), base + wing, base - wing])
