"""What each column of pixels sees of a terrain: what a higher part hides is not seen.

Each column looks along one straight line over the ground. Samples of that line, from
near to far, are seen from above where they rise over all before them, and from below
where they sink under all before them: the floating horizon of Wright 1973, "A
two-space solution to the hidden line problem for plotting functions of two variables".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.ui.relief.camera import TALL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.relief.camera import Projection
    from gdviz.ui.relief.terrain import Terrain

    Array = NDArray[np.float64]
    Single = NDArray[np.float32]
    Truths = NDArray[np.bool_]

SAMPLES = 160  # along each column's line
_NEAR = 1.5  # pixels: lines on the surface are not hidden by what is just under them


@dataclass(frozen=True, eq=False)
class Horizon:
    """What each column of pixels sees along its line over the ground.

    Attributes
    ----------
    fine : float
        Pixels to the point.
    left : int
        The first column that may see something.
    start, way : ndarrays of shape (columns,)
        Distance of the first sample, and from there to the last one.
    places : pair of ndarrays of shape (2, columns)
        Shares of the ground, across and up, of the first sample and between two.
    y : ndarray of shape (SAMPLES, columns)
        Rows of the samples, from the top of the picture down.
    top, low : ndarrays of shape (SAMPLES, columns)
        The highest and the lowest of these rows up to each sample.
    """

    fine: float
    left: int
    start: Single
    way: Single
    places: tuple[Single, Single]
    y: Single
    top: Single
    low: Single

    @classmethod
    def of(cls, terrain: Terrain, projection: Projection, fine: float) -> Horizon:
        """Return what is seen with `fine` pixels to the point."""
        middle, scale = projection.centre[0] * fine, projection.scale * fine
        reach, last = np.hypot(*projection.half) * scale, projection.size[0] * fine
        left = int(np.clip(middle - reach, 0, last - 1))
        right = int(np.clip(middle + reach + 1, left + 1, max(last, left + 1)))
        across = (np.arange(left, right, dtype=np.float64) + 0.5 - middle) / scale
        start, way = _chords(projection, across)
        places = _places(projection, across, start, way)
        y = _sampled(terrain.heights, *places)
        _stand(y, projection, fine, start, way)
        top, low = np.minimum.accumulate(y), np.maximum.accumulate(y)
        return cls(fine, left, start, way, places, y, top, low)

    @property
    def misses(self) -> Truths:
        """Which columns see nothing of the ground."""
        return self.way <= 0

    def sees(self, seen: Array) -> Truths:
        """Tell which points on the surface, as seen (m, 3), are not hidden."""
        with np.errstate(all="ignore"):
            column = np.nan_to_num(seen[:, 0] * self.fine) - self.left
            column = column.clip(0, len(self.way) - 1).astype(np.int64)
            along = (seen[:, 2] - self.start[column]) / self.way[column]
        last = SAMPLES - 1
        before = np.nan_to_num(along * last, nan=0.0, posinf=0.0, neginf=0.0) - 1.5
        place = before.clip(0, last).astype(np.int64)
        row = seen[:, 1] * self.fine
        above = row <= self.top[place, column] + _NEAR
        below = row >= self.low[place, column] - _NEAR
        return (before < 0) | self.misses[column] | above | below


def _chords(projection: Projection, across: Array) -> tuple[Single, Single]:
    """Return where lines of sight enter the ground, and how far they go over it."""
    (sine, cosine), (wide, deep) = projection.heading, projection.half
    sine, cosine = (s if abs(s) > 1e-6 else 1e-6 for s in (sine, cosine))
    ends = [
        (side * reach - lead * across) / pace
        for reach, lead, pace in ((wide, cosine, sine), (deep, -sine, cosine))
        for side in (-1, 1)
    ]
    start = np.maximum(np.minimum(*ends[:2]), np.minimum(*ends[2:]))
    end = np.minimum(np.maximum(*ends[:2]), np.maximum(*ends[2:]))
    way = np.maximum(end - start, 0.0)
    start = np.where(way > 0, start, 0.0)
    return start.astype(np.float32), way.astype(np.float32)


def _places(
    projection: Projection, across: Array, start: Single, way: Single
) -> tuple[Single, Single]:
    (sine, cosine), half = projection.heading, np.array(projection.half)[:, None]
    begin = np.stack(
        [cosine * across + sine * start, cosine * start - sine * across]
    )  # the turn undone
    step = np.stack([sine * way, cosine * way]) / (SAMPLES - 1)
    first = (begin / half + 1) / 2
    return first.astype(np.float32), (step / half / 2).astype(np.float32)


def _sampled(heights: Array, first: Single, each: Single) -> Single:
    """Return the bilinear heights (SAMPLES, columns) along lines over the ground."""
    count = np.arange(SAMPLES, dtype=np.float32)[:, None]
    rows, columns = heights.shape
    flat = heights.astype(np.float32).ravel()
    x, y = (
        ((first[i] + count * each[i]) * np.float32(n - 1)).clip(0, n - 1.001)
        for i, n in enumerate((columns, rows))
    )
    c, r = x.astype(np.int32), y.astype(np.int32)
    x -= c
    y -= r
    r *= columns
    r += c
    near, far = flat.take(r), flat.take(r + columns)
    near += x * (flat.take(r + 1) - near)
    far += x * (flat.take(r + (columns + 1)) - far)
    far -= near
    far *= y
    far += near
    return far


def _stand(
    heights: Single, projection: Projection, fine: float, start: Single, way: Single
) -> None:
    """Turn heights into rows of the picture, in place."""
    up, along = projection.slant
    points = projection.scale * fine
    count = np.arange(SAMPLES, dtype=np.float32)[:, None]
    heights -= np.float32(0.5)
    heights *= np.float32(-points * TALL * along)
    heights += projection.centre[1] * fine - np.float32(points * up) * start
    heights -= count * (np.float32(points * up / (SAMPLES - 1)) * way)
