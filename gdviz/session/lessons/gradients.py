"""Measures of the step: gradients, their mean, and the update made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.geometry import length
from gdviz.session.lessons.entry import (
    EXAMPLE,
    PARAMETER,
    Entry,
    entry_of,
    index_of,
    place_in_batch,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.session.run import Run

    Array = NDArray[np.float64]


def _gradient_of(run: Run, argument: str) -> float:
    place, _, name = argument.partition(",")
    row = run.snapshot.record.gradients[place_in_batch(run, place)]
    return float(row[index_of(run, name)])


def _length_of(run: Run, argument: str) -> float:
    return length(run.snapshot.record.gradients[place_in_batch(run, argument)])


def _gap(run: Run) -> Array:
    if run.snapshot.gap is None:
        raise LookupError("a hidden layer has no such gap")
    return run.snapshot.gap


def _angle(run: Run, _: str) -> float:
    if run.snapshot.angle is None:
        raise LookupError("no angle")
    return run.snapshot.angle


GRADIENTS: dict[str, Entry] = {
    "gradient of": Entry(
        _gradient_of, "example,parameter", "entry of one example's gradient"
    ),
    "gradient length of": Entry(_length_of, EXAMPLE, "length of its gradient"),
    "mean gradient": Entry(
        entry_of(lambda r: r.snapshot.record.gradient), PARAMETER, "entry of ĝ"
    ),
    "sum gradient": Entry(
        entry_of(lambda r: r.snapshot.record.gradient * len(r.snapshot.record.rows)),
        PARAMETER,
        "entry of the sum of the batch's gradients",
    ),
    "mean gradient length": Entry(
        lambda r, _: length(r.snapshot.record.gradient), "", "length of ĝ"
    ),
    "full gradient": Entry(
        entry_of(lambda r: r.snapshot.full.gradient), PARAMETER, "entry of ∇L"
    ),
    "angle": Entry(_angle, "", "between ĝ and ∇L, in degrees"),
    "update": Entry(entry_of(lambda r: r.snapshot.record.update), PARAMETER, "of Δθ"),
    "update length": Entry(
        lambda r, _: length(r.snapshot.record.update), "", "length of Δθ"
    ),
    "theta": Entry(entry_of(lambda r: r.snapshot.record.theta), PARAMETER, "of θ now"),
    "next theta": Entry(
        entry_of(lambda r: r.snapshot.record.after.theta), PARAMETER, "of θ after it"
    ),
    "gap": Entry(
        entry_of(_gap),
        PARAMETER,
        "covariance of error and input in the batch, without hidden layers",
    ),
}
