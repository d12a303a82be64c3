"""Points and lines of the plane as they are seen on the surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdviz.ui import style as look
from gdviz.ui.relief.camera import Projection
from gdviz.ui.relief.horizon import Horizon

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

    from gdviz.ui.relief.camera import Camera
    from gdviz.ui.relief.terrain import Terrain

    Array = NDArray[np.float64]
    Truths = NDArray[np.bool_]

_PIECE = 16  # points: the cost of a wide smooth stroke grows faster than its length
_BENDS = 48  # straight pieces of a line as long as the ground
_MOST = 40  # of one step of a path
_DIM = 0.3  # opacity of what is behind the surface


@dataclass(frozen=True, eq=False)
class Seen:
    """Points of a line on the screen.

    Attributes
    ----------
    pixels : ndarray of shape (m, 2)
        NaN where the line is beyond the edge of the ground.
    shown : ndarray of shape (m,)
        Whether nothing hides them.
    """

    pixels: Array
    shown: Truths

    @property
    def inside(self) -> Truths:
        """Which points are over the ground."""
        return np.isfinite(self.pixels[:, 0]) & np.isfinite(self.pixels[:, 1])

    def path(self, shown: bool) -> QPainterPath:
        """Return the pieces between points that are shown, or between the others."""
        both = self.inside[:-1] & self.inside[1:]
        open_ = self.shown[:-1] & self.shown[1:]
        joined = np.zeros(len(self.pixels), dtype=np.int32)
        joined[:-1] = both & (open_ if shown else ~open_)
        x, y = np.nan_to_num(self.pixels).T
        return pg.arrayToQPath(x, y, connect=joined, finiteCheck=False)

    def stroke(self, painter: QPainter, pen: QPen, dim: bool = True) -> None:
        """Draw the line; where it is hidden it is dim, or left out.

        A pen of one pixel, as `hair` makes it, takes hardly any time however long and
        tangled the line is; a wider one takes a hundred times as long.
        """
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        long = len(self.pixels) if pen.widthF() <= 1 else _PIECE
        for first in range(0, max(len(self.pixels) - 1, 0), long):
            piece = slice(first, first + long + 1)
            part = Seen(self.pixels[piece], self.shown[piece])
            if part.shown.any():
                painter.drawPath(part.path(shown=True))
            if dim and not part.shown.all():
                painter.setOpacity(_DIM)
                painter.drawPath(part.path(shown=False))
                painter.setOpacity(1.0)


@dataclass(frozen=True, eq=False)
class Sight:
    """A terrain before a camera."""

    terrain: Terrain
    projection: Projection
    horizon: Horizon

    @classmethod
    def of(
        cls, terrain: Terrain, camera: Camera, size: tuple[float, float], fine: float
    ) -> Sight:
        """Look at a terrain, with `fine` pixels to the point."""
        projection = Projection(camera, size, terrain.half)
        return cls(terrain, projection, Horizon.of(terrain, projection, fine))

    def see(self, points: Array) -> Seen:
        """Return how points (m, 2) of the plane are seen on the surface."""
        seen = self.projection.seen(self.terrain.raised(points))
        return Seen(seen[:, :2], self.horizon.sees(seen))

    def follow(self, points: Array) -> Seen:
        """Return how the lines from point to point (m, 2) are seen on the surface."""
        return self.see(bent(points, self.terrain))


def hair(colour: str | QColor, alpha: int = 255) -> QPen:
    """Return a pen of one pixel of the screen."""
    pen = look.pen(colour, 1.0, alpha=alpha)
    pen.setCosmetic(True)
    return pen


def bent(points: Array, terrain: Terrain) -> Array:
    """Return the lines between points (m, 2) in pieces short enough to lie close."""
    if len(points) < 2:
        return points
    region = terrain.region
    spans = np.array([region.right - region.left, region.top - region.bottom])
    with np.errstate(all="ignore"):
        length = np.abs(np.diff(points, axis=0) / spans).max(axis=1) * _BENDS
    count = np.nan_to_num(length, nan=1.0, posinf=1.0).clip(1, _MOST)
    count = np.ceil(count).astype(np.int64)
    first = np.repeat(np.arange(len(count)), count)
    order = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    share = (order / count[first])[:, None]
    with np.errstate(all="ignore"):
        made = points[first] + share * (points[first + 1] - points[first])
    return np.concatenate([made, points[-1:]])
