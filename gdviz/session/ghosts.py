"""Ghosts: other ways down beside the chosen one, from the same start, same batches."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.optimizers import SGD, Here
from gdviz.session.companions import Companion, companion
from gdviz.session.geometry import angle, length, ratio, share
from gdviz.session.scene import Descent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.planes import Plane
    from gdviz.session.stepping import Step
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]


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


class Ghosts:
    """All ghosts of a run."""

    def __init__(self) -> None:
        self.companions: list[Companion] = []
        self._pace = ""

    def adopt(self, trainer: Trainer, cut: bool = False) -> None:
        """Have the companions that the trainer's scene names, known ones kept.

        Parameters
        ----------
        trainer : Trainer
        cut : bool
            Whether the trainer goes on with other settings from where it stands.
        """
        ghosts, made = trainer.scene.ghosts, list[Companion]()
        if trainer.scene.pace != self._pace:  # what was set on the way is met elsewhere
            self._pace, self.companions = trainer.scene.pace, []
        for ghost, known in zip(ghosts, self._known(trainer, cut), strict=True):
            if known:
                known.change(trainer, ghost, cut)
            made.append(known or companion(trainer, ghost))
        self.companions = made

    def _known(self, trainer: Trainer, cut: bool) -> list[Companion | None]:
        """Return the companion of each ghost: the very same, or the one changed now.

        Where more than one is not the same, and not because the run itself goes
        another way, they are others: they begin at the start.
        """
        step, ghosts = trainer.step, trainer.scene.ghosts
        now = {c: c.settings(step) for c in self.companions}
        found: list[Companion | None] = [None] * len(ghosts)
        for like in (Descent.__eq__, _of_one_recipe):
            if like is _of_one_recipe and not cut and found.count(None) > 1:
                break
            for i, ghost in enumerate(ghosts):
                same = [c for c, mine in now.items() if like(mine, ghost)]
                if found[i] is None and same:
                    found[i] = same[0]
                    del now[same[0]]
        return found

    def follow(self, trainer: Trainer, until: float) -> None:
        """Bring every companion to its place beside the run, as far as time allows.

        Each has a share of the time that is left.
        """
        waiting = sorted(self.companions, key=lambda c: c.trainer.step)
        for place, one in enumerate(waiting):
            now = time.perf_counter()
            one.follow(trainer, now + max(0.0, until - now) / (len(waiting) - place))

    def settings(self, step: int) -> tuple[Descent, ...]:
        """Return every companion's settings in force at a step of the run."""
        return tuple(companion.settings(step) for companion in self.companions)

    def late(self, trainer: Trainer) -> bool:
        """Tell whether any companion has steps to catch up with."""
        return any(companion.late(trainer) for companion in self.companions)

    def marks(self) -> tuple[object, ...]:
        """Return what tells that there is something new to see of them."""
        trainers = [companion.trainer for companion in self.companions]
        return tuple((id(t), t.pending, t.diverged) for t in trainers)

    def seen(self, trainer: Trainer, mean: Array, plane: Plane) -> tuple[Ghost, ...]:
        """Return what is seen of every ghost beside the step that is pending."""
        known: dict[tuple[object, ...], Array] = {}  # many may make the same
        return tuple(_seen(c, trainer, mean, plane, known) for c in self.companions)


def _of_one_recipe(one: Descent, other: Descent) -> bool:
    return one.recipe == other.recipe


_TINY = 1e-9  # in the place of a learning rate of 0, which a schedule may come to


def vector_of(descent: Descent, trainer: Trainer, step: Step) -> Array:
    """Return what a recipe makes of a batch at the trainer's θ, in the place of ĝ.

    It is minus the plain step it would make, divided by the learning rate.
    """
    source = step.fresh or trainer.objective
    rate = descent.rate(trainer.step) or _TINY
    here = Here(trainer.state.theta, rate)
    taken = descent.recipe.step(source, step.rows, SGD(), {}, here)
    return taken.update / -rate


def _seen(
    companion: Companion,
    trainer: Trainer,
    mean: Array,
    plane: Plane,
    known: dict[tuple[object, ...], Array],
) -> Ghost:
    own = companion.trainer
    descent, theta = companion.settings(trainer.step), own.state.theta
    key = (descent.recipe, descent.rate(trainer.step))
    if key not in known:
        plain = descent.recipe == MeanOfGradients()
        made = mean if plain else vector_of(descent, trainer, trainer.pending)
        known[key] = made
    vector = known[key]
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
        companion.log.loss_of(own),
        length(theta - trainer.state.theta),
        own.diverged,
        descent.rate(trainer.step),
    )
