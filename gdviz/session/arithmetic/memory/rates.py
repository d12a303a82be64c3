"""The formulas of AdaGrad and what came of it: a rate for each parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.expressions import ZERO
from gdviz.session.arithmetic.memory.kit import Told
from gdviz.session.arithmetic.operations import (
    call,
    minus,
    mixed,
    negative,
    over,
    root,
    square,
    times,
    total,
)

if TYPE_CHECKING:
    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.memory.kit import Entry, Kit


def adagrad(kit: Kit) -> Told:
    """Return −e ĝ with e = η/(√s + ε) and s ← s + ĝ²."""
    g, s = kit.gradient, kit.before["sum_of_squares"]
    new, eps = kit.after["sum_of_squares"], kit.value("eps", "ε")
    step = kit.effective(
        lambda j: over(kit.rate, total(root(new.value(j)), eps)), "the gradient"
    )
    return Told(
        lambda j: negative(times(step.value(j), g.value(j))),
        {"sum_of_squares": lambda j: total(s.value(j), square(g.value(j)))},
        kit.pulled,
        (step,),
    )


def rmsprop(kit: Kit) -> Told:
    """Return −e ĝ, or −η v, with e = η/(√s + ε) and s ← α s + (1 − α) ĝ²."""
    g, alpha = kit.gradient, kit.value("alpha", "α")
    new, eps = kit.after["mean_square"], kit.value("eps", "ε")

    def divisor(j: int) -> Expression:
        s: Expression = new.value(j)
        if kit.knob("centred"):
            mean = kit.after["mean_gradient"].value(j)
            s = call("max", max, minus(s, square(mean)), ZERO)
        return total(root(s), eps)

    step = kit.effective(lambda j: over(kit.rate, divisor(j)), "the gradient")

    def smoothed(name: str, entry: Entry) -> Entry:
        old = kit.before.get(name)
        return lambda j: mixed(alpha, old.value(j) if old else ZERO, entry(j))

    def velocity(j: int) -> Expression:
        old = kit.before.get("velocity")
        kept = times(kit.value("momentum", "μ"), old.value(j) if old else ZERO)
        return total(kept, over(g.value(j), divisor(j)))

    memory = {
        "mean_square": smoothed("mean_square", lambda j: square(g.value(j))),
        "mean_gradient": smoothed("mean_gradient", g.value),
        "velocity": velocity,
    }

    def update(j: int) -> Expression:
        if kit.knob("momentum"):
            return negative(times(kit.rate, kit.after["velocity"].value(j)))
        return negative(times(step.value(j), g.value(j)))

    return Told(update, memory, kit.pulled, (step,))


def adadelta(kit: Kit) -> Told:
    """Return −η d with d = ĝ √(u + ε)/√(s + ε) and the means of the squares of both."""
    g, s, u = kit.gradient, kit.before["mean_square"], kit.before["mean_square_update"]
    new, eps, rho = kit.after["mean_square"], kit.value("eps", "ε"), "ρ"
    kept = kit.value("rho", rho)

    def ratio(j: int) -> Expression:
        above, below = total(u.value(j), eps), total(new.value(j), eps)
        return over(root(above), root(below))

    roots = np.sqrt(u.vector + eps.value) / np.sqrt(new.vector + eps.value)
    step = kit.effective(lambda j: times(kit.rate, ratio(j)), "the gradient")
    plain = kit.line(
        "step at η = 1: d", "d", "The step before the learning rate multiplies it.",
        g.vector * roots, lambda j: times(g.value(j), ratio(j)),
    )  # fmt: skip
    memory = {
        "mean_square": lambda j: mixed(kept, s.value(j), square(g.value(j))),
        "mean_square_update": lambda j: mixed(kept, u.value(j), square(plain.value(j))),
    }
    return Told(
        lambda j: negative(times(kit.rate, plain.value(j))),
        memory,
        kit.pulled,
        (plain, step),
    )
