"""A sweep and its cells in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.functions import Formulas
from gdviz.session.sweep import sweepable
from gdviz.session.writing import number
from gdviz.ui.colourbar import distinct
from gdviz.ui.panels.sweep.grid import MEASURES

if TYPE_CHECKING:
    from gdviz.session.scene import Scene
    from gdviz.session.sweep import Axis, Outcome
    from gdviz.ui.panels.sweep.grid import Grid

    Place = tuple[int, int]


def axis_name(axis: Axis, scene: Scene) -> str:
    """Return what the setting of an axis is called."""
    label = sweepable(scene)[axis.place].label
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def axis_texts(axis: Axis) -> list[str]:
    """Return the values of an axis in as few digits as tell them apart."""
    if all(float(value).is_integer() for value in axis.values):
        return [f"{int(value):,}" for value in axis.values]
    return distinct([float(value) for value in axis.values])


def told(grid: Grid, place: Place) -> str:
    """Return the values of a cell and what its run came to."""
    outcome = grid.at(*place)
    came = _outcome(grid, outcome) if outcome is not None else "not known yet"
    return f"{values(grid, place)}: {came}"


def values(grid: Grid, place: Place) -> str:
    """Return the values of a cell."""
    scene = grid.sweep.scene
    return ", ".join(
        f"{axis_name(axis, scene)} {_plain(axis.values[at])}"
        for axis, at in zip(grid.axes, place, strict=False)
    )


def title(scene: Scene) -> str:
    """Return which scene it is, in a few words."""
    parts = [scene.data.title]
    if not isinstance(scene.data, Formulas):
        parts += [scene.model.title]
    if scene.loss is not None:
        parts += [scene.loss.title]
    return " · ".join([*parts, scene.descent.optimizer.title])


def summary(grid: Grid, measure: str) -> str:
    """Return what a map shows: its scene, its best cell and how many diverged."""
    words = [f"{title(grid.sweep.scene)}, {length(grid)}."]
    if (best := grid.best(measure)) is not None:
        words.append(f"★ {MEASURES[measure].best}: {told(grid, best)}.")
    outcomes = grid.outcomes.values()
    for count, what in (
        (sum(o.diverged is not None for o in outcomes), "× diverged"),
        (sum(bool(o.fault) for o in outcomes), "! could not run"),
    ):
        if count:
            words.append(f"{what}: {count:,}.")
    return " ".join(words)


def length(grid: Grid) -> str:
    """Return how far the runs of a map go."""
    sweep = grid.sweep
    far = [
        f"{count:,} {what}"
        for count, what in ((sweep.steps, "updates"), (sweep.examples, "examples"))
        if count is not None
    ]
    return f"{' or '.join(far)} a run, {sweep.dtype}"


def left(gone: float, done: int, total: int, share: float) -> str:
    """Return how many cells are done, and how long the others may take.

    Parameters
    ----------
    gone : float
        Seconds since the start.
    done, total : ints
    share : float
        Of the work since the start; cells known before are no part of it.
    """
    words = f"{done:,} of {total:,} cells"
    if not 0 < share < 1:
        return words
    seconds = gone * (1 / share - 1)
    if seconds < 90:
        return f"{words} · about {max(seconds, 1):.0f} s left"
    return f"{words} · about {seconds / 60:.0f} min left"


def _outcome(grid: Grid, one: Outcome) -> str:
    if one.fault:
        return one.fault.rstrip(".")
    if one.diverged is not None:
        return f"diverged after step {one.diverged:,}"
    parts = [f"loss {number(one.final)} at the end, {number(one.best)} at best"]
    target = grid.sweep.target
    if target is not None and one.steps_to_target is not None:
        steps = f"{one.steps_to_target:,} step{'s' * (one.steps_to_target != 1)}"
        parts.append(f"{steps} down to {number(target)}")
    elif target is not None:
        parts.append(f"not down to {number(target)}")
    if one.best_per_examples != one.best:
        parts.append(f"{number(one.best_per_examples)} at equal cost")
    return "; ".join(parts)


def _plain(value: float) -> str:
    return number(value) if not float(value).is_integer() else f"{int(value):,}"
