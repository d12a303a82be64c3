"""Losses as formulas, each with the δ of its outputs.

To add one: an entry in `LOSSES` by its name. Of a loss that is not there the recorded
numbers are shown without a formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.losses import Huber, SquaredError
from gdviz.session.arithmetic.activationformulas import ZERO, log_of_sum, sigmoid
from gdviz.session.arithmetic.cells import Cell, Formula, of
from gdviz.session.arithmetic.expressions import HALF, ONE, TWO, Stable, Value
from gdviz.session.arithmetic.operations import (
    call,
    many,
    minus,
    negative,
    over,
    size,
    square,
    times,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.one import One

_ENOUGH = 1e-6  # of a number: more than is printed


@dataclass(frozen=True)
class Told:
    """What is said of one loss.

    Attributes
    ----------
    loss : function of the example
    delta : function of the example and an output
    output : function of the same or None
        How ŷ comes from z; None where it is z.
    """

    loss: Callable[[One], Formula]
    delta: Callable[[One, int], Formula]
    output: Callable[[One, int], Formula] | None = None


def _of_all(one: One, term: Callable[[int], Expression]) -> Expression:
    return many(len(one.told.targets), term)


def _halved(one: One) -> bool:
    kind = one.snapshot.scene.loss
    return isinstance(kind, SquaredError) and kind.half


def _squared(one: One) -> Formula:
    whole = _of_all(one, lambda k: square(one.error(k)))
    return Formula(times(HALF, whole) if _halved(one) else whole)


def _squared_delta(one: One, k: int) -> Formula:
    error = one.error(k)
    return Formula(error if _halved(one) else times(TWO, error))


def _absolute(one: One) -> Formula:
    return Formula(_of_all(one, lambda k: size(one.error(k))))


def _absolute_delta(one: One, k: int) -> Formula:
    return Formula(call("sign", np.sign, one.error(k)))


def _bend(one: One) -> Value:
    kind = one.snapshot.scene.loss
    assert isinstance(kind, Huber)
    return Value("d", kind.delta)


def _huber(one: One) -> Formula:
    d = _bend(one)

    def term(k: int) -> Expression:
        r = one.error(k)
        if abs(r.worth()) <= d.value:
            return times(HALF, square(r))
        return times(d, minus(size(r), times(HALF, d)))

    return Formula(_of_all(one, term), _where(d))


def _huber_delta(one: One, k: int) -> Formula:
    d, r = _bend(one), one.error(k)
    if abs(r.worth()) <= d.value:
        return Formula(r, _where(d))
    return Formula(d if r.worth() > 0 else negative(d), _where(d))


def _where(d: Value) -> str:
    return f"Beyond an error of d = {d.value:g} the parabola goes on as a line."


def _sign(one: One) -> Cell:
    expression = minus(times(TWO, one.target(0)), ONE)
    return of(one.sign(), lambda: Formula(expression))


def _margin(one: One) -> Expression:
    return times(one.sign(), one.score(0))


def _logistic(one: One) -> Formula:
    return Formula(log_of_sum(ZERO, negative(_margin(one))), also=(_sign(one),))


def _logistic_delta(one: One, k: int) -> Formula:
    plain, exact = one.error(k), one.output_delta(k).value
    if abs(plain.worth() - exact) <= _ENOUGH * abs(exact):
        return Formula(plain)
    tail = negative(times(one.sign(), sigmoid(negative(_margin(one)))))
    note = "It is ŷ − y, written so that rounding takes nothing away."
    return Formula(tail, note, (_sign(one),))


def _hinge(one: One) -> Formula:
    inside = minus(ONE, _margin(one))
    return Formula(call("max", max, ZERO, inside), also=(_sign(one),))


def _hinge_delta(one: One, k: int) -> Formula:
    z = one.score(0).name
    if _margin(one).worth() < 1.0:
        note = f"s·{z} is below 1: inside the margin."
        return Formula(negative(one.sign()), note, (_sign(one),))
    return Formula(ZERO, f"s·{z} is not below 1: beyond the margin.")


def _scores(one: One) -> list[Value]:
    return [one.score(k) for k in range(len(one.told.targets))]


def _softmax(one: One) -> Formula:
    right = int(one.told.targets[:, one.at].argmax())
    expression = minus(log_of_sum(*_scores(one)), one.score(right))
    return Formula(expression, f"That is −log {one.output(right).name}.")


def _probability(one: One, k: int) -> Formula:
    scores = _scores(one)
    powers = [call("exp", np.exp, score) for score in scores]

    def found() -> float:
        z = np.array([score.value for score in scores])
        weights = np.exp(z - z.max())
        return float(weights[k] / weights.sum())

    return Formula(Stable(over(powers[k], total(*powers)), found))


LOSSES: dict[str, Told] = {
    "squared": Told(_squared, _squared_delta),
    "absolute": Told(_absolute, _absolute_delta),
    "huber": Told(_huber, _huber_delta),
    "logistic": Told(
        _logistic, _logistic_delta, lambda one, k: Formula(sigmoid(one.score(k)))
    ),
    "softmax": Told(_softmax, lambda one, k: Formula(one.error(k)), _probability),
    "hinge": Told(
        _hinge,
        _hinge_delta,
        lambda one, k: Formula(over(total(one.score(k), ONE), TWO)),
    ),
}
