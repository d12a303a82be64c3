"""Gradient noise: the law of averages, exactly where all batches are gone through."""

from __future__ import annotations

from itertools import combinations, product
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.clouds import Cloud, cloud
from gdviz.core.datasets import LineWithNoise, TwoGaussians
from gdviz.core.examples import Examples
from gdviz.core.functions import GivenGradients
from gdviz.core.losses import Logistic, Loss, SquaredError
from gdviz.core.models import MLP, Linear, Model
from gdviz.core.noise import Noise, law, noise
from gdviz.core.objective import Objective
from gdviz.core.resampling import EVERY, Drawing, drawn, every, exponent, is_few
from gdviz.core.variances import Variances, sizes, variances
from tests.core.problems import EACH, Array, examples_of, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.sums import FiniteSum

SIX = [(m, replaced) for replaced in (False, True) for m in range(1, 7)]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def six() -> tuple[Objective, Array]:
    """A network on six examples, and a θ."""
    inputs = np.random.default_rng(3).standard_normal((6, 2))
    objective = Objective(
        examples_of("regression", inputs), MLP(hidden=(3,)), SquaredError()
    )
    return objective, objective.start(5)


def many(n: int = 150) -> tuple[Objective, Array]:
    examples = TwoGaussians(n_examples=n).examples(1)
    objective = Objective(examples, MLP(hidden=(4,)), Logistic())
    return objective, objective.start(2)


def plane(p: int) -> Array:
    """Two orthonormal directions of no particular kind."""
    directions, _ = np.linalg.qr(rng().standard_normal((p, 2)))
    return np.asarray(directions.T)


def of_cloud(parts: Iterator[Cloud | None]) -> Cloud:
    *_, last = parts
    assert last is not None
    return last


def clouded(
    objective: FiniteSum, theta: Array, drawing: Drawing, most: int = 2000
) -> Cloud:
    directions = plane(len(theta))
    return of_cloud(cloud(objective, theta, directions, drawing, rng(), most))


def of_variances(parts: Iterator[Variances | None]) -> Variances:
    *_, last = parts
    assert last is not None
    return last


# --- the batches


@pytest.mark.parametrize(("m", "replaced"), SIX)
def test_every_batch_comes_once(m: int, replaced: bool) -> None:
    if not is_few(6, m, replaced):
        assert 6**m > EVERY
        return
    expected = product(range(6), repeat=m) if replaced else combinations(range(6), m)
    assert sorted(map(tuple, every(6, m, replaced).tolist())) == sorted(expected)


@pytest.mark.parametrize(
    ("n", "m", "replaced"),
    [(1, 1, False), (1, 3, True), (2, 12, True), (40, 2, False), (300, 299, False)],
)
def test_how_many_batches_there_are(n: int, m: int, replaced: bool) -> None:
    count = n**m if replaced else comb(n, m)
    assert exponent(n, m, replaced) == pytest.approx(np.log10(count), abs=1e-9)
    assert is_few(n, m, replaced)
    assert every(n, m, replaced).shape == (count, m)


def test_a_million_examples_are_not_few() -> None:
    assert not is_few(10**6, 500_000, replaced=False)
    assert not is_few(4096, 4095, replaced=False)  # 16 million rows


@pytest.mark.parametrize("n", [5, 256, 257, 2000])
def test_random_batches_without_replacement_have_no_example_twice(n: int) -> None:
    for m in (1, n // 2, n - 1, n):
        rows = np.concatenate(list(drawn(n, m, replaced=False, rng=rng(), count=30)))
        assert rows.shape == (30, m)
        assert rows.min() >= 0
        assert rows.max() < n
        assert (np.diff(np.sort(rows, axis=1), axis=1) > 0).all()


@pytest.mark.parametrize(("n", "replaced"), [(10, False), (300, False), (10, True)])
def test_each_example_is_drawn_as_often(n: int, replaced: bool) -> None:
    count, m = 6000, 3
    parts = list(drawn(n, m, replaced, rng(), count))
    seen = np.bincount(np.concatenate(parts).ravel(), minlength=n)
    share = m / n
    deviation = np.sqrt(count * share * (1 - (share if not replaced else 1 / n)))
    assert np.abs(seen - count * share).max() < 5 * deviation


# --- claim 8: the mean of a random batch is an unbiased estimate


@pytest.mark.parametrize(("m", "replaced"), SIX)
def test_the_mean_over_all_batches_is_the_full_gradient(m: int, replaced: bool) -> None:
    objective, theta = six()
    n_batches = 6**m if replaced else comb(6, m)
    rows = (
        np.array(list(product(range(6), repeat=m)))
        if replaced
        else np.array(list(combinations(range(6), m)))
    )
    means = objective.gradients(theta, np.arange(6))[rows].mean(axis=1)
    full = objective.gradient(theta, np.arange(6))[1]
    assert_allclose(means.mean(axis=0), full, rtol=1e-11, atol=1e-14)
    found = clouded(objective, theta, Drawing(m, replaced))
    if n_batches <= EVERY:
        assert found.whole
        assert len(found.points) == n_batches
        assert_allclose(found.mean, found.centre, rtol=1e-11, atol=1e-14)
        assert (found.error == 0).all()
    else:
        assert not found.whole
        assert (np.abs(found.mean - found.centre) < 4 * found.error).all()


@pytest.mark.parametrize(("m", "replaced"), SIX)
def test_the_points_are_batch_means_in_the_plane(m: int, replaced: bool) -> None:
    objective, theta = six()
    directions = plane(len(theta))
    found = of_cloud(cloud(objective, theta, directions, Drawing(m, replaced), rng()))
    assert_allclose(
        found.centre, directions @ objective.gradient(theta, np.arange(6))[1]
    )
    if found.whole:
        truth = [
            directions @ objective.gradient(theta, rows)[1]
            for rows in every(6, m, replaced)
        ]
        assert_allclose(found.points, truth, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("m", "replaced"), [(1, False), (8, False), (8, True), (149, False)]
)
def test_a_sampled_cloud_is_centred_within_its_error(m: int, replaced: bool) -> None:
    objective, theta = many()
    found = clouded(objective, theta, Drawing(m, replaced))
    assert found.finite
    assert found.whole == (m in (1, 149))
    away = np.abs(found.mean - found.centre)
    assert (away <= 4 * found.error + 1e-13).all()
    if not found.whole:
        assert len(found.points) == 2000
        spread = found.points.std(axis=0, ddof=1)
        assert_allclose(found.error, spread / np.sqrt(2000))


def test_a_sampled_cloud_is_the_same_from_the_same_seed() -> None:
    objective, theta = many()
    two = [clouded(objective, theta, Drawing(5, False), 50) for _ in range(2)]
    assert two[0].points.tolist() == two[1].points.tolist()
    assert len(two[0].points) == 50


# --- claim 9: its covariance


@pytest.mark.parametrize(("m", "replaced"), SIX)
def test_the_law_is_exact_over_all_batches(m: int, replaced: bool) -> None:
    objective, theta = six()
    gradients = objective.gradients(theta, np.arange(6))
    sigma = np.cov(gradients.T, bias=True)
    whole = noise(objective, theta)
    finite = 1.0 if replaced else (6 - m) / 5
    assert law(6, m, replaced) == pytest.approx(finite / m, rel=1e-15)
    assert whole.variance(m, replaced) == pytest.approx(
        np.trace(sigma) / m * finite, rel=1e-10, abs=1e-15
    )
    directions = plane(len(theta))
    found = of_cloud(cloud(objective, theta, directions, Drawing(m, replaced), rng()))
    expected = directions @ sigma @ directions.T / m * finite
    assert_allclose(found.theory, expected, rtol=1e-10, atol=1e-15)
    if found.whole:
        assert_allclose(found.covariance, expected, rtol=1e-9, atol=1e-15)
    told = of_variances(
        variances(objective, theta, np.array([m]), replaced, rng(), most=30)
    )
    if found.whole:
        assert told.counts.tolist() == [len(found.points)]
        assert told.errors.tolist() == [0.0]
        assert_allclose(
            told.measured, [whole.variance(m, replaced)], rtol=1e-9, atol=1e-15
        )


@pytest.mark.parametrize("replaced", [False, True])
def test_ten_batch_sizes_keep_the_law_within_three_errors(replaced: bool) -> None:
    objective, theta = many()
    whole = noise(objective, theta)
    told = of_variances(
        variances(objective, theta, sizes(150), replaced, rng(), most=400)
    )
    assert len(told.sizes) >= 10
    assert (told.sizes[0], told.sizes[-1]) == (1, 150)
    expected = [whole.variance(int(m), replaced) for m in told.sizes]
    slack = 1e-9 * whole.trace
    assert (np.abs(told.measured - expected) <= 3 * told.errors + slack).all()
    sampled = told.errors > 0
    assert sampled.sum() >= 8
    assert (told.errors[sampled] < 0.1 * told.measured[sampled]).all()  # it could fail
    assert told.counts[sampled].tolist() == [400] * int(sampled.sum())
    if not replaced:
        assert told.measured[-1] < 1e-20  # M = N
        assert told.counts[-1] == 1


def test_a_size_too_large_to_draw_many_is_left_out() -> None:
    objective, theta = many(20)
    told = of_variances(
        variances(objective, theta, np.array([2, 20_000]), True, rng(), most=30)
    )
    assert told.counts.tolist() == [400, 0]  # all 20² of the first
    assert np.isfinite(told.measured).tolist() == [True, False]


def test_sizes_are_spread_over_the_decades() -> None:
    assert sizes(1).tolist() == [1]
    assert sizes(6).tolist() == [1, 2, 3, 4, 5, 6]
    found = sizes(10_000)
    assert (found[0], found[-1], len(found)) == (1, 10_000, 10)
    assert_allclose(np.diff(np.log(found)), np.log(10_000) / 9, atol=0.1)


# --- trace and scale


@EACH
def test_the_trace_without_the_matrix(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    gradients = objective.gradients(theta, np.arange(8))
    found = noise(objective, theta)
    second = float((gradients**2).sum() / 8)
    mean = gradients.mean(axis=0)
    truth = float(((gradients - mean) ** 2).sum() / 8)
    assert found.trace == pytest.approx(truth, rel=1e-10, abs=1e-12 * second)
    assert found.squared == pytest.approx(float(mean @ mean), rel=1e-10, abs=1e-20)


def test_the_noise_scale_of_a_slope_in_closed_form() -> None:
    """Of y = w·x at w = 0: gᵢ = −c xᵢ yᵢ, so all is said by the moments of x·y."""
    x = np.array([1.0, 2.0, -1.0, 3.0])
    y = np.array([2.0, 1.0, 1.0, 1.0])  # x·y = 2, 2, −1, 3: mean 1.5, variance 2.25
    examples = Examples(x[:, None], y, ("x",))
    objective = Objective(examples, Linear(bias=False), SquaredError())
    found = noise(objective, np.zeros(1))
    assert found.scale == pytest.approx(2.25 / 1.5**2, rel=1e-12)
    assert found.typical_angle(1, replaced=True) == pytest.approx(45.0)
    assert found.typical_angle(3, replaced=False) == pytest.approx(
        np.degrees(np.arctan(1 / 3))
    )


def of_rows(*rows: tuple[float, ...]) -> FiniteSum:
    given = GivenGradients(rows)
    return given.summed(given.examples(0))


@pytest.mark.parametrize(
    ("rows", "trace", "scale", "angle"),
    [
        (((1.0, 2.0),), 0.0, 0.0, 0.0),  # N = 1
        (((0.1, 0.3),) * 7, 0.0, 0.0, 0.0),  # all alike, but for rounding
        (((1.0, 0.0), (-1.0, 0.0)), 1.0, None, 90.0),  # ∇L = 0
        (((0.0, 0.0),) * 2, 0.0, None, None),  # nothing at all
    ],
)
def test_degenerate_noise(
    rows: tuple[tuple[float, ...], ...],
    trace: float,
    scale: float | None,
    angle: float | None,
) -> None:
    found = noise(of_rows(*rows), np.zeros(2))
    assert (found.trace, found.scale) == (trace, scale)
    assert found.typical_angle(1, replaced=False) == angle


def test_what_overflows_has_no_scale() -> None:
    examples = Examples(np.array([[1.0], [2.0]]), np.zeros(2), ("x",))
    objective = Objective(examples, Linear(bias=False), SquaredError())
    with np.errstate(all="ignore"):
        found = noise(objective, np.array([1e200]))
        assert np.isnan(found.trace)
        assert found.scale is None
        assert found.typical_angle(1, replaced=True) is None
    assert Noise(2, 1.0, 1e-320).scale is None


def test_clouds_of_one_example_and_of_all() -> None:
    one = of_rows((1.0, 2.0))
    for replaced in (False, True):
        found = of_cloud(
            cloud(one, np.zeros(2), np.eye(2), Drawing(1, replaced), rng())
        )
        assert found.points.tolist() == [[1.0, 2.0]]
        assert found.covariance.tolist() == found.theory.tolist() == [[0, 0], [0, 0]]
    objective, theta = many(30)
    found = clouded(objective, theta, Drawing(30, False))
    assert found.whole
    assert len(found.points) == 1
    assert_allclose(found.mean, found.centre, rtol=1e-11)


def test_one_parameter_has_a_cloud_on_a_line() -> None:
    examples = LineWithNoise(n_examples=9).examples(0)
    objective = Objective(examples, Linear(bias=False), SquaredError())
    directions = np.array([[1.0], [0.0]])
    found = of_cloud(cloud(objective, np.ones(1), directions, Drawing(4, False), rng()))
    assert found.whole
    assert (found.points[:, 1] == 0).all()
    assert found.covariance[0, 0] == pytest.approx(found.theory[0, 0], rel=1e-10)


def test_the_work_is_done_in_parts() -> None:
    objective, theta = many()
    parts = list(variances(objective, theta, sizes(150), False, rng()))
    assert len(parts) > 30
    assert parts[-1] is not None
    assert all(part is None for part in parts[:-1])
