"""Moments without the gradients: the same as those of the gradients themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.functions import GivenGradients
from gdviz.core.losses import Loss, SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.moments import moments, projections, squared_norms
from gdviz.core.objective import Objective
from tests.core.problems import EACH, ROWS, Array, examples_of, problem

if TYPE_CHECKING:
    from gdviz.core.sums import FiniteSum


def same(actual: object, expected: object) -> None:
    truth = np.asarray(expected)
    size = float(np.abs(truth).max())
    assert_allclose(np.asarray(actual), truth, rtol=1e-11, atol=1e-13 * size)


def agree(objective: FiniteSum, theta: Array, gradients: Array) -> None:
    """All of them against the table of the gradients of ROWS."""
    found = moments(objective, theta, ROWS)
    loss, gradient = objective.gradient(theta, ROWS)
    assert found.loss == pytest.approx(loss, rel=1e-15)
    same(found.mean, gradient)
    same(found.second, (gradients**2).mean(axis=0))
    same(found.variance, gradients.var(axis=0))
    same(found.trace, np.trace(np.atleast_2d(np.cov(gradients.T, bias=True))))
    same(squared_norms(objective, theta, ROWS), (gradients**2).sum(axis=1))
    directions = np.random.default_rng(1).standard_normal((3, len(theta)))
    same(projections(objective, theta, ROWS, directions), directions @ gradients.T)
    assert projections(objective, theta, ROWS, directions[:0]).shape == (0, len(ROWS))


@EACH
@pytest.mark.parametrize("chunk", [None, 2])
def test_of_networks(
    task: str,
    loss: Loss,
    d: int,
    model: Model,
    chunk: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    objective, theta = problem(task, loss, d, model)
    gradients = objective.gradients(theta, ROWS)
    if chunk is not None:
        monkeypatch.setattr(objective, "_chunk", chunk)
    agree(objective, theta, gradients)


@pytest.mark.parametrize("numbers", [10**6, 1])
def test_of_any_sum(numbers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gdviz.core.moments._NUMBERS", numbers)
    rows = np.random.default_rng(2).standard_normal((8, 3))
    given = GivenGradients(tuple(map(tuple, rows.tolist())))
    agree(given.summed(given.examples(0)), np.zeros(3), rows[ROWS])


def test_the_mean_is_the_gradient_that_training_uses() -> None:
    model = MLP(hidden=(5, 4))
    objective, theta = problem("many classes", SoftmaxCrossEntropy(), 3, model)
    loss, gradient = objective.gradient(theta, ROWS)
    found = moments(objective, theta, ROWS)
    assert (found.loss, found.mean.tolist()) == (loss, gradient.tolist())


def test_equal_gradients_do_not_vary() -> None:
    one = examples_of("regression", np.full((1, 2), 0.3))
    objective = Objective(one.take(np.zeros(7, int)), Linear(), SquaredError())
    found = moments(objective, np.array([3.0, 1e8, 0.1]), np.arange(7))
    assert (found.variance >= 0).all()
    assert found.trace <= 1e-14 * found.second.sum()
