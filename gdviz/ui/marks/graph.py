"""Where the nodes of a network lie on a picture, and what lies under the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]

MARGIN, LINE = 8.0, 15.0  # pixels: at the sides, and of a line of small text
_BIAS = 8.0  # half a side of its square
_LOSS, _FLAT_LOSS = (54.0, 36.0), (86.0, 18.0)  # sizes of its box, beside and below
_BRACKET = 8.0  # between two things and the bracket
_NARROW = 440  # pixels: the loss has its place below, not beside the outputs
_PILL = 23.0  # half the width of a node that is not round
_ROUND = 19.0  # least radius of a node that is
_EDGE = 24.0  # least length of an edge between nodes with numbers
_CAPTION = 30.0  # half the width of what is written below the inputs
_REACH = 6.0  # of the mouse


@dataclass(frozen=True, eq=False)
class Graph:
    """The places of everything, in pixels.

    Attributes
    ----------
    centres, halves : ndarrays of shape (m, 2)
        Centre of each node, and half its width and height.
    columns : ndarray of shape (columns,)
        x of each column of nodes.
    told, deltas : bools
        Whether there is room for a number in a node, and for δ below it.
    before, behind : floats
        Room for text before the inputs and behind the outputs.
    lines : int
        Of text behind an output.
    outputs : pair of floats
        y of the first and of the last of them.
    loss : tuple of floats
        Left, top, width and height of its box: beside the outputs, or below them.
    bracket : float
        x of what joins the outputs to that box.
    bottom : float
        y where the captions begin.
    """

    centres: Array
    halves: Array
    columns: Array
    told: bool
    deltas: bool
    before: float
    behind: float
    lines: int
    outputs: tuple[float, float]
    loss: tuple[float, float, float, float]
    bracket: float
    bottom: float

    def node_at(self, x: float, y: float) -> int | None:
        """Return the node at a point; the loss counts as one after the last."""
        left, top, width, height = self.loss
        if 0 <= x - left <= width and 0 <= y - top <= height:
            return len(self.centres)
        off = np.abs(self.centres - (x, y)) - np.maximum(self.halves, _REACH)
        inside = np.flatnonzero((off <= 0).all(axis=1))
        return int(inside[0]) if len(inside) else None

    def edge_at(self, x: float, y: float, tails: Indices, heads: Indices) -> int | None:
        """Return the edge that passes nearest to a point, within a few pixels."""
        start, end = self.centres[tails] - (x, y), self.centres[heads] - (x, y)
        way = end - start
        along = -(start * way).sum(axis=1) / (way * way).sum(axis=1)
        apart = np.hypot(*(start + along.clip(0.0, 1.0)[:, None] * way).T)
        best = int(apart.argmin())
        return best if apart[best] <= _REACH else None


def zoom(counts: tuple[int, ...], size: tuple[int, int]) -> float:
    """Return how much larger than usual all can be drawn, 1 to 2."""
    wanted = 150 + 200 * (len(counts) - 1), 100 + 65 * max(counts)
    return min(max(min(size[0] / wanted[0], size[1] / wanted[1]), 1.0), 2.0)


@lru_cache(maxsize=32)
def graph(
    counts: tuple[int, ...], bias: bool, size: tuple[int, int], foot: float
) -> Graph:
    """Return where the nodes lie.

    Parameters
    ----------
    counts : tuple of ints
        Units of each column.
    size : pair of ints
        Width and height of the picture.
    foot : float
        Height of what is written below the columns.
    """
    (width, height), narrow = size, size[0] < _NARROW
    low = height - foot - _BIAS - 2
    end = low - _BIAS - 6 if bias or narrow else height - foot
    room = max(end - MARGIN, 1.0)
    half, deltas, columns, beside = _fitted(counts, room, width)
    slots = [MARGIN + room * (np.arange(n) + 0.5) / n - 7.0 * deltas for n in counts]
    ends = float(slots[-1][0]), float(slots[-1][-1])
    centres, halves = _nodes(columns, slots, half, low if bias else None)
    loss, bracket = _loss(width, low if narrow else sum(ends) / 2, narrow)
    told, bottom = half[0] >= _ROUND, height - foot
    return Graph(
        centres, halves, columns, told, deltas, *beside, ends, loss, bracket, bottom
    )


def _fitted(
    counts: tuple[int, ...], room: float, width: float
) -> tuple[tuple[float, float], bool, Array, tuple[float, float, int]]:
    """Return half sizes of units, large if there is room, and what follows from them.

    That is whether δ stands below, x of the columns, and the room beside them.
    """
    half, deltas = _units(room / max(counts))
    columns, beside = _columns(counts, room, width, half[0], False)
    gap = (columns[-1] - columns[0]) / (len(counts) - 1)
    if half[0] > 0 and gap >= 2 * half[0] + _EDGE:
        return half, deltas, columns, beside
    radius = min(max(room / max(counts) / 2 - 1, 2.0), 7.0)
    return (radius, radius), False, *_columns(counts, room, width, radius, True)


def _loss(
    width: float, y: float, narrow: bool
) -> tuple[tuple[float, float, float, float], float]:
    """Return the box of the loss and the x of its bracket."""
    wide, high = _FLAT_LOSS if narrow else _LOSS
    left = width - MARGIN - wide
    bracket = width - MARGIN - _BRACKET if narrow else left - _BRACKET
    return (left, max(y - high / 2, 1.0), wide, high), bracket


def _units(pitch: float) -> tuple[tuple[float, float], bool]:
    """Return half width and height of a unit, and whether δ stands below it."""
    if pitch >= 2 * 9 + LINE + 7:
        half = min((pitch - LINE - 7) / 2, 24.0)
        return (half if half >= _ROUND else _PILL, half), True
    return (_PILL if pitch >= 19 else 0.0, min(pitch / 2 - 1.5, 10.0)), False


def _columns(
    counts: tuple[int, ...], room: float, width: float, half: float, dots: bool
) -> tuple[Array, tuple[float, float, int]]:
    """Return x of the columns, and the room for text before and behind them."""
    before, behind = 0.0, 66.0
    lines = 3 if room / counts[-1] >= 3 * LINE + 4 else 2
    if dots and width >= _NARROW and room / counts[0] >= LINE - 1:
        before = 76.0
    if room / counts[-1] < LINE - 1:
        behind, lines = 8.0, 0
    elif room / counts[-1] < 2 * LINE:
        behind, lines = (108.0 if width >= 340 else 66.0), 1
    _, bracket = _loss(width, 0.0, width < _NARROW)
    first = max(MARGIN + before + half, _CAPTION)
    last = max(bracket - behind - half, first + len(counts))
    return np.linspace(first, last, len(counts)), (before, behind, lines)


def _nodes(
    columns: Array, slots: list[Array], half: tuple[float, float], bias: float | None
) -> tuple[Array, Array]:
    """Return centres and half sizes, the bias as the last of each column but one."""
    centres, halves = [], []
    for x, ys in zip(columns.tolist(), slots, strict=True):
        centres += [(x, y) for y in ys.tolist()]
        halves += [half] * len(ys)
        if bias is not None and ys is not slots[-1]:
            centres.append((x, bias))
            halves.append((_BIAS, _BIAS))
    return np.array(centres), np.array(halves)
