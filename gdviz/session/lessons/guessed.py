"""Measures of the guesses, and which measures would give a guess away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.lessons.entry import Entry
from gdviz.session.lessons.ghostly import GHOSTLY
from gdviz.session.lessons.gradients import GRADIENTS
from gdviz.session.lessons.remembered import REMEMBERED

if TYPE_CHECKING:
    from gdviz.session.run import Run

GUESSED: dict[str, Entry] = {
    "points": Entry(lambda r, _: r.tally.total, "", "points of the guesses so far"),
    "most points": Entry(
        lambda r, _: r.tally.most, "", "how many there can be in this lesson"
    ),
    "guesses": Entry(lambda r, _: len(r.tally.points), "", "guesses made so far"),
}
_KNOWN = ("gradient of", "gradient length of", "theta")
_TELLING = (GRADIENTS.keys() | GHOSTLY.keys() | REMEMBERED.keys()) - set(_KNOWN)


def secret(run: Run, name: str) -> bool:
    """Tell whether a number is not to be told before a guess is revealed."""
    return run.beat is not None and run.beat.held and name in _TELLING
