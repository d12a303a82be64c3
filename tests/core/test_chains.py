"""Posteriors by brute force, Langevin chains by hand, and centred batch sums."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.chains import langevin, posterior
from gdviz.core.examples import REGRESSION, Examples
from gdviz.core.hovering import quadratic
from gdviz.core.losses import Logistic, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.noise import law
from gdviz.core.objective import Objective
from tests.core.problems import examples_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

N = 100


def numbers() -> Objective:
    """A hundred numbers of variance exactly 1."""
    y = np.random.default_rng(0).standard_normal(N)
    y = 0.3 + (y - y.mean()) / y.std()
    return Objective(
        Examples(np.ones((N, 1)), y, ("x",)), Linear(bias=False), SquaredError(True)
    )


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("precision", [0.0, 3.0])
def test_posterior_by_summing_over_a_grid(half: bool, precision: float) -> None:
    inputs = 0.7 * np.random.default_rng(2).standard_normal((9, 1))
    objective = Objective(examples_of(REGRESSION, inputs), Linear(), SquaredError(half))
    bowl = quadratic(objective, precision / 9)
    assert bowl is not None
    found = posterior(bowl)
    reach = 9 * np.sqrt(np.diag(found.covariance))
    axes = [
        np.linspace(m - r, m + r, 501) for m, r in zip(found.mean, reach, strict=True)
    ]
    grid = np.stack([a.ravel() for a in np.meshgrid(*axes, indexing="ij")], axis=1)
    energy = 9 * objective.loss_at(grid) + precision / 2 * np.sum(grid**2, axis=1)
    weights = np.exp(energy.min() - energy)
    weights /= weights.sum()
    mean = weights @ grid
    assert_allclose(found.mean, mean, rtol=1e-9)
    covariance = (weights[:, None] * (grid - mean)).T @ (grid - mean)
    assert_allclose(found.covariance, covariance, rtol=1e-8)


def test_mean_of_numbers_by_hand() -> None:
    bowl = quadratic(numbers(), 4.0 / N)
    assert bowl is not None
    found = posterior(bowl)
    assert found.mean == pytest.approx([N * 0.3 / (N + 4)])
    assert found.covariance[0, 0] == pytest.approx(1 / (N + 4))


@pytest.mark.parametrize(("b", "times"), [(10, 1.3), (1, 3.6)])
def test_wider_than_the_posterior(b: int, times: float) -> None:
    """Step ε = 1e-3 of Welling & Teh, which is η = ε n / 2."""
    bowl = quadratic(numbers())
    assert bowl is not None
    rate = 1e-3 * N / 2
    found = langevin(bowl, rate, law(N, b, replaced=True))
    assert found is not None
    ratio = found.covariance[0, 0] * N
    assert ratio == pytest.approx((1 + rate * N / b / 2) / (1 - rate / 2))
    assert ratio == pytest.approx(times, abs=0.05)


@pytest.mark.parametrize("b", [1, 10, N])
def test_small_steps_lead_to_the_posterior(b: int) -> None:
    bowl = quadratic(numbers(), 2.0 / N)
    assert bowl is not None
    ratios = []
    for rate in (0.1, 0.01, 0.001, 1e-5):
        found = langevin(bowl, rate, law(N, b, replaced=False))
        assert found is not None
        assert_allclose(found.mean, posterior(bowl).mean)
        ratios.append(found.covariance[0, 0] / posterior(bowl).covariance[0, 0])
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("b", range(1, 7))
def test_scaled_batch_sums_are_centred(b: int, replacement: bool) -> None:
    """Kingma & Welling 2014, eq. 8: N/M times the sum of M, over all batches."""
    n, rng = 6, np.random.default_rng(4)
    inputs, labels = rng.standard_normal((n, 2)), rng.integers(2, size=n)
    examples = Examples(inputs, labels, ("p", "q"), "c", ("A", "B"))
    objective = Objective(examples, MLP((3,)), Logistic())
    theta, everyone = objective.start(1), np.arange(n)
    losses = objective.losses(theta, everyone).copy()
    gradients = objective.gradients(theta, everyone).copy()
    if replacement and b > 4:
        b = 4  # 6⁴ batches are enough
    every = product(range(n), repeat=b) if replacement else combinations(range(n), b)
    rows = np.array(list(every))
    sums = n / b * losses[rows].sum(axis=1)
    assert sums.mean() == pytest.approx(losses.sum(), rel=1e-12)
    total = n / b * gradients[rows].sum(axis=1).mean(axis=0)
    assert_allclose(total, gradients.sum(axis=0), rtol=1e-10, atol=1e-12)
    assert n / b * gradients[rows[0]].sum(axis=0) == pytest.approx(
        n * objective.gradient(theta, rows[0])[1]
    )  # it is n times the mean that every step uses
