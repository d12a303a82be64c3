"""One forward and backward pass for a fixed number of examples, buffers kept.

Feature-major: activations are (units, b) with a last row of ones where there is a
bias, so that [W|b] is one product and so is its gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.losses import Loss
    from gdviz.core.models import Network

    Array = NDArray[np.float64]


class Pass:
    """Forward, loss and backward of `b` examples at one θ.

    `run` leaves behind `activations` (one array per layer, the inputs first), the
    `outputs` (k, b), the `losses` (b,) and the error signals `deltas`, one (units, b)
    array per layer: δᴸ = ∂ℓ/∂zᴸ and δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ∘ f′(zˡ), each of its own
    example (Rumelhart, Hinton & Williams 1986).
    """

    def __init__(self, network: Network, loss: Loss, b: int) -> None:
        self.network, self.loss, self.b = network, loss, b
        hidden, ones = network.widths[1:-1], network.bias
        self.inputs = np.ones((network.widths[0] + ones, b))
        self.activations = [self.inputs] + [np.ones((w + ones, b)) for w in hidden]
        self.outputs = np.empty((network.widths[-1], b))
        self._units = [a[:w] for w, a in zip(hidden, self.activations[1:], strict=True)]
        self._hidden_deltas = [np.empty((w, b)) for w in hidden]
        self._slopes = [np.empty((w, b)) for w in hidden]

    def run(self, layers: list[Array], targets: Array) -> None:
        """Go forward and back with the inputs in place and these targets (k, b)."""
        self.forward(layers)
        self.losses = self.loss.values(self.outputs, targets)
        self._backward(layers, self.loss.slopes(self.outputs, targets))

    def forward(self, layers: list[Array]) -> Array:
        """Compute the outputs (k, b) from the inputs in place."""
        f = self.network.activation.f
        for weights, a, units in zip(
            layers, self.activations, self._units, strict=False
        ):
            weights.dot(a, units)
            f(units, units)
        return layers[-1].dot(self.activations[-1], self.outputs)

    def _backward(self, layers: list[Array], output_delta: Array) -> None:
        slope, delta = self.network.activation.slope, output_delta
        self.deltas = [*self._hidden_deltas, output_delta]
        for i in range(len(self._units) - 1, -1, -1):
            units, below = self._units[i], self._hidden_deltas[i]
            layers[i + 1][:, : len(units)].T.dot(delta, below)
            slope(units, self._slopes[i])
            np.multiply(below, self._slopes[i], below)
            delta = below

    def add_gradient(self, weight: float, total: Array) -> None:
        """Add `weight` times the sum of the b gradients to `total` of shape (p,)."""
        views = self.network.layers(total)
        for view, delta, a in zip(views, self.deltas, self.activations, strict=True):
            np.add(view, (delta * weight).dot(a.T), view)

    def gradients(self) -> Array:
        """Return the gradient of each example's loss, of shape (b, p).

        Stored as (p, b) and handed out transposed: long rows are written faster.
        """
        flat = np.empty((self.network.n_parameters, self.b))
        start = 0
        for (rows, columns), delta, a in zip(
            self.network.shapes, self.deltas, self.activations, strict=True
        ):
            block = flat[start : start + rows * columns].reshape(rows, columns, self.b)
            np.multiply(delta[:, None, :], a[None, :, :], block)
            start += rows * columns
        return flat.T

    def projections(self, directions: Array) -> Array:
        """Return the dot products of each gradient with q directions, (q, b).

        Layer by layer gᵢ·d = δᵢ · (D aᵢ), without the gradients themselves.

        Parameters
        ----------
        directions : ndarray of shape (q, p)
        """
        result = np.zeros((len(directions), self.b))
        for row, direction in zip(result, directions, strict=True):
            for block, delta, a in zip(
                self.network.layers(direction),
                self.deltas,
                self.activations,
                strict=True,
            ):
                np.add(row, np.add.reduce(delta * block.dot(a), axis=0), row)
        return result
