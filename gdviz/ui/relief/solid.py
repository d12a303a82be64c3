"""The surface as triangles and lines in space, for a graphics card to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QMatrix4x4

from gdviz.ui.marks.arrows import wings
from gdviz.ui.relief.body import TEXTURE
from gdviz.ui.relief.camera import TALL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.relief.camera import Projection
    from gdviz.ui.relief.terrain import Terrain

    Array = NDArray[np.float64]
    Whole = NDArray[np.int64]

MOST = 129  # points along each side
_DEEP = 4.0  # units: how far from the middle anything may be, near or far
FEW = 64  # arrows
_BENDS, _FEW_BENDS = 17, 5  # points of one arrow, of few arrows and of many


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles, all of them finite.

    Attributes
    ----------
    points : ndarray of shape (m, 3)
    corners : ndarray of shape (k, 3)
        Which points make up each triangle, counterclockwise from above.
    colours : ndarray of shape (m, 4)
        Red, green, blue and opacity from 0 to 1.
    """

    points: Array
    corners: Whole
    colours: Array


def mesh(terrain: Terrain, skin: NDArray[np.uint32]) -> Mesh:
    """Return a terrain with the colours of its skin."""
    rows, columns = (_kept(count) for count in terrain.heights.shape)
    up, across = (kept / kept[-1] for kept in (rows, columns))
    wide, deep = terrain.half
    x, y = np.meshgrid((2 * across - 1) * wide, (2 * up - 1) * deep)
    heights = TALL * terrain.heights[np.ix_(rows, columns)]
    points = np.column_stack([x.ravel(), y.ravel(), heights.ravel()])
    places = [np.rint(share * (TEXTURE - 1)).astype(np.int64) for share in (up, across)]
    return Mesh(
        points,
        _corners(len(rows), len(columns)),
        _split(skin[np.ix_(*places)].ravel()),
    )


def pairs(points: Array, terrain: Terrain) -> Array:
    """Return lines on the surface as both ends of each straight piece, (2k, 3).

    Parameters
    ----------
    points : ndarray of shape (m, 2)
        Of the plane, close to each other; NaN breaks the line.
    """
    return joined(terrain.raised(points)[None])


def shafts(here: Array, tips: Array, terrain: Terrain) -> Array:
    """Return the shafts of arrows on the surface, (s, bends, 3), those of finite tips.

    A point that is not over the ground is NaN.
    """
    tips = tips[np.isfinite(tips).all(axis=1)]
    count = _BENDS if len(tips) <= FEW else _FEW_BENDS
    points = here + np.linspace(0.0, 1.0, count)[:, None] * (tips - here)[:, None]
    return terrain.raised(points.reshape(-1, 2)).reshape(-1, count, 3)


def heads(shafts: Array, projection: Projection) -> Array:
    """Return the open heads of arrows as pairs of ends, flat before the camera."""
    tips = shafts[:, -1]
    way = [projection.seen(shafts[:, place])[:, :2] for place in (0, -2, -1)]
    last, length = way[2] - way[1], np.hypot(*(way[2] - way[0]).T)[:, None]
    pace = last / np.maximum(np.hypot(*last.T)[:, None], 1e-12)
    right, above = _axes(projection)
    ends = [
        tips + (wing[:, :1] * right - wing[:, 1:] * above) / projection.scale
        for wing in wings(pace * length)
    ]
    return joined(np.stack([ends[0], tips, ends[1]], axis=1))


def joined(lines: Array) -> Array:
    """Return lines (s, points, 3) as pairs of ends (2k, 3), the finite ones."""
    both = np.stack([lines[:, :-1], lines[:, 1:]], axis=2).reshape(-1, 2, 3)
    return both[np.isfinite(both).all(axis=(1, 2))].reshape(-1, 3)


def matrix(projection: Projection) -> QMatrix4x4:
    """Return what takes a point in space to where `Projection.seen` has it."""
    (sine, cosine), (up, along) = projection.heading, projection.slant
    (wide, high), (x, y), scale = projection.size, projection.centre, projection.scale
    right, above = 2 * scale / wide, 2 * scale / high
    rows = [
        (cosine * right, -sine * right, 0.0, 2 * x / wide - 1),
        (sine * up * above, cosine * up * above, along * above,
         1 - 2 * y / high - along * above * TALL / 2),
        (sine * along / _DEEP, cosine * along / _DEEP, -up / _DEEP, 0.0),
        (0.0, 0.0, 0.0, 1.0),
    ]  # fmt: skip
    return QMatrix4x4(*(value for row in rows for value in row))


def nearer(projection: Projection, by: float) -> tuple[float, float, float]:
    """Return the way straight to the eye: what goes it stays where it is seen."""
    (sine, cosine), (up, along) = projection.heading, projection.slant
    return -by * sine * along, -by * cosine * along, by * up


def _axes(projection: Projection) -> tuple[Array, Array]:
    """Return the directions in space that are right and up on the screen."""
    (sine, cosine), (up, along) = projection.heading, projection.slant
    right = np.array([cosine, -sine, 0.0])
    return right, np.array([sine * up, cosine * up, along])


def _kept(count: int) -> Whole:
    """Return which of so many rows to keep, the first and the last among them."""
    every = -(-(count - 1) // (MOST - 1))
    return np.unique(np.append(np.arange(0, count, every), count - 1))


def _corners(rows: int, columns: int) -> Whole:
    number = np.arange(rows * columns).reshape(rows, columns)
    a, b = number[:-1, :-1].ravel(), number[:-1, 1:].ravel()
    c, d = number[1:, 1:].ravel(), number[1:, :-1].ravel()
    return np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])


def _split(colours: NDArray[np.uint32]) -> Array:
    parts = [(colours >> np.uint32(bits)) & np.uint32(255) for bits in (16, 8, 0, 24)]
    return np.column_stack(parts) / 255.0
