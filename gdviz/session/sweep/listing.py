"""A sweep as a table to be read on a terminal."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gdviz.session.sweep.outcome import Outcome
    from gdviz.session.sweep.sweep import Sweep


def table(sweep: Sweep, outcomes: Iterable[Outcome]) -> str:
    """Return a line for every cell, in their order, below a heading."""
    reach = [] if sweep.target is None else [f"steps to {number(sweep.target)}"]
    head = [axis.name for axis in sweep.axes]
    head += ["steps", "final loss", "best loss", "best per examples", *reach, ""]
    ordered = sorted(outcomes, key=lambda outcome: outcome.cell)
    rows = [head, *(_cells(sweep, outcome) for outcome in ordered)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=False)
        ).rstrip()
        + (f"  {row[-1]}" if row[-1] else "")
        for row in rows
    )


def _cells(sweep: Sweep, outcome: Outcome) -> list[str]:
    reached = outcome.steps_to_target
    reach = [] if sweep.target is None else ["–" if reached is None else f"{reached:,}"]
    losses = [outcome.final, outcome.best, outcome.best_per_examples]
    return [
        *(number(value) for value in outcome.values),
        f"{outcome.steps:,}",
        *("–" if isnan(loss) else number(loss) for loss in losses),
        *reach,
        _note(outcome),
    ]


def _note(outcome: Outcome) -> str:
    """Return what is to be said of a run that did not end well."""
    if outcome.fault:
        return outcome.fault
    if outcome.diverged is not None:
        return f"diverges after step {outcome.diverged:,}"
    return ""
