"""Hovering: how widely stochastic descent spreads about the minimum of a quadratic.

On linear regression the gradient of an example is Hᵢ e + rᵢ with e = θ − θ*, so that a
batch kicks θ by what is random in both: even at the minimum it does not stay put.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.objective import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

MOST_NUMBERS = 8  # of θ, and of the velocity if there is one: a law has their square
_FLAT = 1e-10  # of the largest eigenvalue: there is no single minimum


@dataclass(frozen=True, eq=False)
class Quadratic:
    """The mean of n quadratics, and how they differ.

    Attributes
    ----------
    n : int
    hessian : ndarray of shape (p, p)
        H of their mean.
    minimum : ndarray of shape (p,)
        θ* of their mean.
    apart : ndarray of shape (p·p, p·p)
        (1/n) Σ Hᵢ ⊗ Hᵢ − H ⊗ H: how their bends differ.
    kicks : ndarray of shape (p, p)
        (1/n) Σ rᵢrᵢᵀ, the covariance of their gradients at θ*.
    """

    n: int
    hessian: Array
    minimum: Array
    apart: Array
    kicks: Array


def quadratic(objective: FiniteSum, decay: float = 0.0) -> Quadratic | None:
    """Return linear regression with squared error as a mean of quadratics.

    Parameters
    ----------
    objective : FiniteSum
    decay : float
        Of ½ · decay · ‖θ‖², added to the loss of every example.

    Returns
    -------
    Quadratic or None
        None for other models and losses, for several outputs or many parameters, and
        where more than one θ is a minimum.
    """
    if not isinstance(objective, Objective) or objective.moments is None:
        return None
    p = objective.n_parameters
    if len(objective.targets) > 1 or p > MOST_NUMBERS:
        return None
    x, y, n = objective.inputs, objective.targets[0], objective.n_examples
    curvature = objective.loss_kind.curvatures(y[:1, None], y[:1, None])[0, 0]
    hessian = objective.moments + decay * np.eye(p)
    if not np.isfinite(hessian).all():
        return None
    values = np.linalg.eigvalsh(hessian)
    if not values[0] > _FLAT * values[-1]:
        return None
    minimum = np.linalg.solve(hessian, curvature * (x @ y) / n)
    gradients = curvature * (minimum @ x - y) * x + decay * minimum[:, None]
    squares = curvature * (x[:, None] * x[None]).reshape(p * p, n)
    centred = squares - objective.moments.reshape(p * p, 1)
    # the entry (a, c), (b, d) of Hᵢ ⊗ Hᵢ is xₐ x_b x_c x_d: the same for all orders
    apart = _crossed(centred @ centred.T / n, p)
    return Quadratic(n, hessian, minimum, apart, gradients @ gradients.T / n)


def _crossed(matrix: Array, p: int) -> Array:
    """Return Σ A ⊗ A from Σ vec(A) vec(A)ᵀ."""
    return matrix.reshape(p, p, p, p).transpose(0, 2, 1, 3).reshape(p * p, p * p)


@dataclass(frozen=True, eq=False)
class Settled:
    """Where a chain has settled: the first two moments of its stationary law.

    Attributes
    ----------
    mean : ndarray of shape (p,)
    covariance : ndarray of shape (p, p)
    times : ndarray of shape (p,)
        The integrated autocorrelation time 1 + 2 Σ ρₖ of every parameter, in steps;
        NaN for one that stands still.
    """

    mean: Array
    covariance: Array
    times: Array


def settled(
    bowl: Quadratic,
    rate: float,
    share: float,
    beta: float = 0.0,
    noise: float = 0.0,
    ahead: bool = False,
) -> Settled | None:
    """Return the stationary law of descent with independent batches, exactly.

    With batches B and the velocity v of heavy ball (β = 0: plain SGD),

        v ← β v + H_B e + r_B,  e ← e − η v + N(0, noise).

    With z = (e, v) that is z ← F z + K ((H_B − H) e + r_B) + noise: F is the step of
    the full batch, K = (−η, 1). Nesterov's moves e by −η times the gradient and β v
    instead, so that K = (−η (1 + β), 1). As e and B are independent, S = E[z zᵀ]
    settles where

        S = F S Fᵀ + share · K ((1/n) Σ Hᵢ Sₑ Hᵢ − H Sₑ H + (1/n) Σ rᵢrᵢᵀ) Kᵀ + noise,

    which is linear in S. (For one parameter without the first term, plain SGD gives
    η · share · kicks / (2 H (1 − ηH/2)): the spread grows with η/b.) That S exists is
    checked by the largest eigenvalue of its map.

    Parameters
    ----------
    bowl : Quadratic
    rate : float
        η, the same at every step.
    share : float
        Of one example's variance in a batch's mean: see `gdviz.core.noise.law`.
    beta : float
        Of heavy ball, or of Nesterov momentum.
    noise : float
        Variance of normal noise added to every parameter in every step.
    ahead : bool
        Whether it is Nesterov momentum.

    Returns
    -------
    Settled or None
        None where the spread would grow without end, and with a velocity where there
        are too many parameters.
    """
    p = len(bowl.minimum)
    m = 2 * p if beta else p
    if m > MOST_NUMBERS:
        return None
    step, kick = _step(bowl.hessian, rate, beta, ahead)
    where = np.eye(p, m)
    kicks, bends = np.kron(kick, kick), np.kron(where, where)
    spread = np.kron(step, step) + share * kicks @ bowl.apart @ bends
    if not np.abs(np.linalg.eigvals(spread)).max() < 1:
        return None
    added = share * kick @ bowl.kicks @ kick.T + noise * where.T @ where
    square = np.linalg.solve(np.eye(m * m) - spread, added.ravel()).reshape(m, m)
    later = step @ np.linalg.solve(np.eye(m) - step, square)  # Σ Fᵏ S over k ≥ 1
    covariance = (square + square.T)[:p, :p] / 2
    with np.errstate(invalid="ignore"):
        times = 1 + 2 * np.diag(later)[:p] / np.diag(covariance)
    return Settled(bowl.minimum, covariance, times)


def _step(hessian: Array, rate: float, beta: float, ahead: bool) -> tuple[Array, Array]:
    """Return F and K of `settled`; without a velocity of e alone."""
    one = np.eye(len(hessian))
    if not beta:
        return one - rate * hessian, -rate * one
    times, kept = (1 + beta, beta**2) if ahead else (1.0, beta)
    moved = np.hstack([one - rate * times * hessian, -rate * kept * one])
    step = np.vstack([moved, np.hstack([hessian, beta * one])])
    return step, np.vstack([-rate * times * one, one])
