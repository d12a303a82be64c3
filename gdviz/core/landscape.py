"""The loss over a grid in a plane of parameter space, ever finer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.core.planes import Plane, Region
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

_MOST_WORK = 2**31  # numbers for one grid: some ten seconds
GRIDS = (17, 33, 65, 129)  # nested: every second point of one is the one before


@dataclass(frozen=True, eq=False)
class Surface:
    """The mean loss over a grid.

    Attributes
    ----------
    region : Region
    values : ndarray of shape (rows, columns)
        `values[r, c]` is the loss at the r-th v and the c-th u of the region, both
        evenly spaced and ends included.
    finest : bool
        Whether no finer grid follows.
    """

    region: Region
    values: Array
    finest: bool


def refine(
    objective: FiniteSum, plane: Plane, region: Region, grids: tuple[int, ...] = GRIDS
) -> Iterator[Surface | None]:
    """Yield the surface over ever finer grids, and None after each slice of work.

    Points already known from the coarser grid are kept; the work can be dropped at
    any yield. For many examples or large models the finer grids are left out.
    """
    known: Array | None = None
    per_point = objective.n_examples * objective.n_hidden
    grids = tuple(g for g in grids if g == grids[0] or g * g * per_point <= _MOST_WORK)
    for size in grids:
        u = np.linspace(region.left, region.right, size)
        v = np.linspace(region.bottom, region.top, size)
        values, missing = np.empty((size, size)), np.ones((size, size), dtype=bool)
        if known is not None:
            values[::2, ::2], missing[::2, ::2] = known, False
        rows, columns = np.nonzero(missing)
        slice_size = max(1, 2**19 // max(per_point, objective.n_parameters))
        for start in range(0, len(rows), slice_size):
            r, c = rows[start : start + slice_size], columns[start : start + slice_size]
            points = np.column_stack([u[c], v[r]])
            values[r, c] = objective.loss_at(plane.lift(points))
            yield None
        known = values
        values.setflags(write=False)
        yield Surface(region, values, finest=size == grids[-1])
