"""The stride: how far one step of the buttons goes, and where in an update we are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.beats import beat, held

if TYPE_CHECKING:
    from gdviz.session.beats import Beat
    from gdviz.session.guess import Guess
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot

EXAMPLE, UPDATE, EPOCH = "example", "update", "epoch"
UNITS = {EXAMPLE: "Example", UPDATE: "Update", EPOCH: "Epoch"}
_LAST = 10**6  # more phases than any step has
_FASTEST = 30.0  # phases a second: faster ones cannot be seen


class Stride:
    """A unit, and in the example unit the phase of the pending update.

    Attributes
    ----------
    unit : text
        One of `UNITS`.
    phase : int
        Counted from 0.
    """

    def __init__(self) -> None:
        self.unit, self.phase = UPDATE, 0
        self._guess: Guess | None = None

    def set_unit(self, unit: str) -> None:
        """Choose another unit, at the first phase."""
        self.unit, self.phase = unit, 0

    def shown(self, snapshot: Snapshot) -> Beat | None:
        """Return the phase shown; None where all of the step is."""
        if self.holds(snapshot):
            return held(snapshot)
        return beat(snapshot, self.phase) if self.unit == EXAMPLE else None

    def hold(self, guess: Guess | None) -> None:
        """Hold the pending step for a guess, or show what became of it."""
        self._guess = guess
        if guess is not None:
            self.land(backwards=True)  # what is not to be seen the guess hides

    def guess(self, snapshot: Snapshot) -> Guess | None:
        """Return the guess of this step, if there is one."""
        if self._guess is not None and not self._guess.of(snapshot):
            self._guess = None
        return self._guess

    def holds(self, snapshot: Snapshot) -> bool:
        """Tell whether this step waits for a guess to be revealed."""
        guess = self.guess(snapshot)
        return guess is not None and not guess.revealed

    def forward(self, snapshot: Snapshot) -> Beat | None:
        """Go to the next phase of this update and return it; None if there is none."""
        if self.unit != EXAMPLE:
            return None
        following = beat(snapshot, self.phase + 1)
        if following.number == beat(snapshot, self.phase).number:
            return None
        self.phase = following.number
        return following

    def back(self, snapshot: Snapshot) -> Beat | None:
        """Go to the phase before and return it; None at the first one."""
        if self.unit != EXAMPLE or self.phase == 0:
            return None
        before = beat(snapshot, beat(snapshot, self.phase).number - 1)
        self.phase = before.number
        return before

    def land(self, backwards: bool = False) -> None:
        """Stand at the first phase of another update, or at its last."""
        self.phase = _LAST if backwards and self.unit == EXAMPLE else 0

    def goal(self, run: Run) -> int:
        """Return the step to which one stride forward leads."""
        return run.epoch_ends()[1] if self.unit == EPOCH else run.step + 1

    def origin(self, run: Run) -> int:
        """Return the step to which one stride back leads."""
        return run.epoch_ends()[0] if self.unit == EPOCH else run.step - 1

    def pace(self, speed: float, run: Run) -> float:
        """Return the phases or updates a second that so many strides a second are."""
        if self.unit == EXAMPLE:
            return min(speed, _FASTEST)
        return speed * (self.goal(run) - run.step) if self.unit == EPOCH else speed
