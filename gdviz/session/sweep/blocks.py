"""The work of a sweep in pieces: cells that are stepped as one stack, or one alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.batches import FRESH
from gdviz.core.datasets import OwnTable
from gdviz.core.objective import Objective
from gdviz.core.planekinds import TwoParameters
from gdviz.core.refused import Refused
from gdviz.session.fitting import fit
from gdviz.session.loading import load, objective_of
from gdviz.session.sweep.outcome import Outcome
from gdviz.session.sweep.places import setting
from gdviz.session.sweep.sweep import cell_scene, steps_in, updates_within
from gdviz.session.tablefile import embedded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gdviz.core.sums import FiniteSum
    from gdviz.session.scene import Descent, Scene
    from gdviz.session.sweep.sweep import Cell, Sweep

_OVERHEAD = 6000  # hidden numbers that take as long as the calls of one step
_MOST = 2**19  # hidden numbers of one stack: still in the cache
_MOST_PARAMETERS = 2**21  # of all runs of one stack


@dataclass(frozen=True)
class Task:
    """One cell with its scene, fitted to the data.

    Attributes
    ----------
    cell : tuple of ints
    values : tuple of numbers
    scene : Scene
    steps : int
        How many updates its run makes.
    within : int
        How many of them see no more examples than all cells may.
    """

    cell: Cell
    values: tuple[float, ...]
    scene: Scene
    steps: int
    within: int

    @property
    def descent(self) -> Descent:
        """How its run goes down."""
        return self.scene.descent


@dataclass(frozen=True)
class Block:
    """Cells that go side by side; a value that goes to any process.

    Attributes
    ----------
    tasks : tuple of Task
        Sorted by batch size, and equally many of each size.
    target : float or None
    dtype : text
    stacked : bool
        Whether they are one computation; else there is but one cell.
    """

    tasks: tuple[Task, ...]
    target: float | None
    dtype: str
    stacked: bool


def blocks(sweep: Sweep, wanted: Iterable[Cell]) -> Iterator[Block | Outcome]:
    """Yield the work for some cells; the outcome at once of those that cannot run."""
    sweep, budget = _bare(sweep), _budget(sweep)
    alike: dict[Scene, list[Task]] = {}
    for cell in wanted:
        made = _task(sweep, cell, budget)
        if isinstance(made, Outcome):
            yield made
        else:
            alike.setdefault(_shared(made.scene), []).append(made)
    for tasks in alike.values():
        for some, stacked in _split(tasks):
            yield Block(some, sweep.target, sweep.dtype, stacked)


def _budget(sweep: Sweep) -> int:
    """Return how many examples all cells may see where they are compared by them."""
    if sweep.examples is not None:
        return sweep.examples
    assert sweep.steps is not None
    sizes = [
        axis.values for axis in sweep.axes if axis.place == "descent.batch_size"
    ] or [(sweep.scene.descent.batch_size,)]
    return int(sweep.steps * min(sizes[0]))


def _task(sweep: Sweep, cell: Cell, budget: int) -> Task | Outcome:
    """Return the work for a cell, or why there is none."""
    values = sweep.values(cell)
    try:
        scene = _fitted(sweep, cell_scene(sweep, cell))
        steps = steps_in(sweep, scene)
        within = min(steps, updates_within(scene, budget))
        return Task(cell, values, scene, steps, within)
    except Refused as refusal:
        return Outcome(cell, values, fault=str(refusal))


def _bare(sweep: Sweep) -> Sweep:
    """Return the sweep without what changes no run, and with its table inside."""
    scene, plane = sweep.scene, TwoParameters()
    if isinstance(scene.data, OwnTable):
        with suppress(Refused):  # too large: then it is read where it lies
            scene = replace(scene, data=embedded(scene.data))
    scene = replace(scene, ghosts=(), plane=plane, plane_x="", plane_y="")
    return replace(sweep, scene=scene)


def _fitted(sweep: Sweep, scene: Scene) -> Scene:
    """Return the scene fitted to its data; no knob of the sweep is moved."""
    fitted, moved = fit(scene, load(scene))
    for axis in sweep.axes:
        if axis.place in moved:
            reason = moved[axis.place].partition(": ")[0]
            value = setting(scene, axis.place)
            raise Refused(f"{reason}: {axis.place} cannot be {value:,}.")
    return fitted


def _shared(scene: Scene) -> Scene:
    """Return what the cells of one stack share: all but rate and batch size."""
    return replace(scene, descent=replace(scene.descent, learning_rate=1.0,
                                          batch_size=1))  # fmt: skip


def _split(alike: list[Task]) -> Iterator[tuple[tuple[Task, ...], bool]]:
    """Yield cells that go side by side, and whether as one computation."""
    scene = alike[0].scene
    objective = objective_of(scene, load(scene).train)
    together: list[Task] = []
    for task in alike:
        if _stackable(task.descent, objective):
            together.append(task)
        else:
            yield (task,), False
    if isinstance(objective, Objective):
        for stack in _stacks(together, objective):
            yield tuple(task for row in stack for task in row), True


def _stackable(descent: Descent, objective: FiniteSum) -> bool:
    return (
        isinstance(objective, Objective)
        and type(descent.recipe) is MeanOfGradients
        and descent.order != FRESH
        and descent.batch_size <= objective.chunk
    )


def _stacks(tasks: list[Task], objective: Objective) -> Iterator[list[list[Task]]]:
    """Yield lists of rows: a row has one batch size, all rows are of one length.

    Rows are filled up to the largest batch of their stack, for as long as that costs
    less than the calls of a stack of their own.
    """
    units, p = sum(objective.network.widths[1:]), objective.n_parameters
    stack: list[list[Task]] = []
    for row in _rows(tasks, units, p):
        most = row[0].descent.batch_size
        wasted = sum(most - r[0].descent.batch_size for r in stack) * len(row) * units
        parameters = (len(stack) + 1) * len(row) * p
        fits = wasted <= _OVERHEAD and parameters <= _MOST_PARAMETERS
        if stack and not (fits and len(row) == len(stack[0])):
            yield stack
            stack = []
        stack = [*stack, row]
    if stack:
        yield stack


def _rows(tasks: list[Task], units: int, p: int) -> list[list[Task]]:
    """Return the cells of each batch size, the long rows cut, longest rows first."""
    by_size: dict[int, list[Task]] = {}
    for task in tasks:
        by_size.setdefault(task.descent.batch_size, []).append(task)
    rows: list[list[Task]] = []
    for size, row in by_size.items():
        most = max(1, min(_MOST // (size * units), _MOST_PARAMETERS // p))
        rows += [row[i : i + most] for i in range(0, len(row), most)]
    return sorted(rows, key=lambda row: (-len(row), row[0].descent.batch_size))
