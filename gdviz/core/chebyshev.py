"""Interpolation in Chebyshev points: few values tell a smooth function everywhere.

After L. N. Trefethen, Approximation Theory and Approximation Practice, chapters 2, 5
and 8: for an analytic function the error falls geometrically with their number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def nodes(n: int) -> Array:
    """Return the n + 1 Chebyshev points of [−1, 1], ascending, both ends included.

    Every second point of 2n is a point of n, to the last bit.
    """
    return np.sin(np.pi * np.arange(-n, n + 1, 2) / (2 * n))


def weights(n: int, at: Array) -> Array:
    """Return by how much each node counts for the interpolated value at each place.

    The barycentric formula (Berrut & Trefethen 2004, eq. 4.2), whose weights are
    (−1)ʲ, half as much at both ends (Salzer 1972).

    Parameters
    ----------
    n : int
        One less than the number of nodes.
    at : ndarray of shape (m,)
        Places in [−1, 1].

    Returns
    -------
    ndarray of shape (m, n + 1)
        Its product with the values at the nodes is their interpolation.
    """
    signs = (-1.0) ** np.arange(n + 1)
    signs[[0, -1]] /= 2.0
    apart = at[:, None] - nodes(n)
    on = apart == 0.0
    apart[on] = 1.0
    parts = signs / apart
    met = on.any(axis=1)
    parts[met] = on[met]
    return parts / parts.sum(axis=1, keepdims=True)


@lru_cache(maxsize=16)
def grid_weights(n: int, size: int) -> Array:
    """Return the `weights` at `size` even places from −1 to 1."""
    found = weights(n, np.linspace(-1.0, 1.0, size))
    found.setflags(write=False)
    return found
