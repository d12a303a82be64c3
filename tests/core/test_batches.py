"""Batches: a pure function of recorded state, whatever is changed on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.batches import (
    DROP,
    FILE_ORDER,
    FRESH,
    KEEP,
    ORDERS,
    REPLACEMENT,
    SHORT_LAST,
    SHUFFLED,
    Cursor,
    Draw,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

START = Cursor()


def batches(
    draw: Draw, sizes: Iterable[int], cursor: Cursor = START
) -> tuple[list[list[int]], Cursor]:
    """Draw batches of these sizes one after the other."""
    drawn = []
    for size in sizes:
        rows, cursor = draw.next(size, cursor)
        assert rows.dtype == np.int64
        drawn.append(rows.tolist())
    return drawn, cursor


def joined(lists: list[list[int]]) -> list[int]:
    return [row for rows in lists for row in rows]


@pytest.mark.parametrize("seed", [0, 1, 12345])
@pytest.mark.parametrize(("n", "size"), [(12, 4), (12, 5), (12, 1), (12, 12), (1, 1)])
def test_every_epoch_uses_every_example_once(seed: int, n: int, size: int) -> None:
    steps = -(-n // size)
    first, cursor = batches(Draw(n, seed), [size] * steps)
    assert sorted(joined(first)) == list(range(n))
    assert cursor == Cursor(steps, 0, n, n)
    second, cursor = batches(Draw(n, seed), [size] * steps, cursor)
    assert sorted(joined(second)) == list(range(n))
    assert cursor == Cursor(2 * steps, 1, n, 2 * n, steps)
    if n > 1:
        assert joined(first) != joined(second) != list(range(n))


def test_short_last_batch_is_kept() -> None:
    drawn, cursor = batches(Draw(10, 3), [4, 4, 4, 4])
    assert [len(rows) for rows in drawn] == [4, 4, 2, 4]
    assert cursor == Cursor(4, 1, 4, 14, 3)
    assert sorted(joined(drawn[:3])) == list(range(10))


def test_short_last_batch_is_dropped() -> None:
    kept, _ = batches(Draw(10, 3), [4, 4, 4, 4])
    drawn, cursor = batches(Draw(10, 3, short_last=DROP), [4, 4, 4, 4])
    assert [len(rows) for rows in drawn] == [4, 4, 4, 4]
    assert drawn[:3] == [kept[0], kept[1], kept[3]]
    assert len(set(drawn[2] + drawn[3])) == 8
    assert cursor == Cursor(4, 1, 8, 16, 2)


@pytest.mark.parametrize(
    ("short_last", "after", "count"),
    [(KEEP, Cursor(2, 0, 10, 10), 3), (DROP, Cursor(2, 1, 5, 12, 1), 5)],
)
def test_size_grows_beyond_what_is_left(
    short_last: str, after: Cursor, count: int
) -> None:
    draw = Draw(10, 3, short_last=short_last)
    _, cursor = batches(draw, [7])
    rows, cursor = draw.next(5, cursor)
    assert len(rows) == count
    assert cursor == after


def test_exact_fit_is_not_dropped() -> None:
    drawn, cursor = batches(Draw(10, 3, short_last=DROP), [5, 5])
    assert sorted(joined(drawn)) == list(range(10))
    assert cursor == Cursor(2, 0, 10, 10)


def test_a_new_size_takes_the_next_unused_examples() -> None:
    (whole,), _ = batches(Draw(20, 8), [20])
    drawn, cursor = batches(Draw(20, 8), [3, 6, 1, 2, 8])
    assert drawn == [whole[0:3], whole[3:9], whole[9:10], whole[10:12], whole[12:20]]
    assert cursor == Cursor(5, 0, 20, 20)


def test_file_order_is_never_shuffled() -> None:
    drawn, cursor = batches(Draw(5, 9, FILE_ORDER), [2, 2, 2, 2])
    assert drawn == [[0, 1], [2, 3], [4], [0, 1]]
    assert cursor == Cursor(4, 1, 2, 7, 3)


def test_with_replacement_needs_no_past() -> None:
    draw = Draw(6, 2, REPLACEMENT)
    rows, after = draw.next(50, Cursor(7, 3, 1, 19))
    assert set(rows.tolist()) == set(range(6))
    assert rows.tolist() == draw.next(50, Cursor(step=7))[0].tolist()
    assert after == Cursor(8, 3, 1, 69)
    for other in (
        draw.next(50, Cursor(step=8)),
        Draw(6, 3, REPLACEMENT).next(50, Cursor(step=7)),
    ):
        assert other[0].tolist() != rows.tolist()
    assert len(draw.next(51, Cursor(step=7))[0]) == 51


def test_with_replacement_every_example_is_as_likely() -> None:
    rows, _ = Draw(5, 0, REPLACEMENT).next(50_000, START)
    counts = np.bincount(rows, minlength=5)
    assert np.abs(counts - 10_000).max() < 5 * np.sqrt(50_000 * 0.2 * 0.8)


def test_every_example_is_as_likely_to_come_first() -> None:
    firsts = [Draw(4, 0).next(1, Cursor(epoch=e))[0][0] for e in range(2000)]
    counts = np.bincount(firsts, minlength=4)
    assert np.abs(counts - 500).max() < 5 * np.sqrt(2000 * 0.25 * 0.75)


def test_fresh_batches_count_the_examples_drawn() -> None:
    drawn, cursor = batches(Draw(5, 1, FRESH), [3, 4])
    assert drawn == [[0, 1, 2], [0, 1, 2, 3]]
    assert cursor == Cursor(2, 0, 0, 7)


@pytest.mark.parametrize("order", [REPLACEMENT, FRESH])
def test_another_order_in_between_leaves_the_permutation_where_it_is(
    order: str,
) -> None:
    (whole,), _ = batches(Draw(10, 1), [10])
    _, cursor = batches(Draw(10, 1), [4])
    _, cursor = batches(Draw(10, 1, order), [4, 4], cursor)
    (rows,), cursor = batches(Draw(10, 1), [4], cursor)
    assert rows == whole[4:8]
    assert cursor == Cursor(4, 0, 8, 16)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("short_last", SHORT_LAST)
def test_same_seed_same_batches_and_seen_counts(order: str, short_last: str) -> None:
    sizes = [5, 3, 9, 1, 7, 7]
    drawn, cursor = batches(Draw(16, 0, order, short_last), sizes)
    again, _ = batches(Draw(16, 0, order, short_last), sizes)
    assert drawn == again
    assert cursor.step == len(sizes)
    assert cursor.seen == len(joined(drawn))


@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT])
def test_seed_zero_is_a_seed_of_its_own(order: str) -> None:
    drawn = [batches(Draw(30, seed, order), [30])[0] for seed in (0, 1, 2, 2**40)]
    assert all(a != b for i, a in enumerate(drawn) for b in drawn[:i])
    assert drawn[0] == batches(Draw(30, 0, order), [30])[0]


SIZES = {
    "one size": [4] * 30,
    "a divisor": [5] * 30,
    "single ones": [1] * 45,
    "all": [10] * 8,
    "smaller": [7, 7, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    "larger": [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 7, 7, 7, 10, 10, 10],
    "to and fro": [9, 1, 9, 1, 4, 6, 4, 6, 10, 1, 3, 8, 2, 5, 5, 7, 1, 1, 1, 9],
}


def until_the_next_epoch(draw: Draw, size: int, cursor: Cursor) -> int:
    """Count updates of this size until what follows is of another permutation."""
    for count in range(1, 100):
        cursor = draw.next(size, cursor)[1]
        if draw.next(size, cursor)[1].epoch > cursor.epoch:
            return count
    raise AssertionError


@pytest.mark.parametrize("order", [SHUFFLED, FILE_ORDER])
@pytest.mark.parametrize("short_last", SHORT_LAST)
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_where_an_epoch_begins_and_ends(
    order: str, short_last: str, sizes: list[int]
) -> None:
    draw, cursor, begun = Draw(10, 4, order, short_last), START, {0: 0}
    assert draw.gone(sizes[0], cursor) == 0
    for size in sizes:
        before = cursor
        assert draw.left(size, before) == until_the_next_epoch(draw, size, before)
        cursor = draw.next(size, before)[1]
        begun.setdefault(cursor.epoch, before.step)
        assert cursor.began == begun[cursor.epoch]
        assert cursor.step - draw.gone(size, cursor) == begun[cursor.epoch]
    assert len(begun) > 3


@pytest.mark.parametrize("order", [REPLACEMENT, FRESH])
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_without_permutations_an_epoch_is_as_many_examples(
    order: str, sizes: list[int]
) -> None:
    draw, cursor = Draw(10, 4, order), START
    for size in sizes:
        left = draw.left(size, cursor)
        goal = (cursor.seen // 10 + 1) * 10
        assert cursor.seen + (left - 1) * size < goal <= cursor.seen + left * size
        cursor = draw.next(size, cursor)[1]
        gone = draw.gone(size, cursor)
        began = (cursor.seen - 1) // 10 * 10
        assert cursor.seen - gone * size <= began < cursor.seen - (gone - 1) * size
        assert cursor.began == 0


def test_another_order_in_between_belongs_to_the_epoch() -> None:
    _, cursor = batches(Draw(10, 1), [4, 4, 4, 4])
    _, cursor = batches(Draw(10, 1, REPLACEMENT), [4, 4], cursor)
    _, cursor = batches(Draw(10, 1), [3], cursor)
    assert (cursor.step, cursor.epoch, cursor.began) == (7, 1, 3)
    assert Draw(10, 1).gone(3, cursor) == 4
