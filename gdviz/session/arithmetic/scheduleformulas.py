"""The learning rate of a step by its schedule, as a formula.

To add one: its factor in `FACTORS`, by its name. Of a schedule that is not there the
learning rate is shown without a formula.
"""

from __future__ import annotations

from math import cos, floor, pi
from typing import TYPE_CHECKING

from gdviz.core.schedules import Constant, Cosine
from gdviz.session.arithmetic.cells import Formula
from gdviz.session.arithmetic.expressions import (
    ATOM,
    HALF,
    ONE,
    SUM,
    Operation,
    Value,
)
from gdviz.session.arithmetic.lines import RATE, Scalar
from gdviz.session.arithmetic.operations import (
    call,
    minus,
    negative,
    over,
    power,
    times,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gdviz.core.schedules import Schedule
    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.scene import Descent

_PI = Value("π", pi, constant=True)


def rate_line(descent: Descent, step: int, names: tuple[str, ...]) -> Iterator[Scalar]:
    """Yield the line of the learning rate, if it has a schedule."""
    schedule, value = descent.schedule, Value("η", descent.rate(step))
    if schedule == Constant():
        return
    tip = f"The learning rate of this step: η₀ by its schedule ({schedule.title})."
    factor = _factor(schedule, step)
    how = None
    if factor is not None:
        found = times(Value("η₀", descent.learning_rate), factor)
        note = "η₀ is the learning rate that is set, s the number of steps made."
        how = lambda _: Formula(found, note)  # noqa: E731
    yield Scalar.of(RATE, "learning rate η", value, tip, names, how)


def _factor(schedule: Schedule, step: int) -> Expression | None:
    """Return what the learning rate is multiplied by, with the warm-up before it."""
    known, s = FACTORS.get(schedule.name), Value("s", float(step))
    if known is None:
        return None
    if not schedule.warmup:
        return known(schedule, s, step)
    w = Value("W", float(schedule.warmup))
    if step >= schedule.warmup:
        return known(schedule, minus(s, w), step - schedule.warmup)
    rise = over(total(s, ONE), w)
    if schedule.shape(0) == 1.0:
        return rise
    return times(rise, known(schedule, Value("0", 0.0, constant=True), 0))


def _knob(schedule: Schedule, name: str, letter: str) -> Value:
    return Value(letter, float(getattr(schedule, name)))


def _constant(schedule: Schedule, s: Expression, step: int) -> Expression:
    return ONE


def _step(schedule: Schedule, s: Expression, step: int) -> Expression:
    whole = Operation(
        "⌊{}⌋", ATOM, (over(s, _knob(schedule, "every", "k")),), (SUM,), floor
    )
    return power(_knob(schedule, "gamma", "γ"), whole)


def _exponential(schedule: Schedule, s: Expression, step: int) -> Expression:
    return power(_knob(schedule, "gamma", "γ"), s)


def _polynomial(schedule: Schedule, s: Expression, step: int) -> Expression:
    length, low = _knob(schedule, "length", "T"), _knob(schedule, "floor", "f")
    if step >= length.value:
        return low
    way = power(minus(ONE, over(s, length)), _knob(schedule, "power", "p"))
    return _above(low, way)


def _inverse(schedule: Schedule, s: Expression, step: int) -> Expression:
    grown = total(ONE, over(s, _knob(schedule, "tau", "τ")))
    return power(grown, negative(_knob(schedule, "kappa", "κ")))


def _cosine(schedule: Schedule, s: Expression, step: int) -> Expression:
    assert isinstance(schedule, Cosine)
    place, length = schedule.place(step)
    low = _knob(schedule, "floor", "f")
    if place >= length:
        return low
    begun = step - place
    since = minus(s, Value("s₀", float(begun))) if begun else s
    return _above(low, _half_cosine(over(times(_PI, since), Value("T", float(length)))))


def _one_cycle(schedule: Schedule, s: Expression, step: int) -> Expression:
    length = float(_knob(schedule, "length", "T").value)
    peak = Value("s₁", float(_knob(schedule, "rise", "").value) * length - 1.0)
    last = Value("s₂", length - 1.0)
    start = over(ONE, _knob(schedule, "start_divisor", "d"))
    end = over(start, _knob(schedule, "end_divisor", "D"))
    if step <= peak.value and peak.value > 0:
        return _between(schedule, start, ONE, s, peak)
    if step >= last.value:
        return end
    return _between(schedule, ONE, end, minus(s, peak), minus(last, peak))


def _between(
    schedule: Schedule, first: Expression, then: Expression, way: Expression,
    whole: Expression,
) -> Expression:  # fmt: skip
    if getattr(schedule, "curve", "") == "linear":
        return total(first, times(minus(then, first), over(way, whole)))
    share = _half_cosine(over(times(_PI, way), whole))
    return total(then, times(minus(first, then), share))


def _above(low: Value, share: Expression) -> Expression:
    """Return f + (1 − f)·share, or the share where f is 0."""
    return total(low, times(minus(ONE, low), share)) if low.value else share


def _half_cosine(angle: Expression) -> Expression:
    """Return ½·(1 + cos(angle)), from 1 to 0."""
    return times(HALF, total(ONE, call("cos", cos, angle)))


FACTORS: dict[str, Callable[[Schedule, Expression, int], Expression]] = {
    "constant": _constant,
    "step": _step,
    "exponential": _exponential,
    "polynomial": _polynomial,
    "inverse": _inverse,
    "cosine": _cosine,
    "one_cycle": _one_cycle,
}
