"""The run in plain words and plain numbers, all read from its snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
          "ten", "eleven", "twelve")  # fmt: skip


def sentence(run: Run) -> str:
    """Return one sentence or two on what comes next (a little HTML for stress)."""
    snapshot = run.snapshot
    if snapshot.diverged:
        return _bad_end(snapshot)
    batch, n = len(snapshot.record.rows), run.facts.n_examples
    return f"Next: {_what(batch, n, snapshot)} {_where(batch, n, snapshot)}"


def numbers(run: Run) -> dict[str, str]:
    """Return the slow numbers by name."""
    snapshot = run.snapshot
    record, cursor = snapshot.record, snapshot.record.cursor
    shown = {
        "step": f"{snapshot.step:,}",
        "epoch": f"{cursor.epoch + cursor.position / run.facts.n_examples:,.4g}",
        "examples seen": f"{cursor.seen:,}",
        "loss": number(snapshot.full.loss),
    }
    if snapshot.test_loss is not None:
        shown["held-out loss"] = number(snapshot.test_loss)
    shown["batch loss"] = number(record.loss)
    shown["‖ĝ‖"] = number(float(np.linalg.norm(record.gradient)))
    if snapshot.angle is not None:
        shown["angle to ∇L"] = f"{snapshot.angle:.0f}°"
    return shown


def number(value: float) -> str:
    """Return a number in four digits; never NaN."""
    return f"{value:.4g}".replace("e-0", "e-") if np.isfinite(value) else "too large"


def count(n: int) -> str:
    """Return a count in words up to twelve, in digits beyond."""
    return _SMALL[n] if n < len(_SMALL) else f"{n:,}"


def _what(batch: int, n: int, snapshot: Snapshot) -> str:
    if batch == 1 == snapshot.scene.descent.batch_size:
        return "the gradient of a single example, taken for the whole."
    if batch == n and snapshot.scene.descent.order in ("shuffled", "file"):
        return f"the average of all {count(n)} gradients."
    if batch < snapshot.scene.descent.batch_size:
        left = "gradient" if batch == 1 else f"{count(batch)} gradients"
        return f"the average of the last {left} of this epoch, a short batch."
    return f"the average of these {count(batch)} gradients."


def _where(batch: int, n: int, snapshot: Snapshot) -> str:
    if not snapshot.record.gradient.any():
        return "It is <b>0</b>: plain descent stays where it is."
    if snapshot.angle is None:
        return "The full gradient is <b>0</b>: this is a flat place of the loss."
    angle = f"<b>{snapshot.angle:.0f}°</b>"
    if batch == n and snapshot.angle < 1e-3:
        return "That <b>is</b> the full gradient: nothing is left to chance."
    if snapshot.angle > 90:
        return f"It points {angle} off the full gradient: uphill for the whole."
    return f"It points {angle} off the full gradient."


def _bad_end(snapshot: Snapshot) -> str:
    rate = snapshot.scene.descent.learning_rate
    return (
        f"Diverged: step <b>{snapshot.step:,}</b> is the last before the numbers "
        f"overflow. The learning rate {rate:g} is too high here: lower it and reset."
    )
