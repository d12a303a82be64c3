"""Moments of the examples' gradients, without the gradients themselves.

A gradient is an outer product in every layer, gᵢ = δᵢ aᵢᵀ, and so are its squares:
gᵢ² = δᵢ² (aᵢ²)ᵀ. One more product of matrices adds them up, and the norms need no
product at all (Goodfellow 2015, "Efficient Per-Example Gradient Computations";
Dangel, Kunstner & Hennig 2020, "BackPACK: Packing more into backprop").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.objective import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.core.passes import Pass
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_NUMBERS = 2**18  # of gradients at once, where there is no other way


@dataclass(frozen=True, eq=False)
class Moments:
    """First and second moment of the gradients of b examples at one θ.

    Attributes
    ----------
    loss : float
        Mean loss.
    mean : ndarray of shape (p,)
        ĝ = (1/b) Σ gᵢ, the very numbers of `gradient`.
    second : ndarray of shape (p,)
        (1/b) Σ gᵢ², entry by entry.
    """

    loss: float
    mean: Array
    second: Array

    @property
    def variance(self) -> Array:
        """The diagonal of the covariance Σ (divisor b), of shape (p,).

        A difference of the moments: where an entry hardly varies around a large mean,
        it is rounded to about 1e-16 of the second moment.
        """
        return np.maximum(self.second - self.mean * self.mean, 0.0)

    @property
    def trace(self) -> float:
        """Tr Σ, the mean squared distance of the gradients from their mean."""
        return float(np.add.reduce(self.variance))


def moments(objective: FiniteSum, theta: Array, rows: Rows) -> Moments:
    """Return the moments of the gradients of these examples.

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)
        Indices of the examples, in any order.
    """
    if not isinstance(objective, Objective):
        return _materialised(objective, theta, rows)
    b, parts = len(rows), objective.passes(theta, rows, 1.0 / len(rows))
    loss, mean, second = _sums(next(parts)[0])
    for chunk, _ in parts:
        more = _sums(chunk)
        loss, mean, second = loss + more[0], mean + more[1], second + more[2]
    return Moments(loss / b, mean, second * b)  # (gᵢ/b)² were added up


def _sums(chunk: Pass) -> tuple[float, Array, Array]:
    return chunk.loss_sum(), chunk.gradient(), chunk.squares()


def squared_norms(objective: FiniteSum, theta: Array, rows: Rows) -> Array:
    """Return ‖gᵢ‖² of each of these examples, of shape (b,)."""
    if not isinstance(objective, Objective):
        parts = [np.add.reduce(g * g, axis=1) for g in _few(objective, theta, rows)]
    else:
        parts = [c.squared_norms() for c, _ in objective.passes(theta, rows)]
    return np.concatenate(parts)


def projections(
    objective: FiniteSum, theta: Array, rows: Rows, directions: Array
) -> Array:
    """Return the dot products of each gradient with q directions, of shape (q, b).

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)
    directions : ndarray of shape (q, p)
    """
    if not isinstance(objective, Objective):
        parts = [directions @ g.T for g in _few(objective, theta, rows)]
    else:
        passes = objective.passes(theta, rows)
        parts = [chunk.projections(directions) for chunk, _ in passes]
    return np.concatenate(parts, axis=1)


def _few(objective: FiniteSum, theta: Array, rows: Rows) -> Iterator[Array]:
    """Yield the gradients (·, p) of a few of these examples at a time."""
    step = max(1, _NUMBERS // len(theta))
    for start in range(0, len(rows), step):
        yield objective.gradients(theta, rows[start : start + step])


def _materialised(objective: FiniteSum, theta: Array, rows: Rows) -> Moments:
    loss, mean = objective.gradient(theta, rows)
    second = np.zeros(len(theta))
    for gradients in _few(objective, theta, rows):
        second += np.add.reduce(gradients * gradients, axis=0)
    return Moments(loss, mean, second / len(rows))
