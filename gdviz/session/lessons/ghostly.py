"""Measures of the ghosts: other ways of averaging beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.lessons.entry import GHOST, Entry, index_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.session.ghosts import Ghost
    from gdviz.session.lessons.entry import Find
    from gdviz.session.run import Run

    Array = NDArray[np.float64]


def _ghost(run: Run, argument: str) -> Ghost:
    ghosts = run.snapshot.ghosts
    if argument.strip().isdigit() and int(argument) > 0:
        return ghosts[int(argument) - 1]
    by_name = {g.descent.recipe.name: g for g in reversed(ghosts)}
    return by_name[argument.strip()]


def _ghostly(pick: Callable[[Ghost], float | None]) -> Find:
    def find(run: Run, argument: str) -> float:
        found = pick(_ghost(run, argument))
        if found is None:
            raise LookupError(argument)
        return found

    return find


def _ghost_entry(pick: Callable[[Ghost], Array]) -> Find:
    def find(run: Run, argument: str) -> float:
        which, _, name = argument.partition(",")
        return float(pick(_ghost(run, which))[index_of(run, name)])

    return find


def _ghost_apart(run: Run, argument: str) -> float:
    """Return the largest difference in an entry between two ghosts' θ, or to ours."""
    first, _, second = argument.partition(",")
    other = _ghost(run, second).theta if second else run.snapshot.record.theta
    return float(np.abs(_ghost(run, first).theta - other).max())


def _ghost_vector_apart(run: Run, argument: str) -> float:
    vector = _ghost(run, argument).vector
    return float(np.abs(vector - run.snapshot.record.gradient).max())


GHOSTLY: dict[str, Entry] = {
    "ghost angle": Entry(
        _ghostly(lambda g: g.angle),
        GHOST,
        "of its arrow to the mean's, in degrees",
    ),
    "ghost ratio": Entry(
        _ghostly(lambda g: g.ratio), GHOST, "its length by the mean's length"
    ),
    "ghost gradient": Entry(
        _ghost_entry(lambda g: g.vector),
        "ghost,parameter",
        "what it makes of the batch at θ, in the place of ĝ",
    ),
    "ghost difference": Entry(
        _ghost_vector_apart, GHOST, "largest difference in an entry to ĝ"
    ),
    "ghost batch": Entry(
        _ghostly(lambda g: g.descent.batch_size), GHOST, "its batch size"
    ),
    "ghost step": Entry(
        _ghostly(lambda g: g.step), GHOST, "updates made on its own path"
    ),
    "ghost loss": Entry(
        _ghostly(lambda g: g.loss), GHOST, "mean loss where its own path stands"
    ),
    "ghost theta": Entry(
        _ghost_entry(lambda g: g.theta), "ghost,parameter", "where its own path stands"
    ),
    "ghost distance": Entry(
        _ghostly(lambda g: g.distance), GHOST, "from its own path's θ to θ here"
    ),
    "ghost apart": Entry(
        _ghost_apart,
        "ghost[,ghost]",
        "largest difference in an entry between the θ of two paths, or to θ here",
    ),
}
