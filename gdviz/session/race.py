"""The outcome of a race: how far every racer came, how low, and how soon."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.racenames import names
from gdviz.session.racing import EVALUATIONS, LOSS, SEEN, STEP
from gdviz.session.scene import Descent
from gdviz.session.settingwords import label, setting
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gdviz.session.racing import Racer

    Array = NDArray[np.float64]

STEPS, EXAMPLES, EPOCHS, GRADIENTS = "steps", "examples", "epochs", "gradients"
OVER = {  # what losses are drawn over: the name in a list and that of the axis
    STEPS: ("Updates", "updates"),
    EXAMPLES: ("Examples", "examples seen"),
    EPOCHS: ("Epochs", "epochs"),
    GRADIENTS: ("Gradients", "gradient evaluations"),
}
COUNTED = (
    "An update on M examples works out M gradients; a recipe that sends one mean error "
    "back works out one."
)
FIGURES = {
    "Loss now": "Of all training examples, where the racer stands; or where it "
    "diverged: no further update can be made, the numbers overflow.",
    "Best loss": "The least loss of all training examples on its way so far.",
    "Updates": "Updates made.",
    "Examples": "Examples used, those used again counted again.",
    "Epochs": "Examples used, divided by how many there are.",
    "Gradients": f"Gradients worked out. {COUNTED}",
    "Updates to target": "Updates until the loss was at the target or below.",
    "Examples to target": "Examples used until the loss was at the target or below.",
}


@dataclass(frozen=True)
class Figure:
    """What a table says of one racer under one heading.

    Attributes
    ----------
    text : text
    value : float
        To sort by; infinite where there is none.
    """

    text: str
    value: float = np.inf


@dataclass(frozen=True)
class Standing:
    """One line of the table.

    Attributes
    ----------
    place : int
        0 is the chosen way down, the others are counted from 1.
    name : text
        What sets it apart.
    figures : dict of text to Figure
    settings : dict of text to text
        Every one, by its label.
    """

    place: int
    name: str
    figures: dict[str, Figure]
    settings: dict[str, str]


def standings(
    racers: Sequence[Racer], n_examples: int, target: float | None = None
) -> list[Standing]:
    """Return the outcome so far, a line for each racer in their order.

    Parameters
    ----------
    racers : sequence of Racer
    n_examples : int
        In an epoch.
    target : float or None
        A loss to be reached; None: the least loss of the chosen way down.
    """
    if not racers:
        return []
    aim = usual_target(racers) if target is None else target
    each = zip(racers, names([racer.descent for racer in racers]), strict=True)
    return [
        Standing(i, name, _figures(racer, n_examples, aim), settings(racer.descent))
        for i, (racer, name) in enumerate(each)
    ]


def usual_target(racers: Sequence[Racer]) -> float:
    """Return the least loss of the chosen way down so far."""
    return best(racers[0])[1]


def best(racer: Racer) -> tuple[int, float]:
    """Return the step of the least loss so far, and that loss."""
    losses = np.where(np.isfinite(racer.curve[:, LOSS]), racer.curve[:, LOSS], np.inf)
    row = racer.curve[int(losses.argmin())]
    return int(row[STEP]), float(row[LOSS])


def reached(racer: Racer, target: float) -> Array | None:
    """Return the first row of a racer's curve at a loss or below, if there is one."""
    below = np.flatnonzero(racer.curve[:, LOSS] <= target)
    return racer.curve[below[0]] if len(below) else None


@lru_cache(maxsize=64)
def settings(descent: Descent) -> dict[str, str]:
    """Return every setting as text, by its label."""
    return {label(f.name): setting(f.name, descent) for f in fields(Descent)}


def along(racer: Racer, over: str, n_examples: int) -> Array:
    """Return where the rows of a racer's curve lie on an axis, (m,); see `OVER`."""
    column = {STEPS: STEP, GRADIENTS: EVALUATIONS}.get(over, SEEN)
    return racer.curve[:, column] / (n_examples if over == EPOCHS else 1)


def place_of(racer: Racer, over: str, n_examples: int) -> float:
    """Return where a racer stands on an axis."""
    counts = {STEPS: racer.step, GRADIENTS: racer.evaluations}
    return counts.get(over, racer.seen) / (n_examples if over == EPOCHS else 1)


def as_csv(lines: Sequence[Standing]) -> str:
    """Return the table as text with commas, a line for each racer and a heading."""
    if not lines:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Racer", "Name", *lines[0].figures, *lines[0].settings])
    for line in lines:
        said = [figure.text for figure in line.figures.values()]
        writer.writerow([line.place, line.name, *said, *line.settings.values()])
    return out.getvalue()


def _figures(racer: Racer, n_examples: int, target: float) -> dict[str, Figure]:
    at, least = best(racer)
    first, epochs = reached(racer, target), racer.seen / n_examples
    low = number(least) if at == racer.step else f"{number(least)} at {at:,}"
    now = Figure(number(racer.loss), racer.loss)
    end = Figure(f"diverged at {racer.step:,}")
    return {
        "Loss now": end if racer.diverged else now,
        "Best loss": Figure(low, least),
        "Updates": _count(racer.step),
        "Examples": _count(racer.seen),
        "Epochs": Figure(f"{epochs:,.4g}", epochs),
        "Gradients": _count(racer.evaluations),
        "Updates to target": _first(racer, first, STEP),
        "Examples to target": _first(racer, first, SEEN),
    }


def _count(many: int) -> Figure:
    return Figure(f"{many:,}", many)


def _first(racer: Racer, row: Array | None, column: int) -> Figure:
    """Return a count at the target: at most, where not every step was looked at."""
    if row is None:
        return Figure("–")
    most = "≤ " if racer.stride > 1 and row[STEP] else ""
    return Figure(f"{most}{int(row[column]):,}", float(row[column]))
