"""The formulas of Adam and its family: moments and the bias of their first steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.arithmetic.expressions import HALF, ONE, Value
from gdviz.session.arithmetic.memory.kit import Told
from gdviz.session.arithmetic.operations import (
    call,
    minus,
    mixed,
    negative,
    over,
    power,
    root,
    size,
    square,
    times,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.lines import Line
    from gdviz.session.arithmetic.memory.kit import Entry, Kit

_UNBIASED = (
    "without the bias of the first steps: divided by the weight of all gradients met "
    "so far, since the memory began at 0"
)


def adam(kit: Kit) -> Told:
    """Return −e m′ with e = η/(√v′ + ε)."""
    mean = _mean(kit)
    step, made = _step(kit, "second_moment", "the mean m′")
    memory = _moments(kit)
    return Told(
        lambda j: negative(times(step.value(j), mean.value(j))),
        memory,
        kit.pulled,
        (mean, *made),
    )


def amsgrad(kit: Kit) -> Told:
    """Return the same with the largest second moment so far."""
    name = "largest_second_moment"
    mean, largest = _mean(kit), kit.before[name]
    step, made = _step(kit, name, "the mean m′")
    v = kit.after["second_moment"]
    memory = {
        **_moments(kit),
        name: lambda j: call("max", max, largest.value(j), v.value(j)),
    }
    return Told(
        lambda j: negative(times(step.value(j), mean.value(j))),
        memory,
        kit.pulled,
        (mean, *made),
    )


def adamw(kit: Kit) -> Told:
    """Return −e m′ − η w θ: a weight decay that nothing divides."""
    mean, theta, decay = _mean(kit), kit.theta, kit.value("weight_decay", "decay")
    step, made = _step(kit, "second_moment", "the mean m′")

    def update(j: int) -> Expression:
        down = negative(times(step.value(j), mean.value(j)))
        pull = times(kit.rate, decay, theta.value(j))
        return minus(down, pull) if decay.value else down

    return Told(update, _moments(kit, kit.taken), after=(mean, *made))


def nadam(kit: Kit) -> Told:
    """Return −e times the gradient and the first moment, each with its weight."""
    g, m = kit.gradient, kit.after["first_moment"]
    step, made = _step(kit, "second_moment", "the gradient and the first moment")
    now, later = _momentum(kit, 0), _momentum(kit, 1)
    product = kit.after["momentum_product"].value(0)

    def update(j: int) -> Expression:
        fresh = over(minus(ONE, now.value(j)), minus(ONE, product))
        ahead = over(later.value(j), minus(ONE, times(later.value(j), product)))
        both = total(times(fresh, g.value(j)), times(ahead, m.value(j)))
        return negative(times(step.value(j), both))

    kept = kit.before["momentum_product"].value(0)
    memory = {
        **_moments(kit),
        "momentum_product": lambda j: times(kept, now.value(j)),
    }
    return Told(update, memory, (*kit.pulled, now, later), tuple(made))


def adamax(kit: Kit) -> Told:
    """Return −e m′ with e = η/u and u ← max(β₂ u, |ĝ| + ε)."""
    g, u = kit.gradient, kit.before["largest_gradient"]
    new, mean, eps = kit.after["largest_gradient"], _mean(kit), kit.value("eps", "ε")
    step = kit.effective(lambda j: over(kit.rate, new.value(j)), "the mean m′")

    def largest(j: int) -> Expression:
        faded = times(kit.value("beta2", "β₂"), u.value(j))
        return call("max", max, faded, total(size(g.value(j)), eps))

    memory = {**_moments(kit), "largest_gradient": largest}
    return Told(
        lambda j: negative(times(step.value(j), mean.value(j))),
        memory,
        kit.pulled,
        (mean, step),
    )


def _moments(kit: Kit, handed: Line | None = None) -> Mapping[str, Entry]:
    """Return how the moments and the count of updates come about."""
    g, m = handed or kit.gradient, kit.before["first_moment"]
    count = kit.before["updates"]
    memory: dict[str, Entry] = {
        "first_moment": lambda j: mixed(
            kit.value("beta1", "β₁"), m.value(j), g.value(j)
        ),
        "updates": lambda j: total(count.value(j), ONE),
    }
    v = kit.before.get("second_moment")
    if v is not None:
        memory["second_moment"] = lambda j: mixed(
            kit.value("beta2", "β₂"), v.value(j), square(g.value(j))
        )
    return memory


def _rest(kit: Kit, beta: Value) -> Expression:
    """Return 1 − βᵗ: the weight of all gradients met in a running mean of them."""
    return minus(ONE, power(beta, kit.after["updates"].value(0)))


def _mean(kit: Kit) -> Line:
    """Return the line of the corrected first moment."""
    m, beta = kit.after["first_moment"], kit.value("beta1", "β₁")
    rest = _rest(kit, beta)
    return kit.line(
        "unbiased m′", "m′", f"The first moment {_UNBIASED}.",
        m.vector / rest.worth(), lambda j: over(m.value(j), rest),
    )  # fmt: skip


def _step(kit: Kit, name: str, what: str) -> tuple[Line, list[Line]]:
    """Return the effective step, and with it the lines that lead to it."""
    v, eps = kit.after[name], kit.value("eps", "ε")
    rest = _rest(kit, kit.value("beta2", "β₂"))
    corrected = kit.line(
        "unbiased v′", "v′", f"The second moment {_UNBIASED}.",
        v.vector / rest.worth(), lambda j: over(v.value(j), rest),
    )  # fmt: skip

    def entry(j: int) -> Expression:
        return over(kit.rate, total(root(corrected.value(j)), eps))

    step = kit.effective(entry, what)
    return step, [corrected, step]


def _momentum(kit: Kit, later: int) -> Line:
    """Return the line of the momentum of this update, or of the one after it."""
    beta, psi = kit.value("beta1", "β₁"), kit.value("momentum_decay", "ψ")
    t: Expression = kit.after["updates"].value(0)
    grown = power(Value("0.96", 0.96, True), times(total(t, ONE) if later else t, psi))
    found = times(beta, minus(ONE, times(HALF, grown)))
    label = "next momentum μ′" if later else "momentum μ"
    tip = "How much of the first moment is kept: it rises from step to step."
    return kit.scalar(label, tip, found.worth(), found)
