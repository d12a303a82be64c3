"""The end of the way forward, with formulas: output, target, error, loss and δ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.losses import Loss
from gdviz.session.arithmetic.cells import Cell, Formula, of
from gdviz.session.arithmetic.expressions import Stable, Value
from gdviz.session.arithmetic.formulas import (
    at,
    hidden_delta,
    not_told,
    term_of,
    weighted,
)
from gdviz.session.arithmetic.lossformulas import LOSSES

if TYPE_CHECKING:
    from gdviz.session.arithmetic.one import One


def scored(kind: Loss | None) -> bool:
    """Tell whether ŷ is another number than the last z."""
    return kind is not None and type(kind).readable is not Loss.readable


def output(one: One, k: int) -> Cell:
    """Return ŷ: a weighted sum, or what the loss reads from it."""
    kind, y = _kind(one), one.output(k)
    if not scored(kind):
        return weighted(one, len(one.network.shapes) - 1, k, y.name)

    def how() -> Formula:
        known = LOSSES.get(kind.name)
        if known is None or known.output is None:
            return Formula(y, f"What {kind.title} reads from {one.score(k).name}.")
        return known.output(one, k)

    return of(y, how)


def target(one: One, k: int) -> Cell:
    """Return y."""
    y = one.target(k)
    return of(y, lambda: Formula(y, _wanted(one, k)))


def _wanted(one: One, k: int) -> str:
    classes = one.facts.classes
    if not classes:
        return "The target: it comes from the data."
    if one.network.widths[-1] == 1:
        return f"“{classes[0]}” is 0 and “{classes[1]}” is 1."
    return f"It is 1 for the right class and 0 for the others; this is “{classes[k]}”."


def error(one: One, k: int) -> Cell:
    """Return ŷ − y."""
    y, wanted = one.output(k), one.target(k)
    name, value = f"{y.name} − {wanted.name}", y.value - wanted.value
    return Cell(name, value, lambda: Formula(one.error(k)))


def loss(one: One) -> Cell:
    """Return ℓ."""
    value = Value("ℓ", one.loss)

    def how() -> Formula:
        if one.facts.formulas:
            return _term(one)
        if one.ledger is None:
            return Formula(value, not_told(one))
        known = LOSSES.get(_kind(one).name)
        return known.loss(one) if known else Formula(value, _kind(one).sentence())

    return of(value, how)


def _term(one: One) -> Formula:
    term, theta = term_of(one), one.snapshot.record.theta
    shown = Value(term.formula, one.loss)
    return Formula(Stable(shown, lambda: float(term.value(theta))), at(one))


def delta(one: One, layer: int, unit: int) -> Cell:
    """Return δ of a unit, hidden or not."""
    if layer < len(one.network.shapes) - 1:
        return hidden_delta(one, layer, unit)
    value, kind = one.delta(layer, unit), _kind(one)

    def how() -> Formula:
        known = LOSSES.get(kind.name)
        if known is None:
            return Formula(value, f"The slope of {kind.title}.")
        return known.delta(one, unit)

    return of(value, how)


def _kind(one: One) -> Loss:
    kind = one.snapshot.scene.loss
    assert kind is not None  # a fitted scene names it
    return kind
