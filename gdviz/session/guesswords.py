"""Guesses in plain words: what to do, how far off it was, and what it earned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.guess import MEAN, MOST, NEXT
from gdviz.session.writing import count, degrees, number

if TYPE_CHECKING:
    from gdviz.session.guess import Guess, Outcome, Tally

_TWICE = 2.0  # from here on lengths are told as times, not as per cent
_ALL = 0.9995
_VERDICTS = (
    (0.85, "Excellent: you see where gradients pull."),
    (0.6, "Good: you know which way it goes."),
    (0.35, "Fair: look again at the pages with few points."),
    (0.0, "Averages surprise: read the pages again and compare."),
)


def task(guess: Guess) -> str:
    """Return what there is to do."""
    b = len(guess.snapshot.record.rows)
    if guess.name == MEAN:
        many = "this one gradient" if b == 1 else f"these {count(b)}"
        return f"Drag the arrow to where the average of {many} will point."
    return "Drag the arrow to where θ will stand after this step."


def result(guess: Guess, outcome: Outcome) -> str:
    """Return how far off a guess was, and its points."""
    said = _nothing(guess, outcome) if outcome.nothing else _SAID[guess.name](outcome)
    earned = f"{outcome.points} of {MOST} points"
    return f"{said}: {earned}.{_plane(guess)}"


def given_up(guess: Guess) -> str:
    """Return what is said where nobody guessed."""
    return f"Here is {guess.kind.thing}, without a guess.{_plane(guess)}"


def score(tally: Tally) -> str:
    """Return the running score."""
    if not tally.points:
        return ""
    made = len(tally.points)
    if tally.of and not tally.complete:
        return f"Score {tally.total} of {MOST * made} ({made} of {tally.of} guesses)"
    return f"Score {tally.total} of {tally.most}"


def verdict(tally: Tally) -> str:
    """Return what the score of a whole lesson means; nothing before its end."""
    if not tally.complete:
        return ""
    share = tally.total / tally.most
    return next(words for least, words in _VERDICTS if share >= least)


def _mean(outcome: Outcome) -> str:
    off, times = outcome.angle, outcome.ratio
    if off is None or times is None:
        return "An arrow of length 0 points nowhere"
    turned = "right direction" if round(off) < 1 else f"{degrees(off)} off"
    return f"{turned.capitalize()}, {_length(times)}"


def _length(times: float) -> str:
    apart = round(100 * abs(times - 1))
    if not apart:
        return "right length"
    if times >= _TWICE:
        return f"{number(float(f'{times:.2g}'))} times as long"
    return f"{apart}% too {'long' if times > 1 else 'short'}"


def _next(outcome: Outcome) -> str:
    if outcome.gap >= _TWICE:
        return f"{number(float(f'{outcome.gap:.2g}'))} steps from the next point"
    return f"{round(100 * outcome.gap)}% of the step from the next point"


_SAID = {MEAN: _mean, NEXT: _next}


def _nothing(guess: Guess, outcome: Outcome) -> str:
    """Return the same where the truth is all but 0."""
    off = f"{round(100 * outcome.gap)}% of a typical arrow"
    what = guess.kind.thing.capitalize()
    return f"{what} is 0 here, and your guess is {off} away"


def _plane(guess: Guess) -> str:
    """Return that only a part of the truth lies in the plane, if it does."""
    share = guess.snapshot.arrows.shares[guess.kind.share]
    if share >= _ALL:
        return ""
    return f" In the plane shown only: {share:.0%} of {guess.kind.thing} lies in it."
