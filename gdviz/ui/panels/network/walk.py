"""A walk through a network by keys: from unit to unit, and along its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from gdviz.session.wiring import Spot
    from gdviz.ui.marks.network import Picture

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
KEYS = (*ENTER, *_ACROSS, *_DOWN)


def first(picture: Picture) -> Spot:
    """Return where a walk begins: at the first input."""
    return picture.spot_of(0)


def step(picture: Picture, spot: Spot, key: Qt.Key) -> Spot:
    """Return where a key leads from a node or an edge; at an end one stays.

    Enter goes through the edges into a node and back to it; left and right go along
    an edge to its ends.
    """
    edges, nodes = picture.edges_of((spot,)), picture.nodes_of((spot,))
    if edges:
        return _from_edge(picture, edges[0], key)
    return _from_node(picture, nodes[0], key) if nodes else first(picture)


def _from_node(picture: Picture, node: int, key: Qt.Key) -> Spot:
    into = _into(picture, node)
    if key in ENTER:
        return picture.spot_of_edge(into[0]) if into else picture.spot_of(node)
    if key in _ACROSS:
        return picture.spot_of(_across(picture, node, _ACROSS[key]))
    return picture.spot_of(_down(picture, node, _DOWN[key]))


def _from_edge(picture: Picture, edge: int, key: Qt.Key) -> Spot:
    wiring = picture.wiring
    head, tail = int(wiring.heads[edge]), int(wiring.tails[edge])
    into = _into(picture, head)
    to = into.index(edge) + _DOWN.get(key, 1)
    if key in _ACROSS:
        return picture.spot_of(head if _ACROSS[key] > 0 else tail)
    if key in ENTER and to == len(into):
        return picture.spot_of(head)
    return picture.spot_of_edge(into[min(max(to, 0), len(into) - 1)])


def _into(picture: Picture, node: int) -> list[int]:
    """Return the edges into a node, from the first input of its layer to the bias."""
    return np.flatnonzero(picture.wiring.heads == node).tolist()


def _columns(picture: Picture) -> list[int]:
    """Return the column of each node, that of the loss as the last."""
    return [*picture.wiring.columns.tolist(), len(picture.wiring.drawn)]


def _across(picture: Picture, node: int, by: int) -> int:
    """Return the node of the next column that is nearest in height; or the same."""
    columns, y = _columns(picture), picture.box(node).center().y()
    near = [i for i, column in enumerate(columns) if column == columns[node] + by]
    return min(near, key=lambda i: abs(picture.box(i).center().y() - y), default=node)


def _down(picture: Picture, node: int, by: int) -> int:
    """Return the node above or below in the same column; at an end the same."""
    columns, to = _columns(picture), node + by
    inside = 0 <= to < len(columns) and columns[to] == columns[node]
    return to if inside else node
