"""Ghosts: other ways down beside the chosen one, from the same start, same batches."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.optimizers import SGD, Here
from gdviz.session import MOST_NUMBERS
from gdviz.session.geometry import angle, ratio, share
from gdviz.session.scene import Descent
from gdviz.session.trail import Trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.planes import Plane
    from gdviz.session.trainer import Step, Trainer

    Array = NDArray[np.float64]

_MOST_POINTS = 1024  # of a ghost's path
_SLICE = 256  # steps caught up with at a time


@dataclass(frozen=True, eq=False)
class Ghost:
    """What is seen of one ghost.

    Attributes
    ----------
    descent : Descent
    vector : ndarray of shape (p,)
        What its recipe makes of the pending batch at the θ shown, in the place of ĝ.
    angle : float or None
        Between that and ĝ, in degrees; None where one of them is 0.
    ratio : float or None
        Of their lengths; None where ĝ is 0.
    arrow : ndarray of shape (2,)
        Minus the vector along the plane.
    share : float
        Part of the vector's length that lies in the plane, 0 to 1.
    step : int
        How far its own path has come.
    theta : ndarray of shape (p,)
        Where its own path stands.
    here : ndarray of shape (2,)
        The same in plane coordinates.
    path : ndarray of shape (m, 2)
        Its own path before.
    loss : float
        Mean loss over all examples where its path stands.
    distance : float
        Of its θ from the θ shown.
    diverged : bool
    rate : float
        Its learning rate at the step shown.
    """

    descent: Descent
    vector: Array
    angle: float | None
    ratio: float | None
    arrow: Array
    share: float
    step: int
    theta: Array
    here: Array
    path: Array
    loss: float
    distance: float
    diverged: bool
    rate: float


class Companion:
    """One ghost's own trainer and trail."""

    def __init__(self, trainer: Trainer, ghost: Descent) -> None:
        self.trainer = trainer.beside(ghost)
        self.trail = Trail(trainer.objective.n_parameters, _MOST_POINTS)
        self._noted = 0
        numbers = trainer.objective.n_parameters
        self._slice = max(1, min(_SLICE, MOST_NUMBERS // 2 // numbers))

    def late(self, step: int) -> bool:
        """Tell whether there are steps to catch up with."""
        return self.trainer.step != step and not (
            self.trainer.diverged and self.trainer.step < step
        )

    def follow(self, step: int, until: float) -> None:
        """Go to a step of the run, or as near as time allows."""
        trainer = self.trainer
        trainer.seek(step)  # by checkpoints, as far as it has been there before
        while trainer.step < step:
            before, states = trainer.step, [trainer.state]
            some = trainer.walk(min(step - before, self._slice), until)
            states += [made.after for made in some]
            new = max(0, self._noted - before)
            if trainer.step > self._noted:
                thetas = [state.theta for state in states[new:-1]]
                self.trail.append(before + new, np.stack(thetas))
                self._noted = trainer.step
            if trainer.step == before or time.perf_counter() >= until:
                return

    def change(self, trainer: Trainer, ghost: Descent, cut: bool) -> None:
        """Let other settings hold from where the run's trainer stands.

        Where the run itself goes another way from there, so does what is to come of
        its ghosts.
        """
        step = trainer.step
        if cut or ghost != self.trainer.settings(step):
            self.trainer.go_on_beside(trainer, ghost)
            self.trail.cut(step)
            self._noted = min(self._noted, step)


class Ghosts:
    """All ghosts of a run."""

    def __init__(self) -> None:
        self.companions: list[Companion] = []

    def adopt(self, trainer: Trainer, cut: bool = False) -> None:
        """Have the companions that the trainer's scene names, known ones kept.

        Parameters
        ----------
        trainer : Trainer
        cut : bool
            Whether the trainer goes on with other settings from where it stands.
        """
        ghosts, made = trainer.scene.ghosts, list[Companion]()
        for ghost, known in zip(ghosts, self._known(trainer), strict=True):
            if known:
                known.change(trainer, ghost, cut)
            made.append(known or Companion(trainer, ghost))
        self.companions = made

    def _known(self, trainer: Trainer) -> list[Companion | None]:
        """Return the companion of each ghost: the very same, or one of its recipe."""
        step, ghosts = trainer.step, trainer.scene.ghosts
        now = {c: c.trainer.settings(step) for c in self.companions}
        found: list[Companion | None] = [None] * len(ghosts)
        for like in (Descent.__eq__, _of_one_recipe):
            for i, ghost in enumerate(ghosts):
                same = [c for c, mine in now.items() if like(mine, ghost)]
                if found[i] is None and same:
                    found[i] = same[0]
                    del now[same[0]]
        return found

    def follow(self, step: int, until: float) -> None:
        """Bring every companion to a step, as far as time allows."""
        for companion in self.companions:
            companion.follow(step, until)

    def settings(self, step: int) -> tuple[Descent, ...]:
        """Return every companion's settings in force at a step of the run."""
        return tuple(companion.trainer.settings(step) for companion in self.companions)

    def late(self, step: int) -> bool:
        """Tell whether any companion has steps to catch up with."""
        return any(companion.late(step) for companion in self.companions)

    def marks(self) -> tuple[object, ...]:
        """Return what tells that there is something new to see of them."""
        trainers = [companion.trainer for companion in self.companions]
        return tuple((id(t), t.pending, t.diverged) for t in trainers)

    def seen(self, trainer: Trainer, mean: Array, plane: Plane) -> tuple[Ghost, ...]:
        """Return what is seen of every ghost beside the step that is pending."""
        return tuple(_seen(c, trainer, mean, plane) for c in self.companions)


def _of_one_recipe(one: Descent, other: Descent) -> bool:
    return one.recipe == other.recipe


def vector_of(descent: Descent, trainer: Trainer, step: Step) -> Array:
    """Return what a recipe makes of a batch at the trainer's θ, in the place of ĝ.

    It is minus the plain step it would make, divided by the learning rate.
    """
    source, rate = step.fresh or trainer.objective, descent.rate(trainer.step)
    here = Here(trainer.state.theta, rate)
    taken = descent.recipe.step(source, step.rows, SGD(), {}, here)
    return taken.update / -rate


def _seen(companion: Companion, trainer: Trainer, mean: Array, plane: Plane) -> Ghost:
    own = companion.trainer
    descent, theta = own.settings(trainer.step), own.state.theta
    vector = vector_of(descent, trainer, trainer.pending)
    here, flat = plane.project(theta), -plane.along(vector)
    for array in (vector, theta, flat):
        array.setflags(write=False)
    return Ghost(
        descent,
        vector,
        angle(vector, mean),
        ratio(vector, mean),
        flat,
        share(flat, vector),
        own.step,
        theta,
        here,
        companion.trail.flat(plane, own.step).copy(),
        own.objective.loss(theta),
        float(np.linalg.norm(theta - trainer.state.theta)),
        own.diverged,
        descent.rate(trainer.step),
    )
