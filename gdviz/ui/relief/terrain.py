"""The loss over a region as heights above a ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.ui.marks.heat import Shades
from gdviz.ui.relief.camera import TALL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.landscape import Surface
    from gdviz.core.planes import Region

    Array = NDArray[np.float64]

_MIDDLE = 0.15  # of the height: where the median loss should at least be
_NARROW = 0.2  # the shorter side of the ground is at least this part of the longer


@dataclass(frozen=True, eq=False)
class Terrain:
    """Heights t = ((L − low)/(high − low))^power, 0 to 1; not finite ones are cut to 1.

    The power is 1, true heights, unless a far wall would leave all else flat.

    Attributes
    ----------
    region : Region
    values : ndarray of shape (rows, columns)
        The losses.
    heights : ndarray of shape (rows, columns)
    shades : Shades
        Those of the map: colours mean the same.
    scale : Shades
        From loss to height.
    cut : bool
        Whether some losses are not finite.
    """

    region: Region
    values: Array
    heights: Array
    shades: Shades
    scale: Shades
    cut: bool

    @classmethod
    def of(cls, surface: Surface) -> Terrain:
        """Return the terrain of a surface."""
        values, shades = surface.values, Shades.of(surface.values)
        scale = Shades(shades.low, shades.high, _power(values, shades))
        cut = not np.isfinite(values).all()
        return cls(surface.region, values, scale.shade(values), shades, scale, cut)

    @property
    def half(self) -> tuple[float, float]:
        """Half of the ground's width and depth; the larger is 1."""
        wide, deep = self._spans
        longest = max(wide, deep)
        return max(wide / longest, _NARROW), max(deep / longest, _NARROW)

    def on_ground(self, points: Array) -> Array:
        """Return points (m, 2) of the plane as places (m, 2) on the ground."""
        region, half = self.region, np.array(self.half)
        low = np.array([region.left, region.bottom])
        return (2 * (points - low) / self._spans - 1) * half

    def at(self, points: Array) -> Array:
        """Return the heights (m,) at points (m, 2) of the plane; NaN beyond its edge.

        Between four points of the grid the height is bilinear.
        """
        region, (rows, columns) = self.region, self.heights.shape
        low = np.array([region.left, region.bottom])
        last = np.array([columns - 1, rows - 1])
        with np.errstate(all="ignore"):
            place = (points - low) / self._spans * last
            inside = ((place >= -1e-9) & (place <= last + 1e-9)).all(axis=1)
        place = np.where(inside[:, None], place, 0.0).clip(0.0, last)
        cell = np.minimum(place.astype(np.int64), last - 1)
        (x, y), (c, r) = (place - cell).T, cell.T
        h = self.heights
        near = h[r, c] + x * (h[r, c + 1] - h[r, c])
        far = h[r + 1, c] + x * (h[r + 1, c + 1] - h[r + 1, c])
        return np.where(inside, near + y * (far - near), np.nan)

    def raised(self, points: Array) -> Array:
        """Return points (m, 2) of the plane as places (m, 3) on the surface."""
        return np.column_stack([self.on_ground(points), TALL * self.at(points)])

    def words(self) -> str:
        """Return what is done to the heights."""
        power = self.scale.power
        said = "height: loss" if power == 1 else f"height: (loss − lowest)^{power:g}"
        return f"{said}, cut where it is not finite" if self.cut else said

    @property
    def _spans(self) -> tuple[float, float]:
        region = self.region
        return region.right - region.left, region.top - region.bottom


def _power(values: Array, shades: Shades) -> float:
    """Return 1, or in tenths what lifts the median loss to a height worth seeing."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 1.0
    straight = Shades(shades.low, shades.high, 1.0)
    share = float(np.clip(straight.shade(np.array([np.median(finite)]))[0], 1e-9, 1.0))
    if share >= _MIDDLE:
        return 1.0
    return max(round(float(np.log(_MIDDLE) / np.log(share)), 1), 0.1)
