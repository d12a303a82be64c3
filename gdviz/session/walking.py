"""Walking: from step to step along a path, on, and back to any step made before."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from gdviz.core.batches import Cursor
from gdviz.session.history import Checkpoints, State, Tape
from gdviz.session.stepping import Stepper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum
    from gdviz.session.scene import Descent, Scene
    from gdviz.session.stepping import Step

    Array = NDArray[np.float64]


class Walker:
    """What stands at a step of a path, makes the next ones and finds back.

    Attributes
    ----------
    scene : Scene
        With the settings in force at this step.
    objective : FiniteSum
    state : State
        After the updates made so far.
    pending : Step
        The step that comes next.
    newest : int
        The last step made so far.
    """

    scene: Scene
    objective: FiniteSum
    state: State
    pending: Step
    newest: int
    _bad_end: int
    _fault: str
    _tape: Tape
    _checkpoints: Checkpoints
    _stepper: Stepper | None = None

    def _begin(self, tape: Tape) -> None:
        """Stand at the start, with these settings from step to step."""
        descent = tape.at(0)
        theta = np.array(self.scene.start) if self.scene.start else None
        if theta is None:
            theta = self.objective.start(self.scene.seed)
        optimizer = descent.optimizer
        self.state = State(theta, optimizer.name, optimizer.init(theta), Cursor())
        self.newest, self._bad_end, self._tape = 0, -1, tape
        self._fault = ""
        self._checkpoints = Checkpoints(self.state)
        with np.errstate(all="ignore"):
            self._stand_at(self.state)

    @property
    def step(self) -> int:
        """Updates made up to where the trainer stands."""
        return self.state.cursor.step

    @property
    def diverged(self) -> bool:
        """Whether this is the last finite step of a path that overflows."""
        return self.step == self._bad_end

    @property
    def fault(self) -> str:
        """Why no step can be made from here, where an own objective failed."""
        return self._fault if self.diverged else ""

    def advance(self, steps: int, until: float = np.inf) -> list[Step]:
        """Make at most `steps` updates, stopping at the time `until` or a bad end.

        Parameters
        ----------
        steps : int
        until : float
            On the clock of `time.perf_counter`, in seconds.

        Returns
        -------
        list of Step
            Those that were made.
        """
        with np.errstate(all="ignore"):
            return list(self.walk(steps, until))

    def walk(self, steps: int, until: float = np.inf) -> Iterator[Step]:
        """Yield the same steps one by one as they are made; overflow may warn."""
        for _ in range(steps):
            made = self._make_one()
            if made is None:
                return
            yield made
            if time.perf_counter() >= until:
                return

    def seek(self, step: int) -> None:
        """Go to any step made so far; all there is as it was, bit for bit."""
        step = min(max(step, 0), self.newest)
        kept = self._checkpoints.before(step)
        with np.errstate(all="ignore"):
            if not kept.cursor.step <= self.step <= step:
                self._stand_at(kept)
            while self.step < step and self._make_one():
                pass

    def seek_seen(self, seen: int, most: int) -> None:
        """Go to the last step made so far that had used no more examples than these.

        Parameters
        ----------
        seen : int
        most : int
            A step that is not passed.
        """
        most = min(most, self.newest)
        kept = self._checkpoints.before_seen(seen)
        if kept.cursor.step > most:
            kept = self._checkpoints.before(most)
        here = self.state.cursor
        with np.errstate(all="ignore"):
            if here.seen > seen or not kept.cursor.step <= here.step <= most:
                self._stand_at(kept)
            while self.step < most and self.pending.after.cursor.seen <= seen:
                self._make_one()

    def stand(self, state: State) -> None:
        """Go on from where another trainer of the same path has come."""
        with np.errstate(all="ignore"):
            self._stand_at(state)

    def theta_at(self, step: int) -> Array:
        """Return θ of any step made so far, and stay where it stands."""
        return self._at(step).state.theta

    def seen_at(self, step: int) -> int:
        """Return how many examples had been used at any step made so far."""
        return self._at(step).state.cursor.seen

    def _at(self, step: int) -> Self:
        """Return another trainer of the same path that stands at a step of it."""
        made = copy(self)
        made._checkpoints = self._checkpoints.copy(self.newest)
        made.seek(step)
        return made

    def settings(self, step: int) -> Descent:
        """Return the settings in force at a step, made already or not."""
        return self._tape.at(step)

    def _go_on(self, step: int, tape: Tape) -> None:
        """Let another tape hold from a step on; what was made after it is dropped."""
        self._tape.join(step, tape)
        self._checkpoints.forget_after(step)
        self.newest, self._bad_end = min(self.newest, step), -1
        with np.errstate(all="ignore"):
            if self.step <= step:
                self._stand_at(self.state)
            else:
                self.seek(step)

    def _make_one(self) -> Step | None:
        """Make the pending step, unless it or the one after it would overflow."""
        made, after = self.pending, self.pending.after
        descent = self._tape.at(after.cursor.step)
        following = self._work_out(after, descent)
        again = self.step < self.newest  # made before the settings there changed
        if not again and not (made.finite and following.finite):
            self._bad_end = self.step
            self._fault = made.fault or following.fault
            return None
        self.state, self.pending = after, following
        self._in_force(descent)
        self.newest = max(self.newest, self.step)
        self._checkpoints.keep(after)
        return made

    def _stand_at(self, state: State) -> None:
        descent = self._tape.at(state.cursor.step)
        self.state, self.pending = state, self._work_out(state, descent)
        self._in_force(descent)

    def _in_force(self, descent: Descent) -> None:
        if descent is not self.scene.descent:
            self.scene = replace(self.scene, descent=descent)

    def _work_out(self, state: State, descent: Descent) -> Step:
        """Return the step that these settings make of this state."""
        stepper = self._stepper
        if stepper is None or stepper.descent is not descent:
            scene = self.scene
            stepper = Stepper(self.objective, scene.data, scene.seed, descent)
            self._stepper = stepper
        return stepper.step(state)
