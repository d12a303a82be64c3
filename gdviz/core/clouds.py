"""Clouds: the mean gradients of many mini-batches at one and the same θ.

Every batch there is where there are few, else as many drawn at random. The work is
done in small parts, so that whoever waits can leave off in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, lgamma, log, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdviz.core.moments import projections
from gdviz.core.noise import law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

EVERY = 4096  # so many batches are gone through one by one
_ALL_ROWS = 2**20  # examples in all of these
_FEW = 256  # examples: sorting random keys draws from so few the fastest
_NUMBERS = 2**17  # of batches drawn at once
_LEAST, _MOST_ROWS = 30, 2**22  # batches, and examples in all of them, of a cloud
_ENOUGH, _WORK = 20, 2**18  # batches, and examples in all of them, of one variance
_AT_ONCE, _CALL = 2**11, 16  # examples averaged before a pause; what a batch costs more


class Drawing(NamedTuple):
    """How a batch is drawn: its size M, and whether an example may come twice."""

    size: int
    replaced: bool


@dataclass(frozen=True, eq=False)
class Cloud:
    """Mean gradients of mini-batches at one θ, along the two directions of a plane.

    Attributes
    ----------
    points : ndarray of shape (k, 2)
        ĝ of each batch.
    whole : bool
        Whether these are all batches there are, each as likely as the others.
    exponent : float
        The logarithm, to base 10, of how many batches there are.
    batch_size : int
    replaced : bool
        Whether an example may come twice in a batch.
    centre : ndarray of shape (2,)
        ∇L along the plane.
    theory : ndarray of shape (2, 2)
        The covariance that the law of averages gives; see `gdviz.core.noise.law`.
    """

    points: Array
    whole: bool
    exponent: float
    batch_size: int
    replaced: bool
    centre: Array
    theory: Array

    @property
    def mean(self) -> Array:
        """The mean of the points, of shape (2,)."""
        return np.asarray(self.points.mean(axis=0))

    @property
    def covariance(self) -> Array:
        """The covariance of the points, of shape (2, 2)."""
        away = self.points - self.mean
        return away.T @ away / max(len(away) - (not self.whole), 1)

    @property
    def error(self) -> Array:
        """The standard error of the mean, of shape (2,): 0 where all are there."""
        if self.whole:
            return np.zeros(2)
        return np.sqrt(np.diag(self.covariance) / len(self.points))

    @property
    def finite(self) -> bool:
        """Whether all of it can be drawn."""
        parts = (self.points, self.centre, self.theory)
        return all(bool(np.isfinite(part).all()) for part in parts)


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


def exponent(n: int, batch_size: int, replaced: bool) -> float:
    """Return the logarithm, to base 10, of how many batches there are.

    With replacement those in another order count as others: then all are as likely.
    """
    if replaced:
        return batch_size * log10(n)
    rest = n - batch_size
    return (lgamma(n + 1) - lgamma(batch_size + 1) - lgamma(rest + 1)) / log(10)


def is_few(n: int, batch_size: int, replaced: bool) -> bool:
    """Tell whether there are so few batches that each is gone through."""
    if exponent(n, batch_size, replaced) > log10(EVERY) + 0.5:
        return False
    count = n**batch_size if replaced else comb(n, batch_size)
    return count <= EVERY and count * batch_size <= _ALL_ROWS


def every(n: int, batch_size: int, replaced: bool) -> Rows:
    """Return all batches there are, of shape (count, M)."""
    if replaced:
        count = n**batch_size
        digits = np.unravel_index(np.arange(count), (n,) * batch_size) if n > 1 else ()
        return np.array(digits or np.zeros((batch_size, 1)), dtype=np.int64).T
    return np.array(list(combinations(range(n), batch_size)), dtype=np.int64)


def drawn(
    n: int, batch_size: int, replaced: bool, rng: Generator, count: int
) -> Iterator[Rows]:
    """Yield random batches, each of them as likely, in parts of shape (·, M)."""
    left, width = count, max(batch_size, n if n <= _FEW else 0)
    while left > 0:
        k = min(left, max(1, _NUMBERS // width))
        yield _draw(n, batch_size, replaced, rng, k)
        left -= k


def _draw(n: int, b: int, replaced: bool, rng: Generator, k: int) -> Rows:
    if replaced:
        return rng.integers(n, size=(k, b))
    if b == n:
        return np.tile(np.arange(n), (k, 1))
    if n <= _FEW:
        return rng.random((k, n)).argpartition(b, axis=1)[:, :b]
    return np.array([rng.choice(n, b, replace=False, shuffle=False) for _ in range(k)])


def batches(
    n: int, batch_size: int, replaced: bool, rng: Generator, most: int
) -> Iterator[Rows]:
    """Yield all batches there are if they are few, else `most` random ones."""
    if is_few(n, batch_size, replaced):
        yield every(n, batch_size, replaced)
    else:
        yield from drawn(n, batch_size, replaced, rng, most)


def cloud(
    objective: FiniteSum,
    theta: Array,
    directions: Array,
    drawing: Drawing,
    rng: Generator,
    most: int = 2000,
) -> Iterator[Cloud | None]:
    """Yield None after each part of the work, and the cloud at its end.

    Of all gradients only their projections are worked out, of shape (2, n).

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    directions : ndarray of shape (2, p)
        Orthonormal.
    drawing : Drawing
        Without replacement of at most all examples.
    rng : Generator
    most : int
        How many batches are drawn where there are too many for all of them.
    """
    n, (batch_size, replaced) = objective.n_examples, drawing
    along = projections(objective, theta, np.arange(n), directions)
    yield None
    centre, points = np.asarray(along.mean(axis=1)), []
    count = max(_LEAST, min(most, _MOST_ROWS // batch_size))
    for rows in batches(n, batch_size, replaced, rng, count):
        points.append(along[:, rows].mean(axis=2).T)
        yield None
    away = along - centre[:, None]
    theory = away @ away.T * (law(n, batch_size, replaced) / n)
    yield Cloud(
        np.concatenate(points),
        is_few(n, batch_size, replaced),
        exponent(n, batch_size, replaced),
        batch_size,
        replaced,
        centre,
        theory,
    )


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
