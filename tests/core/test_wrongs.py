"""The wrong recipes: exactly the mistake they name, and wrong where they should be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.averaging import RECIPES
from gdviz.core.examples import MANY_CLASSES, REGRESSION, TWO_CLASSES, Examples
from gdviz.core.losses import (
    AbsoluteError,
    Logistic,
    Loss,
    SquaredError,
)
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from tests.core.lists import MISTAKES, Plain
from tests.core.problems import EACH, ROWS, Array, Rows, batch_of, problem

WRONG = [name for name, kind in RECIPES.items() if not kind.right]
THROUGH_ONE = WRONG[:4]  # one mean error sent back once
NAME = pytest.mark.parametrize("name", WRONG)
ONE = pytest.mark.parametrize("name", THROUGH_ONE)


def same(actual: object, expected: object) -> None:
    assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-11, atol=1e-12)


def taken(name: str, objective: Objective, theta: Array, rows: Rows = ROWS) -> Array:
    return RECIPES[name]().gradient(objective, theta, rows)[1]


def degrees(one: Array, other: Array) -> float:
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@NAME
@EACH
def test_is_the_mistake_it_names(
    task: str, loss: Loss, d: int, model: Model, name: str
) -> None:
    objective, theta = problem(task, loss, d, model)
    by_hand, batch = Plain(objective, theta.tolist()), batch_of(objective, ROWS)
    loss_here, gradient = RECIPES[name]().gradient(objective, theta, ROWS)
    same(gradient, MISTAKES[name](by_hand, batch))
    assert loss_here == pytest.approx(by_hand.mean_loss(batch), rel=1e-13)


@NAME
@EACH
def test_is_wrong(task: str, loss: Loss, d: int, model: Model, name: str) -> None:
    objective, theta = problem(task, loss, d, model)
    right = objective.gradient(theta, ROWS)[1]
    assert degrees(taken(name, objective, theta), right) > 1


@ONE
@EACH
def test_one_example(task: str, loss: Loss, d: int, model: Model, name: str) -> None:
    objective, theta = problem(task, loss, d, model)
    for row in ROWS[:, None]:
        same(taken(name, objective, theta, row), objective.gradient(theta, row)[1])


@pytest.mark.parametrize("name", WRONG[4:])
@pytest.mark.parametrize(
    ("task", "loss"), [(REGRESSION, SquaredError()), (TWO_CLASSES, Logistic())]
)
def test_wrong_even_with_one_example(task: str, loss: Loss, name: str) -> None:
    objective, theta = problem(task, loss, 2, MLP())
    for row in ROWS[:, None]:
        wrong = taken(name, objective, theta, row)
        assert not np.allclose(wrong, objective.gradient(theta, row)[1], rtol=1e-3)


@ONE
@EACH
def test_equal_inputs(task: str, loss: Loss, d: int, model: Model, name: str) -> None:
    objective, theta = problem(task, loss, d, model)
    inputs = np.tile(objective.examples.inputs[:1], (8, 1))
    objective = objective.on(replace(objective.examples, inputs=inputs))
    if name == "mean_example" and loss.name in ("absolute", "huber", "hinge"):
        return  # their slopes are no straight lines in the target
    rows = np.arange(8)
    right = objective.gradient(theta, rows)[1]
    assert np.ptp(objective.targets) > 0
    same(taken(name, objective, theta, rows), right)


@EACH
def test_bias_of_the_output_agrees(task: str, loss: Loss, d: int, model: Model) -> None:
    objective, theta = problem(task, loss, d, model)
    if not objective.network.bias:
        return
    right = objective.network.layers(objective.gradient(theta, ROWS)[1])[-1]
    for name in THROUGH_ONE[:3]:
        wrong = objective.network.layers(taken(name, objective, theta))[-1]
        same(wrong[:, -1], right[:, -1])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("task", [REGRESSION, TWO_CLASSES, MANY_CLASSES])
def test_linear_models_with_squared_error_know_one_mistake(
    task: str, bias: bool
) -> None:
    objective, theta = problem(task, SquaredError(), 2, Linear(bias=bias))
    expected = taken("mean_error", objective, theta)
    same(taken("mean_example", objective, theta), expected)
    same(taken("mean_error_slope", objective, theta), expected)


def test_two_equal_inputs_with_targets_2_and_4() -> None:
    x, y = np.ones((2, 1)), np.array([2.0, 4.0])
    objective = Objective(Examples(x, y, ("x",)), Linear(bias=False), SquaredError())
    theta, both = np.array([3.0]), np.arange(2)
    found = {n: kind().gradient(objective, theta, both) for n, kind in RECIPES.items()}
    assert {loss for loss, _ in found.values()} == {1.0}
    assert {n: float(g[0]) for n, (_, g) in found.items()} == {
        **dict.fromkeys(RECIPES, 0.0), "signed_error": 1.0, "loss_as_error": 1.0
    }  # fmt: skip


def test_last_example_depends_on_the_order() -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP())
    turned = ROWS[::-1].copy()
    for name in WRONG:
        here, there = (taken(name, objective, theta, r) for r in (ROWS, turned))
        assert (degrees(here, there) > 1) == (name == "last_example")


def test_signed_errors_do_not_know_the_targets() -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP())
    other = objective.on(replace(objective.examples, targets=np.arange(8.0)))
    here = taken("signed_error", objective, theta)
    assert_array_equal(taken("signed_error", other, theta), here)
    outputs = [
        objective.predict(theta + d, objective.examples.inputs[ROWS]).mean()
        for d in (-1e-6 * here, 0 * here)
    ]
    assert outputs[0] < outputs[1]
    loss, gradient = RECIPES["loss_as_error"]().gradient(objective, theta, ROWS)
    same(gradient, loss * here)


def test_signed_errors_agree_where_absolute_errors_are_all_positive() -> None:
    objective, theta = problem(REGRESSION, AbsoluteError(), 2, MLP())
    low = replace(objective.examples, targets=np.arange(8.0) - 100.0)
    objective = objective.on(low)
    same(taken("signed_error", objective, theta), objective.gradient(theta, ROWS)[1])


@pytest.mark.parametrize("error", [0.0, 2.0])
def test_loss_as_error_agrees_where_it_happens_to_be_the_slope(error: float) -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP())
    inputs = objective.examples.inputs
    targets = objective.predict(theta, inputs)[0] - error  # e² is 2e at both
    objective = objective.on(replace(objective.examples, targets=targets))
    same(taken("loss_as_error", objective, theta), objective.gradient(theta, ROWS)[1])
