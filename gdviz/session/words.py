"""The run in plain words and plain numbers, all read from its snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.batches import FILE_ORDER, FRESH, SHUFFLED
from gdviz.session.agreement import agreement_words
from gdviz.session.badend import bad_end
from gdviz.session.forecast import forecast, warning
from gdviz.session.geometry import length
from gdviz.session.phases import phase, recipe
from gdviz.session.writing import count, number

if TYPE_CHECKING:
    from gdviz.session.beats import Beat
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot


def sentence(run: Run) -> str:
    """Return one sentence or two on what comes next (a little HTML for stress)."""
    snapshot = run.snapshot
    if snapshot.diverged:
        return bad_end(run)
    if run.beat is not None:
        rule = f" {run.guess.kind.rule}." if run.guess and run.beat.held else ""
        return phase(snapshot, run.beat) + rule
    batch, n = len(snapshot.record.rows), run.facts.n_examples
    whole = batch == n and snapshot.scene.descent.order in (SHUFFLED, FILE_ORDER)
    agree = ""
    if snapshot.scene.descent.recipe.name != MeanOfGradients.name:
        said = recipe(snapshot)
    else:
        agree = agreement_words(run)
        said = f"Next: {_what(batch, whole, snapshot)} {_where(whole, snapshot)}"
    if snapshot.turned and snapshot.step_angle is not None:
        optimizer, to = snapshot.scene.descent.optimizer, snapshot.step_angle
        what = f"{'The noise of ' * optimizer.noisy}{optimizer.title}"
        said += f" {what} turns it by <b>{snapshot.turn:.0f}°</b>, to <b>{to:.0f}°</b>."
    return " ".join(filter(None, (warning(run), said, forecast(run), agree)))


def numbers(run: Run) -> dict[str, str]:
    """Return the slow numbers by name."""
    snapshot = run.snapshot
    record, cursor = snapshot.record, snapshot.record.cursor
    gone = cursor.seen / run.facts.n_examples
    fresh = snapshot.scene.descent.order == FRESH  # nothing is gone through then
    told = f"{gone:,.0f}" if gone >= 1000 else f"{gone:.4g}"
    epoch = {} if fresh else {"epoch": told}
    shown = {
        "step": f"{snapshot.step:,}",
        **_place(run.beat, len(record.rows)),
        **epoch,
        "examples seen": f"{cursor.seen:,}",
        "loss": number(snapshot.full.loss),
    }
    if snapshot.test_loss is not None:
        shown["held-out loss"] = number(snapshot.test_loss)
    shown["batch loss"] = number(record.loss)
    if run.beat is not None and run.beat.held:
        return shown
    shown["‖ĝ‖"] = number(length(record.gradient))
    if snapshot.angle is not None:
        shown["angle to ∇L"] = f"{snapshot.angle:.0f}°"
    return shown


def _place(beat: Beat | None, batch: int) -> dict[str, str]:
    """Return which example of the batch is at work."""
    if beat is None or beat.held:
        return {}
    return {"example": f"{beat.shown:,} of {batch:,}"}


def _what(batch: int, whole: bool, snapshot: Snapshot) -> str:
    if batch == 1 == snapshot.scene.descent.batch_size:
        return "the gradient of a single example, taken for the whole."
    if whole:
        all_of = "both" if batch == 2 else f"all {count(batch)}"
        return f"the average of {all_of} gradients."
    if batch < snapshot.scene.descent.batch_size:
        left = "gradient" if batch == 1 else f"{count(batch)} gradients"
        return f"the average of the last {left} of this epoch, a short batch."
    return f"the average of these {count(batch)} gradients."


def _where(whole: bool, snapshot: Snapshot) -> str:
    if not snapshot.record.gradient.any():
        return "It is <b>0</b>: plain descent stays where it is."
    if whole:
        return "That <b>is</b> the full gradient: nothing is left to chance."
    if not snapshot.full.gradient.any():
        return "The full gradient is <b>0</b>: this is a flat place of the loss."
    if snapshot.angle is None:
        return "The full gradient is too large for numbers."
    angle = f"<b>{snapshot.angle:.0f}°</b>"
    if snapshot.angle > 90:
        return f"It points {angle} off the full gradient: uphill for the whole."
    return f"It points {angle} off the full gradient."
