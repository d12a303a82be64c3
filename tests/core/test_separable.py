"""Grids of sums and products: the activation, a wide range, and any order of work."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from gdviz.core import networksheet
from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.datasets import Moons
from gdviz.core.losses import LOSSES, Loss, SoftmaxCrossEntropy
from gdviz.core.models import MLP, Model
from gdviz.core.networksheet import NetworkSheet
from gdviz.core.objective import Objective
from gdviz.core.separable import fermi, in_fermi, sides
from gdviz.core.sheet import Sheet, product
from tests.core.problems import EACH, Array, problem
from tests.core.test_sheets import CENTRE, planes_through, points, worked_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPS = {4: float(np.finfo(np.float32).eps), 8: float(np.finfo(np.float64).eps)}
FERMI = {k: a for k, a in ACTIVATIONS.items() if a.fermi is not None}
EACH_FERMI = pytest.mark.parametrize("activation", FERMI.values(), ids=FERMI)
KINDS = pytest.mark.parametrize("kind", [np.float32, np.float64])


def over(sheet: Sheet, across: Array, up: Array) -> Array:
    found: Array = worked_out(sheet.grid(across, up))[0]
    return found


def met(begin: Array, across: Array, up: Array, kind: type, wanted: bool) -> Array:
    """Return what two sides come to, as numbers of shape (rows, columns, units, b)."""
    both = worked_out(sides(begin, across, up, np.dtype(kind), wanted))[0]
    shape = (len(up), len(across), *begin.shape[1:])
    out = np.empty((len(up) * len(across), *begin.shape[1:]), kind)
    both.meet(slice(0, len(up)), slice(0, len(across)), out)
    if not both.exponential and wanted:
        with np.errstate(over="ignore"):
            fermi(out)
    return out.reshape(shape).astype(float)


def true(activation: Activation, z: Array) -> Array:
    out = np.empty_like(z)
    activation.f(z, out)
    return out


def test_tanh_and_sigmoid_are_such() -> None:
    assert set(FERMI) == {"tanh", "sigmoid"}


@KINDS
@EACH_FERMI
def test_point_by_point_they_are_the_activation(
    activation: Activation, kind: type
) -> None:
    assert activation.fermi is not None
    base, height, rate = activation.fermi
    z = np.concatenate([np.linspace(-40, 40, 100_001), [-1e4, -300, 0.0, 300, 1e4]])
    x: NDArray[Any] = (rate * z).astype(kind)
    z = x.astype(float) / rate
    with np.errstate(over="ignore"):
        fermi(x)
    off = np.abs(base + height * x.astype(float) - true(activation, z))
    assert off.max() <= 4 * EPS[x.itemsize]


@pytest.mark.parametrize("reach", [1e-3, 1.0, 12.0, 39.0, 300.0])
@KINDS
@EACH_FERMI
def test_two_sides_are_the_activation_of_the_sum(
    activation: Activation, kind: type, reach: float
) -> None:
    assert activation.fermi is not None
    base, height, rate = activation.fermi
    rng = np.random.default_rng(0)
    begin = rng.standard_normal((3, 4, 5))
    begin[1:] /= np.abs(begin[1:]).max()
    across, up = np.linspace(-reach, reach, 41), np.linspace(-reach, reach, 43)
    z = begin[0] + across[:, None, None] * begin[1]
    z = z + up[:, None, None, None] * begin[2]
    met_there = met(rate * begin, across, up, kind, wanted=True)
    allowed = 4 * EPS[np.dtype(kind).itemsize] * max(1.0, reach / 2)  # of z itself
    assert np.abs(base + height * met_there - true(activation, z)).max() <= allowed


@KINDS
def test_large_ones_of_opposite_signs_keep_their_digits(kind: type) -> None:
    begin = np.zeros((3, 1, 1))
    begin[1:] = 1.0
    across = np.array([300.0, 300.0, 300.0, 349.0, 800.0, 5000.0])
    rest = np.array([0.25, -1.5, 0.0, 0.125, 0.5, -0.5])
    for u, d in zip(across, rest, strict=True):
        found = met(begin, np.array([u]), np.array([d - u]), kind, wanted=True)
        expected = 1 / (1 + np.exp(d))
        assert_allclose(found.ravel(), expected, rtol=4e-13 if kind is float else 1e-4)


@pytest.mark.parametrize(("reach", "kind", "had"), [
    (79.0, np.float32, True), (81.0, np.float32, False),
    (699.0, np.float64, True), (701.0, np.float64, False), (np.nan, np.float64, False),
])  # fmt: skip
def test_exponentials_that_overflow_are_not_had(
    reach: float, kind: type, had: bool
) -> None:
    begin = np.zeros((3, 1, 1))
    begin[1:] = 1.0
    for ends in ([0.0, reach], [-reach, 0.0]):
        for u, v in ((ends, [0.0]), ([0.0], ends)):
            work = sides(begin, np.array(u), np.array(v), np.dtype(kind), True)
            both = worked_out(work)[0]
            assert both.exponential == had
            assert not had or (both.across > 0).all()
            assert not had or np.isfinite(both.up).all()
    plain = worked_out(sides(begin, np.ones(1), np.ones(1), np.dtype(kind), False))[0]
    assert not plain.exponential


@pytest.mark.parametrize("bias", [False, True])
@EACH_FERMI
def test_layers_do_what_they_did(activation: Activation, bias: bool) -> None:
    rng, widths = np.random.default_rng(1), (3, 4, 5, 2)
    layers = [
        rng.standard_normal((3, above, below + bias))
        for below, above in pairwise(widths)
    ]
    a = b = rng.standard_normal((3 + bias, 7))
    x = z = a
    for i, (layer, folded) in enumerate(
        zip(layers, in_fermi(layers, activation), strict=True)
    ):
        z, x = layer[0] @ a, folded[0] @ b
        if i < 2:
            fermi(x)
            a = np.concatenate([true(activation, z), np.ones((int(bias), 7))])
            b = np.concatenate([x, np.ones((1, 7))])
    assert_allclose(x, z, rtol=1e-12, atol=1e-12)


@EACH
def test_every_network_over_every_grid(
    task: str, loss: Loss, d: int, model: Model
) -> None:
    objective, theta = problem(task, loss, d, model)
    across, up = points(5)[:, 0], points(4, 30.0)[:, 1]
    for plane in planes_through(objective, theta):
        expected = objective.loss_at(plane.lift(product(across, up))).reshape(4, 5)
        for single, rtol in ((False, 1e-12), (True, 1e-4)):
            found = over(objective.sheet(plane, CENTRE, single), across, up)
            assert found.shape == (4, 5)
            least = rtol * 1e-2 * max(1.0, np.ptp(expected))
            assert_allclose(found, expected, rtol=rtol, atol=least)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("single", [False, True])
def test_slices_make_no_difference_at_all(
    activation: str, single: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    objective = Objective(
        Moons(n_examples=150).examples(0),
        MLP((6, 5), activation),
        SoftmaxCrossEntropy(),
    )
    plane = planes_through(objective, objective.start(0))[0]
    across, up, found = np.linspace(-3, 2, 21), np.linspace(-1, 4, 19), []
    for chunk in (2**12, 2**14, 2**17, 2**24):
        monkeypatch.setattr(networksheet, "_CHUNK", {4: chunk, 8: chunk})
        found.append(over(objective.sheet(plane, CENTRE, single), across, up))
    for other in found[1:]:
        assert_array_equal(other, found[0])


def test_examples_in_many_parts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    objective, theta = problem("two classes", LOSSES["logistic"](), 2, MLP((3,)))
    objective = Objective(
        Moons(n_examples=700).examples(0), MLP((3,)), LOSSES["logistic"]()
    )
    plane = planes_through(objective, theta)[0]
    monkeypatch.setattr(networksheet, "_BESIDE", 2**9)
    sheet = objective.sheet(plane, CENTRE)
    assert isinstance(sheet, NetworkSheet)
    assert len(sheet.parts) > 3
    found = over(sheet, np.linspace(0, 1, 6), np.linspace(0, 2, 7))
    at = product(np.linspace(0, 1, 6), np.linspace(0, 2, 7))
    assert_allclose(found.ravel(), objective.loss_at(plane.lift(at)), rtol=1e-12)
