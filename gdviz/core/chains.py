"""Chains: the posterior of linear regression, and what Langevin dynamics samples.

Stochastic gradient Langevin dynamics adds noise to gradient steps so that θ wanders
over the posterior (Welling & Teh 2011). With a constant step it settles on a law of
its own, which is wider: here that law is worked out exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.hovering import settled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.hovering import Quadratic, Settled

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Normal:
    """A normal law.

    Attributes
    ----------
    mean : ndarray of shape (p,)
    covariance : ndarray of shape (p, p)
    """

    mean: Array
    covariance: Array


def posterior(bowl: Quadratic) -> Normal:
    """Return the density proportional to exp(−n L(θ)), a normal law.

    With the loss ½(z − y)² that is the posterior of linear regression with normal
    noise of variance 1, with (z − y)² of variance ½; a decay of α/n in the bowl is a
    normal prior of precision α around 0 (Bishop 2006, "Pattern Recognition and Machine
    Learning", eq. 3.49–3.51). Its mean is the minimum, its covariance (n H)⁻¹.
    """
    precision = bowl.n * bowl.hessian
    covariance = np.linalg.inv(precision).astype(np.float64)
    return Normal(bowl.minimum, covariance)


def langevin(bowl: Quadratic, rate: float, share: float) -> Settled | None:
    """Return the stationary law of the discrete Langevin chain at a constant rate.

    Its step is −η ĝ + N(0, 2η/n): that of Welling & Teh (2011), eq. 4, with
    ε = 2η/n. For one parameter with Hᵢ = 1, such as the mean of numbers, its variance
    is (1/n + η · share · kicks / 2) / (1 − η/2): more than the posterior's 1/n by the
    noise of the batches, and by the length of the step.

    Parameters
    ----------
    bowl : Quadratic
        With the prior in it, as a decay of α/n.
    rate : float
        η.
    share : float
        See `gdviz.core.noise.law`.

    Returns
    -------
    Settled or None
        None where the spread would grow without end.
    """
    return settled(bowl, rate, share, noise=2 * rate / bowl.n)
