"""Mini-batches: which examples come next, as a pure function of recorded state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

SHUFFLED, REPLACEMENT, FILE_ORDER, FRESH = "shuffled", "replacement", "file", "fresh"
ORDERS = {
    SHUFFLED: "Reshuffled",
    REPLACEMENT: "Replacement",
    FILE_ORDER: "File order",
    FRESH: "Fresh draws",
}
KEEP, DROP = "keep", "drop"
SHORT_LAST = {KEEP: "Keep", DROP: "Drop"}


@dataclass(frozen=True)
class Cursor:
    """How far the examples have been used.

    Attributes
    ----------
    step : int
        Updates made so far.
    epoch : int
        Permutations finished so far.
    position : int
        Examples of the present permutation already used.
    seen : int
        Examples used so far.
    """

    step: int = 0
    epoch: int = 0
    position: int = 0
    seen: int = 0


@dataclass(frozen=True)
class Draw:
    """How batches are drawn: from n examples, in which order, from which seed."""

    n: int
    seed: int
    order: str = SHUFFLED
    short_last: str = KEEP

    def next(self, batch_size: int, cursor: Cursor) -> tuple[Rows, Cursor]:
        """Return the next batch and the cursor after it.

        Without replacement the batch is a function of (seed, epoch, position, size):
        a live change of the size takes the next unused examples of the same
        permutation. With replacement it is a function of (seed, step, size). Fresh
        batches hold no rows of the data: their rows count the examples drawn.

        Returns
        -------
        rows : ndarray of shape (b,), int64
        cursor : Cursor
        """
        if self.order == REPLACEMENT:
            rng = np.random.default_rng((self.seed, 0xBA7C, cursor.step, batch_size))
            return rng.integers(self.n, size=batch_size), self._used(cursor, batch_size)
        if self.order == FRESH:
            return np.arange(batch_size), self._used(cursor, batch_size)
        return self._without_replacement(batch_size, cursor)

    def _used(self, cursor: Cursor, count: int) -> Cursor:
        """Leave the permutation where it is: what is unused in it stays so."""
        seen = cursor.seen + count
        return Cursor(cursor.step + 1, cursor.epoch, cursor.position, seen)

    def _without_replacement(
        self, batch_size: int, cursor: Cursor
    ) -> tuple[Rows, Cursor]:
        epoch, start = cursor.epoch, cursor.position
        short = self.n - start < batch_size
        if start >= self.n or (short and self.short_last == DROP):
            epoch, start = epoch + 1, 0
        rows = self._permutation(epoch)[start : start + batch_size]
        after = Cursor(
            cursor.step + 1, epoch, start + len(rows), cursor.seen + len(rows)
        )
        return rows, after

    def _permutation(self, epoch: int) -> Rows:
        if self.order == FILE_ORDER:
            return _in_order(self.n)
        return _shuffled(self.n, self.seed, epoch)


@lru_cache(maxsize=2)
def _in_order(n: int) -> Rows:
    rows = np.arange(n)
    rows.setflags(write=False)
    return rows


@lru_cache(maxsize=4)
def _shuffled(n: int, seed: int, epoch: int) -> Rows:
    rows = np.random.default_rng((seed, 0xE90C, epoch)).permutation(n)
    rows.setflags(write=False)
    return rows
