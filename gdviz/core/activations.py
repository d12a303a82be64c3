"""Activation functions, their slopes and bends, both told from the output alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """An activation f, its slope f′, its bend f″ and the gain of its starting weights.

    Attributes
    ----------
    f : function of (z, out)
        Writes f(z) into `out`; both of one shape.
    slope : function of (a, out)
        Writes f′(z) into `out`, where a = f(z). At the kink of ReLU it is 0.
    bend : function of (a, out)
        Writes f″(z) into `out`, where a = f(z). Of ReLU it is 0, at the kink too.
    gain : float
        Standard deviation of the starting weights times √(inputs of the unit):
        1 as in LeCun et al. 1998, "Efficient BackProp", eq. 16; √2 for ReLU as in
        He et al. 2015, eq. 10.
    smooth : bool
        Whether its slope makes no jump.
    fermi : tuple of 3 floats or None
        Numbers c, s and r with f(z) = c + s / (1 + exp(r z)), if there are any.
    """

    name: str
    title: str
    f: Callable[[Array, Array], object]
    slope: Callable[[Array, Array], object]
    bend: Callable[[Array, Array], object]
    gain: float = 1.0
    smooth: bool = True
    fermi: tuple[float, float, float] | None = None


_UNIT = np.array(1.0)  # an array without axes is twice as fast as a float


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


def _one(a: Array, out: Array) -> None:
    out.fill(1.0)


def _none(a: Array, out: Array) -> None:
    out.fill(0.0)


def _sigmoid(z: Array, out: Array) -> None:
    np.multiply(z, 0.5, out)
    np.tanh(out, out)  # σ(z) = ½ + ½ tanh(z/2) cannot overflow
    np.multiply(out, 0.5, out)
    np.add(out, 0.5, out)


def _sigmoid_slope(a: Array, out: Array) -> None:
    np.subtract(1.0, a, out)
    np.multiply(out, a, out)


def _sigmoid_bend(a: Array, out: Array) -> None:
    np.multiply((1.0 - a) * a, 1.0 - 2.0 * a, out)


def _tanh_slope(a: Array, out: Array) -> None:
    np.multiply(a, a, out)
    np.subtract(_UNIT, out, out)


def _tanh_bend(a: Array, out: Array) -> None:
    np.multiply(a * a - 1.0, 2.0 * a, out)


def _relu(z: Array, out: Array) -> None:
    np.maximum(z, 0.0, out=out)


def _relu_slope(a: Array, out: Array) -> None:
    np.greater(a, 0.0, out)


def _softplus(z: Array, out: Array) -> None:
    np.logaddexp(0.0, z, out)


def _softplus_slope(a: Array, out: Array) -> None:
    np.negative(a, out)
    np.expm1(out, out)  # σ(z) = 1 − exp(−softplus(z))
    np.negative(out, out)


def _softplus_bend(a: Array, out: Array) -> None:
    np.multiply(np.exp(-a), -np.expm1(-a), out)  # σ(−z) σ(z)


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            "tanh", "tanh", np.tanh, _tanh_slope, _tanh_bend, fermi=(1.0, -2.0, 2.0)
        ),
        Activation(
            "sigmoid",
            "sigmoid",
            _sigmoid,
            _sigmoid_slope,
            _sigmoid_bend,
            fermi=(0.0, 1.0, -1.0),
        ),
        Activation("relu", "ReLU", _relu, _relu_slope, _none, 2**0.5, False),
        Activation("softplus", "softplus", _softplus, _softplus_slope, _softplus_bend),
        Activation("identity", "identity", _identity, _one, _none),
    )
}
