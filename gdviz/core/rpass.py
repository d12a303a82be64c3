"""Exact products of a network's Hessian with a vector, by the R-operator.

R{·} is the derivative along a vector v of everything in a pass (Pearlmutter 1994,
"Fast Exact Multiplication by the Hessian"): R{∇L} = ∇²L·v, one more pass forward and
back, without the Hessian itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.passes import Pass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.core.objective import Objective

    Array = NDArray[np.float64]

_ELEMENTS = 2**16  # of all layers in one chunk: all that is kept of it in the cache
_TOGETHER = 2**15  # numbers of a layer, of several vectors
_KEPT = 2**24  # numbers: with more examples each product prepares its chunks anew


class RPass:
    """What is prepared of b examples at one θ to multiply their Hessians.

    Parameters
    ----------
    chunk : Pass
        A finished pass, not to be used again: its arrays are kept.
    layers : list of ndarrays
        The matrices [W|b] of θ.
    weight : ndarray without axes
        What the Hessians are multiplied with, 1/n for their mean: that of the pass.
    """

    def __init__(self, chunk: Pass, layers: list[Array], weight: Array) -> None:
        self.activations, self.deltas = chunk.activations, chunk.deltas
        self._at_output = chunk.loss.hessian(chunk.outputs, chunk.targets)
        self._weight = weight
        self._slopes, self._bends = [], []
        network = chunk.network
        for i, width in enumerate(network.widths[1:-1], 1):
            a = self.activations[i][:width]
            slope, bend = np.empty_like(a), np.empty_like(a)
            network.activation.slope(a, slope)
            network.activation.bend(a, bend)
            sent = layers[i][:, :width].T.dot(self.deltas[i])
            self._slopes.append(slope)
            self._bends.append(np.multiply(bend, sent, bend))
        self._transposed = [a.T for a in self.activations]

    def add_products(
        self, layers: list[Array], along: list[Array], total: list[Array]
    ) -> None:
        """Add the Hessian's products with vectors to `total`.

        Parameters
        ----------
        layers : list of ndarrays of shape (units, m)
            The matrices [W|b] of θ.
        along, total : lists of ndarrays of shape (..., units, m)
            Those of the vectors and of the sums.
        """
        sums, moved = self._forward(layers, along)
        delta = self._at_output(sums.pop())
        np.multiply(delta, self._weight, delta)
        for i in range(len(sums), -1, -1):
            np.add(total[i], delta @ self._transposed[i], total[i])
            if i:
                units = moved[i - 1].shape[-2]
                total[i][..., :units] += self.deltas[i] @ moved[i - 1].swapaxes(-1, -2)
                delta = layers[i][:, :units].T @ delta
                delta += along[i][..., :units].swapaxes(-1, -2) @ self.deltas[i]
                np.multiply(delta, self._slopes[i - 1], delta)
                delta += np.multiply(sums[i - 1], self._bends[i - 1], sums[i - 1])

    def _forward(
        self, layers: list[Array], along: list[Array]
    ) -> tuple[list[Array], list[Array]]:
        """Return R{z} of every layer and R{a} of every hidden one."""
        moved: list[Array] = []
        sums = [along[0] @ self.activations[0]]
        for i, slope in enumerate(self._slopes):
            moved.append(sums[i] * slope)
            sums.append(along[i + 1] @ self.activations[i + 1])
            sums[-1] += layers[i + 1][:, : len(slope)] @ moved[i]
        return sums, moved


class NetworkHessian:
    """The Hessian of the mean loss of a network at one θ: call it with vectors.

    Parameters
    ----------
    objective : Objective
    theta : ndarray of shape (p,)
    """

    def __init__(self, objective: Objective, theta: Array) -> None:
        self._objective, self._network = objective, objective.network
        self._theta = theta.copy()
        self._layers = self._network.layers(self._theta)
        self._chunk = max(1, _ELEMENTS // sum(self._network.widths))
        numbers = objective.n_examples * 6 * sum(self._network.widths)
        self._kept = list(self._prepared()) if numbers <= _KEPT else None

    def __call__(self, vector: Array) -> Array:
        """Return the product with a vector of shape (p,), or with many (..., p)."""
        product = np.zeros(vector.shape)
        along, total = self._network.layers(vector), self._network.layers(product)
        for chunk in self._prepared() if self._kept is None else self._kept:
            chunk.add_products(self._layers, along, total)
        return product

    def dense(self) -> Array:
        """Return the Hessian itself, of shape (p, p), some rows at a time."""
        units = np.eye(self._network.n_parameters)
        wide = max(self._network.widths) * min(self._chunk, self._objective.n_examples)
        step = max(1, _TOGETHER // wide)
        rows = [self(units[i : i + step]) for i in range(0, len(units), step)]
        return np.concatenate(rows)

    def _prepared(self) -> Iterator[RPass]:
        """Yield the examples at this θ, chunk by chunk."""
        objective, n = self._objective, self._objective.n_examples
        weight = np.array(1.0 / n)
        for start in range(0, n, self._chunk):
            part = slice(start, min(start + self._chunk, n))
            chunk = Pass(self._network, objective.loss_kind, part.stop - start)
            chunk.inputs[...] = objective.inputs[:, part]
            chunk.targets[...] = objective.targets[:, part]
            chunk.run(self._theta, weight)
            yield RPass(chunk, self._layers, weight)


class LinearHessian:
    """The Hessian of linear regression: the same at every θ, from the moments alone.

    Parameters
    ----------
    moments : ndarray of shape (m, m)
        (c/n) Σ x xᵀ over the examples, with c the curvature of the loss.
    outputs : int
        Each has its own m parameters, and no other's bend them.
    """

    def __init__(self, moments: Array, outputs: int) -> None:
        self._moments, self._outputs = moments, outputs

    def __call__(self, vector: Array) -> Array:
        """Return the product with a vector of shape (p,)."""
        return (vector.reshape(self._outputs, -1) @ self._moments).ravel()
