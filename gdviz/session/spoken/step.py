"""The gradients of a step in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.geometry import length
from gdviz.session.spoken.ways import (
    CHOSEN,
    EXAMPLE,
    GHOST,
    MEAN,
    SPREAD,
    named_ghosts,
    phase,
    spread,
    step_vectors,
    turned,
    update,
)
from gdviz.session.writing import count, number, row_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run

    Array = NDArray[np.float64]

_NAMED = 3  # weights with the largest gradients


def gradients(run: Run, hidden: frozenset[str]) -> str:
    """Return what the arrows of the batch show."""
    said = [*phase(run)]
    if EXAMPLE not in hidden:
        said += _each(run, hidden)
    said += [*step_vectors(run, hidden), *update(run, hidden)]
    if SPREAD not in hidden:
        said += _scatter(run)
    if CHOSEN not in hidden:
        said += _selected(run)
    if GHOST not in hidden:
        said += _ghosts(run)
    return " ".join(said) or "No arrow is shown."


def bars(run: Run, hidden: frozenset[str]) -> str:
    """Return which weights have the largest gradients."""
    if MEAN in hidden:
        return " ".join(phase(run)) or "The mean is not shown."
    mean = run.snapshot.record.gradient
    if not np.isfinite(mean).all():
        return "The gradients are too large for numbers."
    order = np.argsort(-np.abs(mean))[:_NAMED]
    each = [f"{run.facts.parameters[i]} {number(float(mean[i]))}" for i in order]
    return (
        f"The gradient of each weight; largest in the mean: {', '.join(each)}. "
        f"Of all {len(mean):,} they reach {spread(mean)}."
    )


def _each(run: Run, hidden: frozenset[str]) -> list[str]:
    """Return how long the arrows are, and how many disagree with their mean."""
    record, shown = run.snapshot.record, run.beat.shown if run.beat else None
    vectors = record.gradients[:shown]
    if not len(vectors):
        return []
    lengths = _lengths(vectors)
    rows = record.rows[: len(vectors)]
    if len(vectors) == 1:
        size = number(float(lengths[0]))
        return [f"One arrow, of {row_name(int(rows[0]))}: {size} long."]
    longest, shortest = (int(rows[i]) for i in (lengths.argmax(), lengths.argmin()))
    said = f"{len(vectors):,} arrows from one point, lengths {spread(lengths)}; "
    said += f"longest {row_name(longest)}, shortest {row_name(shortest)}."
    if MEAN in hidden:
        return [said]
    against = int((_scaled(vectors) @ _scaled(record.gradient[None])[0] < 0).sum())
    many = count(against) if against else "none"
    turn = "turns" if against < 2 else "turn"
    return [said, f"{many.capitalize()} of them {turn} away from their mean."]


def _scaled(vectors: Array) -> Array:
    """Return vectors (m, p) none of which has an entry above 1."""
    peaks = np.abs(vectors).max(axis=1, initial=1e-300)
    return vectors / peaks[:, None]


def _lengths(vectors: Array) -> Array:
    """Return the length of each vector of (m, p), however large."""
    peaks = np.abs(vectors).max(axis=1, initial=1e-300)
    return np.asarray(peaks * np.linalg.norm(_scaled(vectors), axis=1))


def _scatter(run: Run) -> list[str]:
    """Return how far the means of such batches scatter."""
    known, labels = run.snapshot.arrows.spread, run.snapshot.plane.labels
    if known is None or not np.isfinite(known).all():
        return []
    widths = np.sqrt(np.maximum(np.diag(known), 0.0)).tolist()
    each = [f"{number(w)} along {name}" for w, name in zip(widths, labels, strict=True)
            if name]  # fmt: skip
    return [f"Means of such batches scatter around the full one: {', '.join(each)}."]


def _selected(run: Run) -> list[str]:
    chosen = run.snapshot.chosen
    if chosen is None:
        return []
    size = number(length(chosen.gradient))
    return [f"Selected: {row_name(chosen.row)}, its gradient {size} long."]


def _ghosts(run: Run) -> list[str]:
    said = []
    for name, ghost in named_ghosts(run):
        off = "" if ghost.angle is None else f", {turned(ghost.angle)} off the mean"
        times = "" if ghost.ratio is None else f", {number(ghost.ratio)} times as long"
        said.append(f"Ghost, {name}{off}{times}.")
    return said
