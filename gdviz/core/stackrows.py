"""The batches of many steps ahead, as `Draw` would draw them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import DROP, REPLACEMENT, Cursor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.batches import Draw

    Rows = NDArray[np.int64]


def rows_ahead(
    draw: Draw, batch_size: int, first: int, count: int
) -> tuple[Rows, NDArray[np.int64]]:
    """Return the batches of some steps of a run whose batch size never changes.

    Parameters
    ----------
    draw : Draw
        Of examples that are there: not of fresh ones.
    batch_size : int
        At most as many as there are examples.
    first, count : ints
        The steps.

    Returns
    -------
    rows : ndarray of shape (count, b)
        A shorter last batch is filled up with its own first example.
    sizes : ndarray of shape (count,)
        How many examples each batch has.
    """
    rows = np.empty((count, batch_size), np.int64)
    sizes = np.full(count, batch_size)
    for i in range(count):
        some, _ = draw.next(batch_size, cursor_at(draw, batch_size, first + i))
        sizes[i] = len(some)
        rows[i, : len(some)] = some
        rows[i, len(some) :] = some[0]
    return rows, sizes


def cursor_at(draw: Draw, batch_size: int, step: int) -> Cursor:
    """Return how far the examples have been used after some steps of one size."""
    if draw.order == REPLACEMENT:
        return Cursor(step, seen=step * batch_size)
    a_round = steps_of_epoch(draw, batch_size)
    epoch, into = divmod(step, a_round)
    used = min(batch_size * a_round, draw.n)
    position = min(into * batch_size, draw.n)
    return Cursor(step, epoch, position, epoch * used + position, epoch * a_round)


def steps_of_epoch(draw: Draw, batch_size: int) -> int:
    """Return how many updates of this size go through the examples once."""
    if draw.short_last == DROP:
        return max(1, draw.n // batch_size)
    return -(-draw.n // batch_size)


def steps_within(draw: Draw, batch_size: int, examples: int) -> int:
    """Return how many updates of this size use at most so many examples."""
    if draw.order == REPLACEMENT:
        return examples // batch_size
    a_round = steps_of_epoch(draw, batch_size)
    epochs, left = divmod(examples, min(batch_size * a_round, draw.n))
    return epochs * a_round + left // batch_size
