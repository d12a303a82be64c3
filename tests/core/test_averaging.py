"""Recipes: the right ones against measured slopes and against each other."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core.averaging import (
    RECIPES,
    Accumulated,
    GradientOfMeanLoss,
    MeanOfGradients,
    OneByOne,
    Recipe,
    SumOfGradients,
    recipes_for,
)
from gdviz.core.datasets import Moons
from gdviz.core.functions import FUNCTIONS, Formulas, FormulaSum
from gdviz.core.losses import Logistic, Loss, SoftmaxCrossEntropy
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.objective import Objective
from gdviz.core.optimizers import SGD, HeavyBall, Here, Optimizer
from tests.core.lists import Plain
from tests.core.problems import EACH, ROWS, Array, batch_of, problem

STEP = np.finfo(float).eps ** (1 / 3)
ALL = pytest.mark.parametrize("kind", RECIPES.values(), ids=RECIPES)
MEANS = (MeanOfGradients(), GradientOfMeanLoss(), *map(Accumulated, range(1, 7)))
FORMULAS = [kind() for kind in FUNCTIONS.values()]


def same(actual: object, expected: object) -> None:
    assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-12, atol=1e-13)


def measured(objective: Objective, theta: Array) -> list[float]:
    """Mean over the batch of central differences of plain-Python losses."""
    batch = batch_of(objective, ROWS)
    slopes = []
    for d in STEP * np.eye(len(theta)):
        above = Plain(objective, (theta + d).tolist())
        below = Plain(objective, (theta - d).tolist())
        by_example = [
            (above.loss(x, y) - below.loss(x, y)) / (2 * STEP) for x, y in batch
        ]
        slopes.append(sum(by_example) / len(batch))
    return slopes


@EACH
def test_right_recipes_are_the_mean_of_the_slopes(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    expected = measured(objective, theta)
    mean_loss = Plain(objective, theta.tolist()).mean_loss(batch_of(objective, ROWS))
    for recipe in (*MEANS, OneByOne()):
        loss_here, gradient = recipe.gradient(objective, theta, ROWS)
        assert loss_here == pytest.approx(mean_loss, rel=1e-13)
        assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)


@EACH
def test_right_recipes_are_one(task: str, loss: Loss, d: int, model: Model) -> None:
    objective, theta = problem(task, loss, d, model)
    kernel_loss, kernel = objective.gradient(theta, ROWS)
    exact_loss, exact = MeanOfGradients().gradient(objective, theta, ROWS)
    assert exact_loss == kernel_loss
    assert_array_equal(exact, kernel)
    for recipe in MEANS:
        loss_here, gradient = recipe.gradient(objective, theta, ROWS)
        same(loss_here, kernel_loss)
        same(gradient, kernel)
    same(SumOfGradients().gradient(objective, theta, ROWS)[1], 5 * kernel)
    whole = Accumulated(micro_batch=6).gradient(objective, theta, ROWS)[1]
    same(whole, objective.gradients(theta, ROWS).mean(axis=0))


@pytest.mark.parametrize("formulas", FORMULAS, ids=FUNCTIONS)
@pytest.mark.parametrize("kind", recipes_for(False), ids=lambda kind: kind.name)
def test_formulas_have_gradients_too(kind: type[Recipe], formulas: Formulas) -> None:
    objective = FormulaSum(formulas.examples(0), formulas)
    theta = objective.start(0) + 0.25
    rows = np.array([objective.n_examples - 1, 0, 0])
    slopes = objective.gradients(theta, rows)
    expected = slopes.sum(axis=0) if kind is SumOfGradients else slopes.mean(axis=0)
    loss, gradient = kind().gradient(objective, theta, rows)
    same(gradient, expected)
    same(loss, objective.losses(theta, rows).mean())


def test_gradient_of_the_mean_loss_takes_another_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    objective = Objective(Moons().examples(0), MLP(), Logistic())
    theta, rows = objective.start(0), np.arange(200)
    expected = objective.gradient(theta, rows)
    monkeypatch.delattr(Objective, "passes")
    monkeypatch.setattr("gdviz.core.passes.Pass.run", None)
    loss, gradient = GradientOfMeanLoss().gradient(objective, theta, rows)
    same(loss, expected[0])
    same(gradient, expected[1])


@pytest.mark.parametrize("chunk", [1, 3, 7])
@ALL
def test_chunks_change_nothing_but_rounding(
    kind: type[Recipe], chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective = Objective(
        Moons().examples(0), MLP(hidden=(4, 3)), SoftmaxCrossEntropy()
    )
    theta, rows = objective.start(0), np.random.default_rng(0).permutation(200)[:32]
    loss, gradient = kind().gradient(objective, theta, rows)
    monkeypatch.setattr(objective, "_chunk", chunk)
    assert objective.chunk == chunk
    in_parts = kind().gradient(objective, theta, rows)
    same(in_parts[0], loss)
    same(in_parts[1], gradient)


@pytest.mark.parametrize("optimizer", [SGD(), HeavyBall(beta=0.5)])
@EACH
def test_one_by_one_is_single_steps(
    task: str, loss: Loss, d: int, model: Model, optimizer: Optimizer
) -> None:
    objective, theta = problem(task, loss, d, model)
    memory = optimizer.init(theta + 1)
    _, memory = optimizer.update(np.ones(len(theta)), memory, Here(theta, 0.1))
    taken = OneByOne().step(objective, ROWS, optimizer, memory, Here(theta, 0.1))
    at, met = theta.copy(), []
    for i in ROWS:
        met.append(objective.gradient(at, np.array([i]))[1])
        update, memory = optimizer.update(met[-1], memory, Here(at, 0.1))
        at = at + update
    same(theta + taken.update, at)
    same(taken.gradient, np.mean(met, axis=0))
    assert taken.loss == objective.gradient(theta, ROWS)[0]
    assert taken.memory.keys() == memory.keys()
    for name, array in memory.items():
        same(taken.memory[name], array)


@pytest.mark.parametrize("b", [2, 5, 8])
def test_one_by_one_goes_about_b_times_as_far(b: int) -> None:
    objective = Objective(Moons().examples(0), Linear(), Logistic())
    theta, rows, eta = np.array([0.3, -0.2, 0.1]), np.arange(b), 1e-7
    single = OneByOne().step(objective, rows, SGD(), {}, Here(theta, eta)).update
    averaged = (
        MeanOfGradients().step(objective, rows, SGD(), {}, Here(theta, eta)).update
    )
    assert_allclose(single, b * averaged, rtol=1e-5)


@ALL
def test_a_step_is_what_the_optimizer_makes_of_the_gradient(kind: type[Recipe]) -> None:
    objective = Objective(Moons().examples(0), MLP(), Logistic())
    theta, rows, optimizer = objective.start(0), np.arange(1), HeavyBall()
    memory = {"velocity": np.full(len(theta), 0.5)}
    taken = kind().step(objective, rows, optimizer, memory, Here(theta, 0.3))
    loss, gradient = kind().gradient(objective, theta, rows)
    update, after = optimizer.update(gradient, memory, Here(theta, 0.3))
    assert taken.loss == loss
    assert_array_equal(taken.gradient, gradient)
    assert_array_equal(taken.update, update)
    assert_array_equal(taken.memory["velocity"], after["velocity"])


@ALL
def test_asking_changes_nothing(kind: type[Recipe]) -> None:
    objective = Objective(Moons().examples(0), MLP(), Logistic())
    theta, rows = objective.start(0), np.array([4, 2, 9])
    theta.setflags(write=False)
    rows.setflags(write=False)
    first = kind().step(objective, rows, SGD(), {}, Here(theta, 0.1))
    kept = first.gradient.tolist(), first.update.tolist()
    kind().step(objective, rows[::-1].copy(), SGD(), {}, Here(2 * theta, 0.1))
    again = kind().step(objective, rows, SGD(), {}, Here(theta, 0.1))
    assert (first.gradient.tolist(), first.update.tolist()) == kept
    assert (again.gradient.tolist(), again.update.tolist()) == kept
    assert type(first.loss) is float
    assert first.gradient.shape == first.update.shape == theta.shape


@EACH
def test_bad_numbers_pass_through(task: str, loss: Loss, d: int, model: Model) -> None:
    objective, theta = problem(task, loss, d, model)
    for bad in (1e300, np.inf, np.nan):
        for kind in RECIPES.values():
            with np.errstate(all="ignore"):
                taken = kind().step(objective, ROWS, SGD(), {}, Here(theta * bad, 0.1))
            assert taken.update.shape == theta.shape
            assert bool(np.isnan(taken.loss)) or not np.isnan(bad)


@ALL
def test_a_large_batch_needs_little_memory(kind: type[Recipe]) -> None:
    n = 2000 if kind is OneByOne else 100_000
    recipe = Accumulated(micro_batch=1000) if kind is Accumulated else kind()
    objective = Objective(
        Moons(n_examples=n).examples(0), MLP(hidden=(64,)), Logistic()
    )
    theta, rows = objective.start(0), np.arange(n)
    tracemalloc.start()
    try:
        recipe.step(objective, rows, SGD(), {}, Here(theta, 0.1))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 1e5 < peak < 40e6  # the hidden units alone would be 51 MB


def test_registry() -> None:
    assert list(RECIPES) == [
        "mean", "mean_loss", "sum", "accumulated", "one_by_one", "mean_error",
        "mean_error_slope", "last_example", "mean_example", "signed_error",
        "loss_as_error",
    ]  # fmt: skip
    assert recipes_for(True) == list(RECIPES.values())
    assert [r.name for r in recipes_for(False)] == list(RECIPES)[:5]


@ALL
def test_says_what_it_does(kind: type[Recipe]) -> None:
    assert 0 < len(kind.title) <= 30
    assert bool(kind.why) == (not kind.right) == kind.networks_only
    for text in (kind.sentence(), kind.why or "None.", kind.agrees):
        assert text.endswith(".")
        assert text[0].isupper()
        assert "sample" not in text
    assert pickle.loads(pickle.dumps(kind())) == kind()
