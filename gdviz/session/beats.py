"""Beats: the phases of one update, one after the other, for the eye.

A step is computed whole; a beat says how much of its record is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdviz.session.snapshot import Snapshot

READY, EXAMPLE, SUM, DIVIDE, RECIPE, OPTIMISER = (
    "ready", "example", "sum", "divide", "recipe", "optimiser"
)  # fmt: skip
GUESS = "guess"
_UNDIVIDED = ("sum", "one_by_one")
_AVERAGES = ("mean", "mean_loss", "accumulated", "sum")


@dataclass(frozen=True)
class Beat:
    """A place within an update.

    Attributes
    ----------
    phase : text
        READY: nothing done. EXAMPLE: forward, loss and backward of one example.
        SUM, DIVIDE: of the gradients. RECIPE: what another recipe makes of the batch.
        OPTIMISER: the update is known; moving is the next step. GUESS: every gradient
        is known, and nothing that is made of them.
    number : int
        Counted from 0.
    of : int
        How many beats there are.
    shown : int
        How many examples' gradients are known.
    """

    phase: str
    number: int
    of: int
    shown: int

    @property
    def mean_known(self) -> bool:
        """Whether the sum has been divided."""
        return self.phase in (DIVIDE, RECIPE, OPTIMISER)

    @property
    def summed(self) -> bool:
        """Whether all gradients of the batch have been added up."""
        return self.phase not in (READY, EXAMPLE, GUESS)

    @property
    def held(self) -> bool:
        """Whether the step is held until somebody has guessed what it makes."""
        return self.phase == GUESS

    @property
    def place(self) -> int:
        """The place in the batch of the example at work; -1 if none is."""
        return self.shown - 1 if self.phase == EXAMPLE else -1


def beat(snapshot: Snapshot, number: int) -> Beat:
    """Return the beat of this number of the pending step, the last one at most."""
    phases = _phases(snapshot)
    number = min(max(number, 0), len(phases) - 1)
    count = len(snapshot.record.gradients)
    return Beat(phases[number], number, len(phases), min(number, count))


def held(snapshot: Snapshot) -> Beat:
    """Return the beat in which a step waits for a guess of what it makes."""
    return Beat(GUESS, 0, 1, len(snapshot.record.gradients))


def _phases(snapshot: Snapshot) -> list[str]:
    recipe = snapshot.scene.descent.recipe.name
    phases = [READY] + [EXAMPLE] * len(snapshot.record.gradients) + [SUM]
    phases += [DIVIDE] if recipe not in _UNDIVIDED else []
    phases += [RECIPE] if recipe not in _AVERAGES else []
    return [*phases, OPTIMISER]
