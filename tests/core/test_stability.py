"""Stability limits: by all batches there are, and by walking."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core import stability
from gdviz.core.averaging import RECIPES, OneByOne, SumOfGradients
from gdviz.core.examples import MANY_CLASSES, REGRESSION
from gdviz.core.losses import Huber, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.objective import Objective
from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    HeavyBall,
    Here,
    Nesterov,
    Optimizer,
)
from gdviz.core.stability import mean_square_limit
from tests.core.problems import examples_of, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def regression(n: int, half: bool = False, bias: bool = True) -> Objective:
    inputs = 0.5 + np.random.default_rng(2).standard_normal((n, 2))
    return Objective(examples_of(REGRESSION, inputs), Linear(bias), SquaredError(half))


def radius(objective: Objective, b: int, replacement: bool, rate: float) -> float:
    """The spectral radius of E[(I − ηH_B) ⊗ (I − ηH_B)] over all batches there are."""
    x, n = objective.inputs, objective.n_examples
    factor = 1.0 if objective.loss_kind == SquaredError(half=True) else 2.0
    one = np.eye(len(x))
    pick = product(range(n), repeat=b) if replacement else combinations(range(n), b)
    maps = []
    for batch in pick:
        some = x[:, list(batch)]
        step = one - rate * factor * some @ some.T / b
        maps.append(np.kron(step, step))
    return float(np.abs(np.linalg.eigvals(np.mean(maps, axis=0))).max())


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("b", "replacement"),
    [(1, False), (2, False), (3, False), (5, False), (6, False), (1, True), (3, True)],
)
def test_agrees_with_all_batches(
    half: bool, bias: bool, b: int, replacement: bool
) -> None:
    objective = regression(6, half, bias)
    limit = mean_square_limit(objective, b, replacement)
    assert limit is not None
    assert radius(objective, b, replacement, limit) == pytest.approx(1, abs=1e-9)
    assert radius(objective, b, replacement, 0.99 * limit) < 1
    assert radius(objective, b, replacement, 1.01 * limit) > 1


def test_the_full_batch_has_the_limit_of_gradient_descent() -> None:
    objective = regression(12)
    assert objective.moments is not None
    sharpness = np.linalg.eigvalsh(objective.moments)[-1]
    assert mean_square_limit(objective, 12) == pytest.approx(2 / sharpness, rel=1e-12)
    limits = [mean_square_limit(objective, b) or 0.0 for b in range(1, 13)]
    assert limits == sorted(limits)
    with_replacement = mean_square_limit(objective, 12, replacement=True)
    assert with_replacement is not None
    assert with_replacement < limits[-1]


@pytest.mark.parametrize(("share", "rests"), [(0.9, True), (1.4, False)])
def test_agrees_with_walking(share: float, rests: bool) -> None:
    """Mean squared distances of many walks without noise, by SGD itself."""
    objective, b, walks, steps = regression(8), 2, 4000, 12
    limit = mean_square_limit(objective, b, replacement=True)
    assert limit is not None
    assert objective.moments is not None
    values, vectors = np.linalg.eigh(objective.moments)
    rng = np.random.default_rng(4)
    error = np.tile(vectors[:, -1], (walks, 1))
    sizes = []
    for _ in range(steps):
        rows = rng.integers(8, size=(walks, b))
        x = objective.inputs.T[rows]
        error = error - share * limit * 2 * np.mean(
            x * np.einsum("wbm,wm->wb", x, error)[..., None], axis=1
        )
        sizes.append(np.mean(np.sum(error**2, axis=1)))
    assert (sizes[-1] < sizes[0]) == rests
    assert values[-1] > 0


def test_several_outputs_change_nothing() -> None:
    many, _ = problem(MANY_CLASSES, SquaredError(), 2, Linear())
    one, _ = problem(REGRESSION, SquaredError(), 2, Linear())
    assert mean_square_limit(many, 3) == pytest.approx(mean_square_limit(one, 3))


def test_directions_without_curvature_do_not_matter() -> None:
    inputs = np.random.default_rng(2).standard_normal((7, 2))
    doubled = np.column_stack([inputs, inputs[:, 0]]) / np.array([2**0.5, 1, 2**0.5])
    limits = [
        mean_square_limit(
            Objective(examples_of(REGRESSION, x), Linear(False), SquaredError()), 2
        )
        for x in (inputs, doubled)
    ]
    assert limits[0] == pytest.approx(limits[1], rel=1e-9)


@pytest.mark.parametrize(
    ("loss", "model"), [(Huber(), Linear()), (SquaredError(), MLP(hidden=(3,)))]
)
def test_none_is_known_elsewhere(
    loss: Huber | SquaredError, model: Linear | MLP
) -> None:
    assert mean_square_limit(problem(REGRESSION, loss, 2, model)[0], 2) is None


def test_none_where_nothing_bends() -> None:
    flat = Objective(
        examples_of(REGRESSION, np.zeros((5, 2))), Linear(False), SquaredError()
    )
    assert mean_square_limit(flat, 2) is None


def test_none_where_it_would_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = regression(9)
    monkeypatch.setattr(stability, "_MOST_WORK", 36 * 9)
    assert mean_square_limit(objective, 2) is not None
    monkeypatch.setattr(stability, "_MOST_WORK", 36 * 9 - 1)
    assert mean_square_limit(objective, 2) is None


def test_chunks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = regression(9)
    whole = mean_square_limit(objective, 2)
    monkeypatch.setattr(stability, "_CHUNK", 13)
    assert mean_square_limit(objective, 2) == pytest.approx(whole, rel=1e-12)


def distances(optimizer: Optimizer, product: float) -> tuple[float, float]:
    """How far from the minimum of λx²/2 with λ = 3 it is, early and late."""
    theta, sizes = np.array([1.0]), []
    memory = optimizer.init(theta)
    for _ in range(4000):
        here = Here(theta, product / 3.0)
        update, memory = optimizer.update(3.0 * theta, memory, here)
        theta = theta + update
        sizes.append(float(np.abs(theta[0])))
    return max(sizes[:200]), max(sizes[-200:])


@pytest.mark.parametrize(
    "optimizer",
    [
        *(SGD(), HeavyBall(), HeavyBall(0.5), HeavyBall(0)),
        *(Nesterov(), Nesterov(0.5), Nesterov(0)),
    ],
)
def test_bounds_part_rest_from_flight(optimizer: Optimizer) -> None:
    assert optimizer.bound is not None
    early, late = distances(optimizer, 0.99 * optimizer.bound)
    assert late < early
    early, late = distances(optimizer, 1.01 * optimizer.bound)
    assert late > early


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
def test_every_optimizer_says_what_its_bound_is(optimizer: type[Optimizer]) -> None:
    bound = optimizer().bound
    assert bound is None or bound > 0


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("b", [1, 3])
def test_recipes_say_which_multiple_they_hand_over(name: str, b: int) -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, MLP(hidden=(3,)))
    recipe, rows = RECIPES[name](), np.arange(b)
    times = recipe.times(b)
    handed = recipe.step(objective, rows, SGD(), {}, Here(theta, 0.1)).update / -0.1
    mean = objective.gradient(theta, rows)[1]
    if times is not None:
        np.testing.assert_allclose(handed, times * mean, rtol=1e-10)
    elif b > 1:
        assert not np.allclose(handed, mean, rtol=1e-3)


def test_sums_and_single_steps() -> None:
    assert SumOfGradients().times(7) == 7
    assert OneByOne().times(1) == 1
    assert OneByOne().times(2) is None
