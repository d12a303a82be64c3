"""A network as a picture: what there is to paint, and what lies under the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt

from gdviz.session.wiring import BIAS, Spot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.wiring import Wiring
    from gdviz.ui.marks.graph import Graph

    Array = NDArray[np.float64]

TEXT, MUTED = "text", "muted"  # the other colours of words are those of quantities
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, eq=False)
class Words:
    """A few words in a box, and what gives way where it is too narrow.

    Attributes
    ----------
    box : QRectF
    text : text
        Shown whole or not at all.
    colour : text
    align : alignment
    on_plate : bool
        Whether edges may run below.
    shorter : text
        Stands for the text where that has no room.
    kind : text
        Words of one kind are all shown alike.
    name : text
        In front of the text; cut where there is no room for both.
    """

    box: QRectF
    text: str
    colour: str = TEXT
    align: Qt.AlignmentFlag = CENTRE
    on_plate: bool = False
    shorter: str = ""
    kind: str = ""
    name: str = ""


@dataclass(frozen=True, eq=False)
class Picture:
    """All that is drawn of one example.

    Attributes
    ----------
    graph : Graph
    wiring : Wiring
    quantity : text
        What the edges show.
    values : ndarray of shape (e,)
        Of the edges.
    shades : ndarray of shape (m,)
        The colours of the nodes, -1 to 1.
    chosen : bool
        Whether the example is the selected one.
    plates : tuple of QRectF
        The grounds of the labels, one for each edge that has one.
    words : tuple of Words
    zoom : float
        How much larger all this is drawn, words included.
    """

    graph: Graph
    wiring: Wiring
    quantity: str
    values: Array
    shades: Array
    chosen: bool
    plates: tuple[QRectF, ...]
    words: tuple[Words, ...]
    zoom: float = 1.0

    def spot_at(self, x: float, y: float) -> Spot | None:
        """Return the node or edge at a point of the widget."""
        x, y = x / self.zoom, y / self.zoom
        wiring, node = self.wiring, self.graph.node_at(x, y)
        if node is not None:
            return self.spot_of(node)
        edge = self.graph.edge_at(x, y, wiring.tails, wiring.heads)
        return None if edge is None else self.spot_of_edge(edge)

    def spot_of(self, node: int) -> Spot:
        """Return what a node stands for; the loss counts as one after the last."""
        wiring = self.wiring
        if node == len(wiring.columns):
            return Spot(len(wiring.drawn))
        return Spot(int(wiring.columns[node]), int(wiring.units[node]))

    def spot_of_edge(self, edge: int) -> Spot:
        """Return what an edge stands for."""
        return Spot(parameter=int(self.wiring.parameters[edge]))

    def edges_of(self, spots: tuple[Spot, ...]) -> list[int]:
        """Return the edges among these, as far as they are drawn."""
        wanted = [spot.parameter for spot in spots if spot.parameter >= 0]
        return np.flatnonzero(np.isin(self.wiring.parameters, wanted)).tolist()

    def nodes_of(self, spots: tuple[Spot, ...]) -> list[int]:
        """Return the nodes among these, as far as they are drawn."""
        wiring, nodes = self.wiring, []
        for spot in (spot for spot in spots if spot.parameter < 0):
            here = (wiring.columns == spot.column) & (wiring.units == spot.unit)
            loss = spot.column == len(wiring.drawn)
            nodes += [len(here)] if loss else np.flatnonzero(here).tolist()
        return nodes

    @cached_property
    def lines(self) -> list[QLineF]:
        """Where the edges lie."""
        centres, wiring = self.graph.centres, self.wiring
        ends = np.hstack([centres[wiring.tails], centres[wiring.heads]])
        return [QLineF(*end) for end in ends.tolist()]

    def box(self, node: int) -> QRectF:
        """Return where a node lies; the loss counts as one after the last."""
        if node == len(self.graph.centres):
            return QRectF(*self.graph.loss)
        (x, y), (w, h) = self.graph.centres[node], self.graph.halves[node]
        return QRectF(x - w, y - h, 2 * w, 2 * h)

    def is_unit(self, node: int) -> bool:
        """Tell a unit or an input from a bias and from the loss."""
        return node < len(self.shades) and bool(self.wiring.units[node] != BIAS)


def strengths(values: Array) -> Array:
    """Return the thickness of edges, 0 to 1: the root of their share of the largest."""
    size = np.abs(values)
    most = size[np.isfinite(size)].max(initial=0.0)
    share = size / most if most > 0 else np.zeros_like(size)
    return np.sqrt(np.where(np.isfinite(size), share, 1.0))
