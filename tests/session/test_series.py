"""Growing columns against lists, and outlines against every value."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gdviz.session.series import Series, extremes, outline


@pytest.mark.parametrize("seed", range(6))
def test_series_are_lists_of_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    series, rows = Series(3), list[list[float]]()
    for _ in range(60):
        deed = rng.integers(6)
        if deed <= 2:
            some = rng.standard_normal((int(rng.integers(90)), 3))
            series.extend(some)
            rows += some.tolist()
        elif deed == 3:
            count = int(rng.integers(len(rows) + 20))
            series.cut(count)
            rows = rows[:count]
        elif deed == 4:
            place, end = sorted(map(int, rng.integers(len(rows) + 1, size=2)))
            some = rng.standard_normal((int(rng.integers(90)), 3))
            series.replace(place, end, some)
            rows[place:end] = some.tolist()
        else:
            series.thin()
            rows = rows[::2]
        assert len(series) == len(rows)
        assert series.rows.shape == (len(rows), 3)
        assert series.rows.tolist() == rows


@pytest.mark.parametrize(
    ("m", "bins"), [(0, 5), (1, 5), (20, 5), (21, 5), (999, 7), (1000, 100), (5000, 1)]
)
def test_an_outline_keeps_every_extreme_and_the_ends(m: int, bins: int) -> None:
    y = np.random.default_rng(m).standard_cauchy(m)
    x = np.cumsum(np.full(m, 0.5))
    u, v = outline(x, y, bins)
    assert len(u) == len(v) <= max(min(m, 4 * bins), 2 * bins + 2)
    places = np.searchsorted(x, u)
    assert (np.diff(places) > 0).all()
    assert x[places].tolist() == u.tolist()
    assert y[places].tolist() == v.tolist()
    if m <= 4 * bins:
        assert len(u) == m
        return
    kept = set(places.tolist())
    assert {0, m - 1} <= kept
    edges = [int(i * m / bins) for i in range(bins + 1)]
    for first, end in pairwise(edges):
        part = y[first:end].tolist()
        assert {first + part.index(min(part)), first + part.index(max(part))} <= kept


@pytest.mark.parametrize("seed", range(20))
def test_extremes_of_every_part_with_numbers_that_are_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.choice([0.0, 1.0, 2.0, -4.0, np.nan, np.inf, -np.inf], size=80)
    y[: 20 * (seed % 4)] = 1.5
    starts = np.unique([0, *rng.integers(80, size=seed)])
    kept = set(extremes(y, starts).tolist())
    expected = set[int]()
    for first, end in pairwise([*starts.tolist(), 80]):
        finite = [i for i in range(first, end) if np.isfinite(y[i])]
        lost = [i for i in range(first, end) if not np.isfinite(y[i])]
        if finite:
            values = [y[i] for i in finite]
            expected.add(finite[values.index(min(values))])
            expected.add(finite[values.index(max(values))])
        expected |= set(lost[:1])
    assert kept == expected


def test_an_outline_keeps_gaps_and_what_is_beside_them() -> None:
    y = np.ones(10_000)
    y[[500, 510, 6000]] = np.nan, 7.0, -2.0
    y[8000:9000] = np.inf
    u, v = outline(np.arange(10_000.0), y, 10)
    told = dict(zip(u.tolist(), v.tolist(), strict=True))
    assert np.isnan(told[500.0])
    assert (told[510.0], told[6000.0], told[8000.0]) == (7.0, -2.0, np.inf)
    assert len(told) <= 32


def test_a_series_that_is_full_has_no_more_room_than_it_needs() -> None:
    series = Series(3, 100)
    for _ in range(100):
        series.extend(np.ones((1, 3)))
    base = series.rows.base
    assert base is not None
    assert base.shape == (100, 3)
    assert len(Series(500_000, 64).rows) == 0


def test_a_single_spike_survives() -> None:
    y = np.zeros(100_000)
    y[77_777], y[3] = 5.0, -1.0
    u, v = outline(np.arange(100_000.0), y, 50)
    assert v.max() == 5.0
    assert v.min() == -1.0
    assert u[v.argmax()] == 77_777
    assert (u[0], u[-1]) == (0.0, 99_999.0)
