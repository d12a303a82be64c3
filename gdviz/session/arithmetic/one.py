"""One example with all that is recorded of it, and what its numbers are called.

Layers and units are counted from 0 in the code and from 1 in the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.operations import minus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.ledger import Ledger
    from gdviz.core.models import Network
    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.questions import Facts
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class One:
    """One example of a step.

    Attributes
    ----------
    snapshot : Snapshot
    facts : Facts
    place : int
        In the batch, from 0; -1 if it is not there.
    row : int
        In the data.
    loss : float
    gradient : ndarray of shape (p,)
    ledger : Ledger or None
        None for formulas, and beyond the examples told in full.
    at : int
        Its column in the ledger.
    """

    snapshot: Snapshot
    facts: Facts
    place: int
    row: int
    loss: float
    gradient: Array
    ledger: Ledger | None
    at: int

    @property
    def told(self) -> Ledger:
        """Its ledger, where there is one."""
        assert self.ledger is not None
        return self.ledger

    @property
    def network(self) -> Network:
        """The network it went through."""
        return self.told.network

    def input(self, v: int) -> Value:
        """Return x[v]."""
        return Value(input_name(self.network, v), float(self.told.inputs[v, self.at]))

    def incoming(self, layer: int, v: int) -> Value:
        """Return what goes into a layer: an input, or an activation below."""
        return self.a(layer - 1, v) if layer else self.input(v)

    def weight(self, layer: int, unit: int, column: int) -> Value:
        """Return a weight of a unit, or its bias as the last column."""
        name = self.facts.parameters[entry(self.network, layer, unit, column)]
        return Value(name, float(self.told.layers[layer][unit, column]))

    def z(self, layer: int, unit: int) -> Value:
        """Return the weighted sum of a unit."""
        name = unit_name("z", self.network, layer, unit)
        return Value(name, float(self.told.sums[layer][unit, self.at]))

    def a(self, layer: int, unit: int) -> Value:
        """Return the activation of a hidden unit."""
        name = unit_name("a", self.network, layer, unit)
        return Value(name, float(self.told.activations[layer][unit, self.at]))

    def slope(self, layer: int, unit: int) -> Value:
        """Return f′(z) of a hidden unit."""
        name = f"f′({unit_name('z', self.network, layer, unit)})"
        return Value(name, float(self.told.slopes[layer][unit, self.at]))

    def delta(self, layer: int, unit: int) -> Value:
        """Return δ of a unit."""
        name = unit_name("δ", self.network, layer, unit)
        return Value(name, float(self.told.deltas[layer][unit, self.at]))

    def score(self, k: int) -> Value:
        """Return an output as the loss reads it: the last z."""
        return self.z(len(self.network.shapes) - 1, k)

    def output(self, k: int) -> Value:
        """Return an output on the scale of the data."""
        name = output_name("ŷ", self.network, k)
        return Value(name, float(self.told.readable[k, self.at]))

    def target(self, k: int) -> Value:
        """Return a target on the same scale: 0 or 1 for classes."""
        read = self.sign(k)
        two = len(self.facts.classes) == 2 and self.network.widths[-1] == 1
        name = output_name("y", self.network, k)
        return Value(name, float(read.value > 0) if two else read.value)

    def sign(self, k: int = 0) -> Value:
        """Return a target as the loss reads it: to some, two classes are −1 and 1."""
        return Value("s", float(self.told.targets[k, self.at]))

    def error(self, k: int) -> Expression:
        """Return ŷ − y."""
        return minus(self.output(k), self.target(k))

    def output_delta(self, k: int) -> Value:
        """Return δ of an output."""
        return self.delta(len(self.network.shapes) - 1, k)


def input_name(network: Network, v: int) -> str:
    """Return x, or x[2] where there are more."""
    return f"x{_index(v, network.widths[0])}"


def output_name(letter: str, network: Network, k: int) -> str:
    """Return ŷ, or ŷ[2] where there are more."""
    return f"{letter}{_index(k, network.widths[-1])}"


def unit_name(letter: str, network: Network, layer: int, unit: int) -> str:
    """Return z1[2], without the layer or the unit where there is but one."""
    number = layer + 1 if len(network.widths) > 2 else ""
    return f"{letter}{number}{_index(unit, network.widths[layer + 1])}"


def entry(network: Network, layer: int, unit: int, column: int) -> int:
    """Return the place in θ of a weight, or of the bias as the last column."""
    before = sum(rows * columns for rows, columns in network.shapes[:layer])
    return before + unit * network.shapes[layer][1] + column


def place_of(network: Network, j: int) -> tuple[int, int, int]:
    """Return layer, unit and column of an entry of θ."""
    for layer, (rows, columns) in enumerate(network.shapes):
        if j < rows * columns:
            return layer, *divmod(j, columns)
        j -= rows * columns
    raise IndexError(j)


def _index(place: int, width: int) -> str:
    return f"[{place + 1}]" if width > 1 else ""
