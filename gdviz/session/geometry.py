"""Angles and lengths of vectors, safe from overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


_PLAIN = (1e-140, 1e140)  # between them no square leaves the range of numbers


def plain(vector: Array) -> bool:
    """Tell whether the squares of a vector can be added up as they are."""
    peak = float(np.abs(vector).max(initial=0.0))
    return _PLAIN[0] < peak < _PLAIN[1] or not 0 < peak < np.inf


def length(vector: Array) -> float:
    """Return the length of a vector, however large or small its entries are."""
    if plain(vector):
        return float(np.linalg.norm(vector))
    peak = float(np.abs(vector).max())
    with np.errstate(over="ignore", under="ignore"):
        return float(peak * np.linalg.norm(vector / peak))


def angle(a: Array, b: Array) -> float | None:
    """Return the angle between two vectors of shape (p,) in degrees.

    By half the angle, as in Kahan 2006, "How futile are mindless assessments of
    roundoff", section 12.
    """
    if not (a.any() and b.any() and np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    a, b = a / np.abs(a).max(), b / np.abs(b).max()  # no square overflows
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    half = np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))  # exact near 0 too
    return float(np.degrees(2 * half))


def ratio(a: Array, b: Array) -> float | None:
    """Return the length of `a` in lengths of `b`; None where that has none."""
    peak, unit = np.abs(a).max(), np.abs(b).max()
    if not 0 < unit < np.inf:
        return None
    if not 0 < peak < np.inf:
        return float(peak)
    lengths = np.linalg.norm(a / peak) / np.linalg.norm(b / unit)
    with np.errstate(over="ignore", under="ignore"):
        return float(lengths * (peak / unit))


def share(flat: Array, vector: Array) -> float:
    """Return the part of a vector's length that lies in the plane, 0 to 1."""
    part = ratio(flat, vector)
    return 1.0 if part is None or not np.isfinite(part) else part


def shares(flat: Array, vectors: Array) -> Array:
    """Return the part of each vector's length that lies in the plane, of shape (b,).

    Parameters
    ----------
    flat : ndarray of shape (b, 2)
    vectors : ndarray of shape (b, p)
    """
    peaks = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), 1e-300)[:, None]
    whole = np.linalg.norm(vectors / peaks, axis=1)
    inside = np.linalg.norm(flat / peaks, axis=1)
    return np.divide(inside, whole, out=np.ones_like(whole), where=whole > 0)
