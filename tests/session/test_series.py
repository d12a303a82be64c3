"""Growing columns against lists, and outlines against every value."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gdviz.session.series import Series, outline


@pytest.mark.parametrize("seed", range(6))
def test_series_are_lists_of_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    series, rows = Series(3), list[list[float]]()
    for _ in range(60):
        deed = rng.integers(5)
        if deed <= 2:
            some = rng.standard_normal((int(rng.integers(90)), 3))
            series.extend(some)
            rows += some.tolist()
        elif deed == 3:
            count = int(rng.integers(len(rows) + 20))
            series.cut(count)
            rows = rows[:count]
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


def test_a_single_spike_survives() -> None:
    y = np.zeros(100_000)
    y[77_777], y[3] = 5.0, -1.0
    u, v = outline(np.arange(100_000.0), y, 50)
    assert v.max() == 5.0
    assert v.min() == -1.0
    assert u[v.argmax()] == 77_777
    assert (u[0], u[-1]) == (0.0, 99_999.0)
