"""What the mean error misses without hidden layers, and losses at mean targets."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.averaging import RECIPES, gap
from gdviz.core.examples import MANY_CLASSES, REGRESSION, TWO_CLASSES, Examples
from gdviz.core.functions import FUNCTIONS, FormulaSum
from gdviz.core.losses import (
    Hinge,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from tests.core.lists import SLOPES, Plain
from tests.core.problems import EACH, ROWS, Array, Rows, batch_of, problem


def same(actual: object, expected: object) -> None:
    assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-11, atol=1e-12)


def mean_error(objective: Objective, theta: Array, rows: Rows = ROWS) -> Array:
    return RECIPES["mean_error"]().gradient(objective, theta, rows)[1]


def test_errors_that_vary_with_the_input_on_a_plain_line() -> None:
    x, y = np.array([[0.0], [1.0], [2.0]]), np.zeros(3)
    objective = Objective(Examples(x, y, ("x",)), Linear(), SquaredError())
    theta, rows = np.array([1.0, -1.0]), np.arange(3)  # outputs −1, 0, 1
    same(objective.gradient(theta, rows)[1], [4 / 3, 0.0])
    assert mean_error(objective, theta, rows).tolist() == [0.0, 0.0]
    same(gap(objective, theta, rows), [4 / 3, 0.0])


def test_errors_that_do_not_vary_with_the_input() -> None:
    x, y = np.array([[-1.0], [0.0], [1.0]]), np.array([-1.0, 2.0, -1.0])
    objective = Objective(Examples(x, y, ("x",)), Linear(), SquaredError())
    theta, rows = np.array([0.0, 1.0]), np.arange(3)  # errors 2, −1, 2
    right = objective.gradient(theta, rows)[1]
    same(right, [0.0, 2.0])
    same(mean_error(objective, theta, rows), right)
    same(gap(objective, theta, rows), [0.0, 0.0])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("task", "loss"),
    [
        (REGRESSION, SquaredError()),
        (TWO_CLASSES, Logistic()),
        (TWO_CLASSES, Hinge()),
        (MANY_CLASSES, SoftmaxCrossEntropy()),
    ],
)
@pytest.mark.parametrize("chunk", [2, 100])
def test_gap_is_what_the_mean_error_misses(
    task: str, loss: Loss, bias: bool, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective, theta = problem(task, loss, 2, Linear(bias=bias))
    monkeypatch.setattr(objective, "_chunk", chunk)
    found = gap(objective, theta, ROWS)
    assert found is not None
    missed = objective.gradient(theta, ROWS)[1] - mean_error(objective, theta)
    assert_allclose(found, missed, rtol=0, atol=1e-14)
    by_hand, batch = Plain(objective, theta.tolist()), batch_of(objective, ROWS)
    deltas = [by_hand.delta(by_hand.forward(x)[0][-1], y) for x, y in batch]
    k, inputs = len(deltas[0]), np.array([x for x, _ in batch])
    covariance = np.cov(np.array(deltas).T, inputs.T, bias=True)[:k, k:]
    blocks = found.reshape(k, -1)
    same(blocks[:, :2], covariance)
    assert not blocks[:, 2:].any()


def test_gap_is_for_one_layer_only() -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP())
    assert gap(objective, theta, ROWS) is None
    formulas = next(iter(FUNCTIONS.values()))()
    terms = FormulaSum(formulas.examples(0), formulas)
    assert gap(terms, terms.start(0), np.arange(1)) is None


def test_cross_entropy_with_a_share_of_both_classes() -> None:
    loss, step = Logistic(), np.finfo(float).eps ** (1 / 3)
    z, y = (a.reshape(1, -1) for a in np.meshgrid([-3.0, 0.2, 1.5], [-1, -0.4, 0, 1.0]))

    def entropy(z: Array) -> Array:
        share = (1 + y) / 2
        return share * np.log1p(np.exp(-z)) + (1 - share) * np.log1p(np.exp(z))

    slope = (entropy(z + step) - entropy(z - step)) / (2 * step)
    assert_allclose(loss.slopes_at_mean(z, y), slope, rtol=1e-8, atol=1e-8)
    same(loss.slopes_at_mean(z, y), 1 / (1 + np.exp(-z)) - (1 + y) / 2)
    assert abs(loss.slopes(z, 0 * y)).max() == 0  # why it has a formula of its own


@EACH
def test_mean_of_equal_targets_is_the_target(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    z, y = objective.predict(theta, objective.examples.inputs), objective.targets
    assert_allclose(loss.slopes_at_mean(z, y), loss.slopes(z, y), rtol=0, atol=4e-16)
    half = y.mean(axis=1, keepdims=True) + np.zeros_like(z)
    expected = [
        SLOPES[loss.name](z[:, i].tolist(), half[:, i].tolist()) for i in range(8)
    ]
    same(loss.slopes_at_mean(z, half).T, expected)
