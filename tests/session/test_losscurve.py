"""Losses in bounded memory, against plain lists of all of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.session import losscurve
from gdviz.session.losscurve import Evaluations, LossCurve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Told = tuple[float | str, ...]

EVERY = 10**9  # columns: more than there are rows
LOSSES = st.sampled_from([0.0, 1.0, 1.5, 2.0, -3.0, 7.25, np.inf, -np.inf, np.nan])
FEW = 16, 4  # steps kept one by one, and buckets in an octave, in small


def begin(step: int, raw: int = FEW[0], buckets: int = FEW[1]) -> int:
    """Return where the bucket of a step begins, by whole numbers alone."""
    width = 1 if step < raw else max(1, (1 << step.bit_length() - 1) // buckets)
    return step // width * width


def told(losses: Iterable[float]) -> Told:
    """Return the smallest and the largest finite one, and one that is not."""
    losses = list(losses)
    finite = [y for y in losses if np.isfinite(y)]
    lost = [repr(float(y)) for y in losses if not np.isfinite(y)]
    return (*([min(finite), max(finite)] if finite else []), *lost[:1])


@pytest.fixture(autouse=True, scope="module")
def small() -> Iterator[None]:
    """Let steps share buckets early."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(losscurve, "RAW", FEW[0])
        patch.setattr(losscurve, "BUCKETS", FEW[1])
        yield


class Twin:
    """A curve and a list of the same losses."""

    def __init__(self) -> None:
        self.curve, self.losses = LossCurve(), list[float]()
        self.doubtful = set[int]()  # before a cut, in the bucket that was cut

    def extend(self, losses: list[float]) -> None:
        first = len(self.losses)
        seen = 3 * np.arange(first, first + len(losses)) + 1
        self.curve.extend(np.array(losses, dtype=np.float64), seen)
        self.losses += losses

    def cut(self, count: int) -> None:
        self.curve.cut(count)
        if count < len(self.losses):
            self.doubtful |= set(range(begin(count), count))
        self.doubtful &= set(range(count))
        del self.losses[count:]

    def copy(self, count: int) -> None:
        old, kept, before = self.curve, len(self.losses), self.rows()
        self.curve = old.copy(count)
        self.cut(count)
        self.extend([5.5] * 40)
        assert len(old) == kept
        assert repr(before) == repr(old.outline(EVERY).tolist())

    def rows(self, bins: int = EVERY) -> list[list[float]]:
        return self.curve.outline(bins).tolist()

    def check(self, bins: int) -> None:
        losses, rows = self.losses, self.rows(bins)
        assert len(self.curve) == len(losses)
        assert len(rows) <= max(4 * bins, 3 * bins + 2)
        steps = [int(row[0]) for row in rows]
        assert steps == sorted(set(steps))
        true = [[step, 3 * step + 1, losses[step]] for step in steps]
        assert repr(rows) == repr([[float(x) for x in row] for row in true])
        if losses:
            assert steps[0] == 0
        n = len(losses)
        edges = {*range(n)} if n <= 4 * bins else {i * n // bins for i in range(bins)}
        for first, end in pairwise([*sorted(map(begin, edges)), n]):
            if not self.doubtful & set(range(first, end)):
                here = (losses[step] for step in steps if first <= step < end)
                assert told(here) == told(losses[first:end])


DEEDS = st.one_of(
    st.tuples(st.just("extend"), st.lists(LOSSES, max_size=90)),
    st.tuples(st.just("cut"), st.integers(0, 300)),
    st.tuples(st.just("copy"), st.integers(0, 300)),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(DEEDS, max_size=12), st.integers(1, 30))
def test_any_mix_keeps_the_extremes_of_every_column(
    deeds: list[tuple[str, list[float] | int]], bins: int
) -> None:
    twin = Twin()
    for deed, what in deeds:
        getattr(twin, deed)(what)
        twin.check(bins)
        twin.check(EVERY)
        if deed == "extend" and what:
            assert twin.rows(bins)[-1][0] == len(twin.losses) - 1


@pytest.mark.parametrize("at_once", [1, 7, 64, 1000])
def test_however_many_come_at_once_the_same_stays(at_once: int) -> None:
    losses = np.random.default_rng(1).standard_normal(1000).tolist()
    whole, parts = Twin(), Twin()
    whole.extend(losses)
    for first in range(0, 1000, at_once):
        parts.extend(losses[first : first + at_once])
    assert parts.rows() == whole.rows()
    assert len(whole.rows()) < 150


def test_a_bucket_that_was_cut_keeps_what_it_knew_and_takes_in_more() -> None:
    twin = Twin()  # steps 128 to 159 share a bucket
    twin.extend([1.0] * 128 + [5.0, 4.0, 9.0, 4.0, 2.0, 8.0])
    twin.cut(133)
    assert [row[::2] for row in twin.rows()][-2:] == [[130, 9.0], [132, 2.0]]
    twin.cut(132)
    assert [row[::2] for row in twin.rows()][-1] == [130, 9.0]
    twin.extend([3.0] * 20 + [7.0] * 20)
    rows = [row[::2] for row in twin.rows() if row[0] >= 128]
    assert rows == [[130, 9.0], [132, 3.0], [160, 7.0], [171, 7.0]]


def test_a_beginning_is_as_fine_as_if_it_had_ended_there() -> None:
    losses = np.random.default_rng(2).standard_normal(5000).tolist()
    long, short = Twin(), Twin()
    long.extend(losses)
    for count in (4096, 640, 128, 16, 3, 0):  # where buckets begin
        long.cut(count)
        short.losses, short.curve = [], LossCurve()
        short.extend(losses[:count])
        inner = [row for row in short.rows() if row in long.rows()]
        assert inner == long.rows()
        assert len(short.rows()) - len(inner) <= 1  # the newest, if it tells nothing


def test_ten_million_steps_stay_small_and_lose_no_spike() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(losscurve, "RAW", 2**17)
        patch.setattr(losscurve, "BUCKETS", 2**14)
        curve, rng, n = LossCurve(), np.random.default_rng(3), 10**7
        losses = rng.standard_exponential(n)
        losses[rng.integers(n, size=500)] *= 100
        for first in range(0, n, 125_000):
            some = losses[first : first + 125_000]
            curve.extend(some, np.arange(first, first + len(some)))
        rows, all_of_it = curve.outline(1000), curve.outline(EVERY)
        assert len(curve) == n
        assert len(all_of_it) < 2**19
        assert all_of_it[: 2**17, 0].tolist() == list(range(2**17))
        assert losses[rows[:, 0].astype(int)].tolist() == rows[:, 2].tolist()
        edges = [begin(i * n // 1000, 2**17, 2**14) for i in range(1000)]
        for first, end in pairwise([*edges, n]):
            part, here = losses[first:end], (first <= rows[:, 0]) & (rows[:, 0] < end)
            found = rows[here, 2]
            assert (found.min(), found.max()) == (part.min(), part.max())
            assert first == 0 or end - first < 1.2 * n / 1000


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 200), LOSSES, LOSSES),
            st.tuples(st.integers(0, 200), st.none(), st.booleans()),
        ),
        max_size=80,
    )
)
def test_evaluations_in_any_order_keep_the_extremes_of_both_losses(
    deeds: list[tuple[int, float | None, float]],
) -> None:
    kept, known = Evaluations(), dict[int, tuple[float, float]]()
    doubtful = set[int]()
    for step, full, test in deeds:
        if full is not None:
            known.setdefault(step, (full, test))
            kept.note((step, 2 * step, *known[step]))
            continue
        old, before = kept, kept.rows.copy()
        kept = kept.copy(step) if test else kept
        kept.cut(step)
        assert not test or np.array_equal(old.rows, before, equal_nan=True)
        if any(at > step for at in known):
            doubtful |= {begin(step + 1)}
        doubtful = {at for at in doubtful if at <= step}
        known = {at: losses for at, losses in known.items() if at <= step}
    rows = kept.rows.tolist()
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    for at, seen, *losses in rows:
        assert repr((seen, *losses)) == repr((2 * at, *map(float, known[int(at)])))
    check_buckets(rows, known, doubtful)


@pytest.mark.parametrize("seed", range(5))
def test_evaluations_of_many_steps_twice_over(seed: int) -> None:
    rng, kept = np.random.default_rng(seed), Evaluations()
    known = dict[int, tuple[float, float]]()
    for step in map(int, rng.integers(300, size=600)):
        full, test = rng.standard_normal(2).tolist()
        known.setdefault(step, (full, test))
        kept.note((step, 2 * step, *known[step]))
        if step % 50 == 0:
            check_buckets(kept.rows.tolist(), known, set())
    check_buckets(kept.rows.tolist(), known, set())
    assert len(kept.rows) < 16 + 5 * 4 * 4


def check_buckets(
    rows: list[list[float]], known: dict[int, tuple[float, float]], doubtful: set[int]
) -> None:
    """See that of every bucket the extremes are left, of both losses."""
    buckets = defaultdict[int, list[int]](list)
    for at in sorted(known):
        buckets[begin(at)].append(at)
    for first, steps in buckets.items():
        here = [row for row in rows if begin(int(row[0])) == first]
        assert len(here) <= 6
        assert first >= FEW[0] or len(here) == 1
        for column in (0, 1) if first not in doubtful else ():
            losses = told(known[at][column] for at in steps)
            assert told(row[2 + column] for row in here) == losses
