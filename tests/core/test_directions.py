"""Directions: orthonormal whatever is given, components and shares by definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.datasets import Iris, Moons
from gdviz.core.directions import (
    MOST_POINTS,
    components,
    explained,
    orthonormal,
    random_pair,
    signed,
)
from gdviz.core.functions import FormulaSum, GivenGradients
from gdviz.core.losses import SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.objective import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

RNG = np.random.default_rng(3)
A, B = RNG.standard_normal((2, 7))
NONE, BAD, FAR = np.zeros(7), np.full(7, np.nan), np.full(7, np.inf)


@pytest.mark.parametrize(
    ("given", "spanned"),
    [
        ([A, B], [A, B]),
        ([A, 2 * A, B], [A, B]),
        ([NONE, A, B], [A, B]),
        ([BAD, A, FAR, B], [A, B]),
        ([1e-200 * A, 1e200 * B], [A, B]),
        ([A, A + 1e-7 * B], [A, B]),
        ([A, A * (1 + 1e-16)], [A]),
        ([A], [A]),
        ([], []),
        ([np.eye(7)[0], np.eye(7)[1]], [np.eye(7)[0], np.eye(7)[1]]),
        ([np.eye(7)[1]], [np.eye(7)[1]]),
    ],
)
def test_two_directions_always(given: list[Array], spanned: list[Array]) -> None:
    found = orthonormal(given, 7)
    assert_allclose(found @ found.T, np.eye(2), atol=1e-15)
    for vector in spanned:
        unit = vector / np.linalg.norm(vector)
        assert_allclose(unit @ found.T @ found, unit, atol=1e-8)
    if spanned:
        assert found[0] @ spanned[0] > 0


def test_a_single_parameter_has_a_single_direction() -> None:
    assert_allclose(orthonormal([np.array([-3.0])], 1), [[-1.0], [0.0]])


def test_signed_is_the_same_for_both_ways() -> None:
    for vector in (A, B, np.array([1.0, -2.0]), np.array([-1.0])):
        assert_allclose(signed(vector), signed(-vector))
        assert signed(vector)[np.abs(vector).argmax()] > 0


def walk(m: int, p: int, scale: float = 1.0) -> Array:
    steps = RNG.standard_normal((m, p)) * np.geomspace(1, 0.05, p)
    return np.cumsum(steps, axis=0) * scale + 3.0 * scale


@pytest.mark.parametrize(("m", "p"), [(3, 5), (40, 3), (MOST_POINTS, 4), (20, 300)])
@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e200])
def test_components_are_the_singular_vectors(m: int, p: int, scale: float) -> None:
    path = walk(m, p, scale)
    found = components(path)
    centred = (path - path.mean(axis=0)) / scale
    expected = np.linalg.svd(centred, full_matrices=False)[2][:2]
    for direction, other in zip(found, expected, strict=True):
        assert abs(direction @ other) == pytest.approx(1.0, abs=1e-9)
    assert found[0] @ (path[-1] - path[0]) > 0


def test_components_of_a_long_path_come_from_even_points() -> None:
    path = walk(1000, 6)
    some = path[::8]
    whole = np.linalg.svd(some - some.mean(axis=0), full_matrices=False)[2][:2]
    for direction, other in zip(components(path), whole, strict=True):
        assert abs(direction @ other) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        (np.empty((0, 4)), 0),
        (np.ones((1, 4)), 0),
        (np.ones((9, 4)), 0),
        (np.outer([0, 1, 5.0], [1, 2, 3, 4.0]), 1),
        (np.array([[0, 0.0], [1, 0], [np.inf, 0], [0, 1], [np.nan, 2]]), 2),
    ],
)
def test_no_more_components_than_there_are(path: Array, count: int) -> None:
    assert len(components(path)) == count


def test_explained_is_a_share_of_variance() -> None:
    path = walk(50, 4) + 1e3
    flat = path[:, :2]
    assert explained(path, flat) == pytest.approx(
        path.var(axis=0)[:2].sum() / path.var(axis=0).sum(), rel=1e-9
    )
    assert explained(path[:, :2], flat) == pytest.approx(1.0)
    assert explained(path[:1], flat[:1]) is None
    assert explained(np.ones((5, 4)), np.ones((5, 2))) is None
    assert explained(np.full((5, 4), np.inf), np.ones((5, 2))) is None


def objectives() -> list[FiniteSum]:
    moons, iris = Moons(n_examples=20).examples(0), Iris().examples(0)
    given = GivenGradients()
    return [
        Objective(moons, MLP(hidden=(5, 3)), SquaredError()),
        Objective(iris, MLP(hidden=(4,), bias=False), SoftmaxCrossEntropy()),
        Objective(iris, Linear(), SoftmaxCrossEntropy()),
        FormulaSum(given.examples(0), given),
    ]


@pytest.mark.parametrize("objective", objectives())
def test_every_row_is_as_long_as_that_of_theta(objective: FiniteSum) -> None:
    theta = np.random.default_rng(1).standard_normal(objective.n_parameters)
    pair = random_pair(objective, theta, np.random.default_rng(2), filters=True)
    for direction in pair:
        rows = zip(objective.filters(direction), objective.filters(theta), strict=True)
        for block, weights in rows:
            length = np.linalg.norm(block, axis=1)
            assert_allclose(length, np.linalg.norm(weights, axis=1), rtol=1e-12)
    assert sum(block.size for block in objective.filters(theta)) == len(theta)
    plain = random_pair(objective, theta, np.random.default_rng(2), filters=False)
    assert not np.allclose(plain, pair)
    again = random_pair(objective, theta, np.random.default_rng(2), filters=True)
    assert np.array_equal(again, pair)
