"""Paths side by side: what each has come to, and every setting it was made with.

Fields and knobs say what settings there are, so a new one appears by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.knobs import Choice, Flag, Knob, Rows, Spec, Widths
from gdviz.session.scene import Scene
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gdviz.session.course import Course
    from gdviz.session.paths import Path, Paths
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

ALWAYS = ("batch_size", "learning_rate")  # told of each path, even where all agree
_APART = ("ghosts", "pace", "plane", "plane_x", "plane_y")  # these change no path
_LABELS = {"optimizer": "Optimiser"}
_BINS = 200
_MOST_CHANGES, _LONGEST = 3, 40  # told in full; letters of a value


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


def label(name: str) -> str:
    """Return what a setting is called."""
    field = next(f for f in _of_scene() if f.name == name)
    worn: Knob | None = field.metadata.get("knob")
    return worn.label if worn else _LABELS.get(name, name.capitalize())


def tip(name: str) -> str:
    """Return what a setting does; empty for a choice that says it itself."""
    field = next(f for f in _of_scene() if f.name == name)
    worn: Knob | None = field.metadata.get("knob")
    return worn.tip if worn else ""


def setting(name: str, spec: Spec) -> str:
    """Return the value of a setting of a spec as a person reads it."""
    return _shown(next(f for f in fields(spec) if f.name == name))(spec)


def _of_scene() -> list[Any]:
    """Return all fields, first those that may change on the way."""
    found: list[Any] = [f for f in fields(Scene) if f.name not in _APART]
    inner = next(f for f in found if f.name == "descent")
    return [*fields(inner.default_factory), *(f for f in found if f is not inner)]


def _settings(run: Run) -> dict[str, Cell]:
    """Return every setting of a run by its name."""
    scene, course = run.snapshot.scene, run.snapshot.course
    of_descent = {f.name for f in fields(scene.descent)}
    return {
        f.name: _changing(course, _shown(f))
        if f.name in of_descent
        else _whole(_shown(f)(scene))
        for f in _of_scene()
    }


def _shown(field: Any) -> Callable[[Spec], str]:
    """Return what writes the value of a field of a spec."""
    worn = field.metadata.get("knob")
    return lambda spec: _written(worn, getattr(spec, field.name))


def _written(worn: Knob | None, value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, Spec):
        inner = [
            f"{_small(w.label)} {_inner(_written(w, getattr(value, key)))}"
            for key, w in value.told().items()
        ]
        return f"{value.title} ({', '.join(inner)})" if inner else value.title
    kind = worn.kind if worn else None
    if isinstance(kind, Choice) and kind.titles:
        return dict(zip(kind.options, kind.titles, strict=True))[value]
    if isinstance(kind, Flag):
        return "yes" if value else "no"
    if isinstance(kind, Rows):
        return "; ".join(", ".join(map(_plain, row)) for row in value)
    if isinstance(value, tuple):
        join = "–" if isinstance(kind, Widths) else ", "
        return join.join(map(_plain, value)) or "drawn with the seed"
    return "–" if value in {None, ""} else _plain(value)


def _small(name: str) -> str:
    """Return a name as it is written within a line."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _inner(text: str) -> str:
    """Return the end of a long value: of a file it is the name."""
    return text if len(text) <= _LONGEST else f"…{text[1 - _LONGEST :]}"


def _plain(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


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
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


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
