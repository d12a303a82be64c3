"""`gdviz render` to a table or a script; neither needs Qt."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from gdviz.cli.console import tell
from gdviz.cli.films import steps_between
from gdviz.core.refused import Refused
from gdviz.session.files import replacing, write_atomically
from gdviz.session.script.whole import script
from gdviz.session.table import path_rows, step_rows

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable
    from pathlib import Path

    from gdviz.session.scenefile import Document

KINDS = (".csv", ".py")
_NUMBERS = "arithmetic"


def write(
    arguments: Namespace, document: Document, steps: int | None, out: Path
) -> None:
    """Write the path, the numbers of a step or the script.

    Parameters
    ----------
    arguments : Namespace
    document : Document
    steps : int or None
        How many are made; None: `--to` says so.
    out : path
    """
    scene, course = document.scene, document.course
    if out.suffix.lower() == ".py":
        write_atomically(out, script(scene, course, steps).encode())
    elif arguments.view is None:
        _write_path(arguments, document, steps or 0, out)
    else:
        _write_step(arguments, document, steps or 0, out)


def _write_path(
    arguments: Namespace, document: Document, steps: int, out: Path
) -> None:
    first, last = steps_between(arguments, steps)
    rows = path_rows(document.scene, document.course, first, last)
    bar = tqdm(rows, total=last - first + 2, unit=" rows", disable=None,
               file=sys.stderr)  # fmt: skip
    end = _write_rows(bar, out)[0]
    if end < last:
        tell(f"note: the path diverges; it ends at step {end:,}.")


def _write_step(arguments: Namespace, document: Document, step: int, out: Path) -> None:
    if arguments.view != _NUMBERS:
        raise Refused("--view with .csv must be arithmetic, or be left out.")
    for flag in ("from", "to"):
        if vars(arguments)[flag] is not None:
            raise Refused(f"--{flag} goes with a path; --steps says which step.")
    end, rows = step_rows(document.scene, document.course, step)
    _write_rows(rows, out)
    if end < step:
        tell(f"note: the path diverges; {out.name} tells of step {end:,}, its last.")


def _write_rows(rows: Iterable[list[Any]], out: Path) -> list[Any]:
    """Write a table and return its last row."""
    row: list[Any] = []
    with replacing(out, "utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow(row)
    return row
