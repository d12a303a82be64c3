"""Measures of one example's passes through the network, forward and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.lessons.entry import Entry, place_in_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.ledger import Ledger
    from gdviz.session.lessons.entry import Find
    from gdviz.session.run import Run

    Array = NDArray[np.float64]


def _of_ledger(pick: Callable[[Ledger, int, int], float]) -> Find:
    """Return a measure of one example's passes: an example, or example,output."""

    def find(run: Run, argument: str) -> float:
        place, _, text = argument.partition(",")
        told, unit = run.snapshot.ledger, int(text or 1) - 1
        if told is None or unit < 0 or place_in_batch(run, place) >= len(told):
            raise LookupError(argument)
        return float(pick(told, place_in_batch(run, place), unit))

    return find


def _layered(pick: Callable[[Ledger], tuple[Array, ...]]) -> Find:
    """Return a measure of one unit of one layer: example,layer,unit."""

    def find(run: Run, argument: str) -> float:
        place, layer, unit = (int(part) - 1 for part in argument.split(","))
        told = run.snapshot.ledger
        if told is None or min(layer, unit) < 0:
            raise LookupError(argument)
        return float(pick(told)[layer][unit, place_in_batch(run, str(place + 1))])

    return find


PASSED: dict[str, Entry] = {
    "input of": Entry(
        _of_ledger(lambda t, i, j: t.inputs[j, i]), "example[,input]", "what goes in"
    ),
    "output of": Entry(
        _of_ledger(lambda t, i, j: t.readable[j, i]),
        "example[,output]",
        "output of the model, a probability for classes",
    ),
    "target of": Entry(
        _of_ledger(lambda t, i, j: t.targets[j, i]),
        "example[,output]",
        "target as the loss reads it",
    ),
    "sum of": Entry(
        _layered(lambda t: t.sums), "example,layer,unit", "z before the activation"
    ),
    "activation of": Entry(
        _layered(lambda t: t.activations), "example,layer,unit", "a = f(z)"
    ),
    "slope of": Entry(_layered(lambda t: t.slopes), "example,layer,unit", "f′(z)"),
    "delta of": Entry(_layered(lambda t: t.deltas), "example,layer,unit", "δ"),
}
