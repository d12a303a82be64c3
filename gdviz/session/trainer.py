"""The trainer: the only place where time passes."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FRESH, Cursor, Draw
from gdviz.core.datasets import Drawn
from gdviz.core.functions import FormulaSum
from gdviz.core.optimizers import Here, Noise
from gdviz.core.planes import telling_pair
from gdviz.core.refused import Refused
from gdviz.session import MOST_NUMBERS
from gdviz.session.fitting import fit
from gdviz.session.history import Checkpoints, State, Tape
from gdviz.session.loading import differences, load, objective_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum
    from gdviz.session.course import Course
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
    fresh : FiniteSum or None
        The same sum over examples drawn for this batch alone.
    loss : float
    gradient : ndarray of shape (p,)
        What the recipe makes of the batch's gradients: ĝ, their mean, if it is right.
    update : ndarray of shape (p,)
    memory : mapping of text to ndarray of shape (p,)
        The optimizer's, before the step; another optimizer begins with its own.
    after : State
    finite : bool
        Whether nothing in it has overflowed.
    rate : float
        The learning rate of this step, by its schedule.
    fault : text
        Why it could not be worked out, where an own objective failed.
    """

    rows: NDArray[np.int64]
    fresh: FiniteSum | None
    loss: float
    gradient: Array
    update: Array
    memory: Mapping[str, Array]
    after: State
    finite: bool
    rate: float
    fault: str = ""


class Trainer:
    """One path of a scene, from step 0 to the newest, standing at any step of it.

    Parameters
    ----------
    scene : Scene
    course : Course or None
        The settings from step to step; None: those of the scene throughout.

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

    pending: Step
    _drawn: tuple[Descent, Draw] | None = None

    def __init__(self, scene: Scene, course: Course | None = None) -> None:
        self.split = load(scene)
        if course is not None:
            scene = replace(scene, descent=course.start)
        self.scene, self.moved = fit(scene, self.split)
        self.objective = objective_of(self.scene, self.split.train)
        test = self.split.test
        self.test = self.objective.on(test) if test else None
        self._begin(Tape.of(self._fitted(course)) if course else self._plain())
        theta = self.state.theta
        with np.errstate(all="ignore"):
            enough = max(1, min(_ENOUGH, MOST_NUMBERS // len(theta)))
            some = np.arange(min(self.objective.n_examples, enough))
            self.telling = telling_pair(self.objective.gradients(theta, some))
            if isinstance(self.objective, FormulaSum):
                self.objective.check_start(theta)
            if not np.isfinite(self.objective.loss(theta)):
                how = "" if scene.data.standardise else ": standardise it, for example"
                raise Refused(
                    self.objective.fault()
                    or f"The loss overflows at the start; bring the data to scale{how}."
                )

    def branch(self) -> Trainer:
        """Return a trainer of the same path up to here, to go on another way."""
        made = copy(self)
        made._tape = self._tape.copy(self.step)
        made._checkpoints = self._checkpoints.copy(self.step)
        made.newest, made._bad_end = self.step, -1
        return made

    @property
    def course(self) -> Course:
        """What was in force from step to step, up to the newest."""
        return self._tape.course(self.newest, self.step)

    def _plain(self) -> Tape:
        return Tape(self.scene.descent)

    def _fitted(self, course: Course) -> Course:
        """Return the course with all settings fitted to the data."""
        changes = [
            (step, fit(replace(self.scene, descent=descent), self.split)[0].descent)
            for step, descent in course.changes
        ]
        return replace(course, start=self.scene.descent, changes=tuple(changes))

    def beside(self, ghost: Descent) -> Trainer:
        """Return a trainer at the start of the same run that goes down another way.

        It differs from this one, then and later, only where `ghost` differs from the
        descent in force now.
        """
        made = copy(self)
        own = differences(ghost, self.scene.descent)
        made.scene = replace(self.scene, descent=ghost, ghosts=())
        made.newest = 0
        made._begin(self._tape.with_settings(own))
        return made

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

    def _at(self, step: int) -> Trainer:
        """Return another trainer of the same path that stands at a step of it."""
        made = copy(self)
        made._checkpoints = self._checkpoints.copy(self.newest)
        made.seek(step)
        return made

    def adopt(self, scene: Scene) -> None:
        """Go on with other settings from this step; nothing is reset.

        Parameters
        ----------
        scene : Scene
            The same run: see `needs_restart`.
        """
        scene, self.moved = fit(scene, self.split)
        if scene.descent != self.scene.descent:
            self._go_on(self.step, Tape(scene.descent))
        self.scene = scene

    def go_with(self, ghosts: tuple[Descent, ...]) -> None:
        """Let the scene name the ghosts with their settings in force at this step."""
        if ghosts != self.scene.ghosts:
            self.scene = replace(self.scene, ghosts=ghosts)

    def settings(self, step: int) -> Descent:
        """Return the settings in force at a step, made already or not."""
        return self._tape.at(step)

    def tape_beside(self, ghost: Descent) -> Tape:
        """Return which settings hold from step to step for a ghost; see `beside`."""
        return self._tape.with_settings(differences(ghost, self.scene.descent))

    def go_on(self, step: int, descent: Descent) -> None:
        """Let these settings hold from a step on; what was made after it is dropped."""
        self._go_on(step, Tape(descent))

    def go_on_beside(self, other: Trainer, ghost: Descent) -> None:
        """Go on beside another trainer from where it stands; see `beside`.

        Settings that held before stay; what was made later is dropped.
        """
        own = differences(ghost, other.scene.descent)
        self._go_on(other.step, other._tape.with_settings(own))

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
        optimizer, memory = descent.optimizer, state.memory
        if state.optimizer != optimizer.name:
            memory = optimizer.init(state.theta)
        rows, cursor = self._draw(descent).next(descent.batch_size, state.cursor)
        fresh = self._fresh(len(rows), state.cursor) if descent.order == FRESH else None
        here = self._here(state, descent)
        source = fresh or self.objective
        taken = descent.recipe.step(source, rows, optimizer, memory, here)
        theta = state.theta + taken.update
        after = State(theta, optimizer.name, taken.memory, cursor)
        fine = isfinite(taken.loss) and finite(theta)
        fault = "" if fine else self.objective.fault()
        return Step(
            rows, fresh, taken.loss, taken.gradient, taken.update, memory, after,
            fine, here.learning_rate, fault,
        )  # fmt: skip

    def _here(self, state: State, descent: Descent) -> Here:
        """Return where the update of a step is made."""
        step = state.cursor.step
        return Here(
            state.theta,
            descent.rate(step),
            self.objective.n_examples,
            Noise(self.scene.seed, step),
        )

    def _draw(self, descent: Descent) -> Draw:
        if self._drawn is None or self._drawn[0] is not descent:
            n, seed = self.objective.n_examples, self.scene.seed
            self._drawn = descent, Draw(n, seed, descent.order, descent.short_last)
        return self._drawn[1]

    def _fresh(self, count: int, cursor: Cursor) -> FiniteSum:
        rng = np.random.default_rng((self.scene.seed, 0xF2E5, cursor.step, count))
        assert isinstance(self.scene.data, Drawn)  # `fit` lets no other data here
        return self.objective.on(self.scene.data.draw(count, rng))


def finite(theta: Array) -> bool:
    """Tell whether all entries are; their squares alone may overflow, but seldom do."""
    return isfinite(theta.dot(theta)) or bool(np.isfinite(theta).all())
