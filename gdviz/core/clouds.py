"""Clouds: the mean gradients of many mini-batches at one and the same θ.

The work is done in small parts, so that whoever waits can leave off in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.moments import projections
from gdviz.core.noise import law
from gdviz.core.resampling import batches, exponent, is_few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from gdviz.core.resampling import Drawing
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

_LEAST, _MOST_ROWS = 30, 2**22  # batches, and examples in all of them, of a cloud


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
