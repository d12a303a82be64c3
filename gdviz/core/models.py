"""Models: linear and multi-layer networks over one flat parameter vector.

To add one: a frozen `Spec` with `network(d, k)` and one line in `MODELS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.knobs import Choice, Flag, Spec, Widths, knob

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Network:
    """The layout of a fully connected network in a flat parameter vector.

    Layer by layer and row by row, θ holds the weights of each unit followed by its
    bias, so that a layer is one matrix [W|b] of shape (units, inputs + 1) and a view
    into θ. The output layer is always linear: losses take its values as they are.

    Attributes
    ----------
    widths : tuple of ints
        Inputs, hidden widths, outputs.
    activation : Activation
        Of every hidden unit.
    bias : bool
    """

    widths: tuple[int, ...]
    activation: Activation
    bias: bool = True

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shape (units, inputs + 1) of each layer's matrix [W|b]."""
        rows = zip(self.widths, self.widths[1:], strict=False)
        return tuple((fan_out, fan_in + self.bias) for fan_in, fan_out in rows)

    @cached_property
    def n_parameters(self) -> int:
        """Length p of the parameter vector."""
        return sum(rows * columns for rows, columns in self.shapes)

    def layers(self, theta: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return each layer's matrix [W|b] as a view into `theta`.

        Parameters
        ----------
        theta : ndarray of shape (..., p)
            Leading axes are kept, so that many parameter vectors go at once.
        """
        views, start = [], 0
        for rows, columns in self.shapes:
            end = start + rows * columns
            views.append(
                theta[..., start:end].reshape(*theta.shape[:-1], rows, columns)
            )
            start = end
        return views

    def start(self, seed: int) -> NDArray[np.float64]:
        """Return random starting parameters of shape (p,).

        Every weight and bias of a unit with m inputs is drawn from N(0, gain²/m).
        """
        rng = np.random.default_rng((seed, 0x57A7))
        theta = rng.standard_normal(self.n_parameters)
        for fan_in, layer in zip(self.widths, self.layers(theta), strict=False):
            np.multiply(layer, self.activation.gain / np.sqrt(fan_in), layer)
        return theta

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of every entry of θ: w and b, or W1[unit,input] and b1[unit]."""
        return tuple(
            self._name(layer, unit, column)
            for layer, (rows, columns) in enumerate(self.shapes, 1)
            for unit in range(1, rows + 1)
            for column in range(1, columns + 1)
        )

    def _name(self, layer: int, unit: int, column: int) -> str:
        bias = column > self.widths[layer - 1]
        if len(self.widths) > 2:
            return f"b{layer}[{unit}]" if bias else f"W{layer}[{unit},{column}]"
        of_unit = f"{unit}" if self.widths[-1] > 1 else ""
        if bias:
            return f"b[{of_unit}]" if of_unit else "b"
        if self.widths[0] == 1:
            return f"w[{of_unit}]" if of_unit else "w"
        return f"w[{of_unit},{column}]" if of_unit else f"w[{column}]"

    def describe(self) -> str:
        """Return the widths and the number of parameters in a few words."""
        p = self.n_parameters
        widths = " → ".join(map(str, self.widths))
        return f"{widths}, {p:,} parameter{'s' * (p != 1)}"


_network = lru_cache(maxsize=8)(Network)  # the names of many parameters take long
_BIAS_TIP = "Give every unit a bias, a weight whose input is always 1."


class Model(Spec):
    """How outputs are computed from inputs."""

    def network(self, inputs: int, outputs: int) -> Network:
        """Return the network for this many inputs and outputs."""
        raise NotImplementedError


@dataclass(frozen=True)
class Linear(Model):
    """A weighted sum of the inputs plus a bias: no hidden layer."""

    name: ClassVar[str] = "linear"
    title: ClassVar[str] = "Linear"
    bias: bool = knob(True, Flag(), "Bias", _BIAS_TIP)

    def network(self, inputs: int, outputs: int) -> Network:
        """Return a network without hidden layers."""
        return _network((inputs, outputs), ACTIVATIONS["identity"], self.bias)


@dataclass(frozen=True)
class MLP(Model):
    """A network with hidden layers between inputs and outputs."""

    name: ClassVar[str] = "mlp"
    title: ClassVar[str] = "Network (MLP)"
    hidden: tuple[int, ...] = knob(
        (8,),
        Widths(),
        "Hidden layers",
        "Units of each hidden layer, such as 8 or 16, 16.",
    )
    activation: str = knob(
        "tanh",
        Choice(tuple(ACTIVATIONS), tuple(a.title for a in ACTIVATIONS.values())),
        "Activation",
        "The function each hidden unit applies to its weighted sum.",
    )
    bias: bool = knob(True, Flag(), "Bias", _BIAS_TIP)

    def network(self, inputs: int, outputs: int) -> Network:
        """Return a network with these hidden layers."""
        widths = (inputs, *self.hidden, outputs)
        return _network(widths, ACTIVATIONS[self.activation], self.bias)


MODELS: dict[str, type[Model]] = {model.name: model for model in (Linear, MLP)}
