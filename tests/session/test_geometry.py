"""Lengths beside one another, for numbers of any size."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.session.geometry import angle, ratio, share

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("a", "b", "times"),
    [
        ([3, 4], [0, 1], 5.0),
        ([0, 1], [3, 4], 0.2),
        ([3, -4], [-3, 4], 1.0),
        ([0, 0], [3, 4], 0.0),
        ([3, 4], [0, 0], None),
        ([0, 0], [0, 0], None),
        ([3e200, 4e200], [1, 0], 5e200),
        ([1, 0], [3e200, 4e200], 2e-201),
        ([3e300, 4e300], [3e300, -4e300], 1.0),
        ([3e-300, 4e-300], [1e-300, 0], 5.0),
        ([1e200, 1], [1e-100, 0], 1e300),
        ([1e300, 1], [1e-300, 0], INF),  # beyond all numbers
        ([1e-300, 0], [1e300, 0], 0.0),
        ([INF, 1], [1, 1], INF),
        ([-INF, 1], [1, 1], INF),
        ([1, 1], [INF, 1], None),
        ([1, 1], [NAN, 1], None),
    ],
)
def test_ratio(a: list[float], b: list[float], times: float | None) -> None:
    found = ratio(np.array(a, dtype=float), np.array(b, dtype=float))
    assert found == (None if times is None else pytest.approx(times, rel=1e-14))


def test_the_ratio_of_no_number_is_none() -> None:
    assert np.isnan(ratio(np.array([NAN, 1.0]), np.ones(2)) or 0.0)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_a_vector_is_as_long_as_itself(size: float) -> None:
    for vector in size * np.random.default_rng(0).standard_normal((20, 7)):
        assert ratio(vector, vector) == 1.0
        assert ratio(-3 * vector, vector) == pytest.approx(3.0, rel=1e-15)
        turned = angle(vector, 2 * vector)
        assert turned is not None
        assert turned < 3e-6


@pytest.mark.parametrize(
    ("flat", "vector", "part"),
    [
        ([3, 0], [3, 4], 0.6),
        ([3, 4], [3, 4], 1.0),
        ([0, 0], [3, 4], 0.0),
        ([0, 0], [0, 0], 1.0),  # nothing of it is hidden
        ([3e200, 0], [3e200, 4e200], 0.6),
    ],
)
def test_share(flat: list[float], vector: list[float], part: float) -> None:
    found = share(np.array(flat, dtype=float), np.array(vector, dtype=float))
    assert found == pytest.approx(part)
