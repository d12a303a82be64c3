"""All there is to see at one step, frozen: the record that feeds every view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT
from gdviz.core.landscape import Plane, parameter_plane
from gdviz.session import MOST_NUMBERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.batches import Cursor
    from gdviz.core.examples import Examples
    from gdviz.core.objective import Survey
    from gdviz.core.portrait import Portrait, Sitter
    from gdviz.session.history import State
    from gdviz.session.scene import Scene
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]

MOST_SHOWN = 1024


@dataclass(frozen=True, eq=False)
class Record:
    """The step that comes next, whole: what training will do and from what.

    Attributes
    ----------
    cursor : Cursor
        Examples used and updates made before it.
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)
        The batch.
    losses : ndarray of shape (s,)
        Of the first s examples of the batch: see `shown`.
    gradients : ndarray of shape (s, p)
        Of the same examples.
    loss : float
        Mean over the whole batch.
    gradient : ndarray of shape (p,)
        ĝ, mean over the whole batch.
    update : ndarray of shape (p,)
        Δθ.
    after : State
        θ and the optimizer's memory after the step.
    """

    cursor: Cursor
    theta: Array
    rows: NDArray[np.int64]
    losses: Array
    gradients: Array
    loss: float
    gradient: Array
    update: Array
    after: State


@dataclass(frozen=True, eq=False)
class Arrows:
    """The record's vectors along the plane shown: all are *minus* gradients.

    Attributes
    ----------
    here : ndarray of shape (2,)
        θ in plane coordinates.
    examples : ndarray of shape (s, 2)
    mean, full, update : ndarrays of shape (2,)
        −ĝ, −∇L and Δθ.
    spread : ndarray of shape (2, 2) or None
        Covariance of the batch mean around the full gradient by theory, Σ/b, times
        (n − b)/(n − 1) without replacement; None in file order, where no chance is.
    shares : dict
        Part of the length of mean, full and update that lies in the plane, 0 to 1.
    """

    here: Array
    examples: Array
    mean: Array
    full: Array
    update: Array
    spread: Array | None
    shares: dict[str, float]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All there is to see at one step.

    Attributes
    ----------
    scene : Scene
        With the settings in force at this step.
    record : Record
        The pending one.
    full : Survey
        Loss and gradient over all examples at this θ.
    test_loss : float or None
    angle : float or None
        Between ĝ and ∇L, in degrees; None where one of them is 0.
    step_angle : float or None
        Between the update and −∇L, in degrees.
    turned : bool
        Whether the optimizer's memory turns the update away from −ĝ.
    diverged : bool
        Whether the path was found to end here: this step or the next overflows.
    """

    scene: Scene
    record: Record
    full: Survey
    test_loss: float | None
    angle: float | None
    step_angle: float | None
    turned: bool
    plane: Plane
    arrows: Arrows
    portrait: Portrait
    diverged: bool

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self.record.cursor.step


def take(trainer: Trainer, sitter: Sitter) -> Snapshot:
    """Return all there is to see where the trainer stands."""
    with np.errstate(all="ignore"):
        theta = trainer.state.theta
        plane = plane_of(trainer)
        record = _record(trainer)
        full = trainer.objective.survey(theta, plane.directions)
        _freeze(full.gradient, full.covariance, plane.origin)
        test = trainer.test
        return Snapshot(
            trainer.scene,
            record,
            full,
            test.loss(theta) if test else None,
            angle(record.gradient, full.gradient),
            angle(-record.update, full.gradient),
            (angle(record.update, -record.gradient) or 0.0) > 0.5,
            plane,
            _arrows(trainer, record, full, plane),
            sitter.portrait(theta, _shown_batch(trainer)),
            trainer.diverged,
        )


def plane_of(trainer: Trainer) -> Plane:
    """Return the plane of the scene's two parameters through θ.

    A parameter not named, or not one of the model's, is a telling one at the start.
    """
    names, scene = trainer.objective.network.names, trainer.scene
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
    return parameter_plane(trainer.state.theta, (first, second), names)


def angle(a: Array, b: Array) -> float | None:
    """Return the angle between two vectors of shape (p,) in degrees."""
    if not (a.any() and b.any() and np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    a, b = a / np.abs(a).max(), b / np.abs(b).max()  # no square overflows
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def shown(parameters: int) -> int:
    """Return of how many examples the gradients are worked out for display."""
    return max(1, min(MOST_SHOWN, MOST_NUMBERS // parameters))


def _freeze(*arrays: Array) -> None:
    """Let nobody write to what crosses a thread."""
    for array in arrays:
        array.setflags(write=False)


def _shown_rows(trainer: Trainer) -> NDArray[np.int64]:
    return trainer.pending.rows[: shown(trainer.objective.n_parameters)]


def _shown_batch(trainer: Trainer) -> Examples:
    source = trainer.pending.fresh or trainer.objective
    return source.examples.take(_shown_rows(trainer))


def _record(trainer: Trainer) -> Record:
    step, state = trainer.pending, trainer.state
    source, rows = step.fresh or trainer.objective, _shown_rows(trainer)
    losses = source.losses(state.theta, rows)
    gradients = source.gradients(state.theta, rows)
    memory = step.after.memory.values()
    vectors = (state.theta, step.gradient, step.update, step.after.theta)
    _freeze(losses, gradients, *vectors, *memory)
    return Record(
        state.cursor,
        state.theta,
        step.rows,
        losses,
        gradients,
        step.loss,
        step.gradient,
        step.update,
        step.after,
    )


def _arrows(trainer: Trainer, record: Record, full: Survey, plane: Plane) -> Arrows:
    vectors = {
        "mean": -record.gradient,
        "full": -full.gradient,
        "update": record.update,
    }
    flat = {name: plane.along(vector) for name, vector in vectors.items()}
    return Arrows(
        plane.project(record.theta),
        -plane.along(record.gradients),
        flat["mean"],
        flat["full"],
        flat["update"],
        _spread(trainer, len(record.rows), full.covariance),
        {name: _share(flat[name], vector) for name, vector in vectors.items()},
    )


def _spread(trainer: Trainer, b: int, covariance: Array) -> Array | None:
    n, order = trainer.objective.n_examples, trainer.scene.descent.order
    if order == FILE_ORDER or not np.isfinite(covariance).all():
        return None
    if order in (REPLACEMENT, FRESH):
        return covariance / b
    return covariance / b * ((n - b) / max(n - 1, 1))


def _share(flat: Array, vector: Array) -> float:
    peak = np.abs(vector).max()
    if not 0 < peak < np.inf:
        return 1.0
    return float(np.linalg.norm(flat / peak) / np.linalg.norm(vector / peak))
