"""The table of a sweep: one line that names it, then a row for every finished cell.

Rows are written as they come. A run that was stopped is gone on with: what is there
is read first, and a last line that was torn off is written again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from gdviz.core.faults import reason
from gdviz.core.refused import Refused
from gdviz.session.strictly import beginning, printable
from gdviz.session.sweep.rows import (
    START,
    columns,
    header,
    joined,
    named,
    outcomes,
    row,
)

if TYPE_CHECKING:
    from os import PathLike

    from gdviz.session.sweep.outcome import Outcome
    from gdviz.session.sweep.sweep import Sweep

LARGEST = 128 * 10**6  # bytes


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
        lines = f"{header(sweep, place.parent)}\n{joined(columns(sweep))}"
        known: tuple[Outcome, ...] = ()
        if place.exists():
            with beginning(f"{printable(place.name)}: "):
                known = _resumed(place, sweep, lines)
        try:
            record = cls(place.open("a", encoding="utf-8", newline=""), known)
        except OSError as fault:
            raise _refusal(place, fault) from fault
        if not record._file.tell():
            record._write(lines)
        return record

    def add(self, outcome: Outcome) -> None:
        """Write the row of one cell; it is in the file when this returns.

        A fault that stands there already is not told twice.

        Raises
        ------
        Refused
            If the file was deleted meanwhile or cannot be written any more.
        """
        if not os.fstat(self._file.fileno()).st_nlink:
            name = printable(Path(self._file.name).name)
            raise Refused(f"{name} was deleted while it was written; begin again.")
        if outcome.fault and self._faults.get(outcome.cell) == printable(outcome.fault):
            return
        self._write(joined(row(outcome)))

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as fault:
            with suppress(OSError):  # what could not be written fails there again
                self._file.close()
            raise _refusal(Path(self._file.name), fault) from fault

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()


def _refusal(place: Path, fault: OSError) -> Refused:
    name, stays = printable(place.name), "the runs written already stay"
    return Refused(f"{name} cannot be written: {reason(fault)}; {stays}.")


def _resumed(place: Path, sweep: Sweep, lines: str) -> tuple[Outcome, ...]:
    """Return what stands in a table; cut off a torn last line."""
    text, torn = _text(place, "name another file")
    begun = lines.startswith(text + torn)
    if not (begun or text.startswith(START)):
        raise Refused("this is no table of a sweep; name another file.")
    if not (begun or text.partition("\n")[0] == lines.partition("\n")[0]):
        raise Refused("this is the table of another sweep; name another file.")
    found = () if begun else outcomes(text, sweep)
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
        text, _ = _text(place, "choose another file")
        if not text.startswith(START) or text.count("\n") < 2:
            raise Refused("this is no table of a sweep; choose another file.")
        sweep = named(text.partition("\n")[0], place.parent)
        return sweep, outcomes(text, sweep)


def _text(place: Path, advice: str) -> tuple[str, str]:
    """Return the whole lines of a file, and what was torn off after them."""
    if place.exists() and not place.is_file():  # a pipe would keep us waiting
        raise Refused(f"this is a folder or a device; {advice}.")
    with place.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        most = f"{LARGEST // 10**6} MB"
        raise Refused(f"the file is larger than {most}, which no sweep is; {advice}.")
    whole = raw.rfind(b"\n") + 1
    try:
        return raw[:whole].decode("utf-8"), raw[whole:].decode("utf-8", "replace")
    except UnicodeDecodeError as fault:
        raise Refused("this is not UTF-8 text; name the table of a sweep.") from fault
