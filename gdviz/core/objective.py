"""The objective of a network: the mean of its losses on examples.

Training uses one kernel, `gradient`, whoever watches: its order of summation depends
on the model and the batch size alone.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.bowlsheet import network_sheet
from gdviz.core.losses import SquaredError
from gdviz.core.passes import Pass
from gdviz.core.refused import Refused
from gdviz.core.rpass import LinearHessian, NetworkHessian
from gdviz.core.sums import FiniteSum, Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from gdviz.core.examples import Examples
    from gdviz.core.losses import Loss
    from gdviz.core.models import Model
    from gdviz.core.planes import Plane
    from gdviz.core.sheet import Sheet

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_ELEMENTS = 2**19  # of all layers together in one chunk: still in the cache


class Objective(FiniteSum):
    """The mean loss of a network on examples, with its gradients.

    Parameters
    ----------
    examples : Examples
    model : Model
    loss : Loss

    Raises
    ------
    Refused
        If the loss does not go with the examples.
    """

    def __init__(self, examples: Examples, model: Model, loss: Loss) -> None:
        if examples.task not in loss.tasks:
            raise Refused(
                f"loss {loss.name!r} does not go with {examples.task} data; "
                f"it needs {' or '.join(loss.tasks)}."
            )
        self.examples, self.model, self.loss_kind = examples, model, loss
        targets = loss.targets(examples)
        d, k = examples.inputs.shape[1], len(targets)
        self.network = model.network(d, k)
        self._columns = np.ones((d + self.network.bias + k, len(examples)))
        self.inputs, self.targets = self._columns[:-k], self._columns[-k:]
        self.inputs[:d], self.targets[...] = examples.inputs.T, targets
        self._chunk = max(1, _ELEMENTS // sum(self.network.widths))
        self.names = self.network.names
        network = self.network  # not `self`: a cycle would outlive its last use
        self._pass = lru_cache(maxsize=8)(lambda b: Pass(network, loss, b))

    @property
    def chunk(self) -> int:
        """The most examples that go forward and back at once."""
        return self._chunk

    @property
    def n_hidden(self) -> int:
        """Numbers computed per example on the way forward: hidden units and outputs."""
        return sum(self.network.widths[1:])

    def filters(self, theta: Array) -> list[Array]:
        """Return each layer's matrix [W|b]: a row for each unit."""
        return self.network.layers(theta)

    def describe(self) -> str:
        """Return the widths and the number of parameters in a few words."""
        return self.network.describe()

    def start(self, seed: int) -> Array:
        """Return random starting parameters of shape (p,)."""
        return self.network.start(seed)

    def on(self, examples: Examples) -> Objective:
        """Return the same model and loss on other examples."""
        return Objective(examples, self.model, self.loss_kind)

    def losses(self, theta: Array, rows: Rows) -> Array:
        """Return the loss of each of these examples, of shape (b,)."""
        values = self.loss_kind.values
        return np.concatenate(
            [
                values(chunk.forward(theta), chunk.targets)
                for chunk, _ in self._filled(rows)
            ]
        )

    def gradients(self, theta: Array, rows: Rows) -> Array:
        """Return the gradient of each of these examples' losses, of shape (b, p)."""
        chunks = [chunk.gradients() for chunk, _ in self.passes(theta, rows)]
        return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)

    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient over these examples.

        Parameters
        ----------
        theta : ndarray of shape (p,)
        rows : ndarray of shape (b,)
            Indices of the examples, in any order.

        Returns
        -------
        loss : float
        gradient : ndarray of shape (p,)
            ĝ = (1/b) Σ gᵢ, without the gᵢ themselves.
        """
        if len(rows) <= self._chunk:
            return self._with(rows).mean(theta)
        loss, total = 0.0, np.zeros(len(theta))
        for chunk, _ in self.passes(theta, rows, 1.0 / len(rows)):
            loss += chunk.loss_sum()
            total += chunk.gradient()
        return loss / len(rows), total

    def survey(self, theta: Array, directions: Array) -> Survey:
        """Return the mean loss, the full gradient and a covariance, in chunks.

        Parameters
        ----------
        theta : ndarray of shape (p,)
        directions : ndarray of shape (q, p)
            The covariance of the gradients is taken along these.
        """
        n, q = self.n_examples, len(directions)
        loss, total, moments = 0.0, np.zeros(len(theta)), np.zeros((q, q))
        centre: Array | None = None
        shift = np.zeros(q)
        for chunk, _ in self.passes(theta, None):
            loss += chunk.loss_sum()
            total += chunk.gradient()
            along = chunk.projections(directions)
            if centre is None:  # a rough centre first: no cancellation later
                centre = along.mean(axis=1, keepdims=True)
            along -= centre
            shift += np.add.reduce(along, axis=1)
            moments += along @ along.T
        covariance = moments / n - np.outer(shift, shift) / n**2
        return Survey(loss / n, total / n, covariance)

    def hessian(self, theta: Array) -> Callable[[Array], Array]:
        """Return what multiplies the Hessian of the mean loss with a vector, exactly.

        Parameters
        ----------
        theta : ndarray of shape (p,)

        Returns
        -------
        function
            From a vector of shape (p,) to ∇²L(θ)·vector of shape (p,).
        """
        if self.moments is not None:
            return LinearHessian(self.moments, len(self.targets))
        return NetworkHessian(self, theta)

    @cached_property
    def moments(self) -> Array | None:
        """The Hessian of one output of linear regression with squared error.

        It is (c/n) Σ x xᵀ of shape (m, m), x with a last 1 where there is a bias and c
        the curvature of the loss; None for other models and losses.
        """
        if len(self.network.widths) > 2 or not isinstance(self.loss_kind, SquaredError):
            return None
        of_one = self.loss_kind.curvatures(self.targets[:1, :1], self.targets[:1, :1])
        return self.inputs @ self.inputs.T * (of_one[0, 0] / self.n_examples)

    def passes(
        self, theta: Array, rows: Rows | None, weight: float = 1.0
    ) -> Iterator[tuple[Pass, slice]]:
        """Return finished passes over these rows (or all), chunk by chunk.

        The next one may be made in the same buffers. Error signals, and so gradients,
        are those of the losses times `weight`.
        """
        scale = np.array(weight)
        if rows is not None and len(rows) <= self._chunk:
            chunk = self._with(rows)
            chunk.run(theta, scale)
            return iter(((chunk, slice(0, len(rows))),))
        return self._in_turn(theta, rows, scale)

    def _in_turn(
        self, theta: Array, rows: Rows | None, weight: Array
    ) -> Iterator[tuple[Pass, slice]]:
        for chunk, part in self._filled(rows):
            chunk.run(theta, weight)
            yield chunk, part

    def _filled(self, rows: Rows | None) -> Iterator[tuple[Pass, slice]]:
        """Yield passes with these rows (or all) in place, chunk by chunk."""
        count = self.n_examples if rows is None else len(rows)
        for start in range(0, count, self._chunk):
            part = slice(start, min(start + self._chunk, count))
            if rows is not None:
                yield self._with(rows[part]), part
                continue
            chunk = self._pass(part.stop - start)
            chunk.batch[...] = self._columns[:, part]
            yield chunk, part

    def _with(self, rows: Rows) -> Pass:
        """Return a pass with these examples in place."""
        chunk = self._pass(len(rows))
        self._columns.take(rows, 1, chunk.batch, "clip")
        return chunk

    def predict(self, theta: Array, inputs: Array) -> Array:
        """Return the model's outputs of shape (k, m) for inputs of shape (m, d)."""
        return self._outputs(theta[None, :], np.ascontiguousarray(inputs.T))[0]

    def loss_at(self, thetas: Array) -> Array:
        """Return the mean loss over all examples at each of g parameter vectors.

        Parameters
        ----------
        thetas : ndarray of shape (g, p)

        Returns
        -------
        ndarray of shape (g,)
        """
        total = np.zeros(len(thetas))
        d = self.network.widths[0]
        for start in range(0, self.n_examples, self._chunk):
            part = slice(start, start + self._chunk)
            y = self.targets[:, None, part]
            step = max(1, self._chunk // y.shape[-1])
            for first in range(0, len(thetas), step):
                some = slice(first, first + step)
                z = self._outputs(thetas[some], self.inputs[:d, part])
                losses = self.loss_kind.values(z.transpose(1, 0, 2), y)
                total[some] += np.add.reduce(losses, axis=1)
        return total / self.n_examples

    def sheet(self, plane: Plane, centre: Array, single: bool = False) -> Sheet:
        """Return the mean loss as a function of a plane's coordinates."""
        return network_sheet(self, plane, centre, single)

    def _outputs(self, thetas: Array, a: Array) -> Array:
        """Return outputs (g, k, m) of g parameter vectors on inputs (d, m)."""
        *hidden, last = self.network.layers(thetas)
        for weights in hidden:
            a = self._weighted(weights, a)
            self.network.activation.f(a, a)
        return self._weighted(last, a)

    def _weighted(self, weights: Array, a: Array) -> Array:
        if not self.network.bias:
            return weights @ a
        return weights[..., :-1] @ a + weights[..., -1:]
