"""Variances: how far mini-batches of every size are from the full gradient.

The work is done in small parts, so that whoever waits can leave off in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.resampling import batches, is_few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_ENOUGH, _WORK = 20, 2**18  # batches, and examples in all of them, of one variance
_AT_ONCE, _CALL = 2**11, 16  # examples averaged before a pause; what a batch costs more


@dataclass(frozen=True, eq=False)
class Variances:
    """E‖ĝ − ∇L‖² as measured, over the batch size.

    Attributes
    ----------
    sizes : ndarray of shape (m,), int64
        Batch sizes M, rising.
    measured : ndarray of shape (m,)
        NaN where a batch is too large to draw many.
    errors : ndarray of shape (m,)
        Standard errors: 0 where every batch was gone through.
    counts : ndarray of shape (m,), int64
        How many batches there were.
    replaced : bool
    """

    sizes: Rows
    measured: Array
    errors: Array
    counts: Rows
    replaced: bool


def sizes(most: int, count: int = 10) -> Rows:
    """Return about `count` batch sizes from 1 to `most`, spread over the decades."""
    return np.unique(np.rint(np.geomspace(1, most, count)).astype(np.int64))


def variances(
    objective: FiniteSum,
    theta: Array,
    batch_sizes: Rows,
    replaced: bool,
    rng: Generator,
    most: int = 400,
) -> Iterator[Variances | None]:
    """Yield None after each part of the work, and what was measured at its end.

    Every batch's mean gradient is that of training, so no table of all is needed.

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    batch_sizes : ndarray of shape (m,), int64
    replaced : bool
    rng : Generator
    most : int
        How many batches of a size are drawn at most.
    """
    n = objective.n_examples
    full, rows_of = objective.gradient(theta, np.arange(n))[1], []
    yield None
    for b in batch_sizes.tolist():
        away: list[float] = []
        for rows in _measurable(n, b, replaced, rng, most):
            for batch in rows:
                gap = objective.gradient(theta, batch)[1] - full
                away.append(float(gap @ gap))
                if len(away) % max(1, _AT_ONCE // (b + _CALL)) == 0:
                    yield None
        rows_of.append(_told(np.array(away), is_few(n, b, replaced)))
    measured, errors, counts = np.array(rows_of).T
    yield Variances(batch_sizes, measured, errors, counts.astype(np.int64), replaced)


def _measurable(
    n: int, b: int, replaced: bool, rng: Generator, most: int
) -> Iterator[Rows]:
    """Yield batches of one size, none where too few could be gone through."""
    count = min(most, _WORK // b)
    if count >= _ENOUGH or is_few(n, b, replaced):
        yield from batches(n, b, replaced, rng, count)


def _told(away: Array, whole: bool) -> tuple[float, float, int]:
    """Return mean, standard error and number of squared distances."""
    if not len(away):
        return np.nan, np.nan, 0
    error = 0.0 if whole else float(away.std(ddof=1)) / np.sqrt(len(away))
    return float(away.mean()), float(error), len(away)
