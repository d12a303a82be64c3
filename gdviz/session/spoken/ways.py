"""Places, directions and lengths in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.geometry import length
from gdviz.session.racenames import names
from gdviz.session.writing import degrees, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gdviz.session.ghosts import Ghost
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

MEAN, FULL, UPDATE, EXAMPLE = "mean", "full", "update", "example"
CHOSEN, GHOST, SPREAD, PATHS, MINIMA = "chosen", "ghost", "spread", "paths", "minima"
_ROUNDING = 1e-3  # degrees
_ASIDE = np.tan(np.radians(22.5))  # smaller shares of a direction are left out


def place(point: Array, labels: tuple[str, str]) -> str:
    """Return a point of the plane, (2,), as values of what its axes are called."""
    each = zip(labels, point.tolist(), strict=True)
    return ", ".join(f"{name} = {number(value)}" for name, value in each if name)


def direction(arrow: Array, labels: tuple[str, str]) -> str:
    """Return where an arrow of the plane, (2,), points: to larger w₁, smaller w₂."""
    if not np.isfinite(arrow).all():
        return "beyond all numbers"
    most = float(np.abs(arrow).max())
    if most == 0:
        return "nowhere"
    named = [
        f"{'larger' if part > 0 else 'smaller'} {name}"
        for name, part in zip(labels, arrow.tolist(), strict=True)
        if name and abs(part) > _ASIDE * most
    ]
    return "to " + " and ".join(named) if named else "out of the plane"


def pointing(name: str, vector: Array, arrow: Array, labels: tuple[str, str]) -> str:
    """Return how long a vector (p,) is, and where its part in the plane points."""
    size = length(vector)
    if size == 0:
        return f"{name} is 0"
    long = f"{number(size)} long" if np.isfinite(size) else "too long for numbers"
    return f"{name} is {long} and points {direction(arrow, labels)}"


def step_vectors(run: Run, hidden: frozenset[str]) -> list[str]:
    """Return a sentence on mean and full gradient, as far as they are shown."""
    snapshot, labels = run.snapshot, run.snapshot.plane.labels
    record, arrows = snapshot.record, snapshot.arrows
    count = len(record.rows)
    mean = "The gradient of the one example" if count == 1 else f"The mean of {count:,}"
    told = []
    if MEAN not in hidden:
        mean = mean if count == 1 else f"{mean} gradients"
        told.append(pointing(mean, record.gradient, arrows.mean, labels))
    if FULL not in hidden:
        name = "the full gradient" if told else "The full gradient"
        told.append(pointing(name, snapshot.full.gradient, arrows.full, labels))
    said = "; ".join(told)
    if len(told) > 1 and snapshot.angle is not None:
        said += f"; {turned(snapshot.angle)} lie between them"
    return [f"{said}. They are drawn downhill."] if said else []


def update(run: Run, hidden: frozenset[str]) -> list[str]:
    """Return a sentence on the update that comes next."""
    snapshot = run.snapshot
    if UPDATE in hidden or snapshot.diverged:
        return []
    arrows, record = snapshot.arrows, snapshot.record
    labels = snapshot.plane.labels
    return [pointing("The next update", record.update, arrows.update, labels) + "."]


def phase(run: Run) -> list[str]:
    """Return how far the update is gone through, where it is so phase by phase."""
    if run.beat is None:
        return []
    batch = len(run.snapshot.record.rows)
    return [f"{run.beat.shown:,} of {batch:,} examples of the batch are at hand."]


def turned(angle: float) -> str:
    """Return an angle; what is left of rounding is none."""
    return degrees(angle if angle >= _ROUNDING else 0.0)


def named_ghosts(run: Run) -> list[tuple[str, Ghost]]:
    """Return the ghosts with what sets each apart."""
    ghosts = run.snapshot.ghosts
    ways = [run.snapshot.scene.descent, *(ghost.descent for ghost in ghosts)]
    return list(zip(names(ways)[1:], ghosts, strict=True))


def spread(values: Array) -> str:
    """Return from what to what finite values reach."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "too large for numbers"
    low, high = number(float(finite.min())), number(float(finite.max()))
    return low if low == high else f"from {low} to {high}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names with commas, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
