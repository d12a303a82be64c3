"""Stability: how large a learning rate may be where the loss is a quadratic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.noise import law

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.objective import Objective

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_MOST_INPUTS, _MOST_WORK = 24, 2**31
_CHUNK = 2**20  # numbers at once
_FLAT = 1e-12  # of the largest eigenvalue: nothing moves along such a direction


def mean_square_limit(
    objective: Objective, b: int, replacement: bool = False
) -> float | None:
    """Return below which learning rate batches of b bring linear regression to rest.

    With eᵢ = θ − θ*, Hᵢ = c xᵢxᵢᵀ and independent batches B, a step of SGD is
    e ← (I − η H_B) e plus noise, so that S = E[e eᵀ] goes to

        S − η (H S + S H) + η² E[H_B S H_B] + η² · noise,
        E[H_B ⊗ H_B] = H ⊗ H + f · ((1/n) Σ Hᵢ ⊗ Hᵢ − H ⊗ H),

    f = 1/b with replacement and (n − b)/(b (n − 1)) without. The map of S is symmetric
    and keeps S positive, so that its spectral radius is its largest eigenvalue; it is
    below 1 just where η < 1/λmax(A^(−½) E[H_B ⊗ H_B] A^(−½)), A = H ⊗ I + I ⊗ H
    (Défossez & Bach 2015, "Averaged Least-Mean-Squares", section 3, for b = 1). For
    the full batch that is 2/λmax(H). Below it S settles at a spread, not at 0.

    Parameters
    ----------
    objective : Objective
    b : int
        Batch size.
    replacement : bool

    Returns
    -------
    float or None
        None for other models and losses, and where it would take too long.
    """
    hessian, n = objective.moments, objective.n_examples
    if hessian is None or len(hessian) > _MOST_INPUTS:
        return None
    entries = len(hessian) * (len(hessian) + 1) // 2
    if entries**2 * n > _MOST_WORK or not np.isfinite(hessian).all():
        return None
    share = law(n, b, replacement)
    peak = float(np.abs(hessian).max()) or 1.0  # in units of it no square overflows
    values, vectors = np.linalg.eigh(hessian / peak)
    kept = values > _FLAT * max(values[-1], 0.0)
    if not kept.any():
        return None
    values, vectors = values[kept], vectors[:, kept]
    curvature = np.trace(hessian) / np.sum(objective.inputs**2, axis=0).mean()
    turned = np.sqrt(curvature / peak) * (vectors.T @ objective.inputs)
    first, second = np.triu_indices(len(values))
    alike = np.diag(values[first] * values[second])
    expected = alike + share * (_fourth_moments(turned, first, second) - alike)
    scale = np.sqrt(values[first] + values[second])
    largest = np.linalg.eigvalsh(expected / np.outer(scale, scale))[-1]
    return float(1 / largest / peak)


def _fourth_moments(x: Array, first: Rows, second: Rows) -> Array:
    """Return (1/n) Σ x xᵀ ⊗ x xᵀ on symmetric matrices, in an orthonormal basis.

    Parameters
    ----------
    x : ndarray of shape (m, n)
    first, second : ndarrays of shape (q,), ints
        The entries of a symmetric matrix.
    """
    weights = np.where(first == second, 1.0, np.sqrt(2.0))[:, None]
    total = np.zeros((len(first), len(first)))
    step = max(1, _CHUNK // len(first))
    for start in range(0, x.shape[1], step):
        part = x[:, start : start + step]
        products = weights * part[first] * part[second]
        total += products @ products.T
    return total / x.shape[1]
