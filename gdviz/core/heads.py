"""What comes after the outputs of a network: the sum of the examples' losses, fast.

A head may fold the last layer, and reads outputs of many parameter vectors at once.
It may use their array up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.losses import Logistic, Loss, SoftmaxCrossEntropy, SquaredError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_LARGE = 80.0  # exp of more may overflow in single precision


class Head:
    """The sum of any loss over the examples.

    Parameters
    ----------
    loss : Loss
    """

    work = 4  # numbers for each example, each worth an activation

    def __init__(self, loss: Loss) -> None:
        self.loss = loss

    def fold(self, layer: Array) -> Array:
        """Return the last layer's matrix (..., k, m) as this head wants it."""
        return layer

    def targets(self, y: Array) -> Array:
        """Return encoded targets (k, n) as this head wants them."""
        return y

    def sums(self, z: Array, y: Array) -> Array:
        """Return the sum of the losses for each of g parameter vectors.

        Parameters
        ----------
        z : ndarray of shape (g, k, b)
            Outputs, of the folded layer.
        y : ndarray of shape (k, b)
            Targets, as `targets` made them.

        Returns
        -------
        ndarray of shape (g,)
        """
        losses = self.loss.values(z.transpose(1, 0, 2), y[:, None, :])
        return np.add.reduce(losses, axis=1, dtype=np.float64)


class SquaredHead(Head):
    """Squared error: one dot product for each parameter vector."""

    work = 1

    def sums(self, z: Array, y: Array) -> Array:
        """Return Σ (z − y)², halved if chosen."""
        error = np.subtract(z, y, z).reshape(len(z), -1)
        total = np.vecdot(error, error)
        assert isinstance(self.loss, SquaredError)
        return 0.5 * total if self.loss.half else total


class LogisticHead(Head):
    """Two classes, told by one number: the logit of the second one.

    Two outputs with softmax are folded into it: only their difference counts.
    """

    def fold(self, layer: Array) -> Array:
        """Return the one row of the logit."""
        return layer[..., 1:, :] - layer[..., :1, :] if layer.shape[-2] > 1 else layer

    def targets(self, y: Array) -> Array:
        """Return −1 for the first class and +1 for the second."""
        return y[1:] - y[:1] if len(y) > 1 else y

    def sums(self, z: Array, y: Array) -> Array:
        """Return Σ log(1 + exp(−s z)) as max(−s z, 0) + log(1 + exp(−|z|))."""
        margin = np.multiply(z, -y, z)
        small = np.exp(-np.abs(margin))
        if z.dtype == np.float64:
            np.log1p(small, small)
        else:  # as good in single precision, and eight times faster
            np.log(np.add(small, 1.0, small), small)
        np.add(small, np.maximum(margin, 0.0), small)
        return np.add.reduce(small, axis=(1, 2), dtype=np.float64)


class SoftmaxHead(Head):
    """Many classes: log Σ exp(z − the right one's), which nothing cancels."""

    def targets(self, y: Array) -> Array:
        """Return the number of the right class of each example, of shape (1, n)."""
        return y.argmax(axis=0)[None, :]

    def sums(self, z: Array, y: Array) -> Array:
        """Return Σ log Σ exp(z − the right one's), shifted further where too large."""
        right = np.take_along_axis(z, y[None].astype(np.intp), axis=1)
        np.subtract(z, right, z)
        highest = np.maximum.reduce(z, axis=None)
        shift = np.maximum.reduce(z, axis=1) if not highest < _LARGE else None
        if shift is not None:
            np.subtract(z, shift[:, None], z)
        logs = np.log(np.add.reduce(np.exp(z, z), axis=1))
        if shift is not None:
            logs += shift
        return np.add.reduce(logs, axis=1, dtype=np.float64)


def head_for(loss: Loss, outputs: int) -> Head:
    """Return the fastest head for a loss of so many outputs."""
    if isinstance(loss, SquaredError):
        return SquaredHead(loss)
    if isinstance(loss, Logistic):
        return LogisticHead(loss)
    if isinstance(loss, SoftmaxCrossEntropy):
        return (LogisticHead if outputs == 2 else SoftmaxHead)(loss)
    return Head(loss)
