"""Growing columns of numbers, and their outline at the resolution of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Series:
    """Rows of equal length that can be appended to and cut off cheaply."""

    def __init__(self, columns: int) -> None:
        self._rows = np.empty((64, columns))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> Array:
        """All rows, of shape (count, columns); a view."""
        return self._rows[: self._count]

    def extend(self, rows: Array) -> None:
        """Append rows of shape (m, columns)."""
        needed = self._count + len(rows)
        if needed > len(self._rows):
            grown = np.empty((max(needed, 2 * len(self._rows)), self._rows.shape[1]))
            grown[: self._count] = self.rows
            self._rows = grown
        self._rows[self._count : needed] = rows
        self._count = needed

    def cut(self, count: int) -> None:
        """Keep the first `count` rows only."""
        self._count = min(self._count, count)

    def copy(self, count: int) -> Series:
        """Return another series that begins with the first `count` rows of this one."""
        made = Series(self._rows.shape[1])
        made.extend(self.rows[:count])
        return made

    def thin(self) -> None:
        """Keep every second row, the first one included."""
        kept = self.rows[::2].copy()
        self._count = len(kept)
        self._rows[: self._count] = kept


def outline(x: Array, y: Array, bins: int) -> tuple[Array, Array]:
    """Return a curve that looks the same on `bins` columns of a screen.

    Of every bin the smallest and the largest value are kept, in their order, so no
    spike is lost.

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
    parts = np.split(y, edges[1:])
    low = edges + np.array([part.argmin() for part in parts])
    high = edges + np.array([part.argmax() for part in parts])
    keep = np.unique(np.concatenate([low, high, [0, len(x) - 1]]))
    return x[keep], y[keep]
