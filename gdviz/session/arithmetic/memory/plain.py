"""The formulas of optimizers with one learning rate for all parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.expressions import TWO, Value
from gdviz.session.arithmetic.memory.kit import Told
from gdviz.session.arithmetic.operations import (
    call,
    mixed,
    negative,
    over,
    root,
    times,
    total,
)

if TYPE_CHECKING:
    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.lines import Line
    from gdviz.session.arithmetic.memory.kit import Entry, Kit


def sgd(kit: Kit) -> Told:
    """Return −η ĝ."""
    g = kit.gradient
    return Told(lambda j: negative(times(kit.rate, g.value(j))), before=kit.pulled)


def sgd_many_times(kit: Kit) -> Told:
    """Return as many updates; h is the mean of the gradients met."""
    many = Value(f"{kit.batch:,}", float(kit.batch), constant=True)
    return Told(lambda j: negative(times(kit.rate, many, kit.taken.value(j))))


def heavy_ball(kit: Kit) -> Told:
    """Return −η v with v ← β v + ĝ."""
    v = kit.after["velocity"]
    memory = {"velocity": _velocity(kit)}
    return Told(lambda j: negative(times(kit.rate, v.value(j))), memory, kit.pulled)


def nesterov(kit: Kit) -> Told:
    """Return −η (ĝ + β v) with v ← β v + ĝ."""
    g, v, beta = kit.gradient, kit.after["velocity"], kit.value("beta", "β")

    def update(j: int) -> Expression:
        ahead = total(g.value(j), times(beta, v.value(j)))
        return negative(times(kit.rate, ahead))

    return Told(update, {"velocity": _velocity(kit)}, kit.pulled)


def _velocity(kit: Kit) -> Entry:
    g, v, beta = kit.gradient, kit.before["velocity"], kit.value("beta", "β")
    return lambda j: total(times(beta, v.value(j)), g.value(j))


def lion(kit: Kit) -> Told:
    """Return −η (sign(β₁ m + (1 − β₁) ĝ) + w θ) with m ← β₂ m + (1 − β₂) ĝ."""
    g, m, theta = kit.taken, kit.before["first_moment"], kit.theta
    decay, beta = kit.value("weight_decay", "decay"), kit.value("beta1", "β₁")
    blend = kit.line(
        "blend c", "c", "The first moment and the gradient, of which the sign counts.",
        beta.value * m.vector + (1.0 - beta.value) * g.vector,
        lambda j: mixed(beta, m.value(j), g.value(j)),
    )  # fmt: skip

    def update(j: int) -> Expression:
        sign = call("sign", np.sign, blend.value(j))
        pull = total(sign, times(decay, theta.value(j))) if decay.value else sign
        return negative(times(kit.rate, pull))

    def moment(j: int) -> Expression:
        return mixed(kit.value("beta2", "β₂"), m.value(j), g.value(j))

    return Told(update, {"first_moment": moment}, before=(blend,))


def langevin(kit: Kit) -> Told:
    """Return −η ĝ − (η/N) α θ + √(2η/N) ξ."""
    here, g, theta = kit.here, kit.taken, kit.theta
    n = Value("N", float(here.n_examples))
    noise = _noise(kit)
    prior = kit.value("prior_precision", "α")

    def update(j: int) -> Expression:
        down = negative(times(kit.rate, g.value(j)))
        pull = negative(times(over(kit.rate, n), prior, theta.value(j)))
        shaken = times(root(over(times(TWO, kit.rate), n)), noise.value(j))
        return total(down, pull, shaken) if prior.value else total(down, shaken)

    return Told(update, before=(noise,))


def _noise(kit: Kit) -> Line:
    drawn = kit.here.noise.draw(len(kit.theta.vector))
    tip = (
        "Standard normal noise, drawn with the seed for this step alone; it is added "
        "times √(2·η/N), N being the number of all examples."
    )
    return kit.line("noise ξ", "ξ", tip, drawn, None)
