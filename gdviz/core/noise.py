"""Gradient noise: how much the mean of a random batch varies, and what batch pays.

The covariance Σ of the examples' gradients has divisor n throughout: the n examples
are all there are. A random mini-batch is drawn from them, with or without replacement.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.moments import moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.moments import Moments
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

_ROUNDING = 1e-14  # of the second moment: less variation than this is none
_SMALLEST = 1e-290  # a second moment below has lost digits, or all of them


def law(n: int, batch_size: float, replaced: bool) -> float:
    """Return by what Σ is multiplied in the covariance of a batch's mean gradient.

    It is 1/M with replacement and (1/M)·(n − M)/(n − 1) without: then it falls to 0
    where the batch is all there is (Cochran 1977, *Sampling Techniques*, theorem 2.2).

    Parameters
    ----------
    n : int
        Number of examples.
    batch_size : float
        M, at most n without replacement.
    replaced : bool
    """
    if replaced:
        return 1 / batch_size
    return (n - batch_size) / (max(n - 1, 1) * batch_size)


@dataclass(frozen=True)
class Noise:
    """How the gradients of all n examples vary at one θ.

    Attributes
    ----------
    n : int
    trace : float
        Tr Σ, the mean squared distance of the gradients from ∇L; NaN: their squares
        are too large for numbers, or too small.
    squared : float
        ‖∇L‖².
    """

    n: int
    trace: float
    squared: float

    @property
    def scale(self) -> float | None:
        """The simple noise scale tr Σ / ‖∇L‖²; None where ∇L is 0 or all too large.

        At batches as large as this, a batch's noise is as long as the gradient; far
        larger ones hardly shorten the way (McCandlish, Kaplan, Amodei et al. 2018,
        "An Empirical Model of Large-Batch Training", eq. 2.9).
        """
        if not (isfinite(self.trace) and 0 < self.squared < np.inf):
            return None
        scale = self.trace / self.squared
        return scale if isfinite(scale) else None

    def variance(self, batch_size: float, replaced: bool) -> float:
        """Return E‖ĝ − ∇L‖² of a random batch's mean gradient; see `law`."""
        return self.trace * law(self.n, batch_size, replaced)

    def typical_angle(self, batch_size: int, replaced: bool) -> float | None:
        """Return how far a typical batch points off ∇L, in degrees.

        The noise of root mean square length at a right angle to ∇L: as nearly all of
        it is where there are many parameters.
        """
        variance = self.variance(batch_size, replaced)
        if not (isfinite(variance) and isfinite(self.squared)):
            return None
        if not (variance > 0 or self.squared > 0):
            return None
        return degrees(atan2(sqrt(variance), sqrt(self.squared)))


def noise(objective: FiniteSum, theta: Array) -> Noise:
    """Return how the examples' gradients vary at θ, without the table of them.

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    """
    n = objective.n_examples
    return noise_of(moments(objective, theta, np.arange(n)), n)


def noise_of(found: Moments, n: int) -> Noise:
    """Return how n gradients vary that have these moments."""
    whole = float(np.add.reduce(found.second))
    trace = found.trace if found.trace > _ROUNDING * whole else 0.0
    if not isfinite(whole) or (whole < _SMALLEST and _some(found)):
        trace = float("nan")
    return Noise(n, trace, float(found.mean @ found.mean))


def _some(found: Moments) -> bool:
    """Tell whether the gradients are known not to be 0, however small."""
    return bool(found.mean.any() or found.second.any())
