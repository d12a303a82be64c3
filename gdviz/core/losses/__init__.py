"""Losses of one example: value, slope and curvature at the output, stable for any size.

To add one: a frozen `Loss` and one line in `LOSSES`.
"""

from __future__ import annotations

from gdviz.core.examples import REGRESSION, TWO_CLASSES
from gdviz.core.losses.base import Loss
from gdviz.core.losses.classes import Hinge, Logistic, SoftmaxCrossEntropy
from gdviz.core.losses.errors import AbsoluteError, Huber, SquaredError

__all__ = [
    "LOSSES", "AbsoluteError", "Hinge", "Huber", "Logistic", "Loss",
    "SoftmaxCrossEntropy", "SquaredError", "losses_for",
]  # fmt: skip

LOSSES: dict[str, type[Loss]] = {
    loss.name: loss
    for loss in (
        SquaredError, AbsoluteError, Huber, Logistic, SoftmaxCrossEntropy, Hinge,
    )
}  # fmt: skip


def losses_for(task: str) -> list[type[Loss]]:
    """Return the losses that go with a task, the usual one first; none for formulas."""
    usual = {REGRESSION: SquaredError, TWO_CLASSES: Logistic}
    first = usual.get(task, SoftmaxCrossEntropy)
    valid = [loss for loss in LOSSES.values() if task in loss.tasks]
    return sorted(valid, key=lambda loss: loss is not first)
