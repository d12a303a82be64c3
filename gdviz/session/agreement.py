"""Signal to noise in plain words: how well the arrows of one batch agree.

The mean ĝ of b arrows has a standard error, √(tr S/b · (1 − b/n)), S being their
covariance with divisor b − 1; without the last factor where examples are drawn with
replacement. How many times as long as that ĝ is tells what of it is more than chance.
"""

from __future__ import annotations

from math import ceil, inf, isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.session.geometry import length
from gdviz.session.writing import count, rounded

if TYPE_CHECKING:
    from gdviz.session.run import Run

CLEAR = 2.0  # standard errors: from here on the arrows are said to agree
_ROUNDING = 1e-9  # of the mean: less is none


class Agreement(NamedTuple):
    """How well the arrows of a batch agree.

    Attributes
    ----------
    batch : int
    times : float
        How many times as long as its standard error the mean is; infinite: no error.
    enough : int or None
        How many examples would make it `CLEAR` times, at this mean and this spread;
        None: the mean is 0, so that no number does.
    """

    batch: int
    times: float
    enough: int | None


def agreement(run: Run) -> Agreement | None:
    """Return how well the arrows of the batch that comes next agree.

    None for a batch of one, of all examples or in part recorded, and where the
    numbers overflow.
    """
    record, descent = run.snapshot.record, run.snapshot.scene.descent
    b, n = len(record.rows), run.facts.n_examples
    endless = descent.order in (REPLACEMENT, FRESH)
    if b < 2 or len(record.gradients) < b or (b >= n and not endless):
        return None
    with np.errstate(all="ignore"):
        off = record.gradients - record.gradients.mean(axis=0)
        trace = float(np.sum(off**2)) / (b - 1)
    mean, left = length(record.gradient), 0.0 if endless else 1.0 / n
    if not (isfinite(trace) and isfinite(mean * mean)):
        return None
    error = sqrt(trace * (1 / b - left))
    times = mean / error if error > _ROUNDING * mean else inf if mean else 0.0
    return Agreement(b, times, _enough(trace, mean, left))


def agreement_words(run: Run) -> str:
    """Return how well the arrows of this batch agree, in a sentence or two."""
    found = agreement(run)
    if found is None:
        return ""
    arrows = f"The {count(found.batch)} arrows of this batch"
    if found.times == inf:
        return f"{arrows} are all the same."
    if found.enough is None:
        return ""  # the mean is 0: that is said already
    said = f"their mean is {as_long(found.times)} as its standard error"
    if found.times < CLEAR:
        more = f"it takes {found.enough:,} examples for {CLEAR:g} times"
        return f"{arrows} disagree: {said}; {more}."
    some = "example" if found.enough == 1 else "examples"
    return f"{arrows} agree: {said}; {found.enough:,} {some} would do."


def as_long(times: float) -> str:
    """Return how many times as long something is, in two digits."""
    told = rounded(times, 2)
    return "as long" if told == "1" else f"{told} times as long"


def _enough(trace: float, mean: float, left: float) -> int | None:
    """Return the batch size M with mean² = CLEAR² · trace · (1/M − left)."""
    if not mean > 0:
        return None
    share = mean * mean / CLEAR**2
    below = share + trace * left  # 0 where both are too small for a square
    exact = trace / below if below > 0 else 0.0
    return max(ceil(exact * (1 - _ROUNDING)), 1) if isfinite(exact) else None
