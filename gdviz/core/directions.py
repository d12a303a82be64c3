"""Directions through parameter space that are worth looking along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

_PARALLEL = 1e-9  # what is left of a unit vector that tells nothing new
_SMALL = 1e-280  # smaller sums of squares have lost digits, or all of them
MOST_POINTS = 128  # of a path, for its components


def orthonormal(candidates: list[Array], p: int) -> Array:
    """Return two orthonormal directions (2, p) that span the first two candidates.

    A candidate that is 0, not finite or parallel to one before is passed over; where
    too few are left, axes of parameter space take their place. Gram–Schmidt, twice
    over, so that the two are perpendicular to rounding.

    Parameters
    ----------
    candidates : list of ndarrays of shape (p,)
    p : int
    """
    found = np.zeros((2, p))
    count = 0
    for vector in (*candidates, *_axes(p)):
        if count == 2:
            break
        unit = _unit(vector)
        rest = _unit(unit - (unit @ found.T) @ found, _PARALLEL)
        rest = _unit(rest - (rest @ found.T) @ found)
        if rest.any():
            found[count] = rest
            count += 1
    return found


def _axes(p: int) -> list[Array]:
    axes = np.eye(min(3, p), p)
    return list(axes)


def _unit(vector: Array, least: float = 0.0) -> Array:
    """Return a vector of length 1, or 0 where there is no telling its direction."""
    peak = float(np.abs(vector).max(initial=0.0))
    if not least < peak < np.inf:
        return np.zeros_like(vector)
    scaled = vector / peak
    return scaled / np.linalg.norm(scaled)


def signed(direction: Array) -> Array:
    """Return the direction turned so that its largest entry is positive.

    A component or an eigenvector may as well point the other way; this way the same
    picture comes out each time.
    """
    return direction if direction[np.abs(direction).argmax()] >= 0 else -direction


def components(path: Array) -> list[Array]:
    """Return the first two principal components of a path, as far as there are any.

    The eigenvectors of its covariance, by way of the smaller of the two matrices
    XᵀX and XXᵀ (Turk & Pentland 1991, eq. 6–8). The first points along the way from
    the start to the end.

    Parameters
    ----------
    path : ndarray of shape (m, p)

    Returns
    -------
    list of ndarrays of shape (p,)
        At most two; each of length 1.
    """
    path = path[np.isfinite(path).all(axis=1)]
    path = path[:: -(-len(path) // MOST_POINTS) or 1]
    if len(path) < 2:
        return []
    peak = float(np.abs(path).max()) or 1.0
    centred = path / peak - (path / peak).mean(axis=0)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    kept = [i for i in (-1, -2) if values[i] > values[-1] * 1e-12 > 0]
    found = [signed(_unit(vectors[:, i] @ centred)) for i in kept]
    if found and found[0] @ (path[-1] - path[0]) < 0:
        found[0] = -found[0]
    return found


def explained(path: Array, flat: Array) -> float | None:
    """Return how much of a path's variance lies in a plane, 0 to 1.

    Parameters
    ----------
    path : ndarray of shape (m, p)
    flat : ndarray of shape (m, 2)
        The same points in plane coordinates.

    Returns
    -------
    float or None
        None for a path that stays in one place, or one that overflows.
    """
    if len(path) < 2:
        return None
    with np.errstate(all="ignore"):
        whole = path - path[0]
        inside, total = _squares(whole, flat)
        if not _SMALL < total < 1 / _SMALL and whole.any():
            peak = np.abs(whole).max()
            inside, total = _squares(whole / peak, flat / peak)
    if not (np.isfinite(total) and total > 0):
        return None
    return float(min(inside / total, 1.0))


def _squares(whole: Array, flat: Array) -> tuple[float, float]:
    """Return the squared distances from their mean in the plane, and in all."""
    total = np.sum(whole * whole) - len(whole) * np.sum(whole.mean(axis=0) ** 2)
    inside = np.sum((flat - flat.mean(axis=0)) ** 2)
    return float(inside), float(total)


def random_pair(
    objective: FiniteSum, theta: Array, rng: Generator, filters: bool
) -> list[Array]:
    """Return two random directions, filter-normalised or plain.

    Filter-normalised, every unit's row of weights (and bias) is as long as the same
    row of θ: dᵢ ← dᵢ ‖θᵢ‖/‖dᵢ‖ (Li et al. 2018, "Visualizing the loss landscape of
    neural nets", section 4), so that the picture does not depend on how the scale of
    θ is shared among layers.

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    rng : Generator
    filters : bool

    Returns
    -------
    list of two ndarrays of shape (p,)
    """
    drawn = rng.standard_normal((2, len(theta)))
    if filters:
        for direction in drawn:
            _normalise(objective.filters(direction), objective.filters(theta))
    return list(drawn)


def _normalise(blocks: list[Array], weights: list[Array]) -> None:
    """Make every row of the blocks as long as that of the weights."""
    for block, like in zip(blocks, weights, strict=True):
        lengths = np.linalg.norm(like, axis=1) / np.linalg.norm(block, axis=1)
        np.multiply(block, lengths[:, None], block)
