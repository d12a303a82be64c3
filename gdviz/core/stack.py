"""One forward and backward pass of many runs at once, buffers kept.

Runs that share data, model and loss are stacked: g batches, r runs on each of them,
every run at a θ of its own. All runs of one batch take it through their first layer
in one product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import DTypeLike, NDArray

    from gdviz.core.activations import Activation
    from gdviz.core.losses import Loss
    from gdviz.core.models import Network
    from gdviz.core.objective import Objective

    Array = NDArray[Any]  # of float64 or float32

_MOST = 2**17  # numbers of hidden units at once: still in the cache


class Stack:
    """Losses and mean gradients of g × r runs: the plan of this many, with b examples.

    A batch of fewer examples is filled up with some of its own, of weight 0.

    Attributes
    ----------
    shape : tuple of ints
        g, r and b.
    losses : ndarray of shape (g, r, b)
        Of each example in each run, after `gradient`.
    """

    losses: Array

    def __init__(
        self,
        network: Network,
        loss: Loss,
        shape: tuple[int, int, int],
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.network, self.loss, self.shape = network, loss, shape
        (g, r, b), (d, *units) = shape, network.widths
        rows, p = g * r, network.n_parameters
        self._theta, self._gradient = np.empty((2, rows, p), dtype)
        self._outputs = [np.empty((g, r, u, b), dtype) for u in units]
        self._deltas = [np.empty((g, r, u, b), dtype) for u in units]
        of_first = 2, g, r, units[0], d + network.bias
        self._first, self._first_product = np.empty(of_first, dtype)
        self._f, self._slope = fast(network.activation), network.activation.slope
        self._plan()

    def _plan(self) -> None:
        """Make all views of the buffers that the passes go through, in their order."""
        g, r, _ = self.shape
        outputs, deltas, bias = self._outputs, self._deltas, self.network.bias
        self._first_layer, *above = self.network.layers(self._theta.reshape(g, r, -1))
        self._first_view, *views = self.network.layers(self._gradient.reshape(g, r, -1))
        self._z = outputs[-1].transpose(2, 0, 1, 3)
        self._last = deltas[-1].transpose(2, 0, 1, 3)
        widths = self.network.widths[1:]
        self._up = [
            (below, layer[..., :h], layer[..., h:] if bias else None, z)
            for below, layer, h, z in zip(
                outputs, above, widths, outputs[1:], strict=False
            )
        ]
        self._down = [
            (layer[..., :h].swapaxes(2, 3), delta, below, units, np.empty_like(units))
            for layer, h, delta, below, units in zip(
                above, widths, deltas[1:], deltas, outputs, strict=False
            )
        ][::-1]
        self._pairs = [
            (delta, units.swapaxes(2, 3), view[..., :h], view[..., h])
            if bias
            else (delta, units.swapaxes(2, 3), view, None)
            for delta, units, view, h in zip(
                deltas[1:], outputs, views, widths, strict=False
            )
        ]

    def gradient(self, theta: Array, x: Array, y: Array, weights: Array) -> Array:
        """Return the mean gradient of every run, of shape (g · r, p), in a buffer.

        Parameters
        ----------
        theta : ndarray of shape (g · r, p)
        x : ndarray of shape (g, m, b)
            Inputs with a last row of ones where there is a bias.
        y : ndarray of shape (k, g, 1, b)
            Targets.
        weights : ndarray of shape (g, 1, b)
            One over the examples of the batch, and 0 for those that fill it up.
        """
        self._forward(theta, x)
        self.losses, slopes = self.loss.both(self._z, y)
        np.multiply(slopes, weights, self._last)
        for columns, delta, below, units, slope in self._down:
            _times(columns, delta, below)
            self._slope(units, slope)
            np.multiply(below, slope, below)
        return self._products(x)

    def values(self, theta: Array, x: Array, y: Array) -> Array:
        """Return the losses of each example in each run, of shape (g, r, b)."""
        self._forward(theta, x)
        return self.loss.values(self._z, y)

    def _forward(self, theta: Array, x: Array) -> None:
        """Work out the outputs of all units."""
        np.copyto(self._theta, theta)
        np.copyto(self._first, self._first_layer)
        np.matmul(_merged(self._first), x, _merged(self._outputs[0]))
        for below, weights, bias, z in self._up:
            self._f(below, below)
            np.matmul(weights, below, z)
            if bias is not None:
                np.add(z, bias, z)

    def _products(self, x: Array) -> Array:
        """Return the gradient: each layer's error signals times its inputs."""
        columns, product = x.swapaxes(1, 2), self._first_product
        np.matmul(_merged(self._deltas[0]), columns, _merged(product))
        np.copyto(self._first_view, product)
        for delta, units, weights, bias in self._pairs:
            np.matmul(delta, units, weights)
            if bias is not None:
                np.add.reduce(delta, 3, out=bias)
        return self._gradient


def mean_losses(objective: Objective, thetas: Array) -> Array:
    """Return the mean loss over all examples at each of r parameter vectors.

    Parameters
    ----------
    thetas : ndarray of shape (r, p)
        Their precision is that of the losses.

    Returns
    -------
    ndarray of shape (r,)
    """
    n, r, dtype = objective.n_examples, len(thetas), thetas.dtype
    network, total = objective.network, np.zeros(r)
    b = min(n, max(1, _MOST // max(1, r * sum(network.widths[1:]))))
    for start in range(0, n if r else 0, b):
        x = objective.inputs[None, :, start : start + b].astype(dtype)
        y = objective.targets[:, None, None, start : start + b].astype(dtype)
        stack = Stack(network, objective.loss_kind, (1, r, x.shape[2]), dtype)
        total += np.add.reduce(stack.values(thetas, x, y)[0], 1, dtype=np.float64)
    return total / n


def fast(activation: Activation) -> Callable[[Array, Array], object]:
    """Return f for many numbers: by one exponential where there is such a formula.

    It is off by no more than the rounding of 1, and where the processor has no tanh
    of its own twice as fast.
    """
    if activation.fermi is None:
        return activation.f
    c, s, r = activation.fermi

    def f(z: Array, out: Array) -> None:
        np.multiply(z, r, out)
        np.exp(out, out)
        np.add(out, 1.0, out)
        np.divide(s, out, out)
        np.add(out, c, out)

    return f


def _merged(of_runs: Array) -> Array:
    """Return (g, r, u, …) as (g, r · u, …): the rows of all runs of a batch."""
    g, r, u, last = of_runs.shape
    return of_runs.reshape(g, r * u, last)


def _times(columns: Array, row: Array, out: Array) -> None:
    """Write a product of stacked matrices; of a column and a row without BLAS."""
    (np.multiply if row.shape[2] == 1 else np.matmul)(columns, row, out)
