"""The loss surface in words, and the losses over a single parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.planewords import title
from gdviz.session.spoken.ways import (
    CHOSEN,
    EXAMPLE,
    GHOST,
    MEAN,
    MINIMA,
    PATHS,
    named_ghosts,
    phase,
    place,
    spread,
    step_vectors,
    update,
)
from gdviz.session.writing import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run

    Array = NDArray[np.float64]


def surface(run: Run, hidden: frozenset[str]) -> str:
    """Return what the loss surface shows, as a map or in 3-D."""
    return " ".join(
        [
            f"{title(run)}.",
            *_heights(run),
            here(run),
            *phase(run),
            *step_vectors(run, hidden),
            *update(run, hidden),
            *_selected(run, hidden),
            path(run),
            *_others(run, hidden),
        ]
    )


def curves(run: Run, hidden: frozenset[str]) -> str:
    """Return what the losses over the only parameter show."""
    drawn, record, name = run.curves, run.snapshot.record, run.snapshot.plane.labels[0]
    if drawn is None:
        return "There is more than one parameter: nothing is drawn here."
    said = [f"The loss of each example of the batch over {name}, a curve each."]
    said.append(here(run))
    slopes = record.gradients[:, 0]
    if EXAMPLE not in hidden:
        said.append(f"Their slopes at theta: {spread(slopes)}.")
    if MEAN not in hidden:
        mean = number(float(record.gradient[0]))
        said.append(f"The mean of the slopes, the slope of the mean, is {mean}.")
    full = number(float(run.snapshot.full.gradient[0]))
    said.append(f"The slope of the mean over all examples is {full}.")
    return " ".join([*said, *update(run, hidden), path(run)])


def here(run: Run) -> str:
    """Return where theta is, and how large its loss is."""
    snapshot = run.snapshot
    at = place(snapshot.arrows.here, snapshot.plane.labels)
    loss = number(snapshot.full.loss)
    return f"Theta after {_steps(run.step)} is at {at}; loss {loss}."


def path(run: Run) -> str:
    """Return how the path led here."""
    if run.snapshot.diverged:
        return f"The path ends at step {run.step:,}: the next numbers overflow."
    if run.step == 0:
        return "The path has not begun."
    trail, labels = run.trail(), run.snapshot.plane.labels
    if not len(trail) or not np.isfinite(trail).all():
        return f"The path has {_steps(run.step)}."
    points = np.vstack([trail, run.snapshot.arrows.here])
    gone = np.hypot(*np.diff(points, axis=0).T).sum()
    straight = np.hypot(*(points[-1] - points[0]))
    return (
        f"The path began at {place(points[0], labels)} and is {number(float(gone))} "
        f"long; straight from there it is {number(float(straight))}."
    )


def _steps(count: int) -> str:
    return "1 update" if count == 1 else f"{count:,} updates"


def _heights(run: Run) -> list[str]:
    """Return between what the loss lies in the part shown, and where it is lowest."""
    shown = run.surface
    if shown is None or not np.isfinite(shown.values).any():
        return []
    values = np.where(np.isfinite(shown.values), shown.values, np.inf)
    row, column = np.unravel_index(int(values.argmin()), values.shape)
    region, (rows, columns) = shown.region, values.shape
    across = np.linspace(region.left, region.right, columns)[column]
    up = np.linspace(region.bottom, region.top, rows)[row]
    low = place(np.array([across, up]), run.snapshot.plane.labels)
    return [f"Loss in the part shown: {spread(shown.values)}, lowest near {low}."]


def _selected(run: Run, hidden: frozenset[str]) -> list[str]:
    chosen = run.snapshot.chosen
    if chosen is None or CHOSEN in hidden:
        return []
    return [f"Selected: row {chosen.row + 1:,}, its loss {number(chosen.loss)}."]


def _others(run: Run, hidden: frozenset[str]) -> list[str]:
    """Return how many other things are drawn, each where it stands."""
    said, labels = [], run.snapshot.plane.labels
    if GHOST not in hidden:
        for name, ghost in named_ghosts(run):
            end = "diverged" if ghost.diverged else f"loss {number(ghost.loss)}"
            said.append(f"Ghost, {name}: at {place(ghost.here, labels)}, {end}.")
    if run.others and PATHS not in hidden:
        said.append(f"Other paths: {', '.join(path.name for path in run.others)}.")
    if run.facts.minima and MINIMA not in hidden:
        said.append(f"Minima marked: {len(run.facts.minima):,}.")
    return said
