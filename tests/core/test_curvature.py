"""Eigenvalues by Lanczos: those of dense matrices, however they lie."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core import curvature
from gdviz.core.curvature import slices, spectrum
from gdviz.core.examples import MANY_CLASSES, REGRESSION
from gdviz.core.losses import SoftmaxCrossEntropy, SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.sums import FiniteSum
from tests.core.problems import problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def random(p: int, seed: int = 3) -> Array:
    matrix = np.random.default_rng(seed).standard_normal((p, p))
    return matrix + matrix.T


def of(values: Array, seed: int = 5) -> Array:
    """A matrix with these eigenvalues."""
    turn = np.linalg.qr(random(len(values), seed))[0]
    return (turn * values) @ turn.T


MATRICES = {
    "1": np.array([[-3.0]]),
    "2": random(2),
    "9": random(9),
    "60": random(60),
    "150": random(150),
    "all alike": 3 * np.eye(40),
    "nothing": np.zeros((12, 12)),
    "all negative": of(-np.arange(1.0, 31.0)),
    "each ten times": of(np.repeat(np.linspace(1, 20, 20) ** 2, 10)),
    "few large": of(np.append(np.zeros(120), [5.0, 90.0, 100.0])),
}


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("name", MATRICES)
def test_agrees_with_all_eigenvalues(name: str, k: int) -> None:
    matrix = MATRICES[name]
    found = spectrum(matrix.__matmul__, len(matrix), k, 1e-9, lowest=1e-6)
    assert found is not None
    values = np.linalg.eigvalsh(matrix)[::-1]
    scale = max(np.abs(values).max(), 1e-300)
    assert found.settled
    assert len(found.top) == min(k, len(matrix))
    assert_allclose(found.top / scale, values[:k] / scale, atol=1e-8)
    assert found.lowest / scale == pytest.approx(values[-1] / scale, abs=1e-5)


def test_one_that_comes_ten_times_is_not_left_for_the_next() -> None:
    values = np.repeat(np.linspace(1, 100, 65) ** 2, 10)
    found = spectrum(lambda vector: values * vector, 650, 3)
    assert found is not None
    assert_allclose(found.top, [1e4] * 3, rtol=1e-7)


@pytest.mark.parametrize("name", ["2", "60", "few large"])
def test_vectors_belong_to_the_values(name: str) -> None:
    matrix = MATRICES[name]
    found = spectrum(matrix.__matmul__, len(matrix), 2)
    assert found is not None
    vectors = found.vectors[:2]
    assert_allclose(vectors @ vectors.T, np.eye(2), atol=1e-10)
    assert_allclose(matrix @ vectors.T, vectors.T * found.top, atol=1e-3)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-6])
def test_keeps_its_tolerance(k: int, tolerance: float) -> None:
    matrix = random(200)
    found = spectrum(matrix.__matmul__, 200, k, tolerance)
    assert found is not None
    values = np.linalg.eigvalsh(matrix)
    assert np.abs(found.top - values[::-1][:k]).max() < tolerance * values[-1]
    fine = spectrum(matrix.__matmul__, 200, k, 1e-10)
    assert fine is not None
    assert found.products < fine.products


def test_the_same_input_gives_the_same_bits() -> None:
    matrix = random(80)
    first, again = (spectrum(matrix.__matmul__, 80, 3) for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.top.tolist() == again.top.tolist()
    assert first.vectors.tolist() == again.vectors.tolist()


def test_a_warm_start_needs_few_products() -> None:
    matrix = of(np.append(np.linspace(0, 3, 100), [7.0, 10.0]))
    cold = spectrum(matrix.__matmul__, 102, 1, 1e-6)
    assert cold is not None
    near = matrix + 1e-3 * random(102)
    warm = spectrum(near.__matmul__, 102, 1, 1e-3, start=cold.vectors)
    again = spectrum(near.__matmul__, 102, 1, 1e-3)
    assert warm is not None
    assert again is not None
    assert warm.products <= 3 < again.products
    assert warm.top[0] == pytest.approx(np.linalg.eigvalsh(near)[-1], rel=1e-3)


def test_a_warm_start_notices_that_another_one_has_grown() -> None:
    values = np.append(np.linspace(0, 1, 40), [3.0, 4.0])
    turn = np.linalg.qr(random(42))[0]
    known = spectrum(((turn * values) @ turn.T).__matmul__, 42, 1)
    for last in (3.9, 4.1, 5.0, 8.0):
        values[-2] = last
        matrix = (turn * values) @ turn.T
        assert known is not None
        known = spectrum(matrix.__matmul__, 42, 1, 1e-3, start=known.vectors)
    assert known is not None
    assert known.top[0] == pytest.approx(8.0, rel=1e-3)


def test_small_room_leads_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curvature, "_ROOM", 14)
    matrix = random(90)
    found = spectrum(matrix.__matmul__, 90, 2, 1e-8, lowest=1e-6)
    assert found is not None
    values = np.linalg.eigvalsh(matrix)
    assert found.settled
    assert_allclose(found.top, values[::-1][:2], rtol=1e-7)
    assert found.lowest == pytest.approx(values[0], rel=1e-5)


def test_ends_even_where_it_cannot_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curvature, "_MOST", 5)
    found = spectrum(random(90).__matmul__, 90, 1, 1e-12)
    assert found is not None
    assert found.products <= 6
    assert not found.settled


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite_is_none(bad: float) -> None:
    matrix = random(6)
    matrix[3, 3] = bad
    with np.errstate(invalid="ignore"):
        assert spectrum(matrix.__matmul__, 6, 2) is None


def test_comes_in_slices_of_one_product() -> None:
    matrix, products = random(50), 0

    def times(vector: Array) -> Array:
        nonlocal products
        products += 1
        return matrix @ vector

    seen: list[int] = []
    made = []
    for found in slices(times, 50, 2, 1e-6):
        seen.append(products)
        made.append(found)
    *before, found = made
    assert before == [None] * len(before)
    assert found is not None
    assert found.products == products == seen[-1]
    assert all(b - a <= 1 for a, b in pairwise(seen))


def test_sharpness_of_linear_regression() -> None:
    objective, theta = problem(REGRESSION, SquaredError(), 2, Linear())
    found = spectrum(objective.hessian(theta), len(theta))
    x = objective.inputs
    by_hand = np.linalg.eigvalsh(2 / objective.n_examples * x @ x.T)[-1]
    assert found is not None
    assert found.top[0] == pytest.approx(by_hand, rel=1e-10)


def test_sharpness_of_a_network() -> None:
    model = MLP(hidden=(6, 4))
    objective, theta = problem(MANY_CLASSES, SoftmaxCrossEntropy(), 2, model)
    dense = np.array(
        [FiniteSum.hessian(objective, theta)(e) for e in np.eye(len(theta))]
    )
    values = np.linalg.eigvalsh((dense + dense.T) / 2)
    found = spectrum(objective.hessian(theta), len(theta), 3, 1e-8, lowest=1e-6)
    assert found is not None
    assert_allclose(found.top, values[::-1][:3], rtol=1e-6)
    assert found.lowest == pytest.approx(values[0], abs=1e-4 * values[-1])
