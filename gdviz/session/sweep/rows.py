"""The lines of a sweep's table: the one that names it, its heading, and its rows."""

from __future__ import annotations

import csv
import io
import json
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from gdviz.core.refused import Refused
from gdviz.session.scenefile import from_json, to_json
from gdviz.session.scenetext import check_size
from gdviz.session.strictly import dumped, printable, strict
from gdviz.session.sweep.axis import Axis
from gdviz.session.sweep.outcome import Outcome
from gdviz.session.sweep.sweep import Sweep, cells

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.session.sweep.sweep import Cell

START = "# gdviz sweep "
_MOST_ROWS = 4  # for each cell: those that could not be made are told again
_COLUMNS = ("final_loss", "best_loss", "steps_to_target", "best_loss_per_examples",
            "diverged", "steps", "seconds", "fault")  # fmt: skip


def header(sweep: Sweep, folder: Path | None) -> str:
    """Return the line that names a sweep, as a comment with JSON in it."""
    tree = {
        "axes": [[axis.place, list(axis.values)] for axis in sweep.axes],
        "steps": sweep.steps,
        "examples": sweep.examples,
        "target": sweep.target,
        "precision": sweep.dtype,
        "scene": json.loads(to_json(sweep.scene, folder=folder)),
    }
    return START + dumped(tree)


def columns(sweep: Sweep) -> list[str]:
    """Return the heading of the table."""
    return [*(axis.place for axis in sweep.axes), *_COLUMNS]


def row(outcome: Outcome) -> list[Any]:
    """Return the row of one cell; what is not known is left empty."""
    o = outcome
    return [
        *o.values, _number(o.final), _number(o.best), _known(o.steps_to_target),
        _number(o.best_per_examples), _known(o.diverged), o.steps,
        f"{o.seconds:.6g}", printable(o.fault),
    ]  # fmt: skip


def joined(fields: list[Any]) -> str:
    """Return a row as a line of a table."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue()


def _number(value: float) -> str:
    return "" if isnan(value) else repr(float(value))


def _known(value: int | None) -> str:
    return "" if value is None else str(value)


def named(line: str, folder: Path) -> Sweep:
    """Return the sweep that the first line names."""
    try:
        check_size(line)
        tree = strict(line.removeprefix(START))
        axes = tuple(Axis(place, tuple(values)) for place, values in tree["axes"])
        scene = from_json(json.dumps(tree["scene"]), folder)
        return Sweep(scene, axes, tree["steps"], tree["examples"], tree["target"],
                     tree["precision"])  # fmt: skip
    except Refused:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        why = "line 1 does not name a sweep, it was changed; sweep again"
        raise Refused(f"{why}.") from fault


def outcomes(text: str, sweep: Sweep) -> tuple[Outcome, ...]:
    """Return the outcome of every cell; of those told twice, the last."""
    places = {sweep.values(cell): cell for cell in cells(sweep)}
    lines = enumerate(io.StringIO(text, newline="\n"), 1)
    head = next(line for number, line in lines if number > 1)
    if head.rstrip() != joined(columns(sweep)).rstrip():
        raise Refused("line 2 is not the heading of this sweep; name another file.")
    found: dict[Cell, Outcome] = {}
    for number, line in lines:
        if number > 2 + _MOST_ROWS * len(places):
            many = f"this sweep has {len(places):,} cells, and here are more rows"
            raise Refused(f"line {number}: {many}; take out those told twice.")
        try:
            (fields,) = csv.reader([line.removesuffix("\n")])
            cell = places[tuple(map(float, fields[: len(sweep.axes)]))]
            made = _outcome(cell, sweep.values(cell), fields[len(sweep.axes) :])
        except (ValueError, KeyError, csv.Error) as fault:
            why = f"line {number} is no cell of this sweep; take it out."
            raise Refused(why) from fault
        found[cell] = made
    return tuple(found.values())


def _outcome(cell: Cell, values: tuple[float, ...], fields: list[str]) -> Outcome:
    final, best, reached, per_examples, diverged, steps, seconds, fault = fields
    return Outcome(
        cell,
        values,
        float(final or nan),
        float(best or nan),
        int(reached) if reached else None,
        float(per_examples or nan),
        int(diverged) if diverged else None,
        int(steps),
        float(seconds),
        fault,
    )
