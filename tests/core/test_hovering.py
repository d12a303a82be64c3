"""Where stochastic descent settles: by all batches there are, and by hand."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.examples import MANY_CLASSES, REGRESSION, TWO_CLASSES, Examples
from gdviz.core.hovering import quadratic, settled
from gdviz.core.losses import AbsoluteError, Huber, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.noise import law
from gdviz.core.objective import Objective
from gdviz.core.optimizers import SGD, SGLD, HeavyBall, Here, Nesterov, Noise
from gdviz.core.stability import mean_square_limit
from tests.core.problems import examples_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers import Optimizer

    Array = NDArray[np.float64]

N = 4


class Silent(Noise):
    """No noise at all: what is left of an update is affine in θ."""

    def draw(self, p: int) -> Array:
        return np.zeros(p)


def regression(half: bool = True, n: int = N, d: int = 1) -> Objective:
    inputs = 0.5 + np.random.default_rng(3).standard_normal((n, d))
    return Objective(examples_of(REGRESSION, inputs), Linear(), SquaredError(half))


def batches(b: int, replacement: bool) -> list[list[int]]:
    every = product(range(N), repeat=b) if replacement else combinations(range(N), b)
    return [list(batch) for batch in every]


def walked(
    objective: Objective, optimizer: Optimizer, rate: float, rows: list[int], z: Array
) -> Array:
    """One step of the optimizer itself, from θ and velocity side by side."""
    p = objective.n_parameters
    theta, velocity = z[:p], z[p:]
    _, gradient = objective.gradient(theta, np.array(rows))
    here = Here(theta, rate, objective.n_examples, Silent())
    state = {"velocity": velocity} if len(velocity) else {}
    update, after = optimizer.update(gradient, state, here)
    return np.concatenate([theta + update, *after.values()])


def by_all_batches(
    objective: Objective,
    optimizer: Optimizer,
    rate: float,
    every: list[list[int]],
    noise: float,
) -> tuple[Array, Array, Array]:
    """Mean, covariance and correlation times, by the moments of (θ, v, 1) in turn."""
    p = objective.n_parameters
    m = p + sum(map(len, optimizer.init(np.zeros(p)).values()))
    maps = []
    for rows in every:
        at_zero = walked(objective, optimizer, rate, rows, np.zeros(m))
        columns = [
            walked(objective, optimizer, rate, rows, unit) - at_zero
            for unit in np.eye(m)
        ]
        one = np.zeros((m + 1, m + 1))
        one[:m], one[m, m] = np.column_stack([*columns, at_zero]), 1.0
        maps.append(one)
    shaken = np.zeros((m + 1, m + 1))
    shaken[:p, :p] = noise * np.eye(p)
    moments = np.zeros((m + 1, m + 1))
    moments[m, m] = 1.0
    for _ in range(3000):
        moments = np.mean([a @ moments @ a.T for a in maps], axis=0) + shaken
    mean = moments[:m, m]
    covariance = moments[:m, :m] - np.outer(mean, mean)
    step, later, total = np.mean(maps, axis=0)[:m, :m], covariance, np.zeros((m, m))
    for _ in range(3000):
        later = step @ later
        total = total + later
    times = 1 + 2 * np.diag(total)[:p] / np.diag(covariance)[:p]
    return mean[:p], covariance[:p, :p], times


@pytest.mark.parametrize(
    ("b", "replacement"), [(1, False), (2, False), (3, False), (1, True), (2, True)]
)
@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [
        (SGD(), 0.2),
        (SGD(weight_decay=0.3), 0.2),
        (HeavyBall(0.6), 0.05),
        (HeavyBall(0.6, weight_decay=0.3), 0.05),
        (Nesterov(0.6), 0.05),
        (SGLD(), 0.2),
        (SGLD(prior_precision=2.0), 0.2),
    ],
    ids=str,
)
def test_agrees_with_all_batches(
    optimizer: Optimizer, rate: float, b: int, replacement: bool
) -> None:
    objective = regression()
    decay = getattr(optimizer, "weight_decay", 0.0)
    decay += getattr(optimizer, "prior_precision", 0.0) / N
    noise = 2 * rate / N if isinstance(optimizer, SGLD) else 0.0
    bowl = quadratic(objective, decay)
    assert bowl is not None
    found = settled(
        bowl, rate, law(N, b, replacement), getattr(optimizer, "beta", 0.0),
        noise, isinstance(optimizer, Nesterov),
    )  # fmt: skip
    assert found is not None
    mean, covariance, times = by_all_batches(
        objective, optimizer, rate, batches(b, replacement), noise
    )
    assert_allclose(found.mean, mean, atol=1e-10)
    assert_allclose(found.covariance, covariance, rtol=1e-8)
    assert_allclose(found.times, times, rtol=1e-8)


@pytest.mark.parametrize("half", [True, False])
def test_the_full_batch_comes_to_rest_at_the_minimum(half: bool) -> None:
    objective = regression(half, n=12, d=2)
    bowl = quadratic(objective)
    assert bowl is not None
    _, gradient = objective.gradient(bowl.minimum, np.arange(12))
    assert_allclose(gradient, 0.0, atol=1e-13)
    found = settled(bowl, 0.1, law(12, 12, replaced=False))
    assert found is not None
    assert not found.covariance.any()
    assert np.isnan(found.times).all()


def test_one_parameter_by_hand() -> None:
    """Numbers y around their mean: e ← (1 − η) e + η · noise, an AR(1) process."""
    y = np.random.default_rng(1).standard_normal(50)
    objective = Objective(
        Examples(np.ones((50, 1)), y, ("x",)), Linear(bias=False), SquaredError(True)
    )
    bowl = quadratic(objective)
    assert bowl is not None
    for rate, b in ((0.1, 1), (0.5, 3), (1.5, 10)):
        found = settled(bowl, rate, 1 / b)
        assert found is not None
        assert found.mean == pytest.approx([y.mean()])
        assert found.covariance[0, 0] == pytest.approx(
            rate / b * y.var() / (2 * (1 - rate / 2))
        )
        assert found.times == pytest.approx([(2 - rate) / rate])


def test_the_spread_goes_with_rate_by_batch_size() -> None:
    bowl = quadratic(regression(n=30, d=2))
    assert bowl is not None
    limit = np.trace(bowl.kicks @ np.linalg.inv(bowl.hessian)) / 2
    for rate, b in ((1e-4, 1), (1e-4, 7), (1e-5, 3)):
        found = settled(bowl, rate, 1 / b)
        assert found is not None
        spread = np.trace(found.covariance)
        assert spread == pytest.approx(limit * rate / b, rel=1e-2)


@pytest.mark.parametrize(
    ("b", "replacement"), [(1, False), (1, True), (3, True), (4, False)]
)
def test_ends_at_the_mean_square_limit(b: int, replacement: bool) -> None:
    objective = regression()
    bowl, limit = quadratic(objective), mean_square_limit(objective, b, replacement)
    assert bowl is not None
    assert limit is not None
    share = law(N, b, replacement)
    assert settled(bowl, 0.999 * limit, share) is not None
    assert settled(bowl, 1.001 * limit, share) is None


def test_a_velocity_has_room_for_half_the_parameters() -> None:
    bowl = quadratic(regression(n=20, d=4))
    assert bowl is not None
    assert settled(bowl, 0.01, 0.5) is not None
    assert settled(bowl, 0.01, 0.5, beta=0.5) is None


FLAT = Examples(np.ones((3, 1)), np.array([1.0, 2.0, 4.0]), ("x",))


@pytest.mark.parametrize(
    "objective",
    [
        Objective(FLAT, Linear(), SquaredError()),
        Objective(FLAT, MLP((1,)), SquaredError()),
        Objective(FLAT, Linear(bias=False), AbsoluteError()),
        Objective(FLAT, Linear(bias=False), Huber()),
        Objective(
            examples_of(MANY_CLASSES, np.eye(9)[:, :2]), Linear(), SquaredError()
        ),
        regression(n=20, d=8),
    ],
    ids=["no single minimum", "network", "kink", "Huber", "outputs", "parameters"],
)
def test_unknown_elsewhere(objective: Objective) -> None:
    assert quadratic(objective) is None


def test_decay_gives_a_single_minimum() -> None:
    assert quadratic(Objective(FLAT, Linear(), SquaredError()), 0.1) is not None


def test_two_classes_are_numbers_too() -> None:
    inputs = np.random.default_rng(5).standard_normal((9, 2))
    examples = examples_of(TWO_CLASSES, inputs)
    assert quadratic(Objective(examples, Linear(), SquaredError())) is not None
