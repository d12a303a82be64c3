"""The arithmetic of a step as a table: every number recorded, example by example."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.batches import FRESH
from gdviz.core.examples import TWO_CLASSES
from gdviz.core.functions import Formulas
from gdviz.core.own import OwnData
from gdviz.session.arithmetic.lines import MEAN, SUM
from gdviz.session.arithmetic.one import input_name, output_name, unit_name
from gdviz.session.arithmetic.stepformulas import losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdviz.core.ledger import Ledger
    from gdviz.core.models import Network
    from gdviz.session.snapshot import Record, Snapshot

    Array = NDArray[np.float64]

EXAMPLE = "gradient of an example"


def arithmetic_rows(snapshot: Snapshot) -> Iterator[list[Any]]:
    """Yield a heading and every number recorded of the pending step.

    First a row for each example: its place in the batch and its row in the data, both
    counted from 1; inputs x, targets y (s where the loss reads them as −1 and 1),
    weighted sums z, activations a, slopes f′(z), outputs ŷ, errors, loss, δ, and under
    the name of every parameter the entry of its gradient. Then a row for each vector
    of the step: sum and mean of the gradients, what another recipe hands over, the
    optimizer's memory before and after, update, θ and the new θ. What is one number
    for all parameters stands under the first.

    Of large batches the first examples are recorded, and of large models only the
    first of these with more than their loss and gradient.
    """
    record, told = snapshot.record, snapshot.ledger
    signs = told is not None and _signs(snapshot)
    inner = _names(told.network, signs) if told is not None else []
    yield ["what", "example", "row", *inner, "loss", *_parameters(snapshot)]
    fresh = snapshot.scene.descent.order == FRESH
    for i, gradient in enumerate(record.gradients):
        row = "" if fresh else int(record.rows[i]) + 1
        numbers: list[Any] = [""] * len(inner)
        if told is not None and i < len(told):
            numbers = _numbers(told, signs, i)
        loss = float(record.losses[i])
        yield [EXAMPLE, i + 1, row, *numbers, loss, *gradient.tolist()]
    for what, loss_of, vector in _vectors(snapshot):
        entries: list[Any] = vector.tolist() if vector.ndim else [float(vector)]
        rest = [""] * (len(record.theta) - len(entries))
        yield [what, "", "", *[""] * len(inner), loss_of, *entries, *rest]


def _signs(snapshot: Snapshot) -> bool:
    """Tell whether the loss reads two classes as −1 and 1."""
    loss = snapshot.scene.loss
    return loss is not None and loss.tasks == (TWO_CLASSES,)


def _parameters(snapshot: Snapshot) -> tuple[str, ...]:
    data = snapshot.scene.data
    if isinstance(data, Formulas):
        return data.names()
    if isinstance(data, OwnData):
        return data.calls.names
    assert snapshot.ledger is not None  # only formulas have none
    return snapshot.ledger.network.names


def _names(network: Network, signs: bool) -> list[str]:
    """Return what the numbers of an example are called, in the order of `_numbers`."""
    d, k, layers = network.widths[0], network.widths[-1], len(network.shapes)
    y, out = ([output_name(mark, network, j) for j in range(k)] for mark in "yŷ")

    def units(mark: str, some: range) -> list[str]:
        return [
            unit_name(mark, network, layer, unit)
            for layer in some
            for unit in range(network.widths[layer + 1])
        ]

    hidden, every = range(layers - 1), range(layers)
    return [
        *(input_name(network, v) for v in range(d)),
        *y,
        *["s"] * signs,
        *units("z", every),
        *units("a", hidden),
        *(f"f′({z})" for z in units("z", hidden)),
        *out,
        *(f"{a} − {b}" for a, b in zip(out, y, strict=True)),
        *units("δ", every),
    ]


def _numbers(told: Ledger, signs: bool, i: int) -> list[float]:
    """Return all that is told of one example but its loss and gradient."""
    read = told.targets[:, i]
    target = (read > 0).astype(np.float64) if signs else read
    with np.errstate(all="ignore"):
        error = told.readable[:, i] - target
    parts = [
        told.inputs[:, i],
        target,
        *[read] * signs,
        *(z[:, i] for z in told.sums),
        *(a[:, i] for a in told.activations[:-1]),
        *(slope[:, i] for slope in told.slopes[:-1]),
        told.readable[:, i],
        error,
        *(delta[:, i] for delta in told.deltas),
    ]
    return list(chain.from_iterable(part.tolist() for part in parts))


def _vectors(snapshot: Snapshot) -> Iterator[tuple[str, Any, Array]]:
    """Yield the vectors of the step in the order of its making."""
    record, recipe = snapshot.record, snapshot.scene.descent.recipe
    yield "sum of the gradients", losses(record, SUM).value, _summed(record)
    yield "mean of the gradients", losses(record, MEAN).value, record.gradient
    if recipe.name != MeanOfGradients.name:
        yield f"handed over: {recipe.title.lower()}", "", record.handed
    for when, memory in (("before", record.memory), ("after", record.after.memory)):
        for name, vector in memory.items():
            yield f"{name} {when}", "", vector
    yield "update", "", record.update
    yield "theta", "", record.theta
    yield "new theta", "", record.after.theta


def _summed(record: Record) -> Array:
    """Return the sum of the gradients, from their mean where not all are recorded."""
    b = len(record.rows)
    with np.errstate(all="ignore"):
        if len(record.gradients) < b:
            return record.gradient * b
        return record.gradients.sum(axis=0)
