"""Measures of what the optimizer remembers, and of the rates it makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.optimizers.base import Here
from gdviz.session.lessons.entry import PARAMETER, Entry, index_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.session.lessons.entry import Find
    from gdviz.session.run import Run

    Array = NDArray[np.float64]


def remembered(pick: str) -> Find:
    """Return a measure of an entry of a memory, with the gradient of this step in it.

    Parameters
    ----------
    pick : text
        Which memory.
    """

    def find(run: Run, name: str) -> float:
        return float(run.snapshot.record.after.memory[pick][index_of(run, name)])

    return find


def before(run: Run, name: str) -> float:
    """Return an entry of the velocity before this step."""
    return float(run.snapshot.record.memory["velocity"][index_of(run, name)])


def own_rate(run: Run, name: str) -> float:
    """Return what an entry of the gradient, or of its mean, is multiplied by."""
    record, optimizer = run.snapshot.record, run.snapshot.scene.descent.optimizer
    rates = optimizer.effective_step(
        record.memory,
        record.after.memory,
        Here(record.theta, record.rate, run.facts.n_examples),
    )
    if rates is None:
        raise LookupError(optimizer.name)
    return float(rates[index_of(run, name)])


def unbiased(pick: str, beta: str) -> Find:
    """Return a measure of a moment without the bias of the first steps."""

    def find(run: Run, name: str) -> float:
        memory: Mapping[str, Array] = run.snapshot.record.after.memory
        kept = getattr(run.snapshot.scene.descent.optimizer, beta, None)
        if kept is None:
            raise LookupError(beta)
        known = 1.0 - kept ** float(memory["updates"])
        return remembered(pick)(run, name) / known

    return find


REMEMBERED: dict[str, Entry] = {
    "velocity": Entry(
        remembered("velocity"), PARAMETER, "of momentum, with this step's gradient"
    ),
    "old velocity": Entry(before, PARAMETER, "of momentum, before this step"),
    "first moment": Entry(
        unbiased("first_moment", "beta1"),
        PARAMETER,
        "of Adam, with this step's gradient and without the bias of the first steps",
    ),
    "second moment": Entry(
        unbiased("second_moment", "beta2"),
        PARAMETER,
        "of Adam, the mean square in the same way",
    ),
    "own rate": Entry(
        own_rate,
        PARAMETER,
        "what this entry of the gradient, or of its running mean, is multiplied by",
    ),
}
