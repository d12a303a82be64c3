"""The table of a sweep: one line that names it, then a row for every finished cell.

Rows are written as they come. A run that was stopped is gone on with: what is there
is read first, and a last line that was torn off is written again.
"""

from __future__ import annotations

import csv
import io
import json
import os
from math import isnan, nan
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from gdviz.core.refused import Refused
from gdviz.session.scenefile import from_json, to_json
from gdviz.session.strictly import beginning, dumped, printable, strict
from gdviz.session.sweep.axis import Axis
from gdviz.session.sweep.outcome import Outcome
from gdviz.session.sweep.sweep import Sweep, cells

if TYPE_CHECKING:
    from os import PathLike

    from gdviz.session.sweep.sweep import Cell

START = "# gdviz sweep "
LARGEST = 256 * 10**6  # bytes
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


def _number(value: float) -> str:
    return "" if isnan(value) else repr(float(value))


def _known(value: int | None) -> str:
    return "" if value is None else str(value)


class Record:
    """A table that is being written.

    Attributes
    ----------
    outcomes : tuple of Outcome
        Those that stood there already, but for what could not be made.
    """

    def __init__(self, file: IO[str], outcomes: tuple[Outcome, ...]) -> None:
        self._file, self._faults = file, {o.cell: o.fault for o in outcomes if o.fault}
        self.outcomes = tuple(outcome for outcome in outcomes if not outcome.fault)

    @classmethod
    def open(cls, path: str | PathLike[str], sweep: Sweep) -> Self:
        """Begin a table, or go on with that of the same sweep.

        Raises
        ------
        Refused
            If another sweep or something else stands there.
        """
        place = Path(path).absolute()
        lines = f"{header(sweep, place.parent)}\n{_joined(columns(sweep))}"
        known: tuple[Outcome, ...] = ()
        if place.exists():
            with beginning(f"{printable(place.name)}: "):
                known = _resumed(place, sweep, lines)
        file = place.open("a", encoding="utf-8", newline="")
        if not file.tell():
            file.write(lines)
            file.flush()
        return cls(file, known)

    def add(self, outcome: Outcome) -> None:
        """Write the row of one cell; it is in the file when this returns.

        A fault that stands there already is not told twice.

        Raises
        ------
        Refused
            If the file was deleted meanwhile.
        """
        if not os.fstat(self._file.fileno()).st_nlink:
            name = printable(Path(self._file.name).name)
            raise Refused(f"{name} was deleted while it was written; begin again.")
        if outcome.fault and self._faults.get(outcome.cell) == printable(outcome.fault):
            return
        self._file.write(_joined(row(outcome)))
        self._file.flush()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()


def _joined(fields: list[Any]) -> str:
    """Return a row as a line of a table."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue()


def _resumed(place: Path, sweep: Sweep, lines: str) -> tuple[Outcome, ...]:
    """Return what stands in a table; cut off a torn last line."""
    text, torn = _text(place)
    begun = lines.startswith(text + torn)
    if not (begun or text.startswith(START)):
        raise Refused("this is no table of a sweep; name another file.")
    if not (begun or text.partition("\n")[0] == lines.partition("\n")[0]):
        raise Refused("this is the table of another sweep; name another file.")
    found = () if begun else _outcomes(text, sweep)
    os.truncate(place, 0 if begun else len(text.encode()))
    return found


def read_sweep(path: str | PathLike[str]) -> tuple[Sweep, tuple[Outcome, ...]]:
    """Return the sweep that a table is of, and the outcomes in it.

    Raises
    ------
    Refused
        The sentence begins with the name of the file.
    """
    place = Path(path).absolute()
    with beginning(f"{printable(place.name)}: "):
        text, _ = _text(place)
        if not text.startswith(START) or text.count("\n") < 2:
            raise Refused("this is no table of a sweep; choose another file.")
        sweep = _named(text.partition("\n")[0], place.parent)
        return sweep, _outcomes(text, sweep)


def _text(place: Path) -> tuple[str, str]:
    """Return the whole lines of a file, and what was torn off after them."""
    if place.stat().st_size > LARGEST:
        raise Refused(f"the file is larger than {LARGEST // 10**6} MB; no sweep is.")
    raw = place.read_bytes()
    whole = raw.rfind(b"\n") + 1
    try:
        return raw[:whole].decode("utf-8"), raw[whole:].decode("utf-8", "replace")
    except UnicodeDecodeError as fault:
        raise Refused("this is not UTF-8 text; name the table of a sweep.") from fault


def _named(line: str, folder: Path) -> Sweep:
    """Return the sweep that the first line names."""
    try:
        tree = strict(line.removeprefix(START))
        axes = tuple(Axis(place, tuple(values)) for place, values in tree["axes"])
        scene = from_json(json.dumps(tree["scene"]), folder)
        return Sweep(scene, axes, tree["steps"], tree["examples"], tree["target"],
                     tree["precision"])  # fmt: skip
    except Refused:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Refused("line 1 does not name a sweep; it was changed.") from fault


def _outcomes(text: str, sweep: Sweep) -> tuple[Outcome, ...]:
    """Return the outcome of every cell; of those told twice, the last."""
    places = {sweep.values(cell): cell for cell in cells(sweep)}
    _, head, *lines = text.removesuffix("\n").split("\n")
    if head.rstrip() != _joined(columns(sweep)).rstrip():
        raise Refused("line 2 is not the heading of this sweep; name another file.")
    found: dict[Cell, Outcome] = {}
    for number, line in enumerate(lines, 3):
        try:
            (fields,) = csv.reader([line])
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
