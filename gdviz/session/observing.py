"""Observing: all there is to see where a trainer stands, taken down and frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT
from gdviz.core.directions import explained
from gdviz.core.ledger import Ledger, ledger
from gdviz.core.means import gap
from gdviz.core.noise import law
from gdviz.core.objective import Objective
from gdviz.session import MOST_NUMBERS
from gdviz.session.geometry import angle, length, ratio, share, shares
from gdviz.session.paced import PLOT, WORDS, Paced
from gdviz.session.remembering import divided, own_rates, remembered
from gdviz.session.snapshot import Arrows, Chosen, Projection, Record, Snapshot
from gdviz.session.viewing import Viewer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.examples import Examples
    from gdviz.core.optimizers import Optimizer
    from gdviz.core.planes import Plane
    from gdviz.core.portrait import FormulaSitter, Sitter
    from gdviz.core.sums import Survey
    from gdviz.session.ghosts import Ghosts
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]

MOST_SHOWN, MOST_TOLD = 1024, 256
_MOST_LEDGER = 2**16  # numbers
_MOST_GAP = 2**16  # examples: more take longer than a frame
_MOST_PATH = 2**17  # numbers that tell how much of a path lies in the plane
_ROUNDING = 1e-12  # of θ's length: nearer to the plane is in it


def take(
    trainer: Trainer,
    sitter: Sitter | FormulaSitter,
    chosen: int | None = None,
    ghosts: Ghosts | None = None,
    viewer: Viewer | None = None,
    paced: Paced | None = None,
) -> Snapshot:
    """Return all there is to see where the trainer stands."""
    viewer, paced = viewer or Viewer(trainer), paced or Paced()
    with np.errstate(all="ignore"):
        theta = trainer.state.theta
        plane = viewer.plane(trainer)
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
            angle(record.update, -record.handed),
            plane,
            _arrows(trainer, record, full, plane),
            paced.get(
                "portrait",
                PLOT,
                sitter,
                lambda: sitter.portrait(theta, _shown_batch(trainer)),
            ),
            trainer.diverged,
            _ledger(trainer, _shown_rows(trainer)[: _told(trainer)]),
            _chosen(trainer, sitter, plane, chosen),
            ghosts.seen(trainer, record.gradient, plane) if ghosts else (),
            trainer.course,
            _gap(trainer),
            _projection(trainer, full.loss, plane, viewer, paced),
            trainer.fault,
        )


def shown(parameters: int) -> int:
    """Return of how many examples the gradients are worked out for display."""
    return max(1, min(MOST_SHOWN, MOST_NUMBERS // parameters))


def _freeze(*arrays: Array) -> None:
    """Let nobody write to what crosses a thread."""
    for array in arrays:
        array.setflags(write=False)


def _shown_rows(trainer: Trainer) -> NDArray[np.int64]:
    return trainer.pending.rows[: shown(trainer.objective.n_parameters)]


def _told(trainer: Trainer) -> int:
    """Return of how many examples every number is told."""
    objective = trainer.objective
    numbers = objective.n_parameters + 4 * objective.n_hidden
    return max(1, min(MOST_TOLD, _MOST_LEDGER // numbers))


def _ledger(trainer: Trainer, rows: NDArray[np.int64]) -> Ledger | None:
    source = trainer.pending.fresh or trainer.objective
    if not isinstance(source, Objective):
        return None
    return ledger(source, trainer.state.theta, rows)


def _gap(trainer: Trainer) -> Array | None:
    source = trainer.pending.fresh or trainer.objective
    rows = trainer.pending.rows
    if not isinstance(source, Objective) or len(rows) > _MOST_GAP:
        return None
    return gap(source, trainer.state.theta, rows)


def _chosen(
    trainer: Trainer, sitter: Sitter | FormulaSitter, plane: Plane, row: int | None
) -> Chosen | None:
    source, theta = trainer.pending.fresh or trainer.objective, trainer.state.theta
    if row is None or not 0 <= row < source.n_examples:
        return None
    one = np.array([row])
    gradient = source.gradients(theta, one)[0].copy()
    places = np.flatnonzero(_shown_rows(trainer) == row)
    seen = sitter.portrait(theta, source.examples.take(one))
    arrow = -plane.along(gradient)
    _freeze(gradient)
    return Chosen(
        row,
        int(places[0]) if len(places) else -1,
        float(source.losses(theta, one)[0]),
        gradient,
        arrow,
        share(arrow, gradient),
        _ledger(trainer, one),
        seen.batch[0],
        seen.predicted[0],
    )


def _shown_batch(trainer: Trainer) -> Examples:
    source = trainer.pending.fresh or trainer.objective
    return source.examples.take(_shown_rows(trainer))


def _record(trainer: Trainer) -> Record:
    step, state = trainer.pending, trainer.state
    source, rows = step.fresh or trainer.objective, _shown_rows(trainer)
    losses = source.losses(state.theta, rows)
    gradients = source.gradients(state.theta, rows)
    right = trainer.scene.descent.recipe == MeanOfGradients()
    mean = step.gradient if right else source.gradient(state.theta, step.rows)[1]
    vectors = (state.theta, mean, step.gradient, step.update, step.after.theta)
    memories = (*step.memory.values(), *step.after.memory.values())
    _freeze(losses, gradients, *vectors, *memories)
    return Record(
        state.cursor,
        state.theta,
        step.rows,
        losses,
        gradients,
        step.loss,
        mean,
        step.gradient,
        step.update,
        step.memory,
        step.after,
        step.rate,
    )


def _arrows(trainer: Trainer, record: Record, full: Survey, plane: Plane) -> Arrows:
    vectors = {
        "mean": -record.gradient,
        "full": -full.gradient,
        "update": record.update,
        "handed": -record.handed,
    }
    optimizer = trainer.scene.descent.optimizer
    rate = _drawn_rate(optimizer, record)
    memory = remembered(optimizer, record.memory, record.after.memory)
    if memory is not None:
        of_update = divided(optimizer) and rate > 0
        vectors["memory"] = -memory * (record.rate / rate if of_update else 1.0)
    flat = {name: plane.along(vector) for name, vector in vectors.items()}
    examples = -plane.along(record.gradients)
    return Arrows(
        plane.project(record.theta),
        examples,
        flat["mean"],
        flat["full"],
        flat["update"],
        flat["handed"],
        _spread(trainer, len(record.rows), full.covariance),
        {name: share(flat[name], vector) for name, vector in vectors.items()},
        shares(examples, record.gradients),
        rate,
        flat.get("memory"),
    )


def _drawn_rate(optimizer: Optimizer, record: Record) -> float:
    """Return what gradients are multiplied by to be drawn beside the update."""
    alike = ratio(record.update, record.gradient) if own_rates(optimizer) else None
    return alike if alike and np.isfinite(alike) else record.rate


def _projection(
    trainer: Trainer, loss: float, plane: Plane, viewer: Viewer, paced: Paced
) -> Projection:
    theta = trainer.state.theta
    away = length(plane.off(theta))
    if away <= _ROUNDING * length(theta):
        away = 0.0
    below = plane.lift(plane.project(theta))
    return Projection(
        away,
        trainer.objective.loss(below) if away else loss,
        paced.get(
            "explained", WORDS, plane.key, lambda: _explained(trainer, plane, viewer)
        ),
        viewer.home(trainer, plane),
    )


def _explained(trainer: Trainer, plane: Plane, viewer: Viewer) -> float | None:
    """Return how much of the path's variance lies in the plane."""
    path = viewer.so_far(trainer.step)
    path = path[:: -(-path.size // _MOST_PATH) or 1]
    path = np.concatenate([path, trainer.state.theta[None]])
    return explained(path, plane.project(path))


def _spread(trainer: Trainer, b: int, covariance: Array) -> Array | None:
    n, order = trainer.objective.n_examples, trainer.scene.descent.order
    if order == FILE_ORDER or not np.isfinite(covariance).all():
        return None
    return covariance * law(n, b, order in (REPLACEMENT, FRESH))
