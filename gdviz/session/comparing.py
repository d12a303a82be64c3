"""Paths side by side: what each has come to, and every setting it was made with.

Fields and knobs say what settings there are, so a new one appears by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.settingwords import LONGEST, of_scene, shown
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gdviz.core.knobs import Spec
    from gdviz.session.course import Course
    from gdviz.session.paths import Path, Paths
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

ALWAYS = ("batch_size", "learning_rate")  # told of each path, even where all agree
_BINS = 200
_MOST_CHANGES = 3  # told in full


@dataclass(frozen=True)
class Cell:
    """What a table says of one path under one heading.

    Attributes
    ----------
    text : text
        In a few letters.
    whole : text
        All of it.
    differs : bool
        Whether the path shown says something else.
    """

    text: str
    whole: str = ""
    differs: bool = False


@dataclass(frozen=True)
class Told:
    """What a path has come to and every setting of it, by their names."""

    figures: dict[str, Cell]
    settings: dict[str, Cell]


@dataclass(frozen=True)
class Line:
    """One path: its number, whether it is the present one, and what is said of it."""

    path: Path
    present: bool
    origin: str
    figures: dict[str, Cell]
    settings: dict[str, Cell]


@dataclass(frozen=True)
class Comparison:
    """All paths side by side.

    Attributes
    ----------
    lines : tuple of Line
    apart : tuple of texts
        The settings told of each path, by their names.
    alike : mapping of text to text
        The others and their values: all paths have the same.
    """

    lines: tuple[Line, ...]
    apart: tuple[str, ...]
    alike: dict[str, str]


def compare(paths: Paths, known: dict[int, Told] | None = None) -> Comparison:
    """Return all paths side by side.

    Parameters
    ----------
    known : dict of int to Told, or None
        What was told of paths left behind, by their numbers; new ones are put in. It
        holds until another path is the present one.
    """
    known = {} if known is None else known
    for path in paths.others(all_of_them=True):
        if path.number not in known:
            known[path.number] = _tell(path.run, present=False)
    told = {**known, paths.present: _tell(paths[paths.present].run, present=True)}
    each = [told[path.number].settings for path in paths.all]
    present = told[paths.present].settings
    names = [name for name in present if _apart(name, each)]
    lines = tuple(
        Line(
            path,
            path.number == paths.present,
            _origin(path, paths),
            told[path.number].figures,
            {n: _beside(settings[n], present[n]) for n in names},
        )
        for path, settings in zip(paths.all, each, strict=True)
    )
    rest = {n: cell.whole for n, cell in present.items() if n not in names}
    return Comparison(lines, tuple(names), rest)


def _tell(run: Run, present: bool) -> Told:
    return Told(_figures(run, present), _settings(run))


def _settings(run: Run) -> dict[str, Cell]:
    """Return every setting of a run by its name."""
    scene, course = run.snapshot.scene, run.snapshot.course
    of_descent = {f.name for f in fields(scene.descent)}
    return {
        f.name: _changing(course, shown(f))
        if f.name in of_descent
        else _whole(shown(f)(scene))
        for f in of_scene()
    }


def _changing(course: Course, shown: Callable[[Spec], str]) -> Cell:
    """Return a setting with the steps where it was changed on the way."""
    held, changes = shown(course.start), list[str]()
    first = held
    for step, descent in course.changes:
        if (now := shown(descent)) != held:
            changes.append(f"{now} at {step:,}")
            held = now
    whole = " → ".join([first, *changes])
    if len(changes) <= _MOST_CHANGES:
        return _whole(whole)
    left = f"… {len(changes) - 1} changes …"
    return Cell(" → ".join([_cut(first), left, _cut(changes[-1])]), whole)


def _whole(text: str) -> Cell:
    return Cell(_cut(text), text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _apart(name: str, told: Sequence[dict[str, Cell]]) -> bool:
    """Tell whether a setting is to be told of each path."""
    return name in ALWAYS or len({cells[name].whole for cells in told}) > 1


def _beside(cell: Cell, present: Cell) -> Cell:
    return Cell(cell.text, cell.whole, cell.whole != present.whole)


def _origin(path: Path, paths: Paths) -> str:
    """Return where a path began, in words."""
    if path.left is None:
        return "from the start"
    gone = "" if path.left in paths else " (gone)"
    return f"from {paths.name_of(path.left)}{gone} at step {path.at:,}"


def _figures(run: Run, present: bool) -> dict[str, Cell]:
    """Return how far a run has come and how low; of others the end is now."""
    steps, batch = run.batch_losses(_BINS)
    seen, full, _, _ = run.seen_losses(_BINS)
    now = int(np.searchsorted(seen, run.step)) if present else len(seen) - 1
    return {
        "Steps": Cell(f"{run.newest:,}" + ", diverged" * run.diverged),
        "Loss now": _at(seen, full, now, run.newest),
        "Least loss": _at(seen, full, _least(full), run.newest),
        "Least batch loss": _at(steps, batch, _least(batch), run.newest),
    }


def _least(losses: Array) -> int:
    return int(np.where(np.isfinite(losses), losses, np.inf).argmin())


def _at(steps: Array, losses: Array, place: int, newest: int) -> Cell:
    """Return a loss and, unless it is the newest, its step."""
    if place >= len(losses):
        return Cell("–")
    step, loss = int(steps[place]), number(float(losses[place]))
    return Cell(loss if step == newest else f"{loss} at {step:,}")
