"""Random numbers as a function of whole numbers: NumPy's own, and repeatable."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.chance import chance


@pytest.mark.parametrize(
    "numbers",
    [
        (0,),
        (7,),
        (0, 0),
        (58, 0xE90C, 0),
        (58, 0xE90C, 3),
        (2**31 - 1, 0xBA7C, 10**9, 4),
        (1, 2**32 - 1),
        (1, 2**32),
        (1, 2**40 + 5, 3),
    ],
)
def test_they_are_those_of_numpy(numbers: tuple[int, ...]) -> None:
    ours, theirs = chance(*numbers), np.random.default_rng(numbers)
    assert ours.permutation(50).tolist() == theirs.permutation(50).tolist()
    assert ours.standard_normal(5).tolist() == theirs.standard_normal(5).tolist()


def test_the_order_of_the_numbers_counts() -> None:
    assert chance(1, 2).random() == chance(1, 2).random()
    assert chance(1, 2).random() != chance(2, 1).random()
