"""What optimizers make of what they are handed, as formulas.

To add one: a function of a `Kit` in a file of this folder, and a line in `TOLD`. Of an
optimizer that is not there the numbers are shown without a formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.arithmetic.memory import adam, plain, rates

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.memory.kit import Kit, Told

TOLD: dict[str, Callable[[Kit], Told]] = {
    "sgd": plain.sgd,
    "momentum": plain.heavy_ball,
    "nesterov": plain.nesterov,
    "lion": plain.lion,
    "sgld": plain.langevin,
    "adagrad": rates.adagrad,
    "rmsprop": rates.rmsprop,
    "adadelta": rates.adadelta,
    "adam": adam.adam,
    "amsgrad": adam.amsgrad,
    "adamw": adam.adamw,
    "nadam": adam.nadam,
    "adamax": adam.adamax,
}


def told_of(kit: Kit) -> Told | None:
    """Return how an optimizer works on its memory and θ, if it can be told.

    Several updates made in one are told only where they are alike: those of SGD.
    """
    if not kit.one_by_one:
        known = TOLD.get(kit.optimizer.name)
        return known(kit) if known else None
    alike = kit.optimizer.name == "sgd" and not kit.knob("weight_decay")
    return plain.sgd_many_times(kit) if alike else None
