"""The plan of a batch size: buffers are its own, and what leaves it stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.losses import Loss, SquaredError
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from gdviz.core.passes import Pass
from tests.core.problems import EACH, ROWS, Array, examples_of, problem

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVES: dict[str, Callable[[Objective, Array], object]] = {
    "gradient": lambda o, theta: o.gradient(theta, ROWS)[1],
    "gradients": lambda o, theta: o.gradients(theta, ROWS),
    "losses": lambda o, theta: o.losses(theta, ROWS),
    "survey": lambda o, theta: o.survey(theta, theta[None]).gradient,
}


def filled(objective: Objective) -> Pass:
    made = Pass(objective.network, objective.loss_kind, len(ROWS))
    made.inputs[...] = objective.inputs[:, ROWS]
    made.targets[...] = objective.targets[:, ROWS]
    return made


@pytest.mark.parametrize("what", LEAVES)
@EACH
def test_what_was_handed_out_is_never_written_again(
    task: str, loss: Loss, d: int, model: Model, what: str
) -> None:
    objective, theta = problem(task, loss, d, model)
    found = np.asarray(LEAVES[what](objective, theta))
    before, inputs = found.tolist(), objective.inputs.tolist()
    for ask in LEAVES.values():
        ask(objective, theta - 1.0)
    objective.gradient(theta + 1.0, ROWS[::-1].copy())
    assert found.tolist() == before
    assert objective.inputs.tolist() == inputs


@EACH
def test_value_and_slope_at_once_are_the_same_numbers(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    for z in (filled(objective).forward(theta), 40.0 * objective.targets[:, ROWS]):
        y = objective.targets[:, ROWS]
        values, slopes = loss.both(z, y)
        assert values.tolist() == loss.values(z, y).tolist()
        assert slopes.tolist() == loss.slopes(z, y).tolist()


@EACH
def test_a_weight_goes_through_to_all_gradients(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    plain, halved = filled(objective), filled(objective)
    plain.run(theta)
    halved.run(theta, np.array(0.5))
    assert halved.losses.tolist() == plain.losses.tolist()
    for mine, other in zip(halved.deltas, plain.deltas, strict=True):
        assert (2.0 * mine).tolist() == other.tolist()
    assert (2.0 * halved.gradient()).tolist() == plain.gradient().tolist()
    assert (4.0 * halved.squares()).tolist() == plain.squares().tolist()
    assert plain.loss_sum() == pytest.approx(plain.losses.sum(), rel=1e-15)


def test_one_after_the_other_at_another_theta_and_batch() -> None:
    objective, theta = problem("regression", SquaredError(), 2, MLP(hidden=(5, 3)))
    used, theta2 = filled(objective), np.cos(theta)
    used.run(theta2)
    used.inputs[:-1] *= 3.0
    used.run(theta2, np.array(7.0))
    used.inputs[...] = objective.inputs[:, ROWS]
    used.run(theta)
    fresh = filled(objective)
    fresh.run(theta)
    for mine, other in zip(
        (used.gradient(), used.gradients(), used.squares()),
        (fresh.gradient(), fresh.gradients(), fresh.squares()),
        strict=True,
    ):
        assert mine.tolist() == other.tolist()


@pytest.mark.parametrize("model", [Linear(), MLP(hidden=(3,)), MLP(hidden=(40,))])
@pytest.mark.parametrize(("b", "order"), [(1, "C"), (5, "C"), (6, "F"), (300, "F")])
def test_few_examples_of_wide_layers_lie_row_by_row(
    model: Model, b: int, order: str
) -> None:
    inputs = np.random.default_rng(0).standard_normal((300, 40))
    objective = Objective(examples_of("regression", inputs), model, SquaredError())
    theta = objective.start(0)
    gradients = objective.gradients(theta, np.arange(b))
    flags = {"C": gradients.flags.c_contiguous, "F": gradients.flags.f_contiguous}
    assert flags[order]
    one_by_one = [objective.gradients(theta, np.array([i]))[0] for i in range(b)]
    assert_allclose(gradients, one_by_one, rtol=1e-9, atol=1e-12)


def test_the_order_of_summation_depends_on_the_batch_alone() -> None:
    inputs = np.random.default_rng(1).standard_normal((64, 5))
    examples = examples_of("regression", inputs)
    rows, model = np.random.default_rng(2).permutation(64)[:33], MLP(hidden=(7,))
    watched, alone = (Objective(examples, model, SquaredError()) for _ in range(2))
    theta, others = watched.start(0), np.arange(64)
    for _ in range(20):
        watched.survey(theta, np.eye(len(theta))[:2])
        watched.gradients(theta, others)
        watched.gradient(theta + 1.0, rows)
        pair = watched.gradient(theta, rows), alone.gradient(theta, rows)
        assert pair[0][0] == pair[1][0]
        assert pair[0][1].tobytes() == pair[1][1].tobytes()
        theta = theta - 0.1 * pair[0][1]
