"""A pen: works out the loss over grids of one region, and keeps what it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.chebyshev import grid_weights, nodes, weights
from gdviz.core.rounding import Values

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from gdviz.core.planes import Plane, Region
    from gdviz.core.sheet import Work
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

_MOST_WORK = 2**33  # numbers for one grid: some ten seconds
_LONG_WORK = 2**31  # some seconds: a close interpolation will do instead
_SMOOTH_WORK = 2**22  # a grid that takes no more needs no interpolation
_LITTLE_WORK = 2**17  # nor any coarser grid first
_ORDERS = (16, 32, 64)  # one less than the Chebyshev points in each direction
_CHECKS = 64  # random points at which an interpolated surface is verified
_UNSEEN = 4.0  # the error elsewhere is seldom larger than so many times that there


class Pen:
    """Works out the loss over grids of a region.

    Parameters
    ----------
    objective : FiniteSum
    plane : Plane
    region : Region
    size : int
        Of the finest grid.
    """

    def __init__(
        self, objective: FiniteSum, plane: Plane, region: Region, size: int
    ) -> None:
        self.region, self._size = region, size
        self._values = Values(objective, plane, region)
        self._known, self._nodes = np.empty((0, 0)), np.empty((0, 0))
        random = np.random.default_rng(0).uniform(-1.0, 1.0, (_CHECKS, 2))
        self._random, self._checks = random, np.empty(0)

    @property
    def orders(self) -> tuple[int, ...]:
        """Of the interpolations worth trying; none where exact values are quick."""
        if not self._values.smooth or self._size**2 * self._values.work <= _SMOOTH_WORK:
            return ()
        return tuple(n for n in _ORDERS if n == _ORDERS[0] or self._can(n + 1))

    @property
    def quick(self) -> bool:
        """Whether the finest grid is a matter of one slice."""
        return self._size**2 * self._values.work <= _LITTLE_WORK

    @property
    def slow(self) -> bool:
        """Whether the finest grid takes some seconds, if it can be had at all."""
        return self._size**2 * self._values.work > _LONG_WORK

    def affordable(self, grids: tuple[int, ...]) -> tuple[int, ...]:
        """Return the grids that do not take too long; the first one always."""
        return tuple(g for g in grids if g == grids[0] or self._can(g))

    def _can(self, size: int) -> bool:
        return size**2 * self._values.work <= _MOST_WORK

    def prepare(self) -> Generator[None]:
        """Choose the precision."""
        return self._values.choose_precision(self._size**2)

    def draw(self, size: int) -> Work:
        """Work out the values over an even grid, those unknown yet."""
        if len(self._known) == size:
            return self._known
        values = yield from self._filled(np.linspace(-1.0, 1.0, size), self._known)
        yield from self._values.mend(values)
        self._known = values
        values.setflags(write=False)
        return values

    def verify(self, order: int) -> Generator[None, None, float]:
        """Work out the values at Chebyshev points and how good they are.

        Returns
        -------
        float
            By how much of its range the surface interpolated from them may be off:
            four times the most that is found at 64 random points.
        """
        if not len(self._checks):
            self._checks = yield from self._values.at(self._random)
        self._nodes = yield from self._filled(nodes(order), self._nodes)
        across, up = (weights(order, at) for at in self._random.T)
        with np.errstate(all="ignore"):
            guessed = np.add.reduce(up @ self._nodes * across, axis=1)
            off = np.abs(guessed - self._checks).max()
            error = _UNSEEN * off / np.ptp(self._nodes)
        return float(error) if np.isfinite(error) else np.inf

    def interpolated(self) -> Array:
        """Return the values over the finest grid, from the Chebyshev points."""
        fine = grid_weights(len(self._nodes) - 1, self._size)
        values = fine @ self._nodes @ fine.T
        values.setflags(write=False)
        return values

    def _filled(self, at: Array, known: Array) -> Work:
        """Work out the values at places in [−1, 1] each way, but for those known.

        New ones are the old rows' new columns, and every column of the new rows.
        """
        if not len(known):
            return (yield from self._values.over(at, at))
        if len(known) == len(at):
            return known
        step = (len(at) - 1) // (len(known) - 1)
        new = np.arange(len(at)) % step > 0
        values = np.empty((len(at), len(at)))
        values[::step, ::step] = known
        values[::step, new] = yield from self._values.over(at[new], at[::step])
        values[new] = yield from self._values.over(at, at[new])
        yield
        return values
