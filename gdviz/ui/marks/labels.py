"""Where the labels of edges lie: each on its edge, none on anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Truths = NDArray[np.bool_]

_ALONG = np.linspace(0.12, 0.88, 39)  # places on an edge
_SWEEPS = 12
_BLOCKED, _COVERED, _CROSSED, _OFF = 1e4, 1e3, 10.0, 4.0  # what a place costs


def place(
    edges: tuple[Array, Array], boxes: tuple[Array, Array], size: tuple[float, float]
) -> tuple[Array, Truths]:
    """Return centres (e, 2) of labels, and which of them (e,) hide nothing.

    Parameters
    ----------
    edges : pair of ndarrays of shape (e, 2)
        Where edges begin and end.
    boxes : pair of ndarrays of shape (m, 2)
        Centre and half size of what must stay uncovered.
    size : pair of floats
        Width and height of a label.
    """
    tails, heads = edges
    half = np.array(size) / 2
    centres = tails[:, None] + _ALONG[:, None] * (heads - tails)[:, None]
    blocked = _meet(centres[:, :, None] - boxes[0], half + boxes[1]).any(axis=2)
    crossed = _crossings(centres, half, tails, heads)
    costs = _BLOCKED * blocked + _CROSSED * crossed + _OFF * np.abs(_ALONG - 0.5)
    picks = _settled(centres, costs, 2 * half)
    every = np.arange(len(picks))
    chosen, spent = centres[every, picks], costs[every, picks]
    return chosen, _clear(chosen, spent, 2 * half)


def _clear(centres: Array, costs: Array, size: Array) -> Truths:
    """Return which labels to keep: at places free of all else, the best first."""
    kept = np.zeros(len(centres), dtype=bool)
    for edge in np.argsort(costs, kind="stable"):
        others = centres[kept] - centres[edge]
        kept[edge] = costs[edge] < _CROSSED and not _meet(others, size).any()
    return kept


def _settled(centres: Array, costs: Array, size: Array) -> NDArray[np.int64]:
    """Return a place for each label; those with the least choice move first."""
    picks, every = costs.argmin(axis=1), np.arange(len(costs))
    for _ in range(_SWEEPS):
        before = picks.copy()
        for edge in np.argsort(-costs.min(axis=1), kind="stable"):
            others = centres[every, picks][every != edge]
            near = _meet(centres[edge][:, None] - others, size).sum(axis=1)
            picks[edge] = (costs[edge] + _COVERED * near).argmin()
        if (picks == before).all():
            break
    return picks


def _meet(apart: Array, reach: Array) -> Truths:
    return np.logical_and.reduce(np.abs(apart) < reach, axis=-1)


def _crossings(centres: Array, half: Array, tails: Array, heads: Array) -> Array:
    """Return how many other edges cross a label at each place, of shape (e, places).

    A line crosses a box where the spans in which it is within x and y overlap.
    """
    way = heads - tails
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    ends = [(centres[:, :, None] + side * half - tails) / way for side in (-1.0, 1.0)]
    enter, leave = np.minimum(*ends).max(axis=-1), np.maximum(*ends).min(axis=-1)
    crossed = (enter < leave) & (leave > 0) & (enter < 1)
    return crossed.sum(axis=-1) - 1.0  # each crosses its own
