"""A run as tables for a CSV file: its path, and the arithmetic of a step.

Rows are lists of texts and of Python numbers: written by `csv` they are exact, since
it writes a float as `repr` does. No text of a user is among them, and no heading
begins like the formula of a spreadsheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.portrait import sitter_for
from gdviz.core.refused import Refused
from gdviz.session.geometry import length
from gdviz.session.observing import take
from gdviz.session.steptable import arithmetic_rows
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.session.course import Course
    from gdviz.session.scene import Scene
    from gdviz.session.stepping import Step

    Array = NDArray[np.float64]

__all__ = ["arithmetic_rows", "path_head", "path_row", "path_rows", "step_rows"]

HELD_OUT = "held_out_loss"
PATH_HEAD = (
    "step", "epoch", "examples_seen", "batch_size", "learning_rate", "batch_loss",
    "full_loss", "gradient_norm",
)  # fmt: skip


def path_rows(
    scene: Scene, course: Course | None, first: int, last: int
) -> Iterator[list[Any]]:
    """Return the heading of a path and a row for every step from `first` to `last`.

    Parameters
    ----------
    scene : Scene
        As it was at step 0.
    course : Course or None
        The settings from step to step; None: those of the scene throughout.
    first, last : ints
        Steps, both of them in; the rows end sooner if the path does.

    Returns
    -------
    iterator of lists
        See `path_head`; every row is worked out when it is asked for.

    Raises
    ------
    Refused
        If the scene cannot be run, or there is no such step.
    """
    if not 0 <= first <= last:
        raise Refused(
            f"There are no steps from {first:,} to {last:,}; "
            "let the first be 0 or more, and the last no smaller."
        )
    trainer = Trainer(scene, course)
    while trainer.step < first and trainer.advance(1):
        pass
    if trainer.step < first:
        raise Refused(
            f"The path ends at step {trainer.step:,}; choose a first step up to there."
        )
    return _path(trainer, last)


def step_rows(
    scene: Scene, course: Course | None, step: int
) -> tuple[int, Iterator[list[Any]]]:
    """Return a step, or the last one there is, and its arithmetic.

    See `arithmetic_rows`; the parameters are those of `path_rows`.

    Raises
    ------
    Refused
        If the scene cannot be run.
    """
    trainer = Trainer(scene, course)
    while trainer.step < step and trainer.advance(1):
        pass
    snapshot = take(trainer, sitter_for(trainer.objective))
    return snapshot.step, arithmetic_rows(snapshot)


def _path(trainer: Trainer, last: int) -> Iterator[list[Any]]:
    yield path_head(trainer)
    made: list[Step] = [trainer.pending]
    while made:
        yield path_row(trainer, trainer.state.theta, trainer.pending)
        made = trainer.advance(1) if trainer.step < last else []


def path_head(trainer: Trainer) -> list[str]:
    """Return what stands above the columns of a path.

    Everything is of the step to come, before its update. `epoch` is the number of
    examples seen so far over that of all examples; `batch_size` that of this batch;
    `batch_loss` the mean loss of the batch; `full_loss` that of all examples to learn
    from; `held_out_loss`, where there are some, that of the examples kept aside;
    `gradient_norm` the length of what the optimizer is handed, which is the mean of
    the batch's gradients if the recipe is right; then every parameter.
    """
    *losses, norm = PATH_HEAD
    test = [HELD_OUT] if trainer.test else []
    return [*losses, *test, norm, *trainer.objective.names]


@np.errstate(all="ignore")
def path_row(trainer: Trainer, theta: Array, step: Step) -> list[Any]:
    """Return the row of a step made of θ; the trainer may be further on."""
    objective, cursor = trainer.objective, step.after.cursor
    number, seen = cursor.step - 1, cursor.seen - len(step.rows)
    test = [trainer.test.loss(theta)] if trainer.test else []
    return [
        number,
        seen / objective.n_examples,
        seen,
        len(step.rows),
        trainer.settings(number).rate(number),
        step.loss,
        objective.loss(theta),
        *test,
        length(step.gradient),
        *theta.tolist(),
    ]
