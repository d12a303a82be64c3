"""Mini-batches: which examples come next, as a pure function of recorded state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdviz.core.chance import chance

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


class Cursor(NamedTuple):
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
    began : int
        The step at which the present permutation was begun.
    """

    step: int = 0
    epoch: int = 0
    position: int = 0
    seen: int = 0
    began: int = 0


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
            rng = chance(self.seed, 0xBA7C, cursor.step, batch_size)
            return rng.integers(self.n, size=batch_size), self._used(cursor, batch_size)
        if self.order == FRESH:
            return np.arange(batch_size), self._used(cursor, batch_size)
        return self._without_replacement(batch_size, cursor)

    def left(self, batch_size: int, cursor: Cursor) -> int:
        """Return how many updates finish the present epoch, a new one if it is over."""
        unused = self.n - self._into(cursor) % self.n
        if self._permuted and self.short_last == DROP:
            return unused // batch_size or max(1, self.n // batch_size)
        return -(-unused // batch_size)

    def gone(self, batch_size: int, cursor: Cursor) -> int:
        """Return how many updates lead back to where the present epoch began.

        With replacement and with fresh examples: how many updates of this size.
        """
        if self._permuted:
            return cursor.step - cursor.began
        return -(-(cursor.seen % self.n or self.n) // batch_size)

    @property
    def _permuted(self) -> bool:
        return self.order in (SHUFFLED, FILE_ORDER)

    def _into(self, cursor: Cursor) -> int:
        return cursor.position if self._permuted else cursor.seen

    def _used(self, cursor: Cursor, count: int) -> Cursor:
        """Leave the permutation where it is: what is unused in it stays so."""
        return cursor._replace(step=cursor.step + 1, seen=cursor.seen + count)

    def _without_replacement(
        self, batch_size: int, cursor: Cursor
    ) -> tuple[Rows, Cursor]:
        epoch, start, began = cursor.epoch, cursor.position, cursor.began
        short = self.n - start < batch_size
        if start >= self.n or (short and self.short_last == DROP):
            epoch, start, began = epoch + 1, 0, cursor.step
        rows = self._permutation(epoch)[start : start + batch_size]
        count = len(rows)
        after = Cursor(
            cursor.step + 1, epoch, start + count, cursor.seen + count, began
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
    rows = chance(seed, 0xE90C, epoch).permutation(n)
    rows.setflags(write=False)
    return rows
