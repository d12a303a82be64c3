"""The lines below the examples: sum, mean, memory, update and new θ, with formulas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.optimizers import Here, Noise
from gdviz.session.arithmetic.cells import Cell, Formula, given
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.lines import (
    AFTER,
    BEFORE,
    HANDED,
    MEAN,
    NEW,
    SUM,
    THETA,
    UPDATE,
    WRONG,
    Line,
)
from gdviz.session.arithmetic.memory import told_of
from gdviz.session.arithmetic.memory.kit import Kit
from gdviz.session.arithmetic.memory.remembered import memory_lines
from gdviz.session.arithmetic.operations import many, over, times, total
from gdviz.session.arithmetic.recipeformulas import handed
from gdviz.session.arithmetic.scheduleformulas import rate_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.memory.kit import Told
    from gdviz.session.questions import Facts
    from gdviz.session.snapshot import Record, Snapshot

    Array = NDArray[np.float64]


def lines(snapshot: Snapshot, facts: Facts) -> tuple[Line, ...]:
    """Return the lines of a step in the order of its making."""
    record, names = snapshot.record, facts.parameters
    summed, mean = _sum(record, names), _mean(record, names)
    other = tuple(_handed(snapshot, mean))
    with np.errstate(all="ignore"):
        steps = tuple(_optimizer(snapshot, facts, other[0] if other else mean))
    return (summed, mean, *other, *steps)


def _optimizer(snapshot: Snapshot, facts: Facts, taken: Line) -> Iterator[Line]:
    """Yield what the optimizer makes of what it is handed, and where that leads."""
    record, descent, names = snapshot.record, snapshot.scene.descent, facts.parameters
    noise = Noise(snapshot.scene.seed, snapshot.step)
    here = Here(record.theta, record.rate, facts.n_examples, noise)
    theta = Line(
        THETA, "θ", "θ", "The parameters now.", "{}", record.theta, names, None
    )
    before = memory_lines(BEFORE, record.memory, names)
    after = memory_lines(AFTER, record.after.memory, names)
    batch = len(record.rows)
    told = told_of(Kit(descent, here, batch, taken, theta, before, after))
    yield from rate_line(descent, snapshot.step, names)
    if told is not None:
        yield from told.before
    yield from before.values()
    for name, line in after.items():
        yield replace(line, how=told.how(name)) if told else line
    if told is not None:
        yield from told.after
    yield from _moves(snapshot, theta, told)


def _each(record: Record, j: int) -> Expression:
    """Return the sum of one entry of all gradients of the batch."""
    g = record.gradients
    return many(len(g), lambda i: Value(f"g{i + 1}", float(g[i, j])))


def _size(record: Record) -> Value:
    batch = len(record.rows)
    return Value(f"{batch:,}", float(batch), constant=True)


def _listed(record: Record) -> str:
    """Return what to say where not every gradient is listed."""
    shown, batch = len(record.gradients), len(record.rows)
    more = f" The first {shown:,} of {batch:,} gradients are listed."
    return more if shown < batch else ""


def _sum(record: Record, names: tuple[str, ...]) -> Line:
    batch, listed = len(record.rows), _listed(record)
    with np.errstate(all="ignore"):
        all_there = record.gradients.sum(axis=0)
        vector = record.gradient * batch if listed else all_there

    def how(j: int) -> Formula:
        if listed:
            mean = Value(f"ĝ[{names[j]}]", float(record.gradient[j]))
            return Formula(times(_size(record), mean), listed.strip())
        return Formula(_each(record, j))

    tip = f"The gradients of the batch added up, entry by entry.{listed}"
    return Line(SUM, f"sum of {batch:,}", "Σg", tip, "Σg[{}]", vector, names, how)


def _mean(record: Record, names: tuple[str, ...]) -> Line:
    size = _size(record)
    tip = f"Their mean: what is averaged are the gradients.{_listed(record)}"

    def how(j: int) -> Formula:
        whole = _each(record, j)
        return Formula(over(whole, size) if size.value > 1 else whole)

    return Line(
        MEAN, f"÷ {size.name} = mean ĝ", "ĝ", tip, "ĝ[{}]", record.gradient, names,
        None if _listed(record) else how,
    )  # fmt: skip


def _handed(snapshot: Snapshot, mean: Line) -> Iterator[Line]:
    """Yield what another recipe than the mean hands to the optimizer."""
    recipe, record = snapshot.scene.descent.recipe, snapshot.record
    if recipe.name == MeanOfGradients.name:
        return
    tip = f"{recipe.title}: {recipe.why or recipe.sentence()}"
    yield Line(
        HANDED if recipe.right else WRONG, "handed over: h", "h", tip, "h[{}]",
        record.handed, mean.parameters, handed(snapshot, mean),
    )  # fmt: skip


def losses(record: Record, kind: str) -> Cell:
    """Return the sum or the mean of the batch's losses."""
    each, batch = record.losses, len(record.rows)
    name = "Σℓ" if kind == SUM else "mean ℓ"
    if len(each) < batch:
        value = record.loss * batch if kind == SUM else record.loss
        return given(name, value, f"Over all {batch:,} examples of the batch.")
    whole = many(batch, lambda i: Value(f"ℓ{i + 1}", float(each[i])))
    if kind == SUM:
        with np.errstate(all="ignore"):
            value = float(each.sum())
        return Cell(name, value, lambda: Formula(whole))
    mean = over(whole, _size(record)) if batch > 1 else whole
    return Cell(name, record.loss, lambda: Formula(mean))


def _moves(snapshot: Snapshot, theta: Line, told: Told | None) -> Iterator[Line]:
    """Yield the update, θ and θ after it."""
    record, names = snapshot.record, theta.parameters
    tip = f"What the optimiser ({snapshot.scene.descent.optimizer.title}) adds to θ."
    how = (lambda j: Formula(told.update(j))) if told is not None else None
    update = Line(UPDATE, "update Δθ", "Δθ", tip, "Δ{}", record.update, names, how)

    def moved(j: int) -> Formula:
        return Formula(total(theta.value(j), update.value(j)))

    after, tip = record.after.theta, "The parameters after the step."
    yield update
    yield theta
    yield Line(NEW, "new θ", "new θ", tip, "new {}", after, names, moved)
