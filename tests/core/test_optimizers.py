"""Optimizers: first steps by hand, purity, and a falling loss."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.datasets import Dataset, LineWithNoise, Moons
from gdviz.core.losses import Logistic, Loss, SquaredError
from gdviz.core.models import Linear
from gdviz.core.objective import Objective
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall, Here, Optimizer

ALL = pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
HERE = Here(np.full(2, 7.0), 0.5)


@pytest.mark.parametrize(
    ("optimizer", "updates"),
    [
        (SGD(), [[-0.5, 1.0], [-0.25, 0.0], [2.0, -1.0]]),
        # v: (1, −2), then (1, −1), then (−3.5, 1.5)
        (HeavyBall(beta=0.5), [[-0.5, 1.0], [-0.5, 0.5], [1.75, -0.75]]),
        (HeavyBall(beta=0.0), [[-0.5, 1.0], [-0.25, 0.0], [2.0, -1.0]]),
    ],
)
def test_first_three_steps(optimizer: Optimizer, updates: list[list[float]]) -> None:
    state = optimizer.init(np.array([7.0, 7.0]))
    gradients = [[1.0, -2.0], [0.5, 0.0], [-4.0, 2.0]]
    for gradient, expected in zip(gradients, updates, strict=True):
        update, state = optimizer.update(np.array(gradient), state, HERE)
        assert update.tolist() == expected


def test_learning_rate_multiplies_the_velocity_when_used() -> None:
    optimizer = HeavyBall(beta=0.5)
    far = HERE._replace(learning_rate=100.0)
    _, state = optimizer.update(np.array([1.0]), optimizer.init(np.zeros(1)), far)
    update, _ = optimizer.update(np.array([0.0]), state, HERE)
    assert update.tolist() == [-0.25]


@ALL
def test_pure(kind: type[Optimizer]) -> None:
    optimizer, rng = kind(), np.random.default_rng(0)
    theta = rng.standard_normal(5)
    theta.setflags(write=False)
    state = optimizer.init(theta)
    for _ in range(3):
        gradient = rng.standard_normal(5)
        for array in (gradient, *state.values()):
            array.setflags(write=False)
        before = {name: array.copy() for name, array in state.items()}
        first, after = optimizer.update(gradient, state, Here(theta, 0.1))
        second, same = optimizer.update(gradient, state, Here(theta, 0.1))
        assert first.tolist() == second.tolist()
        assert first.shape == (5,)
        assert after.keys() == same.keys() == before.keys()
        for name, array in before.items():
            assert state[name].tolist() == array.tolist()
            assert after[name].tolist() == same[name].tolist()
        state = after


@ALL
@pytest.mark.parametrize(
    ("dataset", "loss"), [(LineWithNoise(), SquaredError()), (Moons(), Logistic())]
)
def test_loss_falls_on_a_convex_problem(
    kind: type[Optimizer], dataset: Dataset, loss: Loss
) -> None:
    objective, optimizer = Objective(dataset.examples(0), Linear(), loss), kind()
    theta, rows = objective.network.start(0), np.arange(objective.n_examples)
    losses, state = [objective.loss(theta)], optimizer.init(theta)
    for _ in range(30):
        gradient = objective.gradient(theta, rows)[1]
        update, state = optimizer.update(gradient, state, Here(theta, 0.003))
        theta = theta + update
        losses.append(objective.loss(theta))
    assert losses[1] < losses[0]
    assert losses[-1] < losses[1]
    assert np.isfinite(losses).all()


@ALL
def test_a_gradient_of_zero_moves_nothing_at_the_start(kind: type[Optimizer]) -> None:
    optimizer, theta = kind(), np.zeros(3)
    update, _ = optimizer.update(np.zeros(3), optimizer.init(theta), Here(theta, 0.1))
    assert not update.any()
