"""What other recipes hand to the optimizer, as formulas.

To add one: an entry in `RECIPES`, or in `WAYS` if it needs all numbers of the batch.
Where there is none the numbers are shown without a formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.cells import Formula
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.one import place_of
from gdviz.session.arithmetic.operations import many, over, times
from gdviz.session.arithmetic.wayback import MEAN, Way, sent_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.ledger import Ledger
    from gdviz.core.losses import Loss
    from gdviz.session.arithmetic.lines import How, Line
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]
    Arrays = tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """A batch of which every number is recorded."""

    told: Ledger
    loss: Loss
    mean_loss: float
    parameters: tuple[str, ...]

    @property
    def size(self) -> Value:
        """How many examples there are."""
        return Value(str(len(self.told)), float(len(self.told)), constant=True)

    @property
    def into(self) -> Arrays:
        """What goes into each layer, of every example."""
        return self.told.inputs, *self.told.activations[:-1]

    @property
    def slopes(self) -> Arrays:
        """f′ of each hidden layer, of every example."""
        return self.told.slopes[:-1]


def handed(snapshot: Snapshot, mean: Line) -> How | None:
    """Return how what is handed over comes about, if that can be told."""
    recipe, record = snapshot.scene.descent.recipe, snapshot.record
    if recipe.name in RECIPES:
        return RECIPES[recipe.name](len(record.rows), mean)
    told, loss = snapshot.ledger, snapshot.scene.loss
    if recipe.name not in WAYS or told is None or loss is None:
        return None
    if len(told) < len(record.rows):
        return None
    with np.errstate(all="ignore"):
        return WAYS[recipe.name](Batch(told, loss, record.loss, mean.parameters))


def _sum(batch: int, mean: Line) -> How:
    size = Value(f"{batch:,}", float(batch), constant=True)
    return lambda j: Formula(times(size, mean.value(j)))


def _same(batch: int, mean: Line) -> How | None:
    return mean.how


def _means(arrays: Arrays) -> Arrays:
    return tuple(array.mean(axis=1) for array in arrays)


def _way(batch: Batch, into: tuple[str, Arrays], slope: tuple[str, Arrays]) -> How:
    """Return the formulas of the mean error, sent back through these."""
    told = batch.told
    deltas = sent_back(told, told.deltas[-1].mean(axis=1), slope[1])
    names = (MEAN, into[0], slope[0])
    return Way(told, batch.parameters, *names, deltas, into[1], slope[1]).how


def _mean_error(batch: Batch) -> How:
    return _way(batch, (MEAN, _means(batch.into)), (MEAN, _means(batch.slopes)))


def _mean_error_slope(batch: Batch) -> How:
    network = batch.told.network
    slopes = []
    for z in _means(batch.told.sums[:-1]):
        a, f = np.empty_like(z), np.empty_like(z)
        network.activation.f(z, a)
        network.activation.slope(a, f)
        slopes.append(f)
    at_mean = ("{} at the mean z", tuple(slopes))
    return _way(batch, (MEAN, _means(batch.into)), at_mean)


def _last_example(batch: Batch) -> How:
    into, slopes = (
        tuple(array[:, -1] for array in arrays) for arrays in (batch.into, batch.slopes)
    )
    return _way(batch, ("last {}", into), ("last {}", slopes))


def _mean_example(batch: Batch) -> How:
    told, network = batch.told, batch.told.network
    a, into, slopes = told.inputs.mean(axis=1), [], []
    for weights, width in zip(told.layers, network.widths, strict=False):
        into.append(a)
        z = weights[:, :width] @ a + (weights[:, width] if network.bias else 0.0)
        a, f = np.empty_like(z), np.empty_like(z)
        network.activation.f(z, a)
        network.activation.slope(a, f)
        slopes.append(f)
    target = told.targets.mean(axis=1)[:, None]
    delta = batch.loss.slopes_at_mean(z[:, None], target)[:, 0]
    hidden = tuple(slopes[:-1])
    name = "{} of the mean example"
    deltas = sent_back(told, delta, hidden)
    return Way(
        told, batch.parameters, name, name, name, deltas, tuple(into), hidden
    ).how


def _rise(batch: Batch, j: int) -> Array:
    """Return how much the outputs of each example rise with a parameter."""
    told, network = batch.told, batch.told.network
    layer, unit, v = place_of(network, j)
    ones = np.ones_like(told.deltas[-1])
    with np.errstate(all="ignore"):
        own = sent_back(told, ones, batch.slopes)[layer][unit]
        return own if v == network.widths[layer] else own * batch.into[layer][v]


_RISE = "d is by how much the output of an example rises with the parameter."


def _signed_error(batch: Batch) -> How:
    def how(j: int) -> Formula:
        d = _rise(batch, j)
        whole = many(len(d), lambda i: Value(f"d{i + 1}", float(d[i])))
        return Formula(over(whole, batch.size), _RISE)

    return how


def _loss_as_error(batch: Batch) -> How:
    mean_loss = Value("mean ℓ", batch.mean_loss)

    def how(j: int) -> Formula:
        return Formula(times(mean_loss, _signed_error(batch)(j).expression), _RISE)

    return how


RECIPES: dict[str, Callable[[int, Line], How | None]] = {
    "sum": _sum,
    "mean_loss": _same,
    "accumulated": _same,
}
WAYS: dict[str, Callable[[Batch], How]] = {
    "mean_error": _mean_error,
    "mean_error_slope": _mean_error_slope,
    "last_example": _last_example,
    "mean_example": _mean_example,
    "signed_error": _signed_error,
    "loss_as_error": _loss_as_error,
}
