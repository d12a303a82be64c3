"""The end of a run that diverged, in words: why it came to that, and how to go on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.forecast import why_it_diverged
from gdviz.session.writing import number, rounded, row_name

if TYPE_CHECKING:
    from gdviz.session.rescue import Rescue
    from gdviz.session.run import Run

SEARCHING = "Smaller rates are being tried."


def bad_end(run: Run) -> str:
    """Return why a run ends here and what helps (a little HTML for stress)."""
    if fault := run.snapshot.fault:
        why = f"Step <b>{run.step:,}</b> is the last: {escape(fault)}"
    else:
        why = f"Diverged at step <b>{run.step:,}</b>: {why_it_ends(run)}"
    return f"{why} {way_out(run)}"


def why_it_ends(run: Run) -> str:
    """Return the cause, as far as it is known, in one sentence."""
    snapshot, rescue = run.snapshot, run.rescue
    if why := why_it_diverged(run):
        return why
    if rescue is not None and rescue.bottomless:
        to = number(rescue.end) if np.isfinite(rescue.end) else "beyond all numbers"
        fell = f"it fell from {number(rescue.before)} to {to}"
        return f"the loss has no lowest point, {fell}."
    if rescue is not None and rescue.rate is None and not snapshot.right:
        title = snapshot.scene.descent.recipe.title
        return f"“{title}” is not the gradient of the loss: it need not lead down."
    if one := _one_alone(run):
        return one
    return f"η = {snapshot.record.rate:g} is too large here, the numbers overflow."


def way_out(run: Run) -> str:
    """Return how to go on, with the numbers that prove it."""
    rescue = run.rescue
    if rescue is None:
        return SEARCHING if run.busy else "Lower η and reset."
    if rescue.bottomless:
        return "No learning rate helps: start elsewhere."
    if rescue.rate is None:
        return f"{_tried(rescue)} Reset, or choose other settings."
    way = f"{rounded(rescue.before, 3)} → {rounded(rescue.after, 3)}"
    return f"<b>η = {rescue.rate:g}</b> holds: loss {way} in {rescue.steps:,} steps."


def offer(run: Run) -> str:
    """Return what a button that goes on with the rate found says; empty: none is."""
    rescue = run.rescue
    if rescue is None or rescue.rate is None or not run.snapshot.diverged:
        return ""
    return f"Go on from step {rescue.step:,} with η = {rescue.rate:g}"


def _tried(rescue: Rescue) -> str:
    if not rescue.tried:
        return "No smaller rate could be tried."
    return f"None of {rescue.tried} smaller rates holds."


def _one_alone(run: Run) -> str:
    """Return that the loss of a single example overflows, if that is so."""
    record = run.snapshot.record
    amiss = np.flatnonzero(~np.isfinite(record.losses))
    if len(amiss) != 1 or len(record.losses) < 2:
        return ""
    row = row_name(int(record.rows[amiss[0]]))
    return f"the loss of one example overflows, that of {row}."
