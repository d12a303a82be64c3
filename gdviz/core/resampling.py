"""Random mini-batches: every one there is where there are few, else some of them."""

from __future__ import annotations

from itertools import combinations
from math import comb, lgamma, log, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

EVERY = 4096  # so many batches are gone through one by one
_ALL_ROWS = 2**20  # examples in all of these
_FEW = 256  # examples: sorting random keys draws from so few the fastest
_NUMBERS = 2**17  # of batches drawn at once


class Drawing(NamedTuple):
    """How a batch is drawn: its size M, and whether an example may come twice."""

    size: int
    replaced: bool


def exponent(n: int, batch_size: int, replaced: bool) -> float:
    """Return the logarithm, to base 10, of how many batches there are.

    With replacement those in another order count as others: then all are as likely.
    """
    if replaced:
        return batch_size * log10(n)
    rest = n - batch_size
    return (lgamma(n + 1) - lgamma(batch_size + 1) - lgamma(rest + 1)) / log(10)


def is_few(n: int, batch_size: int, replaced: bool) -> bool:
    """Tell whether there are so few batches that each is gone through."""
    if exponent(n, batch_size, replaced) > log10(EVERY) + 0.5:
        return False
    count = n**batch_size if replaced else comb(n, batch_size)
    return count <= EVERY and count * batch_size <= _ALL_ROWS


def every(n: int, batch_size: int, replaced: bool) -> Rows:
    """Return all batches there are, of shape (count, M)."""
    if replaced:
        count = n**batch_size
        digits = np.unravel_index(np.arange(count), (n,) * batch_size) if n > 1 else ()
        return np.array(digits or np.zeros((batch_size, 1)), dtype=np.int64).T
    return np.array(list(combinations(range(n), batch_size)), dtype=np.int64)


def drawn(
    n: int, batch_size: int, replaced: bool, rng: Generator, count: int
) -> Iterator[Rows]:
    """Yield random batches, each of them as likely, in parts of shape (·, M)."""
    left, width = count, max(batch_size, n if n <= _FEW else 0)
    while left > 0:
        k = min(left, max(1, _NUMBERS // width))
        yield _draw(n, batch_size, replaced, rng, k)
        left -= k


def _draw(n: int, b: int, replaced: bool, rng: Generator, k: int) -> Rows:
    if replaced:
        return rng.integers(n, size=(k, b))
    if b == n:
        return np.tile(np.arange(n), (k, 1))
    if n <= _FEW:
        return rng.random((k, n)).argpartition(b, axis=1)[:, :b]
    return np.array([rng.choice(n, b, replace=False, shuffle=False) for _ in range(k)])


def batches(
    n: int, batch_size: int, replaced: bool, rng: Generator, most: int
) -> Iterator[Rows]:
    """Yield all batches there are if they are few, else `most` random ones."""
    if is_few(n, batch_size, replaced):
        yield every(n, batch_size, replaced)
    else:
        yield from drawn(n, batch_size, replaced, rng, most)
