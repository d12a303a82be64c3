"""The largest eigenvalues of a Hessian, from its products with vectors alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST = 300  # products for one spectrum: what is not settled then is told as it is
_ROOM = 60  # directions at once; then the best of them are kept
_ALONE = np.ones((1, 1))
_GRAIN = 0.01  # how much of the other directions there is in the first one


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The ends of the spectrum of a Hessian.

    Attributes
    ----------
    top : ndarray of shape (k,)
        The largest eigenvalues, falling. The first is called the sharpness.
    vectors : ndarray of shape (m, p)
        Unit vectors, of which the first k belong to `top`; the others are for a warm
        start.
    lowest : float
        The smallest eigenvalue met, settled only if it was asked for.
    products : int
        Products with the Hessian that it took.
    settled : bool
        Whether the tolerance was reached.
    """

    top: Array
    vectors: Array
    lowest: float
    products: int
    settled: bool


def spectrum(
    hessian: Callable[[Array], Array],
    p: int,
    k: int = 1,
    tolerance: float = 1e-8,
    *,
    start: Array | None = None,
    lowest: float | None = None,
) -> Spectrum | None:
    """Return the k largest eigenvalues of a Hessian; None if it is not finite.

    See `slices` for the parameters.
    """
    *_, last = slices(hessian, p, k, tolerance, start=start, lowest=lowest)
    return last


def slices(
    hessian: Callable[[Array], Array],
    p: int,
    k: int = 1,
    tolerance: float = 1e-8,
    *,
    start: Array | None = None,
    lowest: float | None = None,
) -> Iterator[Spectrum | None]:
    """Yield None after each product, and the spectrum at last if it is finite.

    The block Lanczos method with full reorthogonalisation (Lanczos 1950; Parlett 1998,
    chapter 13): k directions at a time, so that an eigenvalue may come k times. The
    residual r of a unit vector bounds its error by ‖r‖, and by ‖r‖² over the gap to
    the others. The same input gives the same bits: nothing is drawn but from a fixed
    seed.

    Parameters
    ----------
    hessian : function
        From a vector of shape (p,) to its product of shape (p,).
    p : int
    k : int
        How many eigenvalues; at most p are returned.
    tolerance : float
        Largest error, as a share of the largest eigenvalue in size.
    start : ndarray of shape (m, p) or None
        The `vectors` of a Hessian near by.
    lowest : float or None
        Largest error of the smallest eigenvalue, as the same share; None: it is not
        wanted.
    """
    k = min(k, p)
    space, more = _Space(hessian, p), _begun(p, k, start)
    while True:
        for vector in more:
            space.add(vector)
            yield None
            if not space.finite:
                return
        space.turn()
        wanted = dict.fromkeys(range(k), tolerance)
        if lowest is not None:
            wanted.setdefault(space.size - 1, lowest)
        residuals = space.residuals(list(wanted))
        rough = [
            residual
            for (i, most), residual in zip(wanted.items(), residuals, strict=True)
            if space.error(i, residual) > most * space.scale
        ]
        if not rough or space.size >= p or space.products >= _MOST:
            yield space.spectrum(k, settled=not rough or space.size >= p)
            return
        more = rough[: p - space.size]
        if space.size > _ROOM:
            space.forget(k)


class _Space:
    """Orthonormal directions, their products, and the best eigenvectors in them."""

    def __init__(self, hessian: Callable[[Array], Array], p: int) -> None:
        self._hessian = hessian
        self._vectors = np.empty((2, min(p, 2 * _ROOM), p))
        self.size, self.products, self.finite = 0, 0, True

    @property
    def _q(self) -> Array:
        """The directions, of shape (size, p)."""
        return self._vectors[0, : self.size]

    @property
    def _hq(self) -> Array:
        """Their products with the Hessian."""
        return self._vectors[1, : self.size]

    def add(self, vector: Array) -> None:
        """Take in the part of a vector that is new, or any new direction."""
        unit = self._new(vector)
        product = self._hessian(unit)
        self._vectors[0, self.size], self._vectors[1, self.size] = unit, product
        self.size, self.products = self.size + 1, self.products + 1
        self.finite = isfinite(product.sum()) or bool(np.isfinite(product).all())

    def turn(self) -> None:
        """Find the best eigenvectors in the space of the directions."""
        within = self._q @ self._hq.T
        alone = self.size == 1  # as often with a warm start
        values, turned = (within[0], _ALONE) if alone else np.linalg.eigh(within)
        self.values, self._turned = values[::-1], turned[:, ::-1]
        self.scale = max(abs(values[0]), abs(values[-1]))

    def residuals(self, places: list[int]) -> Array:
        """Return what the products of some vectors are besides multiples of them."""
        turned = self._turned[:, places].T
        return turned @ self._hq - self.values[places, None] * (turned @ self._q)

    def error(self, i: int, residual: Array) -> float:
        """Return a bound of the error of the i-th eigenvalue found, 0 the largest."""
        size, gap = _length(residual), inf
        for j in (i - 1, i + 1):
            if 0 <= j < self.size:
                gap = min(gap, abs(self.values[i] - self.values[j]))
        alone = gap == inf or not size < gap
        return size if alone else size * size / (gap - size)

    def forget(self, k: int) -> None:
        """Keep the ends only: the best k + 4 vectors and the last two."""
        ends = [*range(k + 4), self.size - 2, self.size - 1]
        kept = self._turned[:, ends].T @ self._vectors[:, : self.size]
        self.size = len(ends)
        self._vectors[:, : self.size] = kept

    def spectrum(self, k: int, settled: bool) -> Spectrum:
        """Return the k largest eigenvalues with their vectors, and one more of these.

        Of each vector and its opposite the one with the larger sum is returned.
        """
        vectors = self._turned[:, : k + 1].T @ self._q
        vectors *= np.where(vectors.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
        lowest = float(self.values[-1])
        return Spectrum(self.values[:k], vectors, lowest, self.products, settled)

    def _new(self, vector: Array) -> Array:
        """Return the unit vector at right angles to all others; twice is enough."""
        for tried in count():
            length, q = _length(vector), self._q
            for _ in range(2 * (self.size > 0)):
                vector = vector - q.T @ (q @ vector)
            left = _length(vector)
            if left > 1e-8 * length:
                break
            rng = np.random.default_rng((0x5EED, self.size, tried))
            vector = rng.standard_normal(len(vector))
        return vector / left


def _length(vector: Array) -> float:
    return sqrt(vector.dot(vector))


def _begun(p: int, k: int, start: Array | None) -> list[Array]:
    """Return the first directions: k of them, or one more with a warm start.

    Each has a little of what is next and of chance in it: an eigenvalue that grows
    past the others is found, and what was alike before may part.
    """
    vectors = _chance(p, k)
    if start is None:
        return list(vectors)
    known = min(k, len(start))
    near = start[:known] + _GRAIN * start[-1] + _GRAIN**2 / sqrt(p) * vectors[:known]
    next_one = start[known : known + 1] if k > 1 else start[:0]
    return [*near, *next_one, *vectors[known:]][:p]


@lru_cache(maxsize=4)
def _chance(p: int, k: int) -> Array:
    vectors = np.random.default_rng(0xC0DE).standard_normal((k, p))
    vectors.setflags(write=False)
    return vectors
