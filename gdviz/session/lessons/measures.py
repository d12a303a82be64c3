"""Measures: the live numbers that a lesson's text can hold, by name.

To add one: a function of the run and its argument, and one line in the table of its
family. An argument names an example of the batch (counted from 1), a parameter, a ghost
(its recipe or its number), or two of them with a comma between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.lessons.bending import BENDING
from gdviz.session.lessons.checked import CHECKED, COSTS
from gdviz.session.lessons.entry import EXAMPLE
from gdviz.session.lessons.ghostly import GHOSTLY
from gdviz.session.lessons.gradients import GRADIENTS
from gdviz.session.lessons.guessed import GUESSED, secret
from gdviz.session.lessons.hovering import HOVERING
from gdviz.session.lessons.noisy import NOISY
from gdviz.session.lessons.passed import PASSED
from gdviz.session.lessons.progress import PROGRESS
from gdviz.session.lessons.remembered import REMEMBERED
from gdviz.session.lessons.sampled import SAMPLED
from gdviz.session.lessons.text import Measure
from gdviz.session.writing import number

if TYPE_CHECKING:
    from gdviz.session.lessons.entry import Entry
    from gdviz.session.lessons.text import Text
    from gdviz.session.run import Run

MEASURES: dict[str, Entry] = {
    **PROGRESS, **PASSED, **GRADIENTS, **GHOSTLY, **REMEMBERED, **BENDING,
    **CHECKED, **NOISY, **SAMPLED, **HOVERING, **GUESSED, **COSTS,
}  # fmt: skip
COSTLY = tuple(COSTS)
_SECRET = "?"


def value(run: Run, measure: Measure) -> float:
    """Return the number now; NaN where there is none, or it is to be guessed."""
    if secret(run, measure.name):
        return float("nan")
    try:
        with np.errstate(all="ignore"):
            return float(MEASURES[measure.name].find(run, measure.argument))
    except (LookupError, ValueError):
        return float("nan")


def too_few(run: Run, text: Text) -> str:
    """Return what to say where the batch lacks an example that a text tells of.

    Empty where it holds them all.
    """
    named = [_example_of(part) for part in text.parts if isinstance(part, Measure)]
    needed, held = max(named, default=0), len(run.snapshot.record.losses)
    if needed <= held:
        return ""
    told = f"This tells of {needed} examples; the batch that comes next has {held}."
    return f"{told} {_more(run, needed)}"


def _more(run: Run, needed: int) -> str:
    """Return where a batch of so many examples is to be had."""
    size, there = run.snapshot.scene.descent.batch_size, run.facts.n_examples
    if there < needed:
        return f"These data have {there} in all."
    if size < needed:
        return f"Choose a batch size of {needed} or more to read it."
    return "It is the short one at the end of an epoch; the next one has more."


def _example_of(measure: Measure) -> int:
    """Return the place in the batch that a measure names, from 1; 0 if it has none."""
    if not MEASURES[measure.name].argument.startswith(EXAMPLE):
        return 0
    place = measure.argument.partition(",")[0].strip()
    return int(place) if place.isascii() and place.isdigit() and len(place) < 8 else 0


def written(run: Run, measure: Measure) -> str:
    """Return the number now as it is written; a dash where there is none.

    A question mark stands where it is to be guessed.
    """
    if secret(run, measure.name):
        return _SECRET
    found = value(run, measure)
    if np.isnan(found):
        return "–"
    entry = MEASURES[measure.name]
    if entry.means.endswith("degrees"):
        return f"{found:.0f}°" if found >= 1 or found < 1e-6 else f"{found:.2g}°"
    return number(round(found, 12) + 0.0 if abs(found) >= 1e-9 else found)
