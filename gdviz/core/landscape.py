"""The loss over a grid in a plane of parameter space, ever finer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gdviz.core.pen import Pen

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.planes import Plane, Region
    from gdviz.core.sheet import Work
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Drawing = Generator["Surface | None", None, "Surface | None"]

GRIDS = (17, 33, 65, 129, 257)  # nested: every second point of one is the one before
CLOSE = 1e-3  # of its range: an interpolated surface as good as this is good enough
_ROUGH = 0.04  # one as good as this is a first picture
_FIRST = 65  # the coarsest exact grid that is better than such a picture
_FINE = 1e-6  # where an exact one takes too long, it shall be as good as this


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
        Whether no finer or better one follows.
    error : float
        By how much of its range an interpolated surface may be off: four times the
        most that was found at 64 random points; 0 if every value was computed.
    """

    region: Region
    values: Array
    finest: bool
    error: float = 0.0


def refine(
    objective: FiniteSum,
    plane: Plane,
    region: Region,
    grids: tuple[int, ...] = GRIDS,
    enough: float = 0.0,
) -> Iterator[Surface | None]:
    """Yield ever better surfaces, and None after each slice of work.

    Smooth ones are first interpolated; exact ones follow, over ever finer grids that
    keep the points already known. The work can be dropped at any yield. What takes
    little work is drawn at once; where it takes some seconds, a close interpolation is
    the last one; where it takes too much, the finer grids are left out.

    Parameters
    ----------
    objective : FiniteSum
    plane : Plane
    region : Region
    grids : tuple of ints
        Numbers of points in each direction, each grid part of the next.
    enough : float
        An interpolated surface verified to this part of its range is the last one.
    """
    pen = Pen(objective, plane, region, grids[-1])
    if pen.quick:
        yield Surface(region, _at_once(pen.draw(grids[-1])), finest=True)
        return
    yield from pen.prepare()
    exact = pen.affordable(grids)
    slow = pen.slow or exact[-1] < grids[-1]
    good = max(enough, _FINE) if slow else enough
    smooth = yield from _interpolated(pen, grids[0], good)
    if smooth is None:
        yield from _exact(pen, exact)
    elif smooth.error > CLOSE:
        yield from _exact(pen, tuple(g for g in exact if g >= _FIRST) or exact[-1:])
    elif slow and not smooth.finest:
        yield replace(smooth, finest=True)
    elif not smooth.finest:
        yield from _exact(pen, exact[-1:])


def _interpolated(pen: Pen, coarse: int, enough: float) -> Drawing:
    """Yield interpolated surfaces, each better, and return the last one if any.

    Where the first is too rough to be shown, a coarse exact one is.
    """
    best, surface = _ROUGH, None
    for order in pen.orders:
        error = yield from pen.verify(order)
        if error <= best:
            best, values = error, pen.interpolated()
            surface = Surface(pen.region, values, error <= enough, error)
            yield surface
        elif order == pen.orders[0]:
            yield Surface(pen.region, (yield from pen.draw(coarse)), finest=False)
        if best <= (enough or CLOSE):
            break
    return surface


def _exact(pen: Pen, grids: tuple[int, ...]) -> Iterator[Surface | None]:
    """Yield the exact surface over ever finer grids."""
    for size in grids:
        values = yield from pen.draw(size)
        yield Surface(pen.region, values, size == grids[-1])


def _at_once(work: Work) -> Array:
    """Return what a piece of work comes to, without a pause."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
