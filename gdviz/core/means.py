"""Means over a batch, and error signals sent back through whatever one likes.

δ is an error signal, the derivative of a loss by the weighted sum of a unit.
Everything is a column for each example, or one column for a mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.objective import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.models import Network
    from gdviz.core.passes import Pass
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Means:
    """Means over a batch at one θ.

    Attributes
    ----------
    loss : float
    delta : ndarray of shape (k, 1)
        Mean δ of the outputs.
    activations : list of ndarrays of shape (units, 1)
        What goes into each layer, with a last 1 where there is a bias.
    slopes : list of ndarrays of shape (units, 1)
        Mean f′(zᵢ) of each hidden layer.
    """

    loss: float
    delta: Array
    activations: list[Array]
    slopes: list[Array]


def means(objective: Objective, theta: Array, rows: Rows) -> Means:
    """Return the means over these examples, chunk by chunk."""
    network, loss = objective.network, 0.0
    sums = [np.zeros((size, 1)) for size in _sizes(network)]
    for chunk, _ in objective.passes(theta, rows):
        loss += float(np.add.reduce(chunk.losses))
        for total, part in zip(sums, _parts(network, chunk), strict=True):
            np.add(total, np.add.reduce(part, axis=1, keepdims=True), total)
    delta, *rest = (total / len(rows) for total in sums)
    n_layers = len(network.shapes)
    return Means(loss / len(rows), delta, rest[:n_layers], rest[n_layers:])


def _sizes(network: Network) -> list[int]:
    inputs = [columns for _, columns in network.shapes]
    return [network.widths[-1], *inputs, *network.widths[1:-1]]


def _parts(network: Network, chunk: Pass) -> list[Array]:
    slopes = slopes_of(network, chunk.activations)
    return [chunk.deltas[-1], *chunk.activations, *slopes]


def slope_at(network: Network, a: Array) -> Array:
    """Return f′(z) where a = f(z), of the same shape."""
    slope = np.empty_like(a)
    network.activation.slope(a, slope)
    return slope


def slopes_of(network: Network, activations: list[Array]) -> list[Array]:
    """Return f′ of each hidden layer, told from what goes into each layer."""
    hidden = zip(network.widths[1:-1], activations[1:], strict=True)
    return [slope_at(network, a[:units]) for units, a in hidden]


def sent_back(
    network: Network,
    theta: Array,
    delta: Array,
    activations: list[Array],
    slopes: list[Array],
) -> Array:
    """Return Σ δ aᵀ of every layer for error signals sent back from the outputs.

    Parameters
    ----------
    network : Network
    theta : ndarray of shape (p,)
    delta : ndarray of shape (k, m)
        δ of the outputs, one column for each of m ways back.
    activations : list of ndarrays of shape (units, m)
        What goes into each layer.
    slopes : list of ndarrays of shape (units, m)
        What takes the place of f′(z) in each hidden layer.

    Returns
    -------
    ndarray of shape (p,)
        Summed over the m columns.
    """
    total = np.empty(len(theta))
    layers, views = network.layers(theta), network.layers(total)
    for i in range(len(layers) - 1, -1, -1):
        views[i][...] = delta @ activations[i].T
        if i:
            delta = (layers[i][:, : network.widths[i]].T @ delta) * slopes[i - 1]
    return total


def mean_output_gradient(
    objective: Objective, theta: Array, rows: Rows
) -> tuple[float, Array]:
    """Return the mean loss, and the mean gradient (p,) of the sum of the outputs."""
    loss, total, network = 0.0, np.zeros(len(theta)), objective.network
    for chunk, _ in objective.passes(theta, rows):
        loss += float(np.add.reduce(chunk.losses))
        ones, activations = np.ones_like(chunk.outputs), chunk.activations
        slopes = slopes_of(network, activations)
        total += sent_back(network, theta, ones, activations, slopes)
    return loss / len(rows), total / len(rows)


def gap(objective: FiniteSum, theta: Array, rows: Rows) -> Array | None:
    """Return by how much the mean error through mean inputs misses the mean gradient.

    Without hidden layers it is the covariance of error and input in the batch:
    mean(δᵢ xᵢ) − mean(δ) mean(x), which is 0 for a bias.

    Parameters
    ----------
    objective : FiniteSum
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)

    Returns
    -------
    ndarray of shape (p,) or None
        In the order of θ; None with hidden layers or without a network.
    """
    if not isinstance(objective, Objective) or len(objective.network.widths) > 2:
        return None
    mean, total = means(objective, theta, rows), np.zeros(objective.network.shapes[0])
    for chunk, _ in objective.passes(theta, rows):
        error, x = chunk.deltas[0] - mean.delta, chunk.inputs - mean.activations[0]
        total += error @ x.T
    return np.ravel(total / len(rows))
