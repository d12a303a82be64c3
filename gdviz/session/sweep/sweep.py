"""A sweep: a scene, the knobs it is run over, and how far each run goes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from gdviz.core.batches import FRESH, REPLACEMENT, Draw
from gdviz.core.knobs import Choice, Real, Whole
from gdviz.core.refused import Refused
from gdviz.core.stackrows import steps_within
from gdviz.session.loading import load
from gdviz.session.sweep.places import sweepable, with_setting

if TYPE_CHECKING:
    from gdviz.session.scene import Scene
    from gdviz.session.sweep.axis import Axis

Cell = tuple[int, ...]
MOST_CELLS = 100_000
USUAL_STEPS = 200  # updates, where nobody says
DOUBLE, SINGLE = "float64", "float32"
_BUDGET = Whole(1, 10**9)


@dataclass(frozen=True)
class Sweep:
    """One run for every cell of a grid: each value of the first axis with each other.

    Attributes
    ----------
    scene : Scene
        Fitted to its data.
    axes : tuple of Axis
    steps : int or None
        How many updates each run makes at most.
    examples : int or None
        How many examples each run sees at most, the same ones again counted again.
    target : float or None
        The loss that is to be reached.
    dtype : text
        ``float64``, or ``float32``: faster, and good enough for a picture.

    Raises
    ------
    Refused
        If there is no axis, a knob comes twice, or nothing says how far to go.
    """

    scene: Scene
    axes: tuple[Axis, ...]
    steps: int | None = None
    examples: int | None = None
    target: float | None = None
    dtype: str = DOUBLE

    def __post_init__(self) -> None:
        """Check axes and budgets."""
        self._check_axes()
        if self.steps is None and self.examples is None:
            raise Refused("nothing says how far to go: give steps or examples.")
        for name in ("steps", "examples"):
            if getattr(self, name) is not None:
                _BUDGET.check(getattr(self, name), name)
        if self.target is not None:
            Real(-1e300, 1e300).check(self.target, "target")
        Choice((DOUBLE, SINGLE)).check(self.dtype, "precision")

    def _check_axes(self) -> None:
        places, known = [axis.place for axis in self.axes], sweepable(self.scene)
        if not places:
            raise Refused("a sweep needs at least one knob to go over.")
        for i, axis in enumerate(self.axes):
            if axis.place in places[:i]:
                raise Refused(f"{axis.place} comes twice; give all its values at once.")
            if axis.place not in known:
                raise Refused(f"this scene has no knob {axis.place}; choose another.")
            if not axis.values:
                raise Refused(f"{axis.place} needs at least one value.")
            for value in axis.values:
                known[axis.place].kind.check(value, axis.place)
        if prod(self.shape) > MOST_CELLS:
            raise Refused(
                f"{prod(self.shape):,} cells are too many; {MOST_CELLS:,} are possible."
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    def values(self, cell: Cell) -> tuple[float, ...]:
        """Return the values of the knobs at a cell."""
        return tuple(axis.values[i] for axis, i in zip(self.axes, cell, strict=True))


def cells(sweep: Sweep) -> tuple[Cell, ...]:
    """Return all cells, the last axis running first."""
    return tuple(product(*(range(n) for n in sweep.shape)))


def cell_scene(sweep: Sweep, cell: Cell) -> Scene:
    """Return the scene of a cell: its own run ends where the cell's did."""
    scene = sweep.scene
    for axis, value in zip(sweep.axes, sweep.values(cell), strict=True):
        scene = with_setting(scene, axis.place, value)
    return scene


def steps_of(sweep: Sweep, cell: Cell) -> int:
    """Return how many updates the run of a cell makes, if it does not diverge."""
    return steps_in(sweep, cell_scene(sweep, cell))


def steps_in(sweep: Sweep, scene: Scene) -> int:
    """Return how many updates a run of this scene makes in a sweep."""
    limits = [] if sweep.steps is None else [sweep.steps]
    if sweep.examples is not None:
        limits.append(updates_within(scene, sweep.examples))
    return min(limits)


def updates_within(scene: Scene, examples: int) -> int:
    """Return how many updates see at most so many examples."""
    descent, n = scene.descent, len(load(scene).train)
    order = REPLACEMENT if descent.order == FRESH else descent.order
    draw = Draw(n, scene.seed, order, descent.short_last)
    return steps_within(draw, min(descent.batch_size, n), examples)
