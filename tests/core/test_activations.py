"""Activations: values, slopes told from the output, and no overflow."""

from __future__ import annotations

from math import exp, log, tanh
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.activations import ACTIVATIONS, Activation

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


def f(activation: Activation, z: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.full_like(z, np.nan)
    activation.f(z, out)
    return out


def slope(activation: Activation, z: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.full_like(z, np.nan)
    activation.slope(f(activation, z), out)
    return out


@pytest.mark.parametrize(
    ("name", "z", "value", "derivative"),
    [
        ("tanh", 0.5, tanh(0.5), 1 - tanh(0.5) ** 2),
        ("sigmoid", 0.0, 0.5, 0.25),
        ("sigmoid", log(3), 0.75, 0.1875),
        ("sigmoid", -2.0, 1 / (1 + exp(2)), exp(2) / (1 + exp(2)) ** 2),
        ("relu", 2.5, 2.5, 1.0),
        ("relu", -2.5, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),
        ("softplus", 0.0, log(2), 0.5),
        ("softplus", log(3), log(4), 0.75),
        ("identity", -1.5, -1.5, 1.0),
    ],
)
def test_by_hand(name: str, z: float, value: float, derivative: float) -> None:
    assert f(ACTIVATIONS[name], np.array([z])) == pytest.approx(value, rel=1e-14)
    assert slope(ACTIVATIONS[name], np.array([z])) == pytest.approx(
        derivative, rel=1e-14
    )


@ALL
def test_slope_is_the_derivative(activation: Activation) -> None:
    z, h = np.linspace(-4.3, 4.4, 30), np.finfo(float).eps ** (1 / 3)
    assert np.abs(z).min() > 0.04  # the kink of ReLU
    measured = (f(activation, z + h) - f(activation, z - h)) / (2 * h)
    assert_allclose(slope(activation, z), measured, rtol=1e-8, atol=1e-9)


@ALL
def test_huge_sums_stay_finite(activation: Activation) -> None:
    z = np.array([-1e4, 1e4])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(f(activation, z)).all()
        assert np.isfinite(slope(activation, z)).all()


@ALL
def test_can_write_over_its_input(activation: Activation) -> None:
    z = np.linspace(-3, 3, 12).reshape(3, 4)
    expected = f(activation, z)
    activation.f(z, z)
    assert z.tolist() == expected.tolist()


@ALL
def test_registered_under_its_name_with_a_title_and_a_gain(
    activation: Activation,
) -> None:
    assert ACTIVATIONS[activation.name] is activation
    assert activation.title
    assert activation.gain > 0
