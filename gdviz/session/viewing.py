"""Viewing: the plane that a run is looked at in, and what of it to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.planekinds import PlaneKind, TwoParameters
from gdviz.core.planes import Plane, Region, frame, parameter_plane
from gdviz.session.trail import Trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.scene import Scene
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]

_MOST_POINTS = 256  # of the path: enough to tell where it lies
_DIGITS = 5  # binary ones of a step at which a plane that follows is chosen anew


class Viewer:
    """Chooses the plane, and keeps it for as long as it holds."""

    def __init__(self, trainer: Trainer) -> None:
        self.path = Trail(trainer.objective.n_parameters, _MOST_POINTS)
        self._start, self._noted = trainer.state.theta, 0
        self._chosen: tuple[object, Plane] | None = None
        self._home: tuple[object, Region] | None = None
        self._held: tuple[int, Array] | None = None

    def branch(self, step: int) -> Viewer:
        """Return what looks at the same path up to a step, to go on another way."""
        made = Viewer.__new__(Viewer)
        made.path, made._noted = self.path.copy(step), min(self._noted, step)
        made._start = self._start
        made._chosen = made._home = made._held = None
        return made

    def note(self, first: int, thetas: Array) -> None:
        """Take in θ before each of some steps, of shape (m, p)."""
        new = max(0, self._noted - first)
        if len(thetas) > new:
            self.path.append(first + new, thetas[new:])
            self._noted = first + len(thetas)

    def cut(self, step: int) -> None:
        """Forget the path after a step: it goes another way from there."""
        if step < self._noted:
            self.path.cut(step)
            self._noted = step
            self._chosen = self._home = self._held = None

    def plane(self, trainer: Trainer) -> Plane:
        """Return the plane to look at where the trainer stands."""
        kind, theta = trainer.scene.plane, trainer.state.theta
        if not kind.follow:
            theta = self._theta_at(trainer, step_of(trainer))
        if isinstance(kind, TwoParameters):
            return parameter_plane(theta, parameters(trainer), trainer.objective.names)
        step = milestone(trainer.step) if kind.follow else step_of(trainer)
        key = (look_of(trainer.scene), step)
        if self._chosen is None or self._chosen[0] != key:
            self._chosen = key, self._choose(kind, trainer, step)
        return self._chosen[1].through(theta)

    def home(self, trainer: Trainer, plane: Plane) -> Region:
        """Return what part of the plane to show at first."""
        kind = trainer.scene.plane
        if kind.extent:
            return Region(*kind.extent)
        key = (look_of(trainer.scene), plane.labels)
        if self._home is None or self._home[0] != key:
            self._home = key, self._framed(trainer, plane)
        return self._home[1]

    def so_far(self, step: int) -> Array:
        """Return the path before a step, thinned, of shape (m, p)."""
        return self.path.rows(step)

    def _framed(self, trainer: Trainer, plane: Plane) -> Region:
        theta, objective = trainer.state.theta, trainer.objective
        window = objective.window
        if window is not None and plane.labels == objective.names:
            return window.around(plane.project(self._start[None]))
        if isinstance(trainer.scene.plane, TwoParameters):
            theta = self._start  # where a run began, it is looked at throughout
            return frame(objective, plane.through(theta), theta)
        seen = np.concatenate([self.so_far(trainer.step), theta[None]])
        points = plane.project(seen)
        return frame(objective, plane.through(theta), theta).around(points, 0.1)

    def _choose(self, kind: PlaneKind, trainer: Trainer, step: int) -> Plane:
        """Return the plane of this kind at a step; its zero lies at the start."""
        theta = self._theta_at(trainer, step)
        path = np.concatenate([self._start[None], self.so_far(step), theta[None]])
        directions = kind.directions(trainer.objective, theta, path)
        directions.setflags(write=False)
        return Plane(self._start, directions, kind.labels())

    def _theta_at(self, trainer: Trainer, step: int) -> Array:
        if step == trainer.step:
            return trainer.state.theta
        if self._held is None or self._held[0] != step:
            self._held = step, trainer.theta_at(step)
        return self._held[1]


def step_of(trainer: Trainer) -> int:
    """Return the step whose θ the plane goes through."""
    kind = trainer.scene.plane
    return trainer.step if kind.follow else min(kind.at, trainer.newest)


def look_of(scene: Scene) -> tuple[object, ...]:
    """Return what, besides the path, a plane and its home depend on."""
    return (scene.plane.bare, scene.plane_x, scene.plane_y)


def milestone(step: int) -> int:
    """Return the step at which a plane that follows was last chosen anew.

    All steps at first, then sixteen between any number and its double.
    """
    spare = max(0, step.bit_length() - _DIGITS)
    return step >> spare << spare


def parameters(trainer: Trainer) -> tuple[int, int]:
    """Return the two parameters that the scene names.

    A parameter not named, or not one of the model's, is a telling one at the start.
    """
    names, scene = trainer.objective.names, trainer.scene
    first, second = trainer.telling
    if scene.plane_x in names:
        first = names.index(scene.plane_x)
    if scene.plane_y in names:
        second = names.index(scene.plane_y)
    if first == second:
        other = next((i for i in trainer.telling if i != first), first)
        if scene.plane_x in names:
            second = other
        else:
            first = other
    return first, second
