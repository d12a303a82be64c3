"""The phases of an update and other recipes, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.wrongs import MeanError, MeanErrorSlope
from gdviz.session.beats import (
    DIVIDE,
    EXAMPLE,
    GUESS,
    OPTIMISER,
    READY,
    RECIPE,
    SUM,
)
from gdviz.session.geometry import angle, length, ratio
from gdviz.session.memorywords import memory_words
from gdviz.session.writing import count, degrees, number, rounded, vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.session.beats import Beat
    from gdviz.session.ghosts import Ghost
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]


def phase(snapshot: Snapshot, beat: Beat) -> str:
    """Return what happens in a phase of the update, in a sentence or two."""
    return _PHASES[beat.phase](snapshot, beat)


def _ready(snapshot: Snapshot, beat: Beat) -> str:
    b = len(snapshot.record.rows)
    many = "example waits" if b == 1 else f"{count(b)} examples wait"
    return (
        f"Step {snapshot.step:,}: θ stands still while its {many}. "
        "Next: forward, loss and backward of the first."
    )


def _example(snapshot: Snapshot, beat: Beat) -> str:
    place, b = beat.place, len(snapshot.record.rows)
    loss = number(float(snapshot.record.losses[place]))
    first = f"Example {place + 1:,} of {b:,}. "
    where = "at this θ" if snapshot.ledger is None else "at its own activations"
    last = f"<b>Backward</b>: its gradient, {where}, " + (
        "starts the chain." if place == 0 else "joins the chain."
    )
    return f"{first}{_forward(snapshot, place)}<b>Loss</b> {loss}. {last}"


def _forward(snapshot: Snapshot, place: int) -> str:
    told = snapshot.ledger
    if told is None or place >= len(told):
        return "<b>Forward</b>. "
    outputs = told.readable[:, place]
    return f"<b>Forward</b>: output {vector(outputs).strip('()')}. "


def _sum(snapshot: Snapshot, beat: Beat) -> str:
    b = len(snapshot.record.rows)
    many = "gradient" if b == 1 else f"{count(b)} gradients"
    rest = b - beat.shown
    more = f" (those of {rest:,} examples not drawn as one link)" if rest else ""
    return f"<b>Sum</b>: the {many} head to tail{more}, from 0 to the end of the chain."


def _divide(snapshot: Snapshot, beat: Beat) -> str:
    b = len(snapshot.record.rows)
    onto = (
        "of a single one it is the mean" if b == 1 else "the sum shrinks onto the mean"
    )
    return (
        f"<b>Divide</b> by {b:,}: {onto}. What is averaged are the gradients, nothing "
        "else."
    )


def _recipe(snapshot: Snapshot, beat: Beat) -> str:
    return recipe(snapshot)


_AT_ONCE = ", all parameters at once"


def _optimiser(snapshot: Snapshot, beat: Beat) -> str:
    optimizer = snapshot.scene.descent.optimizer
    rate = snapshot.record.rate
    memory, long = memory_words(snapshot), number(length(snapshot.record.update))
    first = f"{memory}; " if memory else ""
    return (
        f"<b>Optimiser</b> ({optimizer.title}): {first}at η = {rate:g} it makes a "
        f"step of length {long}. Next: <b>move</b>{'' if memory else _AT_ONCE}."
    )


def _guess(snapshot: Snapshot, beat: Beat) -> str:
    return f"Step {snapshot.step:,} is <b>held</b> for your guess."


_PHASES: dict[str, Callable[[Snapshot, Beat], str]] = {
    GUESS: _guess,
    READY: _ready,
    EXAMPLE: _example,
    SUM: _sum,
    DIVIDE: _divide,
    RECIPE: _recipe,
    OPTIMISER: _optimiser,
}


def recipe(snapshot: Snapshot) -> str:
    """Return what the chosen recipe makes of this batch, and how that differs."""
    chosen, record = snapshot.scene.descent.recipe, snapshot.record
    off, times = (
        angle(record.handed, record.gradient),
        ratio(record.handed, record.gradient),
    )
    apart = apartness(record.handed, off, times)
    said = f"“{chosen.title}” instead of the mean of the gradients: {apart}."
    if chosen.right:
        return said
    if isinstance(chosen, MeanError | MeanErrorSlope) and snapshot.gap is not None:
        return f"{said} {covariance(snapshot.gap)}"
    return f"{said} {chosen.why}"


def beside(ghost: Ghost) -> str:
    """Return how a ghost differs from the mean of the gradients, in a few words."""
    return f"{apartness(ghost.vector, ghost.angle, ghost.ratio)} · {outcome(ghost)}"


def outcome(ghost: Ghost) -> str:
    """Return what a ghost has come to, in a few words."""
    return "diverged" if ghost.diverged else f"loss {number(ghost.loss)}"


def apartness(vector: Array, off: float | None, times: float | None) -> str:
    """Return angle and length of a vector beside the mean of the gradients."""
    if not np.isfinite(vector).all() or times == np.inf:
        return "too large for numbers"
    if times is None:
        return "not 0, as the mean is" if vector.any() else "0, as the mean is"
    if off is None:
        return "0, unlike the mean"
    if off < 1e-5 and abs(times - 1) < 1e-9:
        return "the same here"
    turned = f"{degrees(off)} off" if off >= 1e-5 else "same direction"
    return f"{turned}, {rounded(times, 3)} × as long"


def covariance(gap: Array) -> str:
    """Return the exact gap of averaging the error, for one linear unit."""
    return f"The gap is the covariance of error and input: {vector(gap, 4)}."
