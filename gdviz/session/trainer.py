"""The trainer: the only place where time passes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FRESH, Cursor, Draw
from gdviz.core.datasets import Drawn
from gdviz.core.examples import hold_out, standardised
from gdviz.core.landscape import telling_pair
from gdviz.core.objective import Objective
from gdviz.core.refused import Refused
from gdviz.session import MOST_NUMBERS
from gdviz.session.history import Checkpoints, State, Tape
from gdviz.session.scene import fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.datasets import Dataset
    from gdviz.core.examples import Split
    from gdviz.session.scene import Descent, Scene

    Array = NDArray[np.float64]


_ENOUGH = 256  # examples that tell which parameters matter


@dataclass(frozen=True, eq=False)
class Step:
    """One update, worked out but not yet made.

    Attributes
    ----------
    rows : ndarray of shape (b,)
        The batch; for fresh examples, the rows of `fresh`.
    fresh : Objective or None
        The same model and loss on examples drawn for this batch alone.
    loss : float
    gradient : ndarray of shape (p,)
        ĝ, the mean of the batch's gradients.
    update : ndarray of shape (p,)
    after : State
    """

    rows: NDArray[np.int64]
    fresh: Objective | None
    loss: float
    gradient: Array
    update: Array
    after: State

    @property
    def finite(self) -> bool:
        """Whether nothing in it has overflowed."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.after.theta).all())


def load(scene: Scene) -> Split:
    """Return the scene's examples, split and standardised as it says.

    The last ones loaded are kept, for as long as their file stays the same.
    """
    return _load(scene.data, scene.held_out, scene.seed, scene.data.stamp())


@lru_cache(maxsize=1)
def _load(data: Dataset, held_out: float, seed: int, stamp: object) -> Split:
    del stamp  # it only tells a changed file from the one kept
    with np.errstate(all="ignore"):
        split = hold_out(data.examples(seed), held_out, seed)
        return standardised(split) if data.standardise else split


class Trainer:
    """One path of a scene, from step 0 to the newest, standing at any step of it.

    Parameters
    ----------
    scene : Scene

    Attributes
    ----------
    scene : Scene
        With the settings in force at this step.
    moved : dict
        What had to be moved to fit the data, a sentence by the dotted place.
    state : State
        After the updates made so far.
    pending : Step
        The step that comes next.
    telling : pair of ints
        The two parameters along which the gradients differ most at the start.

    Raises
    ------
    Refused
        If the data cannot be read or the loss overflows at the start.
    """

    def __init__(self, scene: Scene) -> None:
        self.split = load(scene)
        self.scene, self.moved = fit(scene, self.split)
        assert self.scene.loss is not None  # `fit` names it
        self.objective = Objective(self.split.train, scene.model, self.scene.loss)
        test = self.split.test
        self.test = self.objective.on(test) if test else None
        theta = self.objective.network.start(scene.seed)
        optimizer = self.scene.descent.optimizer
        self.state = State(theta, optimizer.name, optimizer.init(theta), Cursor())
        self.newest, self._bad_end = 0, -1
        self._tape = Tape(self.scene.descent)
        self._checkpoints = Checkpoints(self.state)
        with np.errstate(all="ignore"):
            self.pending = self._work_out(self.state, self.scene.descent)
            enough = max(1, min(_ENOUGH, MOST_NUMBERS // len(theta)))
            some = np.arange(min(self.objective.n_examples, enough))
            self.telling = telling_pair(self.objective.gradients(theta, some))
            if not np.isfinite(self.objective.loss(theta)):
                how = "" if scene.data.standardise else ": standardise it, for example"
                raise Refused(
                    f"The loss overflows at the start; bring the data to scale{how}."
                )

    @property
    def step(self) -> int:
        """Updates made up to where the trainer stands."""
        return self.state.cursor.step

    @property
    def diverged(self) -> bool:
        """Whether this is the last finite step of a path that overflows."""
        return self.step == self._bad_end

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
        made: list[Step] = []
        with np.errstate(all="ignore"):
            while len(made) < steps and (step := self._make_one()):
                made.append(step)
                if time.perf_counter() >= until:
                    break
        return made

    def seek(self, step: int) -> None:
        """Go to any step made so far; all there is as it was, bit for bit."""
        step = min(max(step, 0), self.newest)
        kept = self._checkpoints.before(step)
        with np.errstate(all="ignore"):
            if not kept.cursor.step <= self.step <= step:
                self._stand_at(kept)
            while self.step < step and self._make_one():
                pass

    def adopt(self, scene: Scene) -> None:
        """Go on with other settings from this step; nothing is reset.

        Parameters
        ----------
        scene : Scene
            The same run: see `needs_restart`.
        """
        scene, self.moved = fit(scene, self.split)
        if scene.descent != self.scene.descent:
            self._tape.change(self.step, scene.descent)
            self._checkpoints.forget_after(self.step)
            self.newest, self._bad_end = self.step, -1
            with np.errstate(all="ignore"):
                self._stand_at(self.state)
        self.scene = scene

    def _make_one(self) -> Step | None:
        """Make the pending step, unless it or the one after it would overflow."""
        made, after = self.pending, self.pending.after
        descent = self._tape.at(after.cursor.step)
        following = self._work_out(after, descent)
        again = self.step < self.newest  # made before the settings there changed
        if not again and not (made.finite and following.finite):
            self._bad_end = self.step
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
        optimizer, memory = descent.optimizer, state.memory
        if state.optimizer != optimizer.name:
            memory = optimizer.init(state.theta)
        rows, cursor = self._draw(descent).next(descent.batch_size, state.cursor)
        fresh = self._fresh(len(rows), state.cursor) if descent.order == FRESH else None
        loss, gradient = (fresh or self.objective).gradient(state.theta, rows)
        update, memory = optimizer.update(gradient, memory, descent.learning_rate)
        after = State(state.theta + update, optimizer.name, memory, cursor)
        return Step(rows, fresh, loss, gradient, update, after)

    def _draw(self, descent: Descent) -> Draw:
        n, seed = self.objective.n_examples, self.scene.seed
        return Draw(n, seed, descent.order, descent.short_last)

    def _fresh(self, count: int, cursor: Cursor) -> Objective:
        rng = np.random.default_rng((self.scene.seed, 0xF2E5, cursor.step, count))
        assert isinstance(self.scene.data, Drawn)  # `fit` lets no other data here
        return self.objective.on(self.scene.data.draw(count, rng))
