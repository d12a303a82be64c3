"""The loss at points of a region, in single precision where no picture can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from gdviz.core.planes import Plane, Region
    from gdviz.core.sheet import Work
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

_DOUBLE_WORK = 2**24  # less than this is quick enough in double precision
_VISIBLE = 1e-3  # of its height above the lowest point: less does not move a shade
_PROBES, _LOWEST, _SAFETY = 8, 4, 4.0


class Values:
    """The mean loss over a region of a plane; places go from −1 to 1 in each direction.

    Shades tell heights above the lowest point on a scale of powers, so that rounding
    is seen first near that point. There values are worked out again, in double
    precision. Losses are positive: rounding is measured as a part of them.

    Parameters
    ----------
    objective : FiniteSum
    plane : Plane
    region : Region
    """

    def __init__(self, objective: FiniteSum, plane: Plane, region: Region) -> None:
        self._objective, self._plane = objective, plane
        ends = np.array(
            [[region.left, region.right], [region.bottom, region.top]], dtype=np.float64
        )
        self._centre = ends.sum(axis=1) / 2
        self._half = (ends[:, 1] - ends[:, 0]) / 2
        self._sheet = self._double = objective.sheet(plane, self._centre)
        self._rounding = 0.0

    @property
    def work(self) -> int:
        """What one value costs: numbers, each worth an activation function."""
        return self._double.work

    @property
    def smooth(self) -> bool:
        """Whether it may be smooth enough to be interpolated."""
        return self._double.smooth

    @property
    def single(self) -> bool:
        """Whether values are worked out in single precision first."""
        return self._sheet is not self._double

    def at(self, places: Array) -> Work:
        """Work out the losses at places of shape (g, 2), rounded as they may be."""
        return self._sheet.losses(self._points(places))

    def over(self, across: Array, up: Array) -> Work:
        """Work out the losses over a grid of places, of shape (rows, columns)."""
        ends = (across, up)
        u, v = (
            c + h * at for c, h, at in zip(self._centre, self._half, ends, strict=True)
        )
        return self._sheet.grid(u, v)

    def exact(self, places: Array) -> Work:
        """Work out the losses at places of shape (g, 2) in double precision."""
        return self._double.losses(self._points(places))

    def choose_precision(self, points: int) -> Generator[None]:
        """Take single precision if so many points take long and a probe allows it."""
        if points * self.work <= _DOUBLE_WORK:
            return
        single = self._objective.sheet(self._plane, self._centre, single=True)
        places = np.random.default_rng(1).uniform(-1.0, 1.0, (_PROBES, 2))
        exact = yield from self.exact(places)
        rough = yield from single.losses(self._points(places))
        rounding = _rounding(rough, exact)
        if rounding * np.abs(exact).max() <= _VISIBLE * np.ptp(exact):
            self._sheet, self._rounding = single, rounding

    def mend(self, values: Array) -> Generator[None]:
        """Work out again what lies low on an even grid, and what overflowed.

        Parameters
        ----------
        values : ndarray of shape (size, size)
        """
        if not self.single:
            return
        yield
        flat = values.reshape(-1)
        lowest = np.argpartition(flat, _LOWEST)[:_LOWEST]
        exact = yield from self._again(lowest, values)
        rounding = max(self._rounding, _rounding(flat[lowest], exact))
        flat[lowest] = exact
        with np.errstate(all="ignore"):
            clear = (flat - flat.min()) * _VISIBLE > rounding * flat
        low = np.flatnonzero(~clear)
        flat[low] = yield from self._again(low, values)

    def _points(self, places: Array) -> Array:
        """Return the plane coordinates of places."""
        points = places * self._half
        points += self._centre
        return points

    def _again(self, which: NDArray[np.intp], values: Array) -> Work:
        even = np.linspace(-1.0, 1.0, len(values))
        rows, columns = np.divmod(which, len(values))
        return self.exact(np.column_stack([even[columns], even[rows]]))


def _rounding(rough: Array, exact: Array) -> float:
    """Return how far off rounded values may be, as a part of them."""
    with np.errstate(all="ignore"):
        off = np.abs(rough - exact) / np.abs(exact)
    return _SAFETY * float(off.max())
