"""Second derivatives of activations and losses, also at kinks and far out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.losses import (
    LOSSES,
    AbsoluteError,
    Hinge,
    Huber,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEP = np.finfo(float).eps ** (1 / 3)
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS.values())
EACH_LOSS = pytest.mark.parametrize("loss", LOSSES.values())


def bend(activation: Activation, z: Array) -> Array:
    a, out = np.empty_like(z), np.full_like(z, np.nan)
    activation.f(z, a)
    activation.bend(a, out)
    return out


def slope(activation: Activation, z: Array) -> Array:
    a = np.empty_like(z)
    activation.f(z, a)
    activation.slope(a, a := a.copy())
    return a


@EACH_ACTIVATION
def test_bend_is_the_derivative_of_the_slope(activation: Activation) -> None:
    z = np.linspace(-4.3, 4.4, 30)
    measured = (slope(activation, z + STEP) - slope(activation, z - STEP)) / (2 * STEP)
    assert_allclose(bend(activation, z), measured, rtol=1e-7, atol=1e-9)


@EACH_ACTIVATION
def test_no_bend_at_a_kink_or_far_out(activation: Activation) -> None:
    far = np.array([-1e4, -800.0, 800.0, 1e4])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert bend(activation, far).tolist() == pytest.approx([0.0] * 4, abs=1e-12)
    if activation.name == "relu":
        assert bend(activation, np.zeros(1)).tolist() == [0.0]


def targets(loss: type[Loss], z: Array) -> Array:
    if loss in (Logistic, Hinge):
        return np.where(np.arange(z.size).reshape(z.shape) % 2, 1.0, -1.0)
    if loss is SoftmaxCrossEntropy:
        return np.eye(len(z))[:, np.arange(z.shape[1]) % len(z)]
    return np.full(z.shape, 0.3)


@EACH_LOSS
def test_hessian_is_the_derivative_of_the_slopes(loss: type[Loss]) -> None:
    rng = np.random.default_rng(6)
    k = 3 if loss in (SoftmaxCrossEntropy, SquaredError) else 1
    z, vector = 2 * rng.standard_normal((2, k, 9))
    y, kind = targets(loss, z), loss()
    ahead, behind = (kind.slopes(z + s * STEP * vector, y) for s in (1, -1))
    product = kind.hessian(z, y)(vector)
    assert_allclose(product, (ahead - behind) / (2 * STEP), rtol=1e-7, atol=1e-9)


@EACH_LOSS
def test_curvatures_are_what_each_output_bends_by_itself(loss: type[Loss]) -> None:
    z = np.random.default_rng(7).standard_normal((3, 5))
    y, kind = targets(loss, z), loss()
    of_itself = [
        kind.hessian(z, y)(np.eye(3)[:, [i]] * np.ones(5))[i] for i in range(3)
    ]
    assert_allclose(kind.curvatures(z, y), of_itself, rtol=1e-12)


@pytest.mark.parametrize(
    ("loss", "z", "y", "curvature"),
    [
        (SquaredError(), 3.0, 1.0, 2.0),
        (SquaredError(half=True), 3.0, 1.0, 1.0),
        (AbsoluteError(), 1.0, 1.0, 0.0),
        (Huber(0.5), 1.4, 1.0, 1.0),
        (Huber(0.5), 1.5, 1.0, 0.0),
        (Huber(0.5), 0.5, 1.0, 0.0),
        (Hinge(), 1.0, 1.0, 0.0),
        (Logistic(), 0.0, 1.0, 0.25),
        (Logistic(), np.log(3), -1.0, 0.1875),
    ],
)
def test_by_hand(loss: Loss, z: float, y: float, curvature: float) -> None:
    found = loss.curvatures(np.array([[z]]), np.array([[y]]))
    assert found.ravel().tolist() == pytest.approx([curvature])


@EACH_LOSS
def test_huge_outputs_stay_finite(loss: type[Loss]) -> None:
    z = np.array([[-1e4, 1e4, 30.0], [0.0, -1e4, 800.0], [1.0, 2.0, -800.0]])
    y, kind = targets(loss, z), loss()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(kind.hessian(z, y)(np.ones_like(z))).all()
        assert (kind.curvatures(z, y) >= 0).all()
