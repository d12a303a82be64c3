"""The columns of the arithmetic table: every number of an example, or a few of many."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gdviz.session.arithmetic import formulas
from gdviz.session.arithmetic import outputformulas as outputs
from gdviz.session.arithmetic.cells import Cell, given
from gdviz.session.arithmetic.column import (
    ALONE,
    BACKWARD,
    ERROR,
    EXAMPLE,
    FORWARD,
    GRADIENT,
    Column,
)
from gdviz.session.arithmetic.lines import MEAN, SUM
from gdviz.session.arithmetic.one import input_name, output_name, unit_name
from gdviz.session.arithmetic.stepformulas import losses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gdviz.core.models import Network
    from gdviz.session.arithmetic.lines import Line
    from gdviz.session.arithmetic.one import One
    from gdviz.session.questions import Facts
    from gdviz.session.snapshot import Snapshot

_MOST = 24  # columns


def columns_of(snapshot: Snapshot, facts: Facts) -> tuple[tuple[Column, ...], bool]:
    """Return the columns, and whether they tell everything there is."""
    few = len(facts.parameters) < _MOST
    if snapshot.ledger is None:
        ends = _entries(facts) if few else _length(facts)
        named = [_formula(facts)] if facts.formulas else []
        return (*named, _loss(snapshot, "loss"), *ends), few
    network = snapshot.ledger.network
    every = [*_every(network, snapshot), *_entries(facts)] if few else []
    if 0 < len(every) <= _MOST:
        return tuple(every), True
    return tuple(_compact(network, snapshot, facts)), False


def _every(network: Network, snapshot: Snapshot) -> Iterator[Column]:
    """Yield every number of an example but its gradient."""
    d, k, layers = network.widths[0], network.widths[-1], len(network.shapes)
    for v in range(d):
        yield _input(network, v)
    for unit in range(k):
        yield _target(network, unit)
    for layer in range(layers - 1):
        yield from _units(network, layer, "z", formulas.weighted, "weighted sum")
        yield from _units(
            network, layer, "a", formulas.activation, "activation a = f(z)"
        )
    if outputs.scored(snapshot.scene.loss):
        tip = "weighted sum at the output"
        yield from _units(network, layers - 1, "z", formulas.weighted, tip)
    for unit in range(k):
        yield _output(network, unit)
    for unit in range(k):
        yield _error(network, unit)
    yield _loss(snapshot)
    for layer in range(layers - 1, -1, -1):
        yield from _deltas(network, layer)


def _input(network: Network, v: int) -> Column:
    def cell(one: One) -> Cell:
        return formulas.entering(one, 0, v)

    return Column(EXAMPLE, input_name(network, v), "An input of the example.", cell)


def _target(network: Network, k: int) -> Column:
    name = output_name("y", network, k)
    tip = "The target: what should come out."
    return Column(EXAMPLE, name, tip, lambda one: outputs.target(one, k))


def _units(
    network: Network,
    layer: int,
    letter: str,
    cell: Callable[[One, int, int], Cell],
    what: str,
) -> Iterator[Column]:
    for unit in range(network.widths[layer + 1]):
        name = unit_name(letter, network, layer, unit)
        of_one = partial(_of_unit, cell, layer, unit)
        yield Column(FORWARD, name, f"The {what} of a unit.", of_one)


def _of_unit(
    cell: Callable[[One, int, int], Cell], layer: int, unit: int, one: One
) -> Cell:
    return cell(one, layer, unit)


def _output(network: Network, k: int) -> Column:
    name, tip = output_name("ŷ", network, k), "The output, on the scale of the target."
    return Column(FORWARD, name, tip, lambda one: outputs.output(one, k))


def _error(network: Network, k: int) -> Column:
    name = f"{output_name('ŷ', network, k)} − {output_name('y', network, k)}"
    tip = "The error: output minus target."
    return Column(ERROR, name, tip, lambda one: outputs.error(one, k))


def _loss(snapshot: Snapshot, group: str = ERROR) -> Column:
    def of_line(line: Line) -> Cell | None:
        return losses(snapshot.record, line.kind) if line.kind in (SUM, MEAN) else None

    tip = "The loss ℓ of the example; below, the mean loss of the batch."
    return Column(group, "loss ℓ", tip, outputs.loss, of_line, told=False)


def _deltas(network: Network, layer: int) -> Iterator[Column]:
    last = layer == len(network.shapes) - 1
    where = "the output: ∂ℓ/∂z" if last else "a unit, sent back from the layer above"
    for unit in range(network.widths[layer + 1]):
        name = unit_name("δ", network, layer, unit)
        of_one = partial(_of_unit, outputs.delta, layer, unit)
        yield Column(BACKWARD, name, f"The error signal of {where}.", of_one)


def _entries(facts: Facts) -> list[Column]:
    return [_entry(name, j) for j, name in enumerate(facts.parameters)]


def _entry(name: str, j: int) -> Column:
    tip = f"The entry of the gradient for {name}."

    def of_one(one: One) -> Cell:
        return formulas.gradient(one, j)

    return Column(GRADIENT, name, tip, of_one, lambda line: line.at(j), told=False)


def _length(facts: Facts) -> list[Column]:
    def of_one(one: One) -> Cell:
        return formulas.length("g", one.gradient, facts.parameters)

    tip = "How long the gradient is, all parameters together."
    return [Column(ALONE, "‖g‖", tip, of_one, lambda line: line.length(), False)]


def _formula(facts: Facts) -> Column:
    def of_one(one: One) -> Cell:
        note = "The loss of this example as a function of θ."
        return given("ℓ(θ)", one.loss, note, facts.formulas[one.row])

    return Column(EXAMPLE, "ℓ(θ)", "The formula of the loss.", of_one, told=False)


def _compact(network: Network, snapshot: Snapshot, facts: Facts) -> Iterator[Column]:
    """Yield a few columns for a large network."""
    if network.widths[-1] == 1:
        yield from (_target(network, 0), _output(network, 0), _error(network, 0))
    else:
        yield from _right_class(facts)
    yield _loss(snapshot)
    yield from _length(facts)


def _right_class(facts: Facts) -> Iterator[Column]:
    """Yield the class of an example, and the output and error for that class."""

    def right(one: One) -> int:
        return int(one.told.targets[:, one.at].argmax())

    def name(one: One) -> Cell:
        k = right(one)
        return given("class", float(k), "It comes from the data.", facts.classes[k])

    def output(one: One) -> Cell:
        return outputs.output(one, right(one))

    def error(one: One) -> Cell:
        return outputs.error(one, right(one))

    yield Column(EXAMPLE, "class", "The right class.", name)
    yield Column(FORWARD, "ŷ of it", "The output for the right class.", output)
    yield Column(ERROR, "ŷ − 1", "The error of that output.", error)
