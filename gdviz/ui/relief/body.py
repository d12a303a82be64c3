"""The body of the surface in pixels, in the colours of the map and in some light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from gdviz.ui import style as look
from gdviz.ui.relief.camera import TALL
from gdviz.ui.relief.horizon import SAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.relief.horizon import Horizon
    from gdviz.ui.relief.terrain import Terrain
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]
    Single = NDArray[np.float32]
    Colours = NDArray[np.uint32]  # ARGB
    Whole = NDArray[np.int32]

TEXTURE = 257  # colours along each side of the ground
_LIGHT = (-0.42, -0.30, 0.86)  # from the left, from before and from above
_SHADOW, _GLOSS = 0.62, 0.46  # of a colour: without any light, and what light adds


def painted(
    horizon: Horizon, skin: Colours, under: str, height: float
) -> tuple[Colours, int]:
    """Return the colours of the pixels from `horizon.left` on, and of which row on.

    Parameters
    ----------
    skin : ndarray of shape (TEXTURE, TEXTURE)
        The colours of the ground from above, row 0 at the bottom.
    under : text
        The colour from below.
    height : float
        Of the picture, in points.

    Returns
    -------
    colours : ndarray of shape (rows, columns)
        0 where nothing is.
    first : int
    """
    top, end = _rows(horizon, height)
    centres = (np.arange(top, end, dtype=np.float32) + np.float32(0.5))[:, None]
    first = _first(horizon, top, end)
    colours = skin.ravel().take(_cells(horizon, first, centres), mode="clip")
    colours[(first == 0) | (first == SAMPLES)] = 0
    beneath = (centres > horizon.y[0]) & (centres < horizon.low[-1])
    colours[beneath & ~horizon.misses] = QColor(under).rgb()
    return colours, top


def _rows(horizon: Horizon, height: float) -> tuple[int, int]:
    """Return the first row that something is in, and the one after the last."""
    last = max(round(height * horizon.fine), 1)
    hits = ~horizon.misses
    if not hits.any():
        return 0, 1
    top = int(np.clip(np.floor(horizon.top[-1, hits].min()), 0, last - 1))
    low = np.ceil(horizon.low[-1, hits].max())
    return top, int(np.clip(low, top + 1, max(last, top + 1)))


def _first(horizon: Horizon, top: int, end: int) -> Whole:
    """Return the first sample at or over each pixel (rows, columns), or SAMPLES."""
    rows, columns = end - top, len(horizon.way)
    reached = np.ceil(horizon.top - np.float32(top + 0.5)).clip(0, rows)
    reached[:, horizon.misses] = rows
    place = reached.astype(np.int32)
    place *= columns
    place += np.arange(columns, dtype=np.int32)
    met = np.bincount(place.ravel(), minlength=(rows + 1) * columns)
    sums: Whole = met[: rows * columns].reshape(rows, columns).astype(np.int32)
    for row in range(1, rows):  # sums down the columns
        sums[row] += sums[row - 1]
    np.subtract(SAMPLES, sums, out=sums)
    return sums


def _cells(horizon: Horizon, first: Whole, centres: Single) -> Whole:
    """Return which colour of the skin each pixel has: between two samples, by share."""
    columns = first.shape[1]
    flat = (first * columns).astype(np.int32, copy=False)
    flat += np.arange(columns, dtype=np.int32)
    top, last = horizon.top.ravel(), np.float32(TEXTURE - 1)
    here = top.take(flat, mode="clip")
    flat -= columns
    along = top.take(flat, mode="clip")
    with np.errstate(all="ignore"):
        here -= along
        np.subtract(centres, along, out=along)
        along /= here
    along += first
    along -= 1
    start, each = horizon.places
    half = np.float32(0.5)
    with np.errstate(all="ignore"):
        across, up = (
            (along * (each[i] * last) + (start[i] * last + half)).astype(np.int32)
            for i in (0, 1)
        )
    up *= TEXTURE
    up += across
    return up


def skin(terrain: Terrain, style: Style) -> Colours:
    """Return the colours of a terrain from above: those of the map, and light."""
    heights = terrain.heights
    shades = _stretched(terrain.shades.shade(terrain.values))
    light = _stretched(_lit(heights, terrain.half))
    ramp = look.ramp(style.surface)[(shades * 255).astype(np.uint8)]
    parts = [
        ((ramp >> np.uint32(bits)) & np.uint32(255)) * light for bits in (16, 8, 0)
    ]
    red, green, blue = (part.clip(0, 255).astype(np.uint32) for part in parts)
    solid = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8))
    return np.asarray(solid | blue, dtype=np.uint32)


def _lit(heights: Array, half: tuple[float, float]) -> Array:
    """Return how bright each point is."""
    rows, columns = heights.shape
    up, across = np.gradient(
        TALL * heights, 2 * half[1] / (rows - 1), 2 * half[0] / (columns - 1)
    )
    normal = np.sqrt(up**2 + across**2 + 1)
    x, y, z = _LIGHT
    cosine = (z - x * across - y * up) / normal
    return _SHADOW + _GLOSS * np.maximum(cosine, 0.0)


def _stretched(values: Array) -> Array:
    """Return values on a grid of TEXTURE by TEXTURE, in straight lines between."""
    for _ in range(2):
        at = np.linspace(0, len(values) - 1, TEXTURE)
        cell = np.minimum(at.astype(np.int64), len(values) - 2)
        share = (at - cell)[:, None]
        values = ((1 - share) * values[cell] + share * values[cell + 1]).T
    return values
