"""Words on a plot: numbers as they are told, and lines kept apart."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.ui.marks.writing import apart, told

NUMBERS = [
    (0.15, 1.0, "", "0.15"),
    (-0.2, 1.0, "", "−0.2"),
    (2.0, 1.0, "+", "+2"),
    (0.0, 1.0, "+", "0"),
    (-1e-17, 1.0, "", "≈ 0"),
    (-1e-17, 0.0, "", "−1e−17"),
    (1234.5, 1.0, "", "1230"),
    (1e151, 1.0, "+", "+1e151"),
    (np.inf, 1.0, "+", "too large"),
    (np.nan, 1.0, "", "too large"),
]


@pytest.mark.parametrize(("value", "scale", "plus", "text"), NUMBERS)
def test_numbers_are_told(value: float, scale: float, plus: str, text: str) -> None:
    assert told(value, scale, plus) == text


APART: list[tuple[list[float], list[float]]] = [
    ([50], [50]),
    ([50, 50, 50], [40, 50, 60]),
    ([50, 58, 90], [49, 59, 90]),
    ([0, 0], [5, 15]),
    ([99, 99], [85, 95]),
    ([], []),
]


@pytest.mark.parametrize(("wanted", "places"), APART)
def test_lines_keep_apart(wanted: list[float], places: list[float]) -> None:
    got = apart(np.array(wanted, dtype=float), 10.0, 0.0, 100.0)
    assert got.tolist() == pytest.approx(places)
