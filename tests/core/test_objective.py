"""The finite sum: chunks, surveys and grids agree with the plain definition."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.examples import TASKS
from gdviz.core.losses import (
    LOSSES,
    Huber,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
)
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from gdviz.core.passes import Pass
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.datasets import Dataset

CASES = [
    (LineWithNoise(n_examples=40), Linear(), SquaredError()),
    (LineWithNoise(n_examples=40), MLP(hidden=(3,), activation="relu"), Huber()),
    (Moons(n_examples=40), Linear(bias=False), Logistic()),
    (Moons(n_examples=40), MLP(hidden=(4, 3), bias=False), SquaredError()),
    (Moons(n_examples=40), MLP(hidden=(4, 3)), SoftmaxCrossEntropy()),
    (Iris(), Linear(), SoftmaxCrossEntropy()),
    (Iris(), MLP(hidden=(5,), activation="softplus"), SquaredError()),
]
EACH = pytest.mark.parametrize(("dataset", "model", "loss"), CASES)


def thetas(objective: Objective, count: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(4)
    return rng.standard_normal((count, objective.n_parameters))


def same(actual: object, expected: object) -> None:
    assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-11, atol=1e-12)


@EACH
@pytest.mark.parametrize("chunk", [1, 7, 39])
def test_chunks_change_nothing_but_rounding(
    dataset: Dataset,
    model: Model,
    loss: Loss,
    chunk: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Objective(dataset.examples(0), model, loss)
    parts = whole.on(whole.examples)
    monkeypatch.setattr(parts, "_chunk", chunk)
    (theta, *_), many = thetas(whole, 3), thetas(whole, 3)
    rows = np.random.default_rng(0).permutation(whole.n_examples)[:37]
    directions = many[1:]
    same(parts.losses(theta, rows), whole.losses(theta, rows))
    same(parts.gradients(theta, rows), whole.gradients(theta, rows))
    for mine, other in zip(
        parts.gradient(theta, rows), whole.gradient(theta, rows), strict=True
    ):
        same(mine, other)
    same(parts.loss_at(many), whole.loss_at(many))
    mine_all, all_of_them = (o.survey(theta, directions) for o in (parts, whole))
    same(mine_all.loss, all_of_them.loss)
    same(mine_all.gradient, all_of_them.gradient)
    same(mine_all.covariance, all_of_them.covariance)


@EACH
def test_survey_agrees_with_the_gradients_themselves(
    dataset: Dataset, model: Model, loss: Loss
) -> None:
    objective = Objective(dataset.examples(0), model, loss)
    theta, *directions = thetas(objective, 4)
    rows = np.arange(objective.n_examples)
    gradients = objective.gradients(theta, rows)
    survey = objective.survey(theta, np.array(directions))
    projected = gradients @ np.array(directions).T
    same(survey.covariance, np.cov(projected.T, bias=True))
    same(survey.gradient, gradients.mean(axis=0))
    same(survey.loss, objective.losses(theta, rows).mean())
    nowhere = objective.survey(theta, np.empty((0, len(theta))))
    assert nowhere.covariance.shape == (0, 0)
    same(nowhere.gradient, survey.gradient)


@EACH
def test_projections_are_dot_products(
    dataset: Dataset, model: Model, loss: Loss
) -> None:
    objective = Objective(dataset.examples(0), model, loss)
    theta, *directions = thetas(objective, 3)
    chunk = Pass(objective.network, loss, objective.n_examples)
    chunk.inputs[...], chunk.targets[...] = objective.inputs, objective.targets
    chunk.run(theta)
    same(chunk.projections(np.array(directions)),
         (chunk.gradients() @ np.array(directions).T).T)  # fmt: skip


@EACH
def test_loss_is_the_mean_of_the_losses_at_each_theta(
    dataset: Dataset, model: Model, loss: Loss
) -> None:
    objective = Objective(dataset.examples(0), model, loss)
    many, rows = thetas(objective, 5), np.arange(objective.n_examples)
    expected = [objective.losses(theta, rows).mean() for theta in many]
    same(objective.loss_at(many), expected)
    same([objective.loss(theta) for theta in many], expected)
    same([objective.gradient(theta, rows)[0] for theta in many], expected)


@EACH
def test_predicted_outputs_give_the_losses(
    dataset: Dataset, model: Model, loss: Loss
) -> None:
    objective = Objective(dataset.examples(0), model, loss)
    (theta,), rows = thetas(objective, 1), np.arange(objective.n_examples)
    outputs = objective.predict(theta, objective.examples.inputs)
    assert outputs.shape == (objective.network.widths[-1], objective.n_examples)
    expected = loss.values(outputs, loss.targets(objective.examples))
    same(objective.losses(theta, rows), expected)


@EACH
def test_asking_changes_nothing(dataset: Dataset, model: Model, loss: Loss) -> None:
    objective = Objective(dataset.examples(0), model, loss)
    theta = thetas(objective, 1)[0]
    theta.setflags(write=False)
    rows = np.array([4, 2, 9])
    rows.setflags(write=False)
    first = objective.gradient(theta, rows)[1]
    kept, losses = first.copy(), objective.losses(theta, rows)
    objective.gradients(2 * theta, rows[::-1].copy())
    objective.survey(-theta, theta[None])
    assert first.tolist() == kept.tolist()
    assert objective.losses(theta, rows).tolist() == losses.tolist()
    assert objective.gradient(theta, rows)[1].tolist() == kept.tolist()


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("dataset", [LineWithNoise(), Moons(), Iris()])
def test_goes_with_the_declared_tasks_only(loss: type[Loss], dataset: Dataset) -> None:
    examples = dataset.examples(0)
    assert examples.task in TASKS
    if examples.task in loss.tasks:
        assert Objective(examples, Linear(), loss()).n_examples == len(examples)
    else:
        with pytest.raises(Refused, match=f"'{loss.name}'.*{examples.task}"):
            Objective(examples, Linear(), loss())


def test_held_out_examples_have_their_own_mean() -> None:
    examples = LineWithNoise(n_examples=9).examples(0)
    objective, part = Objective(examples, Linear(), SquaredError()), np.array([1, 5])
    theta = np.array([2.0, -3.0])
    expected = objective.losses(theta, part).mean()
    assert objective.on(examples.take(part)).loss(theta) == pytest.approx(expected)


def test_a_million_examples_fit_in_little_memory() -> None:
    n = 10**6
    examples = LineWithNoise(n_examples=n).examples(0)
    objective, rows = Objective(examples, Linear(), SquaredError()), np.arange(n)
    theta = np.array([3.0, -1.0])
    tracemalloc.start()
    try:
        _, gradient = objective.gradient(theta, rows)
        survey = objective.survey(theta, np.eye(2))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 1e6 < peak < 400e6
    assert_allclose(survey.gradient, gradient, rtol=1e-12)
    x, error = examples.inputs[:, 0], examples.inputs[:, 0] * 3 - 1 - examples.targets
    by_hand = 2 * np.stack([x * error, error])
    assert_allclose(gradient, by_hand.mean(axis=1), rtol=1e-10)
    assert_allclose(survey.covariance, np.cov(by_hand, bias=True), rtol=1e-8)
