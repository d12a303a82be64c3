"""Heights worth showing: where curves and dots are, far walls left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.curves import Curves
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]

_FEW = 8


def worth_showing(curves: Curves, snapshot: Snapshot) -> tuple[float, float] | None:
    """Return the lowest and the highest height; None if none is finite."""
    record = snapshot.record
    dots = np.array([record.loss, snapshot.full.loss])
    if len(record.rows) <= _FEW:
        dots = np.append(dots, record.losses)
    here = curves.grid[0] <= record.theta[0] <= curves.grid[-1]
    spans = [_span(part) for part in (curves.examples, curves.batch, curves.full)]
    ends = np.concatenate([dots[: None if here else 0], *spans])
    ends = ends[np.isfinite(ends)]
    return (float(ends.min()), float(ends.max())) if ends.size else None


def _span(heights: Array) -> Array:
    """Return both ends, those that are far off the bulk drawn in."""
    finite = heights[np.isfinite(heights)]
    if finite.size == 0:
        return finite
    low, high = np.quantile(finite, [0.1, 0.9])
    reach = high - low
    return np.array([max(finite.min(), low - reach), min(finite.max(), high + reach)])
