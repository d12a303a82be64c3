"""What is said of a node or an edge of the network, and of the whole picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FRESH
from gdviz.core.losses import Logistic, SoftmaxCrossEntropy
from gdviz.session.arithmetic.one import input_name
from gdviz.session.beats import OPTIMISER
from gdviz.session.wiring import BIAS, ends
from gdviz.session.writing import number, row_name

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.wiring import Seen, Spot, Wiring

NOT_YET = "not yet"
_FEW = 24  # edges read out one by one
_HOLD = "\N{NO-BREAK SPACE}"
_INSIDE = re.compile("(?<![,:]) ")  # spaces at which no line should end


def brief(value: float) -> str:
    """Return a number short enough for the inside of a node."""
    size = abs(value)
    if not np.isfinite(value) or (size == round(size) and size < 9999.5):
        return number(value)
    if size < 0.001 or size >= 9999.5:
        return number(float(f"{value:.0e}"))
    digits = 3 if size < 0.0995 else 2 if size < 9.995 else 1 if size < 99.95 else 0
    return f"{value:.{digits}f}".replace("-", "−")


def briefer(value: float) -> str:
    """Return it with a figure less, for where not even that has room."""
    size = abs(value)
    if not np.isfinite(value):
        return "huge"
    if size == round(size) or not 0.001 <= size < 9999.5:
        return brief(value)
    if size < 0.0095:
        return f"{value:.0e}".replace("-0", "-").replace("-", "−")
    digits = 2 if size < 0.0995 else 1 if size < 9.5 else 0
    return f"{value:.{digits}f}".replace("-", "−")


def which(run: Run, example: Seen) -> tuple[str, ...]:
    """Return which example this is, in fewer and fewer words."""
    fresh = run.snapshot.scene.descent.order == FRESH
    row = "" if fresh else f" ({row_name(example.row)})"
    if example.place < 0:
        row = row_name(example.row)
        return f"{row}, not in this batch", row
    place = f"{example.place + 1:,} of {example.of:,}"
    return f"example {place}{row}", f"{place}{row}", place


def mean_known(run: Run) -> bool:
    """Tell whether ĝ is known in the phase shown."""
    return run.beat is None or run.beat.mean_known


def line(run: Run, example: Seen, spot: Spot | None) -> tuple[str, ...]:
    """Return the numbers of a node or an edge on a line, in fewer and fewer words."""
    if spot is not None and spot.parameter >= 0:
        return _edge(run, example, spot.parameter)
    said = _whole(example)
    if spot is not None:
        whole = _node(run, example, spot)
        said = whole, whole.partition(": ")[2]
    return tuple(_INSIDE.sub(_HOLD, text) for text in said)


def tip(run: Run, example: Seen, spot: Spot) -> str:
    """Return the same in several lines, with how the gradient comes about."""
    if spot.parameter < 0:
        return _node(run, example, spot).replace(": ", "\n", 1).replace(", ", "\n")
    parameter = spot.parameter
    column, unit, source = ends(example.ledger.network, parameter)
    low = 1.0 if source == BIAS else float(example.activations(column - 1)[source])
    product = f"{number(float(example.deltas(column)[unit]))} · {number(low)}"
    value, own, mean, update = _four(run, example, parameter)
    below, above = (
        _name(run, example, *end) for end in ((column - 1, source), (column, unit))
    )
    return "\n".join(
        (
            f"{run.facts.parameters[parameter]} = {value}",
            f"{below} → {above}",
            f"g of this example: δ · a = {product} = {own}",
            f"ĝ, mean over {example.of:,}: {mean}",
            f"Δθ, update: {update}",
        )
    )


def target(run: Run, example: Seen, unit: int) -> tuple[str, ...]:
    """Return what stands beside an output: its probability, if it is one, and y."""
    told, at = example.ledger, example.at
    wanted = f"y {brief(float(told.targets[unit, at]))}"
    if not isinstance(run.snapshot.scene.loss, Logistic | SoftmaxCrossEntropy):
        return (wanted,)
    return f"p {brief(float(told.readable[unit, at]))}", wanted


def description(
    run: Run, example: Seen, wiring: Wiring, spot: Spot | None = None
) -> str:
    """Return the picture in words; what is picked comes first."""
    picked = [] if spot is None else [f"Picked: {line(run, example, spot)[0]}"]
    spots = zip(wiring.columns.tolist(), wiring.units.tolist(), strict=True)
    nodes = [_unit(run, example, *spot) for spot in spots if spot[1] != BIAS]
    edges = wiring.parameters.tolist()
    edges = [_edge(run, example, p)[1] for p in edges if len(edges) <= _FEW]
    parts = [*picked, run.facts.architecture, which(run, example)[0], *nodes, *edges]
    return ". ".join([*parts, _whole(example)[0]]).replace(_HOLD, " ") + "."


def _four(run: Run, example: Seen, parameter: int) -> tuple[str, str, str, str]:
    """Return an entry of θ, of g, of ĝ and of Δθ, the last two once they are known."""
    record, beat = run.snapshot.record, run.beat
    value, own, mean, update = (
        number(float(vector[parameter]))
        for vector in (record.theta, example.gradient, record.gradient, record.update)
    )
    signed = f"+{update}" if record.update[parameter] > 0 else update
    moving = beat is None or beat.phase == OPTIMISER
    return (
        value,
        own,
        mean if mean_known(run) else NOT_YET,
        signed if moving else NOT_YET,
    )


def _edge(run: Run, example: Seen, parameter: int) -> tuple[str, ...]:
    value, own, mean, update = _four(run, example, parameter)
    name = f"{run.facts.parameters[parameter]} = {value}"
    over = f"mean over {example.of:,}: {mean}"
    return (
        _joined(name, f"this example's gradient {own}", over, f"update {update}"),
        _joined(name, f"g {own}", f"ĝ {mean}", f"Δθ {update}"),
        _joined(name, f"g {own}"),
        _joined(name),
    )


def _joined(*parts: str) -> str:
    """Return parts that do not break over two lines."""
    return " · ".join(part.replace(" ", _HOLD) for part in parts)


def _node(run: Run, example: Seen, spot: Spot) -> str:
    if spot.column == len(example.ledger.network.widths):
        return _whole(example)[0]
    if spot.unit == BIAS:
        return "bias: an input that is always 1"
    return _unit(run, example, spot.column, spot.unit)


def _unit(run: Run, example: Seen, column: int, unit: int) -> str:
    """Return the numbers of an input, a hidden unit or an output."""
    told, at = example.ledger, example.at
    a = number(float(example.activations(column)[unit]))
    name = _name(run, example, column, unit)
    if column == 0:
        return f"{name}: {input_name(told.network, unit)} = {a}"
    z = number(float(told.sums[column - 1][unit, at]))
    delta = number(float(example.deltas(column)[unit]))
    if column < len(told.sums):
        f = told.network.activation
        made = "z" if f.name == "identity" else f"{f.title} z"
        return f"{name}: z = {z}, a = {made} = {a}, δ = {delta}"
    wanted = f"target {number(float(told.targets[unit, at]))}, δ = {delta}"
    if len(target(run, example, unit)) > 1:
        of_second = f" of {run.facts.classes[1]}" if len(told.targets) == 1 else ""
        share = number(float(told.readable[unit, at]))
        wanted = f"probability{of_second} {share}, {wanted}"
    return f"{name}: z = {z}, {wanted}"


def _name(run: Run, example: Seen, column: int, unit: int) -> str:
    widths, classes = example.ledger.network.widths, run.facts.classes
    if unit == BIAS:
        return "bias"
    if 0 < column < len(widths) - 1:
        return f"unit {unit + 1} of layer {column}"
    many = f" {unit + 1}" if widths[column] > 1 else ""
    if column == 0:
        return f"input{many}"
    named = f" ({classes[unit]})" if len(classes) == widths[-1] > 1 else ""
    return f"output{many}{named}"


def _whole(example: Seen) -> tuple[str, ...]:
    told, at = example.ledger, example.at
    loss = f"loss {number(float(told.losses[at]))}"
    if len(told.targets) > 1:
        return f"this example: {loss}", loss
    out = number(float(told.activations[-1][0, at]))
    wanted = number(float(told.targets[0, at]))
    short = f"output {out}, target {wanted}, {loss}"
    return f"this example: {short}", short, loss
