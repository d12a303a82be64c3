"""One forward and backward pass for a fixed number of examples, buffers kept.

Feature-major: activations are (units, b) with a last row of ones where there is a
bias, so that [W|b] is one product and so is its gradient.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.losses import Loss
    from gdviz.core.models import Network

    Array = NDArray[np.float64]


_ONE = np.array(1.0)  # an array without axes is twice as fast as a float
_WIDE = 8  # times as many inputs as examples


class Pass:
    """Forward, loss and backward of `b` examples at one θ: the plan of this many.

    It owns all buffers, so that a step makes no new ones but for what leaves it.
    `run` leaves behind `activations` (one array per layer, the inputs first), the
    `outputs` (k, b), the `losses` (b,) and the error signals `deltas`, one (units, b)
    array per layer: δᴸ = ∂ℓ/∂zᴸ and δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ∘ f′(zˡ), each of its own
    example (Rumelhart, Hinton & Williams 1986).

    Attributes
    ----------
    batch : ndarray of shape (m + k, b)
        To be filled: the m rows of `inputs`, a last one of ones where there is a
        bias, and the k rows of `targets`.
    """

    def __init__(self, network: Network, loss: Loss, b: int) -> None:
        self.network, self.loss, self.b = network, loss, b
        d, *hidden, k = network.widths
        self.batch = np.ones((d + network.bias + k, b))
        self.inputs, self.targets = self.batch[:-k], self.batch[-k:]
        activations = [np.ones((w + network.bias, b)) for w in hidden]
        self.activations, self.outputs = [self.inputs, *activations], np.empty((k, b))
        self.deltas = [np.empty((w, b)) for w in (*hidden, k)]
        self._theta, self._gradient = np.empty((2, network.n_parameters))
        self._ones, self._share = np.ones(b), np.array(1.0 / b)
        self._plan()

    def _plan(self) -> None:
        """Make all views of the buffers that the passes go through, in their order."""
        hidden, activations = self.network.widths[1:-1], self.activations
        layers = self.network.layers(self._theta)
        units = [a[:w] for w, a in zip(hidden, activations[1:], strict=True)]
        self._up = list(zip(layers, activations, units, strict=False))
        self._last = layers[-1]
        above = [layer[:, :w].T for w, layer in zip(hidden, layers[1:], strict=True)]
        slopes = [np.empty_like(u) for u in units]
        self._down = list(
            zip(above, self.deltas[1:], self.deltas, units, slopes, strict=False)
        )[::-1]
        columns, views = [a.T for a in activations], self.network.layers(self._gradient)
        self._products = list(zip(self.deltas, columns, views, strict=True))
        self._outer = [
            (delta.T[:, :, None], a.T[:, None, :])
            for delta, a in zip(self.deltas, activations, strict=True)
        ]

    def run(self, theta: Array, weight: Array = _ONE) -> None:
        """Go forward and back at θ of shape (p,) with the examples in `batch`.

        All `deltas` are those of the losses times `weight`, an array without axes.
        """
        self.losses, slopes = self.loss.both(self.forward(theta), self.targets)
        np.multiply(slopes, weight, self.deltas[-1])
        slope = self.network.activation.slope
        for above, delta, below, units, slopes in self._down:
            above.dot(delta, below)
            slope(units, slopes)
            np.multiply(below, slopes, below)

    def forward(self, theta: Array) -> Array:
        """Compute the outputs (k, b) from the inputs in place, at θ of shape (p,)."""
        np.copyto(self._theta, theta)
        f = self.network.activation.f
        for weights, a, units in self._up:
            weights.dot(a, units)
            f(units, units)
        return self._last.dot(self.activations[-1], self.outputs)

    def loss_sum(self) -> float:
        """Return the sum of the losses."""
        return float(self._ones.dot(self.losses))  # faster than adding up

    def mean(self, theta: Array) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient at θ, of shape (p,)."""
        self.run(theta, self._share)
        return self.loss_sum() / self.b, self.gradient()

    def gradient(self) -> Array:
        """Return the sum of the b gradients, times the weight, of shape (p,)."""
        for delta, columns, view in self._products:
            delta.dot(columns, view)
        return self._gradient.copy()

    def gradients(self) -> Array:
        """Return the gradient of each example's loss, of shape (b, p).

        Few examples of a wide layer lie one after the other, row by row; else each
        parameter's lie together: the longer runs are written faster. Which of the
        two depends on the network and b alone.
        """
        wide = _WIDE * self.b <= max(self.network.widths[:-1])
        made = np.empty((self.b, self.network.n_parameters), order="C" if wide else "F")
        for block, (delta, a) in zip(
            self.network.layers(made), self._outer, strict=True
        ):
            np.multiply(delta, a, block)
        return made

    def squares(self) -> Array:
        """Return the sum of the squares of the b gradients, of shape (p,).

        Layer by layer Σ (δᵢ aᵢᵀ)² = Σ δᵢ² (aᵢ²)ᵀ, one product of matrices.
        """
        total, products = self._squaring
        for delta, delta2, a, a2, columns, view in products:
            np.multiply(delta, delta, delta2)
            np.multiply(a, a, a2)
            delta2.dot(columns, view)
        return total.copy()

    @cached_property
    def _squaring(self) -> tuple[Array, list[tuple[Array, ...]]]:
        """Buffers and views for `squares`, made when they are first needed."""
        total = np.empty(self.network.n_parameters)
        products: list[tuple[Array, ...]] = []
        views = self.network.layers(total)
        for delta, a, view in zip(self.deltas, self.activations, views, strict=True):
            delta2, a2 = np.empty_like(delta), np.empty_like(a)
            products.append((delta, delta2, a, a2, a2.T, view))
        return total, products

    def squared_norms(self) -> Array:
        """Return ‖gᵢ‖² of each gradient, of shape (b,): Σ ‖δᵢ‖² ‖aᵢ‖² over layers."""
        norms = np.zeros(self.b)
        for delta, a in zip(self.deltas, self.activations, strict=True):
            of_layer = np.add.reduce(delta * delta, axis=0)
            of_layer *= np.add.reduce(a * a, axis=0)
            norms += of_layer
        return norms

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
