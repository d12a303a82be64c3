"""The gradient of the mean loss: one scalar, differentiated as one function of θ.

Written without the passes that training uses, so that the two can check each other:
examples are rows, weights and biases are apart, and 1/b goes in at the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.objective import Objective

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]
    Layers = list[tuple[Array, Array]]


def gradient_of_mean_loss(
    objective: Objective, theta: Array, rows: Rows
) -> tuple[float, Array]:
    """Return L = (1/b) Σ ℓᵢ over these examples and ∂L/∂θ in reverse mode.

    Parameters
    ----------
    objective : Objective
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)

    Returns
    -------
    loss : float
    gradient : ndarray of shape (p,)
    """
    total, gradient = 0.0, np.zeros(len(theta))
    for start in range(0, len(rows), objective.chunk):
        some = rows[start : start + objective.chunk]
        part, slope = _part_of_the_mean(objective, theta, some, 1.0 / len(rows))
        total, gradient = total + part, gradient + slope
    return total, gradient


def _part_of_the_mean(
    objective: Objective, theta: Array, rows: Rows, weight: float
) -> tuple[float, Array]:
    """Return weight · Σ ℓᵢ over these rows and its derivative of shape (p,)."""
    loss, layers = objective.loss_kind, _weights_and_biases(objective, theta)
    inputs, z = _forward(objective, layers, objective.examples.inputs[rows])
    y = objective.targets[:, rows]
    by_z = weight * loss.slopes(z.T, y).T  # ∂L/∂z, (b, k)
    blocks: list[Array] = []
    for i in range(len(layers) - 1, -1, -1):
        by_w, by_b = by_z.T @ inputs[i], by_z.sum(axis=0)
        blocks.insert(0, _joined(by_w, by_b, objective.network.bias))
        if i:
            by_z = by_z @ layers[i][0] * _slope(objective, inputs[i])
    return weight * float(loss.values(z.T, y).sum()), np.concatenate(blocks)


def _weights_and_biases(objective: Objective, theta: Array) -> Layers:
    """Return W of shape (units, inputs) and b of shape (units,) of every layer."""
    network = objective.network
    return [
        (layer[:, :m], layer[:, m] if network.bias else np.zeros(len(layer)))
        for m, layer in zip(network.widths, network.layers(theta), strict=False)
    ]


def _forward(
    objective: Objective, layers: Layers, a: Array
) -> tuple[list[Array], Array]:
    """Return what goes into every layer and the outputs, examples as rows."""
    inputs = [a]
    for w, b in layers[:-1]:
        z = inputs[-1] @ w.T + b
        objective.network.activation.f(z, z)
        inputs.append(z)
    w, b = layers[-1]
    return inputs, inputs[-1] @ w.T + b


def _slope(objective: Objective, a: Array) -> Array:
    slope = np.empty_like(a)
    objective.network.activation.slope(a, slope)
    return slope


def _joined(by_w: Array, by_b: Array, bias: bool) -> Array:
    """Return the derivatives of one layer in the order of θ."""
    return (np.column_stack([by_w, by_b]) if bias else by_w).ravel()
