"""Costs: what is measured is measured, and the difference is to the mean gradient."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import (
    RECIPES,
    Accumulated,
    GradientOfMeanLoss,
    MeanOfGradients,
    Recipe,
    SumOfGradients,
    recipes_for,
)
from gdviz.core.costs import cost
from gdviz.core.datasets import Moons
from gdviz.core.functions import FUNCTIONS, Formulas, FormulaSum
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.core.objective import Objective
from gdviz.core.wrongs import MeanExample

if TYPE_CHECKING:
    from gdviz.core.sums import FiniteSum

NET = Objective(Moons(n_examples=600).examples(0), MLP((8,)), Logistic())
ROWS = np.random.default_rng(0).permutation(600)[:40]
FORMULAS = [FormulaSum(kind().examples(0), kind()) for kind in FUNCTIONS.values()]
CASES: list[tuple[FiniteSum, type[Recipe]]] = [
    *((NET, kind) for kind in RECIPES.values()),
    *((formulas, kind) for formulas in FORMULAS for kind in recipes_for(False)),
]


@pytest.mark.parametrize(("objective", "kind"), CASES)
def test_the_difference_is_to_the_mean(
    objective: FiniteSum, kind: type[Recipe]
) -> None:
    rows = ROWS % objective.n_examples
    theta = objective.start(2)
    found = cost(kind(), objective, theta, rows)
    made, mean = (
        kind().gradient(objective, theta, rows)[1],
        objective.gradients(theta, rows).mean(axis=0),
    )
    expected = float(np.abs(made - mean).max())
    assert found.difference == pytest.approx(expected, rel=1e-9, abs=1e-13)
    assert 0 < found.seconds < 1.0
    assert found.peak > 0
    assert not tracemalloc.is_tracing()


@pytest.mark.parametrize(
    ("recipe", "least", "most"),
    [
        (MeanOfGradients(), 0.0, 0.0),
        (GradientOfMeanLoss(), 0.0, 1e-15),
        (Accumulated(7), 0.0, 1e-15),
        (SumOfGradients(), 1e-3, np.inf),
        (MeanExample(), 1e-4, np.inf),
    ],
)
def test_only_what_is_not_the_mean_is_far_from_it(
    recipe: Recipe, least: float, most: float
) -> None:
    found = cost(recipe, NET, NET.start(0), ROWS)
    assert least <= found.difference <= most


def test_fewer_at_a_time_need_less_memory_and_more_time() -> None:
    objective = Objective(Moons(n_examples=4000).examples(0), MLP((64,)), Logistic())
    theta, rows = objective.start(0), np.arange(4000)
    whole, few, single = (
        cost(recipe, objective, theta, rows)
        for recipe in (MeanOfGradients(), Accumulated(100), Accumulated(10))
    )
    assert 4000 * 64 * 8 < whole.peak < 20e6  # the hidden units of all examples
    assert 5 * few.peak < whole.peak
    assert single.peak < few.peak
    assert single.seconds > few.seconds


def test_the_buffers_of_other_passes_are_no_excuse() -> None:
    objective = Objective(Moons(n_examples=500).examples(0), MLP((64,)), Logistic())
    theta, rows = objective.start(0), np.arange(500)
    cold = cost(MeanOfGradients(), objective, theta, rows).peak
    for _ in range(3):
        objective.gradient(theta, rows)  # now all is there
    warm = cost(MeanOfGradients(), objective, theta, rows).peak
    assert warm == pytest.approx(cold, rel=0.05)


def test_measuring_takes_a_bounded_time() -> None:
    class Slow(MeanOfGradients):
        def gradient(
            self, objective: FiniteSum, theta: np.ndarray, rows: np.ndarray
        ) -> tuple[float, np.ndarray]:
            time.sleep(0.03)
            return super().gradient(objective, theta, rows)

    begun = time.perf_counter()
    found = cost(Slow(), NET, NET.start(0), ROWS)
    assert time.perf_counter() - begun < 3.0
    assert 0.03 <= found.seconds < 0.5


@pytest.mark.parametrize("kind", FUNCTIONS.values())
def test_one_row_costs_too(kind: type[Formulas]) -> None:
    objective = FormulaSum(kind().examples(0), kind())
    found = cost(SumOfGradients(), objective, objective.start(0), np.array([1]))
    assert found.difference == 0.0
