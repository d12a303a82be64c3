"""`gdviz render` to a film: which steps, how fast, a bar while it is drawn."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

from gdviz.cli.console import interrupted, tell
from gdviz.cli.options import STEPS, checked
from gdviz.core.knobs import Real, Whole

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from gdviz.ui.export.cut import Cut
    from gdviz.ui.export.subjects import Look, Subject

FILMS = (".gif", ".webp", ".mp4")
_EVERY, _RATE = Whole(1, 10**9), Real(0.1, 60.0)


def add_film(parser: ArgumentParser) -> None:
    """Add the options of a film."""
    group = parser.add_argument_group("the steps of a film, or of a path as a table")
    add = group.add_argument
    add("--from", metavar="N", help="The first step; 0 unless given.")
    add("--to", metavar="N", help="The last step; that of --steps unless given.")
    add("--every", metavar="K", help="A film: a frame for every K-th step.")
    add("--fps", metavar="X", help="A film: frames per second; 20 unless given.")


def steps_between(arguments: Namespace, last: int) -> tuple[int, int]:
    """Return the first step and the last one, which is `last` unless told."""
    said = vars(arguments)
    end = last if said["to"] is None else checked(STEPS, said["to"], "--to")
    return checked(STEPS, said["from"] or "0", "--from"), end


def cut_of(arguments: Namespace, last: int, scale: float) -> Cut:
    """Return which steps are filmed; the last one is `last` unless told."""
    from gdviz.ui.export.cut import Cut  # noqa: PLC0415  (needs Qt)

    said = vars(arguments)
    return Cut(
        *steps_between(arguments, last),
        checked(_EVERY, said["every"] or "1", "--every"),
        checked(_RATE, said["fps"] or "20", "--fps"),
        scale,
    )


def shoot(subject: Subject, look: Look, cut: Cut, out: Path) -> None:
    """Draw a film with a bar; Ctrl+C leaves no file.

    Raises
    ------
    KeyboardInterrupt
        Ctrl+C was pressed.
    """
    from gdviz.ui.render import film  # noqa: PLC0415  (needs Qt)

    bar = tqdm(total=len(cut.steps()), unit=" frames", disable=None, file=sys.stderr)

    def told(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    with bar, interrupted() as presses:  # Qt would swallow an exception
        note = film(subject, look, cut, out, told, lambda: bool(presses))
    if presses:
        raise KeyboardInterrupt
    if note:
        tell(f"note: {note[0].lower()}{note[1:]}")
