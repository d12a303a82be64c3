"""Hessian–vector products of networks: exact, symmetric, whatever the chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core import rpass
from gdviz.core.activations import ACTIVATIONS
from gdviz.core.examples import MANY_CLASSES, REGRESSION, TWO_CLASSES
from gdviz.core.losses import (
    AbsoluteError,
    Hinge,
    Huber,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.rpass import NetworkHessian
from gdviz.core.sums import FiniteSum
from tests.core.problems import EACH, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.objective import Objective

    Array = NDArray[np.float64]

LOSSES = [
    (REGRESSION, SquaredError()),
    (REGRESSION, SquaredError(half=True)),
    (REGRESSION, Huber(0.7)),
    (REGRESSION, AbsoluteError()),
    (TWO_CLASSES, Logistic()),
    (TWO_CLASSES, Hinge()),
    (MANY_CLASSES, SoftmaxCrossEntropy()),
    (MANY_CLASSES, SquaredError()),
]


def dense(hessian: Callable[[Array], Array], p: int) -> Array:
    return np.array([hessian(unit) for unit in np.eye(p)])


def differences(objective: Objective, theta: Array) -> Array:
    return dense(FiniteSum.hessian(objective, theta), len(theta))


@EACH
def test_agrees_with_differences_of_gradients(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    exact = dense(objective.hessian(theta), len(theta))
    assert_allclose(exact, differences(objective, theta), rtol=1e-7, atol=1e-7)
    assert_allclose(exact, exact.T, rtol=0, atol=1e-13 * max(1, np.abs(exact).max()))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("task", "loss"), LOSSES, ids=str)
def test_every_activation_with_every_loss(
    task: str, loss: Loss, activation: str, bias: bool
) -> None:
    model = MLP(hidden=(4, 3), activation=activation, bias=bias)
    objective, theta = problem(task, loss, 2, model)
    exact = dense(objective.hessian(theta), len(theta))
    assert_allclose(exact, differences(objective, theta), rtol=2e-7, atol=2e-7)
    assert_allclose(exact, exact.T, rtol=0, atol=1e-13 * max(1, np.abs(exact).max()))


@pytest.mark.parametrize("kept", [0, 2**20])
def test_chunks_of_any_size_add_up(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP(hidden=(5,)))
    whole = dense(objective.hessian(theta), len(theta))
    monkeypatch.setattr(rpass, "_ELEMENTS", 3 * sum(objective.network.widths))
    monkeypatch.setattr(rpass, "_KEPT", kept)
    parts = dense(objective.hessian(theta), len(theta))
    assert_allclose(parts, whole, rtol=1e-12, atol=1e-14)


def test_two_at_a_time_do_not_disturb_each_other() -> None:
    objective, theta = problem(TWO_CLASSES, Logistic(), 2, MLP(hidden=(5,)))
    vector = np.linspace(-3.0, 5.0, len(theta))
    here, there = objective.hessian(theta), objective.hessian(theta + 1)
    alone = objective.hessian(theta)(vector)
    there(vector)
    objective.survey(theta - 1, np.zeros((0, len(theta))))
    theta += 5.0
    assert here(vector).tolist() == alone.tolist()


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("task", [REGRESSION, MANY_CLASSES])
def test_linear_regression_by_moments_and_by_passes(
    task: str, bias: bool, half: bool
) -> None:
    objective, theta = problem(task, SquaredError(half), 2, Linear(bias))
    x = objective.inputs
    by_hand = (1 if half else 2) * x @ x.T / objective.n_examples
    outputs = len(objective.targets)
    exact = dense(objective.hessian(theta), len(theta))
    assert_allclose(exact, np.kron(np.eye(outputs), by_hand), rtol=1e-12, atol=1e-14)
    by_passes = dense(NetworkHessian(objective, theta), len(theta))
    assert_allclose(by_passes, exact, rtol=1e-12, atol=1e-13)


def test_what_overflows_gives_no_number_but_no_warning_stops_it() -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP(hidden=(5,)))
    with np.errstate(all="ignore"):
        product = objective.hessian(theta * 1e308)(np.ones(len(theta)))
    assert not np.isfinite(product).all()
