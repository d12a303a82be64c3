"""Activation functions and their slopes as formulas.

To add one: a line in `ACTIVATIONS` and one in `SLOPES`, by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.cells import Formula
from gdviz.session.arithmetic.expressions import ONE, Stable, Value
from gdviz.session.arithmetic.operations import (
    call,
    minus,
    negative,
    square,
    times,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.expressions import Expression

ZERO = Value("0", 0.0, constant=True)


def sigmoid(z: Expression) -> Expression:
    """Return σ(z)."""
    return call("σ", _sigmoid, z)


def log_of_sum(*powers: Expression) -> Expression:
    """Return log(exp(a) + exp(b)); the exponential of a constant 0 is written 1."""
    shown = [ONE if power is ZERO else call("exp", np.exp, power) for power in powers]

    def found() -> float:
        return float(np.logaddexp.reduce([power.worth() for power in powers]))

    return Stable(call("log", np.log, total(*shown)), found)


def _sigmoid(z: float) -> float:
    return float(np.exp(-np.logaddexp(0.0, -z)))


def _step(z: Value, a: Value) -> Formula:
    if z.value > 0:
        return Formula(ONE, f"{z.name} is above 0.")
    return Formula(ZERO, f"{z.name} is not above 0: nothing goes back through it.")


def _softplus_slope(z: Value, a: Value) -> Formula:
    shown = minus(ONE, call("exp", np.exp, negative(a)))
    return Formula(Stable(shown, lambda: -float(np.expm1(-a.value))))


ACTIVATIONS: dict[str, Callable[[Value], Expression]] = {
    "tanh": lambda z: call("tanh", np.tanh, z),
    "sigmoid": sigmoid,
    "relu": lambda z: call("max", max, ZERO, z),
    "softplus": lambda z: log_of_sum(ZERO, z),
    "identity": lambda z: z,
}
SLOPES: dict[str, Callable[[Value, Value], Formula]] = {
    "tanh": lambda z, a: Formula(minus(ONE, square(a))),
    "sigmoid": lambda z, a: Formula(times(a, minus(ONE, a))),
    "relu": _step,
    "softplus": _softplus_slope,
    "identity": lambda z, a: Formula(ONE),
}
