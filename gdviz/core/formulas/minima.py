"""Minima of a function of one or two parameters: told, or found by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.planes import Region

    Array = NDArray[np.float64]

_GRID, _ROUNDS, _FEWER = 41, 60, 15
_MOST, _WORK = 400, 2**16  # minima, and minima times copies
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Minimum:
    """A local minimum.

    Attributes
    ----------
    theta : tuple of p floats
    value : float
        The mean loss there.
    lowest : bool
        Whether none of the others is lower.
    """

    theta: tuple[float, ...]
    value: float
    lowest: bool


class Smooth(Protocol):
    """A mean loss with its gradients and Hessians at many points."""

    @property
    def n_examples(self) -> int:
        """Number of examples."""

    @property
    def n_parameters(self) -> int:
        """Number p of parameters."""

    def loss_at(self, thetas: Array, /) -> Array:
        """Return the losses (g,) at parameter vectors (g, p)."""

    def gradient_at(self, thetas: Array, /) -> Array:
        """Return the gradients (g, p) there."""

    def hessian_at(self, thetas: Array, /) -> Array:
        """Return the Hessians (g, p, p) there."""


def told(loss: Smooth, points: Array) -> tuple[Minimum, ...]:
    """Return the minima at these points (m, p), the lowest first."""
    values = loss.loss_at(points) if len(points) else np.empty(0)
    order = np.argsort(values, kind="stable")
    low = values.min(initial=np.inf)
    low += 1e-9 * max(1.0, abs(low))
    return tuple(
        Minimum(tuple(points[i].tolist()), float(values[i]), bool(values[i] <= low))
        for i in order
    )


def found(loss: Smooth, region: Region, rough: Smooth) -> tuple[Minimum, ...]:
    """Return the minima found in a region of one or two parameters.

    Parameters
    ----------
    loss : Smooth
    region : Region
    rough : Smooth
        Much the same, and cheap: it tells where to begin.
    """
    p = loss.n_parameters
    if p > 2:
        return ()
    low, high = np.array([[region.left, region.bottom], [region.right, region.top]])
    with np.errstate(all="ignore"):
        points = _hollows(rough, low[:p], high[:p])
        longest = float((high - low)[:p].max()) / 20
        for one, rounds in ((rough, _ROUNDS), (loss, _FEWER)):
            points = newton(one.gradient_at, one.hessian_at, points, longest, rounds)
            points = points[((low[:p] <= points) & (points <= high[:p])).all(axis=1)]
            points = _apart(points, 1e-6 * longest)
            points = points[np.argsort(one.loss_at(points), kind="stable")]
            points = points[: max(1, min(_MOST, _WORK // loss.n_examples))]
        return told(loss, points)


def newton(
    gradient: Callable[[Array], Array],
    hessian: Callable[[Array], Array],
    points: Array,
    longest: float,
    rounds: int = _ROUNDS,
) -> Array:
    """Return the minima (m, p) that Newton's method reaches from these points (g, p).

    Where the function bends down it goes along minus the gradient all the same: the
    sizes of the eigenvalues count. Only points where nothing is left to do are kept.
    """
    for _ in range(rounds):
        slopes, bends = gradient(points), hessian(points)
        fine = np.isfinite(slopes).all(axis=-1) & np.isfinite(bends).all(axis=(-1, -2))
        points, slopes, bends = points[fine], slopes[fine], bends[fine]
        values, vectors = np.linalg.eigh(bends)
        size = np.abs(values).max(axis=-1, initial=0.0)[:, None]
        values = np.maximum(np.abs(values), np.maximum(1e-9 * size, 1e-300))
        along = np.einsum("gij,gi->gj", vectors, slopes) / values
        steps = -np.einsum("gij,gj->gi", vectors, along)
        lengths = np.linalg.norm(steps, axis=-1, keepdims=True)
        points = points + steps * np.minimum(1.0, longest / np.maximum(lengths, 1e-300))
        if (lengths[:, 0] <= 16 * _EPS * _reach(points, longest)).all():
            break
    slopes, bends = gradient(points), hessian(points)
    size = np.abs(bends).max(axis=(-1, -2), initial=0.0)
    least = np.linalg.eigvalsh(bends)[..., 0]
    reach = _reach(points, longest)
    still = np.linalg.norm(slopes, axis=-1) <= 1e4 * _EPS * size * reach
    kept: Array = points[still & (least > 1e-7 * size)]
    return kept


def _reach(points: Array, least: float) -> Array:
    return np.maximum(np.abs(points).max(axis=-1, initial=0.0), least)


def _hollows(loss: Smooth, low: Array, high: Array) -> Array:
    """Return the points of a grid that are no higher than those around them."""
    axes = [np.linspace(a, b, _GRID) for a, b in zip(low, high, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = loss.loss_at(points.reshape(-1, len(low))).reshape(points.shape[:-1])
    padded = np.pad(values, 1, constant_values=np.inf)
    inner = (slice(1, -1),) * len(low)
    lowest = np.isfinite(values)
    for move in np.ndindex((3,) * len(low)):
        shifted = np.roll(padded, np.array(move) - 1, tuple(range(len(low))))[inner]
        lowest &= ~(shifted < values)
    chosen: Array = points[lowest][:_MOST]
    return chosen


def _apart(points: Array, reach: float) -> Array:
    """Return the points without those that lie on one before them."""
    kept: list[Array] = []
    for point in points:
        if all(np.abs(point - other).max() > reach for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, points.shape[1])
