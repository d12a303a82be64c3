"""The ledger: every number of the passes of some examples, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.means import slope_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.models import Network
    from gdviz.core.objective import Objective

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ledger:
    """What happened to b examples on the way forward and back, at one θ.

    Arrays are feature-major: column i belongs to example i. Layers are counted from
    the first hidden one to the output, L of them.

    Attributes
    ----------
    network : Network
    layers : tuple of L ndarrays of shape (units, inputs + 1)
        The matrix [W|b] of each layer at this θ; without a bias (units, inputs).
    inputs : ndarray of shape (d, b)
    sums : tuple of L ndarrays of shape (units, b)
        z, the weighted sums before the activation; the last are the outputs.
    activations : tuple of L ndarrays of shape (units, b)
        a = f(z) of each hidden layer; of the last layer the output z itself.
    readable : ndarray of shape (k, b)
        The outputs on the scale of the data: numbers, or probabilities.
    targets : ndarray of shape (k, b)
        As the loss reads them.
    losses : ndarray of shape (b,)
    slopes : tuple of L ndarrays of shape (units, b)
        f′(z) of each hidden layer; ones for the output layer.
    deltas : tuple of L ndarrays of shape (units, b)
        δ of each layer; the last is ∂ℓ/∂z at the output.
    gradients : ndarray of shape (b, p)
    """

    network: Network
    layers: tuple[Array, ...]
    inputs: Array
    sums: tuple[Array, ...]
    activations: tuple[Array, ...]
    readable: Array
    targets: Array
    losses: Array
    slopes: tuple[Array, ...]
    deltas: tuple[Array, ...]
    gradients: Array

    def __len__(self) -> int:
        return len(self.losses)


def ledger(objective: Objective, theta: Array, rows: Rows) -> Ledger:
    """Return every number of these examples' passes, copied and frozen.

    Parameters
    ----------
    theta : ndarray of shape (p,)
    rows : ndarray of shape (b,)
        Few enough for one pass.
    """
    network = objective.network
    layers = tuple(layer.copy() for layer in network.layers(theta))
    done, _ = next(objective.passes(theta, rows))
    sums = tuple(w @ a for w, a in zip(layers, done.activations, strict=True))
    widths = network.widths[1:-1]
    hidden = tuple(
        a[:w].copy() for w, a in zip(widths, done.activations[1:], strict=True)
    )
    outputs = done.outputs.copy()
    made = Ledger(
        network,
        layers,
        done.inputs[: network.widths[0]].copy(),
        sums,
        (*hidden, outputs),
        objective.loss_kind.readable(outputs),
        objective.targets.take(rows, 1),
        done.losses.copy(),
        (*(slope_at(network, a) for a in hidden), np.ones_like(outputs)),
        tuple(delta.copy() for delta in done.deltas),
        done.gradients(),
    )
    _freeze(made)
    return made


def _freeze(made: Ledger) -> None:
    for value in vars(made).values():
        for array in value if isinstance(value, tuple) else (value,):
            if isinstance(array, np.ndarray):
                array.setflags(write=False)
