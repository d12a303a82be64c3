"""One example in a large model: a layer at a time, or the weights of one unit."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from gdviz.session.arithmetic import formulas
from gdviz.session.arithmetic import outputformulas as outputs
from gdviz.session.arithmetic.column import ALONE, BACKWARD, ERROR, EXAMPLE, FORWARD
from gdviz.session.arithmetic.one import entry
from gdviz.session.arithmetic.sheets import Head, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.models import Network
    from gdviz.session.arithmetic.cells import Cell
    from gdviz.session.arithmetic.whole import Arithmetic

    Heading = tuple[str, str, str]
    Unit = tuple[Heading, Callable[[int], Cell]]  # a column over units

STEP = "the step"
ALL = -1  # in the place of a unit


class Detail:
    """One example of a large model.

    Parameters
    ----------
    whole : Arithmetic

    Attributes
    ----------
    one : One
        The example.
    title : text
    layers : tuple of texts
        What each layer is called.
    """

    def __init__(self, whole: Arithmetic) -> None:
        self.whole, self.one = whole, whole.subject()
        self.network = self.one.network if self.one.ledger is not None else None
        self.title = whole.name_of(self.one)
        if self.network is None:
            self.layers: tuple[str, ...] = ("All parameters",)
        else:
            self.layers = tuple(map(_layer, count(1), *_widths(self.network)))

    def units(self, layer: int) -> tuple[str, ...]:
        """Return what the units of a layer are called; none for formulas."""
        if self.network is None:
            return ()
        last, classes = layer == len(self.layers) - 1, self.whole.facts.classes
        many = self.network.widths[layer + 1]
        if last and len(classes) == many:
            return tuple(f"output {i}: {c}" for i, c in enumerate(classes, 1))
        return tuple(f"{'output' if last else 'unit'} {i + 1}" for i in range(many))

    def sheet(self, layer: int, unit: int = ALL) -> Sheet:
        """Return a row for each unit of a layer, or for each weight of one unit."""
        if self.network is not None and unit == ALL:
            return self._of_units(layer)
        return self._of_weights(*self._weights(layer, unit))

    def _of_units(self, layer: int) -> Sheet:
        columns, names = self._columns(layer), self.units(layer)
        known = self.whole.knows_example(self.one)

        def cell(r: int, c: int) -> Cell | None:
            return columns[c][1](r) if known else None

        def head(r: int) -> Head:
            return Head(names[r], known=known)

        return Sheet(tuple(heading for heading, _ in columns), len(names), head, cell)

    def _columns(self, layer: int) -> list[Unit]:
        """Return the columns of a layer's units."""
        one, network = self.one, self.network
        assert network is not None
        of_layer = {
            name: partial(f, one, layer)
            for name, f in (
                ("z", formulas.weighted),
                ("a", formulas.activation),
                ("f′(z)", formulas.slope),
                ("δ", outputs.delta),
            )
        }
        z = ((FORWARD, "z", "The weighted sum of what comes in."), of_layer["z"])
        delta = ((BACKWARD, "δ", "The error signal."), of_layer["δ"])
        if layer < len(self.layers) - 1:
            a = ((FORWARD, "a = f(z)", "The activation."), of_layer["a"])
            slope = ((BACKWARD, "f′(z)", "The slope of f there."), of_layer["f′(z)"])
            return [z, a, slope, delta]
        ends: list[Unit] = [
            ((FORWARD, "ŷ", "The output."), partial(outputs.output, one)),
            ((EXAMPLE, "y", "The target."), partial(outputs.target, one)),
            ((ERROR, "ŷ − y", "The error."), partial(outputs.error, one)),
            delta,
        ]
        return [z, *ends] if outputs.scored(self.whole.snapshot.scene.loss) else ends

    def _weights(self, layer: int, unit: int) -> tuple[range, list[Cell] | None]:
        """Return the places in θ of a unit's weights, and what comes in at each."""
        if self.network is None:
            return range(len(self.whole.facts.parameters)), None
        first, columns = (
            entry(self.network, layer, unit, 0),
            self.network.shapes[layer][1],
        )
        inputs = range(self.network.widths[layer])
        come = [formulas.entering(self.one, layer, v) for v in inputs]
        return range(first, first + columns), come

    def _of_weights(self, places: range, come: list[Cell] | None) -> Sheet:
        whole, names = self.whole, self.whole.facts.parameters
        known = whole.knows_example(self.one)
        own: list[Callable[[int], Cell | None]] = []
        headings: list[Heading] = []
        if come is not None:
            headings.append((FORWARD, "comes in", "What this weight multiplies."))
            own.append(lambda r: come[r] if r < len(come) else None)
        headings.append((ALONE, "g", "This entry of the example's gradient."))
        own.append(lambda r: formulas.gradient(self.one, places[r]))
        lines = [line for line in whole.lines if line.vector.ndim]
        headings += [(STEP, line.short, line.tip) for line in lines]

        def cell(r: int, c: int) -> Cell | None:
            if c < len(own):
                return own[c](r) if known else None
            line = lines[c - len(own)]
            return line.cell(places[r]) if whole.knows(line) else None

        def head(r: int) -> Head:
            return Head(names[places[r]])

        return Sheet(tuple(headings), len(places), head, cell)


def _widths(network: Network) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return network.widths[:-1], network.widths[1:]


def _layer(number: int, below: int, above: int) -> str:
    return f"Layer {number} ({below} → {above})"
