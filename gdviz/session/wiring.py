"""The wiring: the passes of one example as nodes and edges with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.one import place_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.ledger import Ledger
    from gdviz.core.models import Network
    from gdviz.session.run import Run

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]

BIAS = -1  # in the place of a unit's number
WEIGHTS, OWN, MEAN = "weights", "own", "mean"
_MOST_NODES, _MOST_EDGES = 12, 400


@dataclass(frozen=True, eq=False)
class Seen:
    """The example looked at.

    Attributes
    ----------
    row : int
        Its row in the data.
    place, of : ints
        Its place in the batch, -1 if it is not there, and the size of the batch.
    chosen : bool
        Whether it is the selected one.
    ledger : Ledger
    at : int
        Its column in the ledger.
    """

    row: int
    place: int
    of: int
    chosen: bool
    ledger: Ledger
    at: int

    @property
    def gradient(self) -> Array:
        """Its own gradient, of shape (p,)."""
        return self.ledger.gradients[self.at]

    def activations(self, column: int) -> Array:
        """Return a of a column of units, the inputs being column 0."""
        told = self.ledger
        return (told.inputs, *told.activations)[column][:, self.at]

    def deltas(self, column: int) -> Array:
        """Return δ of a column of units; there is none for the inputs."""
        return self.ledger.deltas[column - 1][:, self.at]


def seen(run: Run, hint: int = -1) -> Seen | None:
    """Return the example to look at; None for formulas.

    It is the selected one, else the one at work, else the first of the batch.

    Parameters
    ----------
    hint : int
        The place meant, should the selected example be twice in the batch.
    """
    snapshot, work = run.snapshot, run.beat.place if run.beat is not None else -1
    rows, chosen, told = snapshot.record.rows, snapshot.chosen, snapshot.ledger
    if chosen is not None and chosen.ledger is not None:
        places = np.flatnonzero(rows == chosen.row).tolist()
        place = next((p for p in (work, hint, *places) if p in places), -1)
        return Seen(chosen.row, place, len(rows), True, chosen.ledger, 0)
    if told is None:
        return None
    place = work if 0 <= work < len(told) else 0
    return Seen(int(rows[place]), place, len(rows), False, told, place)


@dataclass(frozen=True)
class Spot:
    """A node, or an edge if there is a parameter.

    Attributes
    ----------
    column : int
        0 for the inputs; one after the outputs for the loss.
    unit : int
        Counted from 0, or `BIAS`.
    parameter : int
        The entry of θ; -1 for a node.
    """

    column: int = -1
    unit: int = 0
    parameter: int = -1


@dataclass(frozen=True, eq=False)
class Wiring:
    """Which nodes and edges are drawn.

    Nodes are numbered column by column; the bias is the last of its column.

    Attributes
    ----------
    drawn : tuple of ndarrays
        The units drawn of each column, in their order.
    columns, units : ndarrays of shape (m,)
        Of each node; the unit is `BIAS` for a bias.
    tails, heads : ndarrays of shape (e,)
        The nodes an edge joins.
    parameters : ndarray of shape (e,)
        The entry of θ of each edge.
    """

    drawn: tuple[Indices, ...]
    columns: Indices
    units: Indices
    tails: Indices
    heads: Indices
    parameters: Indices


def wire(example: Seen) -> Wiring:
    """Return the nodes and edges to draw: of wide layers the most active units."""
    network = example.ledger.network
    most, last = _most(network), len(network.widths) - 1
    sizes = [example.activations(column) for column in range(last)]
    sizes.append(example.deltas(last))  # the target's own output is among these
    drawn = tuple(_largest(size, most) for size in sizes)
    bias = np.full(int(network.bias), BIAS)
    nodes = [*(np.append(units, bias) for units in drawn[:-1]), drawn[-1]]
    columns = np.repeat(np.arange(last + 1), [len(units) for units in nodes])
    return Wiring(drawn, columns, np.concatenate(nodes), *_edges(network, nodes))


def ends(network: Network, parameter: int) -> tuple[int, int, int]:
    """Return column, unit and input (or `BIAS`) of the edge of an entry of θ."""
    layer, unit, source = place_of(network, parameter)
    return layer + 1, unit, source if source < network.widths[layer] else BIAS


def _edges(network: Network, nodes: list[Indices]) -> list[Indices]:
    """Return tails, heads and parameters of the edges among these nodes."""
    tails, heads, parameters = [], [], []
    node, start = 0, 0
    for (rows, width), below, above in zip(
        network.shapes, nodes, nodes[1:], strict=False
    ):
        units = above[above != BIAS]
        tail, head = np.arange(len(below)), np.arange(len(units))
        tails.append(np.tile(node + tail, len(units)))
        heads.append(np.repeat(node + len(below) + head, len(below)))
        source = np.where(below == BIAS, width - 1, below)
        parameters.append((start + width * units[:, None] + source).ravel())
        node, start = node + len(below), start + rows * width
    return [np.concatenate(part) for part in (tails, heads, parameters)]


def _largest(sizes: Array, most: int) -> Indices:
    order = np.argsort(-np.nan_to_num(np.abs(sizes), nan=np.inf), kind="stable")
    return np.sort(order[:most])


def _most(network: Network) -> int:
    """Return how many units of a column are drawn at most."""
    for most in range(_MOST_NODES, 1, -1):
        drawn = [min(width, most) for width in network.widths]
        edges = sum((low + network.bias) * high for low, high in pairwise(drawn))
        if edges <= _MOST_EDGES:
            return most
    return 1


def edge_values(run: Run, example: Seen, quantity: str, parameters: Indices) -> Array:
    """Return what these edges show; ĝ is 0 until it is known."""
    record, beat = run.snapshot.record, run.beat
    if quantity == MEAN and beat is not None and not beat.mean_known:
        return np.zeros(len(parameters))
    every = {WEIGHTS: record.theta, OWN: example.gradient, MEAN: record.gradient}
    return every[quantity][parameters]
