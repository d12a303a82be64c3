"""What a portrait needs in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.portrait import BARS, CURVE, FIT, MAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.portrait import Portrait

    Array = NDArray[np.float64]


OFTEN, FAST, SELDOM = 1.8, 2.5, 6.0  # times smaller all may be before the view is
_PADS = {FAST: 0.2}  # of all there is, around it, where it may soon be larger


def span(values: Array) -> tuple[float, float]:
    """Return the smallest and the largest value, or a range around a single one."""
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 1.0, low + 1.0)


def reframed(
    low: Array, high: Array, view: tuple[Array, Array] | None, least: float = OFTEN
) -> tuple[Array, Array] | None:
    """Return the corners of a view of a span, or None where the one there is will do.

    It changes in jumps: where the span has left it, or has become far smaller.

    Parameters
    ----------
    low, high : ndarrays of shape (2,)
    view : tuple of ndarrays or None
    least : float
        How many times smaller than the view all must be before that shrinks.
    """
    needed = float((high - low).max())
    if view is not None:
        bottom, top = view
        inside = bool((low >= bottom).all() and (high <= top).all())
        if inside and needed > float((top - bottom).max()) / least:
            return None
    if not 0 < needed < 1e300:
        return None
    pad = _PADS.get(least, 0.12) * needed
    return low - pad, high + pad


def bounds(portrait: Portrait) -> tuple[Array, Array]:
    """Return the corners of what should be in view."""
    points = portrait.points[np.isfinite(portrait.points).all(axis=1)]
    if portrait.kind == FIT:
        points = np.column_stack([portrait.colours, portrait.colours])
    low, high = points.min(axis=0), points.max(axis=0)
    if (
        portrait.kind == CURVE
        and portrait.values is not None
        and len(portrait.values) > 1
    ):
        high = np.maximum(high, [high[0], 1.05])
    if portrait.kind == BARS:
        low, high = np.minimum(low, [0.5, 0.0]), np.maximum(high, [1.5, 0.0])
    room = [0.06, 0.2 if portrait.kind in (CURVE, BARS) else 0.06]
    pad = np.where(high > low, room * (high - low), 1.0)
    low, high = low - pad, high + pad
    if portrait.grid:
        low[0], high[0] = portrait.grid[0][0], portrait.grid[0][-1]
    if portrait.kind == MAP:
        low[1], high[1] = portrait.grid[1][0], portrait.grid[1][-1]
    return low, high
