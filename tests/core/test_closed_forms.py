"""Gradients known in closed form."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from gdviz.core.datasets import LineWithNoise, Moons, TwoPoints
from gdviz.core.losses import Logistic, SquaredError
from gdviz.core.models import Linear
from gdviz.core.objective import Objective


def test_linear_regression_in_closed_form() -> None:
    examples = LineWithNoise(n_examples=50).examples(0)
    objective, theta = (
        Objective(examples, Linear(), SquaredError()),
        np.array([3.0, -1]),
    )
    x = np.column_stack([examples.inputs, np.ones(50)])
    expected = 2 / 50 * x.T @ (x @ theta - examples.targets)
    assert_allclose(objective.gradient(theta, np.arange(50))[1], expected, rtol=1e-13)


def test_logistic_regression_in_closed_form() -> None:
    examples = Moons(n_examples=50).examples(0)
    theta = np.array([0.7, -2.0, 0.3])
    objective = Objective(examples, Linear(), Logistic())
    x = np.column_stack([examples.inputs, np.ones(50)])
    expected = x.T @ (1 / (1 + np.exp(-x @ theta)) - examples.targets) / 50
    assert_allclose(objective.gradient(theta, np.arange(50))[1], expected, rtol=1e-12)


def test_two_targets_pull_equally_at_their_mean() -> None:
    objective = Objective(TwoPoints().examples(0), Linear(), SquaredError())
    theta, both = np.array([3.0, 0.0]), np.arange(2)
    assert objective.predict(theta, objective.examples.inputs).tolist() == [[3.0, 3.0]]
    assert objective.losses(theta, both).tolist() == [1.0, 1.0]
    assert objective.gradients(theta, both).tolist() == [[2.0, 2.0], [-2.0, -2.0]]
    loss, gradient = objective.gradient(theta, both)
    assert loss == 1.0
    assert gradient.tolist() == [0.0, 0.0]
