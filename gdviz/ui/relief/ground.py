"""The ground from above: its colours, its contour lines and the net over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.ui.marks.heat import LEVELS, contours
from gdviz.ui.relief.body import skin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.relief.terrain import Terrain
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

MESH = 12  # squares along each side
_LEVEL_GRID = 64  # squares along each side that contour lines are drawn through
_FINE_MESH = 32  # points along each of its lines


class Ground:
    """What is painted on a terrain, kept until there is another one."""

    def __init__(self) -> None:
        self._skin: tuple[Terrain, str, NDArray[np.uint32]] | None = None
        self._contours: tuple[object, Array] | None = None

    def colours(self, terrain: Terrain, style: Style) -> NDArray[np.uint32]:
        """Return the colours of the ground from above, in a theme."""
        known = self._skin
        if known is None or known[0] is not terrain or known[1] != style.name:
            known = self._skin = terrain, style.name, skin(terrain, style)
        return known[2]

    def levels(self, terrain: Terrain) -> Array:
        """Return the contour lines of the map."""
        if self._contours is None or self._contours[0] is not terrain:
            every = max(1, (len(terrain.values) - 1) // _LEVEL_GRID)
            u, v = (axis[::every] for axis in grid(terrain))
            shades = terrain.shades.shade(terrain.values[::every, ::every])
            self._contours = terrain, np.column_stack(contours(u, v, shades, LEVELS))
        return self._contours[1]


def grid(terrain: Terrain) -> tuple[Array, Array]:
    """Return the coordinates of a terrain's columns and rows."""
    region, (rows, columns) = terrain.region, terrain.heights.shape
    u = np.linspace(region.left, region.right, columns)
    return u, np.linspace(region.bottom, region.top, rows)


def net(terrain: Terrain, squares: int) -> Array:
    """Return the lines of a net over the ground, broken by NaN; of 1: its rim."""
    region = terrain.region
    u = np.linspace(region.left, region.right, squares + 1)
    v = np.linspace(region.bottom, region.top, squares + 1)
    along = np.linspace(0.0, 1.0, _FINE_MESH + 1)
    fine_u, fine_v = (ends[0] + along * (ends[-1] - ends[0]) for ends in (u, v))
    gap = np.full((1, 2), np.nan)
    lines = [np.column_stack([np.full_like(fine_v, place), fine_v]) for place in u]
    lines += [np.column_stack([fine_u, np.full_like(fine_u, place)]) for place in v]
    return np.concatenate([part for line in lines for part in (line, gap)])
