"""The numbers of one example on its way forward and back, each with its formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.examples import TASKS
from gdviz.core.functions import Formulas
from gdviz.session.arithmetic.activationformulas import ACTIVATIONS, SLOPES
from gdviz.session.arithmetic.cells import Cell, Formula, of
from gdviz.session.arithmetic.expressions import Stable, Value
from gdviz.session.arithmetic.one import place_of
from gdviz.session.arithmetic.operations import call, many, square, times
from gdviz.session.geometry import length as norm
from gdviz.session.geometry import plain
from gdviz.session.loading import load
from gdviz.session.writing import vector as written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.functions import Term
    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.one import One

    Array = NDArray[np.float64]

OWN_CODE = "The objective's own code gave it."
NOT_TOLD = "Of this example loss and gradient are recorded: select it for the rest."


def entering(one: One, layer: int, v: int) -> Cell:
    """Return what goes into a layer."""
    if layer:
        return activation(one, layer - 1, v)
    return of(one.input(v), lambda: Formula(one.input(v), "It comes from the data."))


def weighted(one: One, layer: int, unit: int, name: str = "") -> Cell:
    """Return z, the weighted sum of what comes in, plus the bias."""
    inputs, columns = one.network.widths[layer], one.network.shapes[layer][1]

    def term(v: int) -> Expression:
        weight = one.weight(layer, unit, v)
        return times(weight, one.incoming(layer, v)) if v < inputs else weight

    z = one.z(layer, unit)
    return Cell(name or z.name, z.value, lambda: Formula(many(columns, term)))


def activation(one: One, layer: int, unit: int) -> Cell:
    """Return a = f(z) of a hidden unit."""
    f, a = one.network.activation, one.a(layer, unit)

    def how() -> Formula:
        if f.name not in ACTIVATIONS:
            return Formula(a, f"{f.title} of {one.z(layer, unit).name}.")
        return Formula(ACTIVATIONS[f.name](one.z(layer, unit)))

    return of(a, how)


def slope(one: One, layer: int, unit: int) -> Cell:
    """Return f′(z) of a hidden unit."""
    f, value = one.network.activation, one.slope(layer, unit)

    def how() -> Formula:
        if f.name not in SLOPES:
            return Formula(value, f"The slope of {f.title}.")
        return SLOPES[f.name](one.z(layer, unit), one.a(layer, unit))

    return of(value, how)


def hidden_delta(one: One, layer: int, unit: int) -> Cell:
    """Return δ of a hidden unit: what comes back to it, times its slope."""

    def term(k: int) -> Expression:
        return times(one.weight(layer + 1, k, unit), one.delta(layer + 1, k))

    def how() -> Formula:
        back = many(one.network.widths[layer + 2], term)
        f = slope(one, layer, unit)
        return Formula(times(back, one.slope(layer, unit)), also=(f,))

    return of(one.delta(layer, unit), how)


def gradient(one: One, j: int) -> Cell:
    """Return one entry of the example's gradient: δ times what came in."""

    def how() -> Formula:
        if one.facts.formulas:
            return _derivative(one, j)
        if one.ledger is None:
            return Formula(Value(name, value), not_told(one))
        layer, unit, v = place_of(one.network, j)
        delta = one.delta(layer, unit)
        if v == one.network.widths[layer]:
            return Formula(delta, "The input of a bias is always 1.")
        return Formula(times(delta, one.incoming(layer, v)))

    name, value = f"∂ℓ/∂{one.facts.parameters[j]}", float(one.gradient[j])
    return Cell(name, value, how)


def not_told(one: One) -> str:
    """Return why there is no formula where there is no ledger."""
    return NOT_TOLD if one.facts.task in TASKS else OWN_CODE


def term_of(one: One) -> Term:
    """Return the formula that is an example's loss."""
    scene = one.snapshot.scene
    assert isinstance(scene.data, Formulas)
    return scene.data.term(load(scene).train.inputs[one.row])


def at(one: One) -> str:
    """Return where a formula is evaluated."""
    names, theta = one.facts.parameters, one.snapshot.record.theta
    if len(names) == 1:
        return f"At {names[0]} = {written(theta).strip('()')}."
    return f"At θ = {written(theta)}."


def _derivative(one: One, j: int) -> Formula:
    term = term_of(one)
    theta = one.snapshot.record.theta
    value = Value(term.derivatives[j], float(one.gradient[j]))
    return Formula(Stable(value, lambda: float(term.slope(theta)[j])), at(one))


def length(name: str, vector: Array, parameters: tuple[str, ...]) -> Cell:
    """Return the length of a vector of shape (p,)."""
    value = norm(vector)

    def term(j: int) -> Expression:
        return square(Value(f"{name}[{parameters[j]}]", float(vector[j])))

    def squares() -> float:
        with np.errstate(all="ignore"):
            return float(np.square(vector).sum())

    def how() -> Formula:
        shown = call("√", np.sqrt, many(len(vector), term, squares))
        return Formula(shown if plain(vector) else Stable(shown, lambda: value))

    return Cell(f"‖{name}‖", value, how)
