"""The labels at the edges of a network: as much as fits, all of them alike."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

from gdviz.session.wiring import MEAN, OWN, WEIGHTS, edge_values
from gdviz.session.wiringwords import NOT_YET, brief, briefer, mean_known
from gdviz.ui.marks.graph import LINE, graph, zoom
from gdviz.ui.marks.labels import place
from gdviz.ui.marks.network import Words

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.wiring import Seen, Wiring
    from gdviz.ui.marks.graph import Graph

    Counts = tuple[int, ...]
    Rows = tuple[tuple[str, ...], ...]
    Boxes = dict[int, QRectF]

EDGE = "edge"  # the kind of these words
_FEW = 24  # edges with labels
_APART = 4.0  # pixels between two of them
_SMALLER = (0.9, 0.8)  # than usual, where words are large
_SHARE = 0.6  # of the gap between two columns that a full label may take
_SHOWN = ""  # in the place of a quantity: the one the edges show
_ALONE: Rows = ((_SHOWN,),)
_SIZES: dict[Rows, tuple[float, float]] = {  # the fullest first
    ((WEIGHTS,), (OWN,), (MEAN,)): (62.0, 46.0),
    ((WEIGHTS,), (OWN, MEAN)): (122.0, 31.0),
    ((WEIGHTS, OWN, MEAN),): (186.0, 15.0),
    _ALONE: (46.0, 15.0),
}
_LETTERS = {WEIGHTS: "w ", OWN: "g ", MEAN: "ĝ ", _SHOWN: ""}


@lru_cache(maxsize=32)
def best_zoom(
    counts: Counts, bias: bool, size: tuple[int, int], foot: float, least: float
) -> float:
    """Return how large to draw: large, but not at the cost of labels.

    Parameters
    ----------
    least : float
        How small it may be for the sake of labels.
    """
    most = zoom(counts, size)
    smaller = [factor for factor in _SMALLER if factor >= least]
    for factor in (*np.linspace(most, 1.0, 4 if most > 1 else 1).tolist(), *smaller):
        inner = int(size[0] / factor), int(size[1] / factor)
        if placed(graph(counts, bias, inner, foot), counts, bias)[0] != _ALONE:
            return factor
    return most


@lru_cache(maxsize=64)
def placed(places: Graph, counts: Counts, bias: bool) -> tuple[Rows, Boxes]:
    """Return the rows of the fullest labels that fit, and their boxes by edge.

    Of the smallest labels those that fit, unless they are but a few.
    """
    tails, heads = _ends(counts, bias)
    if len(tails) > _FEW:
        return _ALONE, {}
    below = np.array([0.0, LINE if places.deltas else 0.0])
    boxes = places.centres + below / 2, places.halves + 2 + below / 2
    edges = places.centres[tails], places.centres[heads]
    gap = places.columns[1] - places.columns[0]
    for rows, size in _SIZES.items():
        if rows != _ALONE and size[0] > _SHARE * gap:
            continue
        found, clear = place(edges, boxes, (size[0] + _APART, size[1] + _APART))
        if clear.all() or (rows == _ALONE and clear.mean() >= 0.5):
            corners = (found - np.array(size) / 2).tolist()
            kept = np.flatnonzero(clear).tolist()
            return rows, {e: QRectF(QPointF(*corners[e]), QSizeF(*size)) for e in kept}
    return _ALONE, {}


def labels(
    run: Run, example: Seen, wiring: Wiring, quantity: str, where: tuple[Rows, Boxes]
) -> list[Words]:
    """Return the words of the labels at these places."""
    values = {
        row: edge_values(run, example, row or quantity, wiring.parameters)
        for row in _LETTERS
    }
    rows, boxes = where
    words = []
    for edge, box in boxes.items():
        for spot, name in _spots(box, rows):
            known = (name or quantity) != MEAN or mean_known(run)
            value = float(values[name][edge])
            texts = (brief(value), briefer(value)) if known else (NOT_YET, "?")
            text, shorter = (f"{_LETTERS[name]}{text}" for text in texts)
            colour, kind = name or quantity, EDGE if known else NOT_YET
            words.append(Words(spot, text, colour, shorter=shorter, kind=kind))
    return words


def _spots(box: QRectF, rows: Rows) -> list[tuple[QRectF, str]]:
    """Return the part of a box for each quantity."""
    high, spots = box.height() / len(rows), []
    for down, row in enumerate(rows):
        wide = box.width() / len(row)
        for across, name in enumerate(row):
            corner = box.left() + wide * across, box.top() + high * down
            spots.append((QRectF(*corner, wide, high), name))
    return spots


def _ends(counts: Counts, bias: bool) -> tuple[list[int], list[int]]:
    """Return the nodes that edges join, in the order of a wiring."""
    tails: list[int] = []
    heads: list[int] = []
    node = 0
    for low, high in pairwise(counts):
        below = low + bias
        for head in range(high):
            tails += range(node, node + below)
            heads += [node + below + head] * below
        node += below
    return tails, heads
