"""Growing columns of numbers, and their outline at the resolution of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]


class Series:
    """Rows of equal length that can be appended to and cut off cheaply.

    Parameters
    ----------
    columns : int
    most : int or None
        How many rows there will be at most, if that is known.
    """

    def __init__(self, columns: int, most: int | None = None) -> None:
        self._rows = np.empty((0, columns))
        self._count, self._most = 0, most

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> Array:
        """All rows, of shape (count, columns); a view."""
        return self._rows[: self._count]

    def extend(self, rows: Array) -> None:
        """Append rows of shape (m, columns)."""
        self._grow(self._count + len(rows))
        self._rows[self._count : self._count + len(rows)] = rows
        self._count += len(rows)

    def replace(self, place: int, end: int, rows: Array) -> None:
        """Put other rows, of shape (m, columns), in the place of some."""
        after = self._count + len(rows) - (end - place)
        self._grow(after)
        self._rows[place + len(rows) : after] = self._rows[end : self._count]
        self._rows[place : place + len(rows)] = rows
        self._count = after

    def cut(self, count: int) -> None:
        """Keep the first `count` rows only."""
        self._count = min(self._count, count)

    def copy(self, count: int) -> Series:
        """Return another series that begins with the first `count` rows of this one."""
        made = Series(self._rows.shape[1], self._most)
        made.extend(self.rows[:count])
        return made

    def thin(self) -> None:
        """Keep every second row, the first one included."""
        kept = self.rows[::2].copy()
        self._count = len(kept)
        self._rows[: self._count] = kept

    def _grow(self, needed: int) -> None:
        """Have room for so many rows."""
        if needed <= len(self._rows):
            return
        room = max(needed, 2 * len(self._rows))
        if self._most is not None:
            room = max(needed, min(room, self._most))
        grown = np.empty((room, self._rows.shape[1]))
        grown[: self._count] = self.rows
        self._rows = grown


def extremes(y: Array, starts: Places) -> Places:
    """Return where the smallest and the largest finite value of every part are.

    What is not finite does not count as small or large: of that too, the first in
    every part is among the places.

    Parameters
    ----------
    y : ndarray of shape (m,)
    starts : ndarray of ints
        Where the parts begin, rising from 0.

    Returns
    -------
    ndarray of ints, rising
    """
    y, finite = np.ascontiguousarray(y), np.isfinite(y)
    counts = np.append(starts[1:], len(y)) - starts
    if finite.all():
        low = high = y
        lost = np.array([], dtype=np.int64)
    else:
        low, high = np.where(finite, y, np.inf), np.where(finite, y, -np.inf)
        lost = np.flatnonzero(~finite)
    lows = np.repeat(np.minimum.reduceat(low, starts), counts)
    highs = np.repeat(np.maximum.reduceat(high, starts), counts)
    places = [np.flatnonzero(low == lows), np.flatnonzero(high == highs), lost]
    return np.unique(np.concatenate([_firsts(some, starts) for some in places]))


def _firsts(places: Places, starts: Places) -> Places:
    """Return the first of the places in every part that has one."""
    parts = np.searchsorted(starts, places, "right")
    new = np.ones(len(parts), dtype=bool)
    new[1:] = parts[1:] != parts[:-1]
    return places[new]


def outline(x: Array, y: Array, bins: int) -> tuple[Array, Array]:
    """Return a curve that looks the same on `bins` columns of a screen.

    Of every bin the smallest and the largest value are kept, in their order, so no
    spike is lost; and the first that is not finite, so no gap is.

    Parameters
    ----------
    x : ndarray of shape (m,), rising
    y : ndarray of shape (m,)
    bins : int

    Returns
    -------
    pair of ndarrays of one shape
    """
    if len(x) <= 4 * bins:
        return x, y
    edges = np.linspace(0, len(x), bins + 1).astype(np.int64)[:-1]
    keep = np.union1d(extremes(y, edges), [0, len(x) - 1])
    return x[keep], y[keep]
