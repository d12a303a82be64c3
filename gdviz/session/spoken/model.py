"""The data, the model and the losses in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FRESH
from gdviz.core.portrait import BARS, COMPONENTS, CURVE, FIT, MAP
from gdviz.session.spoken.ways import CHOSEN, listed, spread
from gdviz.session.writing import number, row_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run

    Array = NDArray[np.float64]

_BINS = 500
_KINDS = {
    CURVE: "as points, the model's output as a curve",
    MAP: "as points, the model's output as a map below them",
    FIT: "by target and output: on the dashed line they are equal",
    COMPONENTS: "along the first two principal components of the inputs",
    BARS: "by number and loss",
}


def data(run: Run, hidden: frozenset[str]) -> str:
    """Return what the data plot shows: examples, model and batch."""
    portrait, n = run.snapshot.portrait, run.facts.n_examples
    across, up = portrait.labels
    said = [f"{n:,} examples {_KINDS[portrait.kind]}; across {across}, up {up}."]
    said += _classes(run) or _errors(run)
    said.append(_batch(run))
    chosen = run.snapshot.chosen
    if chosen is not None and CHOSEN not in hidden:
        loss = number(chosen.loss)
        said.append(f"Selected: {row_name(chosen.row)}, its loss {loss}.")
    return " ".join(said)


def loss(run: Run, hidden: frozenset[str]) -> str:
    """Return how the loss went from the start to the step shown."""
    snapshot = run.snapshot
    steps, full, _, _ = run.seen_losses(_BINS)
    steps, full = steps[steps <= run.step], full[steps <= run.step]
    now = number(snapshot.full.loss)
    said = [f"Loss of all examples now, at step {run.step:,}: {now}."]
    finite = np.isfinite(full)
    if finite.any() and steps[finite][0] < run.step:
        steps, full = steps[finite], full[finite]
        best = int(full.argmin())
        first = f"At step {steps[0]:,.0f} it was {number(float(full[0]))}"
        said.append(f"{first}; lowest, at step {steps[best]:,.0f}, "
                    f"{number(float(full[best]))}.")  # fmt: skip
    said.append(f"Loss of the batch that comes next: {number(snapshot.record.loss)}.")
    if snapshot.test_loss is not None:
        said.append(f"Held-out loss: {number(snapshot.test_loss)}.")
    if run.newest > run.step:
        said.append(f"The path is known up to step {run.newest:,}.")
    return " ".join(said)


def _classes(run: Run) -> list[str]:
    """Return how many examples each class has, and how many are told right."""
    portrait, classes = run.snapshot.portrait, run.facts.classes
    if not classes:
        return []
    counts = np.bincount(portrait.colours.astype(np.int64), minlength=len(classes))
    each = [f"{name}: {c:,}" for name, c in zip(classes, counts.tolist(), strict=False)]
    right, drawn = int((~portrait.wrong).sum()), len(portrait.wrong)
    said = [f"Classes: {listed(each)}."]
    return [*said, f"The model is right about {right:,} of {drawn:,}."]


def _errors(run: Run) -> list[str]:
    """Return how far the model is off on the batch, where that is to be seen."""
    portrait = run.snapshot.portrait
    if portrait.kind not in (CURVE, FIT, BARS):
        return []
    if portrait.kind == BARS:
        return [f"Losses: {spread(portrait.points[:, 1])}."]
    off = portrait.predicted[:, 1] - portrait.batch[:, 1]
    return [f"Output minus target on the batch: {spread(off)}."]


def _batch(run: Run) -> str:
    rows, order = run.snapshot.record.rows, run.snapshot.scene.descent.order
    if order == FRESH:
        return f"The next batch: {len(rows):,} fresh examples."
    names = [f"{row + 1:,}" for row in rows.tolist()]
    what = "row" if len(names) == 1 else "rows"
    return f"The next batch: {what} {listed(names, 8)}."
