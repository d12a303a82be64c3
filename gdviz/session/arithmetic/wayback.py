"""A way back through a network that is no example's own: that of a wrong recipe.

An error signal of the outputs meets activations and slopes that are means over the
batch, or those of its last example, or those of an example made of means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.session.arithmetic.cells import Cell, Formula
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.one import entry, input_name, place_of, unit_name
from gdviz.session.arithmetic.operations import many, over, times

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.ledger import Ledger
    from gdviz.session.arithmetic.expressions import Expression

    Array = NDArray[np.float64]

MEAN = "mean({})"  # what is called so is the mean over the batch


@dataclass(frozen=True, eq=False)
class Way:
    """One way back.

    Attributes
    ----------
    told : Ledger
        Of the whole batch.
    parameters : tuple of p texts
    error, into, slope : texts
        How the δ of an output, what goes into a layer, and f′(z) are called, with {}
        in the place of an example's own.
    deltas, activations, slopes : tuples of ndarrays of shape (units,)
        δ of every layer, what goes into every layer, and f′ of the hidden ones.
    """

    told: Ledger
    parameters: tuple[str, ...]
    error: str
    into: str
    slope: str
    deltas: tuple[Array, ...]
    activations: tuple[Array, ...]
    slopes: tuple[Array, ...]

    def how(self, j: int) -> Formula:
        """Return the formula of an entry of what is handed over."""
        layer, unit, v = place_of(self.told.network, j)
        delta = self._delta(layer, unit)
        if v == self.told.network.widths[layer]:
            return Formula(_part(delta), also=(delta,))
        a = self._into(layer, v)
        also = (delta, a) if self.into == MEAN else (delta,)
        return Formula(times(_part(delta), _part(a)), also=also)

    def _delta(self, layer: int, unit: int) -> Cell:
        network, value = self.told.network, float(self.deltas[layer][unit])
        own = unit_name("δ", network, layer, unit)
        if layer == len(self.deltas) - 1:
            return self._mean(self.error, own, value, self.told.deltas[-1][unit])

        def term(k: int) -> Expression:
            weight = self.told.layers[layer + 1][k, unit]
            name = self.parameters[entry(network, layer + 1, k, unit)]
            return times(Value(name, float(weight)), _part(self._delta(layer + 1, k)))

        def how() -> Formula:
            f = self.slope.format(f"f′({unit_name('z', network, layer, unit)})")
            back = many(network.widths[layer + 2], term)
            return Formula(times(back, Value(f, float(self.slopes[layer][unit]))))

        return Cell(f"back({own})", value, how)

    def _into(self, layer: int, v: int) -> Cell:
        network, value = self.told.network, float(self.activations[layer][v])
        if layer:
            own = unit_name("a", network, layer - 1, v)
            each = self.told.activations[layer - 1][v]
        else:
            own, each = input_name(network, v), self.told.inputs[v]
        return self._mean(self.into, own, value, each)

    def _mean(self, pattern: str, own: str, value: float, each: Array) -> Cell:
        """Return a number that is a mean over the batch, if it is called so."""
        name, size = pattern.format(own), len(each)

        def how() -> Formula:
            if pattern != MEAN:
                return Formula(Value(name, value))
            whole = many(size, lambda i: Value(f"{own} of {i + 1}", float(each[i])))
            return Formula(over(whole, Value(str(size), float(size), constant=True)))

        return Cell(name, value, how)


def _part(cell: Cell) -> Value:
    return Value(cell.name, cell.value)


def sent_back(
    told: Ledger, delta: Array, slopes: tuple[Array, ...]
) -> tuple[Array, ...]:
    """Return δ of every layer for one of the outputs.

    Parameters
    ----------
    told : Ledger
    delta : ndarray of shape (k, ...)
    slopes : tuple of ndarrays of shape (units, ...)
        Of the hidden layers.
    """
    deltas = [delta]
    widths = told.network.widths[1:-1]
    for layer in range(len(widths) - 1, -1, -1):
        weights = told.layers[layer + 1][:, : widths[layer]]
        deltas.insert(0, (weights.T @ deltas[0]) * slopes[layer])
    return tuple(deltas)
