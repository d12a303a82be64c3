"""The trainer: the only place where time passes."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.functions import FormulaSum
from gdviz.core.planes import telling_pair
from gdviz.core.refused import Refused
from gdviz.session import MOST_NUMBERS
from gdviz.session.fitting import fit
from gdviz.session.history import Tape
from gdviz.session.loading import differences, kept, load, objective_of
from gdviz.session.walking import Walker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.course import Course
    from gdviz.session.scene import Descent, Scene

    Array = NDArray[np.float64]


_ENOUGH = 256  # examples that tell which parameters matter


class Trainer(Walker):
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

    def __init__(self, scene: Scene, course: Course | None = None) -> None:
        scene = kept(scene)
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

    def adopt(self, scene: Scene) -> None:
        """Go on with other settings from this step; nothing is reset.

        Parameters
        ----------
        scene : Scene
            The same run: see `needs_restart`.
        """
        if scene.data is not self.scene.data:  # the same, but maybe not read yet
            scene = replace(scene, data=self.scene.data)
        scene, self.moved = fit(scene, self.split)
        if scene.descent != self.scene.descent:
            self._go_on(self.step, Tape(scene.descent))
        self.scene = scene

    def go_with(self, ghosts: tuple[Descent, ...]) -> None:
        """Let the scene name the ghosts with their settings in force at this step."""
        if ghosts != self.scene.ghosts:
            self.scene = replace(self.scene, ghosts=ghosts)

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
