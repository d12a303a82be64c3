"""The outcomes of a sweep as a grid: which cell came to what."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.scene import Scene
from gdviz.session.sweep.places import setting, sweepable, with_setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gdviz.session.sweep import Axis, Outcome, Sweep

    Array = NDArray[np.float64]
    Cell = tuple[int, ...]

FINAL, STEPS, FRUGAL = "final", "steps_to_target", "best_per_examples"


@dataclass(frozen=True)
class Measure:
    """What the colours of a map show.

    Attributes
    ----------
    label, tip : texts
    caption : text
        Above the scale of the colours.
    best : text
        What the best cell has.
    """

    label: str
    tip: str
    caption: str
    best: str


MEASURES = {
    FINAL: Measure(
        "final loss",
        "The loss of all training examples after the last update.",
        "final loss",
        "least final loss",
    ),
    STEPS: Measure(
        "steps down to",
        "How many updates it took to come down to the loss typed here at the start.",
        "steps",
        "fewest steps",
    ),
    FRUGAL: Measure(
        "loss at equal cost",
        "The least loss within the number of examples that every run has seen.",
        "loss",
        "least loss at equal cost",
    ),
}


class Grid:
    """What is known of the cells of a sweep so far.

    Parameters
    ----------
    sweep : Sweep
        Of one axis or two: the first goes across, the second up.

    Attributes
    ----------
    outcomes : dict
        By cell.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.outcomes: dict[Cell, Outcome] = {}
        self.axes: tuple[Axis, ...] = tuple(sweep.axes)

    @property
    def shape(self) -> tuple[int, int]:
        """The number of columns and of rows."""
        counts = [len(axis.values) for axis in self.axes]
        return counts[0], counts[1] if len(counts) > 1 else 1

    @property
    def total(self) -> int:
        """The number of cells."""
        columns, rows = self.shape
        return columns * rows

    @property
    def whole(self) -> bool:
        """Whether every cell is known."""
        return len(self.outcomes) == self.total

    def is_of(self, sweep: Sweep) -> bool:
        """Tell whether a sweep has the same cells, so that it may be gone on with."""
        same = replace(sweep, scene=self.sweep.scene) == self.sweep
        return same and alike(self.sweep, sweep.scene)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Take in what some cells came to."""
        self.outcomes.update({tuple(one.cell): one for one in outcomes})

    def at(self, column: int, row: int) -> Outcome | None:
        """Return what the cell of a column and a row came to, if it is known."""
        return self.outcomes.get(self.cell(column, row))

    def cell(self, column: int, row: int) -> Cell:
        """Return the index of a cell as the sweep counts it."""
        return (column, row)[: len(self.axes)]

    def values(self, measure: str) -> Array:
        """Return what is coloured, of shape (columns, rows); NaN where there is none.

        A run that diverged or failed has no value: its least loss was luck.
        """
        values = np.full(self.shape, np.nan)
        for cell, one in self.outcomes.items():
            number = getattr(one, measure)
            if one.diverged is None and not one.fault and number is not None:
                values[(*cell, 0)[:2]] = number
        return values

    def best(self, measure: str) -> tuple[int, int] | None:
        """Return the column and row of the smallest value, the first one if tied."""
        values = self.values(measure)
        if not np.isfinite(values).any():
            return None
        column, row = np.unravel_index(np.nanargmin(values), values.shape)
        return int(column), int(row)


def where(sweep: Sweep, scene: Scene) -> tuple[float, float] | None:
    """Return the place of a scene in a map, in cells; None if it has none there."""
    if not alike(sweep, scene):
        return None
    values = [setting(scene, axis.place) for axis in sweep.axes]
    places = [_along(a.values, v) for a, v in zip(sweep.axes, values, strict=True)]
    across, up = (*places, 0.0)[:2]
    return None if across is None or up is None else (across, up)


def alike(sweep: Sweep, scene: Scene) -> bool:
    """Tell whether a scene differs from that of a sweep by what it goes over only."""
    if any(axis.place not in sweepable(scene) for axis in sweep.axes):
        return False
    for axis in sweep.axes:
        value = setting(sweep.scene, axis.place)
        scene = with_setting(scene, axis.place, value)
    if sweep.scene.loss is None:  # the usual one of its data
        scene = replace(scene, loss=None)
    one, other = _bare(scene), _bare(sweep.scene)
    return one.data.alike(other.data) and replace(one, data=other.data) == other


def _bare(scene: Scene) -> Scene:
    """Return the scene without what changes no run."""
    usual = Scene()
    seen = {
        f.name: getattr(usual, f.name)
        for f in fields(scene)
        if f.name in ("ghosts", "pace") or f.name.startswith("plane")
    }
    return replace(scene, **seen)


def _along(values: tuple[float, ...], value: float) -> float | None:
    """Return where a value lies among others; between them as a curve would."""
    at, here = np.array(values, dtype=np.float64), float(value)
    if here in at:
        return float(np.argmax(at == here))
    order = np.argsort(at)
    at = at[order]
    if not at[0] <= here <= at[-1]:
        return None
    if at[0] > 0:
        at, here = np.log(at), np.log(here)
    return float(np.interp(here, at, order.astype(np.float64)))
