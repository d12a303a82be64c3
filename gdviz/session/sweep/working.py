"""A slice of the work on one block: what any process can do, and any can go on with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from math import inf, isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.refused import Refused
from gdviz.session.sweep.lone import LoneRun
from gdviz.session.sweep.marks import marks
from gdviz.session.sweep.outcome import Outcome
from gdviz.session.sweep.stacked import StackedRuns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.stackruns import Runs
    from gdviz.session.history import State
    from gdviz.session.sweep.blocks import Block, Task

    Array = NDArray[np.float64]

SLICE = 0.3  # seconds


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a block has come.

    Attributes
    ----------
    state : Runs, State or None
        Where its runs stand; None: at the start.
    known : dict
        The full losses by step, one for each cell; NaN where none was asked for.
    seconds : float
        Time taken so far.
    """

    state: Runs | State | None = None
    known: dict[int, Array] = field(default_factory=dict)
    seconds: float = 0.0


def work(
    block: Block, so_far: Progress, seconds: float = SLICE
) -> Progress | tuple[Outcome, ...]:
    """Go on with a block for about so many seconds.

    Returns
    -------
    Progress or tuple of Outcome
        The outcomes of all its cells when it is done.
    """
    begun = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            runs = (StackedRuns if block.stacked else LoneRun)(block, so_far.state)
            known = _go_on(block, runs, dict(so_far.known), begun + seconds)
            took = so_far.seconds + time.perf_counter() - begun
            if not runs.over:
                return Progress(runs.state, known, took)
            each = took / len(block.tasks)
            return tuple(
                replace(_outcome(block, i, known, runs), seconds=each)
                for i in range(len(block.tasks))
            )
    except Refused as refusal:
        return _all_broken(block, str(refusal))
    except MemoryError:
        return _all_broken(block, "there is not enough memory for this cell.")


def _go_on(
    block: Block, runs: StackedRuns | LoneRun, known: dict[int, Array], until: float
) -> dict[int, Array]:
    """Step until the time is over or the work is done; note losses on the way."""
    wanted = [marks(task.steps, task.within) for task in block.tasks]
    for stop in sorted(set().union(*wanted) - known.keys()):
        while runs.step < stop:
            runs.advance(stop - runs.step, until)
            late = time.perf_counter() >= until
            if runs.over or (late and runs.step < stop):
                return known
        known[stop] = runs.losses(np.array([stop in its for its in wanted]))
        if time.perf_counter() >= until:
            return known
    runs.finish()
    return known


def _outcome(
    block: Block, i: int, known: dict[int, Array], runs: StackedRuns | LoneRun
) -> Outcome:
    """Return what came of one cell."""
    task = block.tasks[i]
    if runs.fault:
        return _broken(task, runs.fault)
    last = int(runs.ends[i])
    diverged = last if 0 <= last < task.steps else None
    end = task.steps if diverged is None else diverged
    seen = {t: float(v[i]) for t, v in sorted(known.items()) if t <= end}
    seen = {t: loss for t, loss in seen.items() if not isnan(loss)}
    final = seen.get(end, nan) if diverged is None else runs.last_loss(i)
    target = -inf if block.target is None else block.target
    return Outcome(
        task.cell,
        task.values,
        final=final,
        best=min(seen.values(), default=nan),
        steps_to_target=next((t for t, loss in seen.items() if loss <= target), None),
        best_per_examples=min(
            (loss for t, loss in seen.items() if t <= task.within), default=nan
        ),
        diverged=diverged,
        steps=task.steps,
    )


def _all_broken(block: Block, fault: str) -> tuple[Outcome, ...]:
    return tuple(_broken(task, fault) for task in block.tasks)


def _broken(task: Task, fault: str) -> Outcome:
    return Outcome(task.cell, task.values, steps=task.steps, fault=fault)
