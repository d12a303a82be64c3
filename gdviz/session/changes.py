"""Changes of a scene: what is different, in the words of a menu."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz.core.datasets import OwnTable
from gdviz.core.knobs import Choice, Flag, Knob, Real, Rows, Spec, Text, Whole, knobs
from gdviz.session.course import as_begun
from gdviz.session.loading import differences
from gdviz.session.racenames import racer_name
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import Document
from gdviz.session.strictly import printable
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.course import Course
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot

_LONGEST = 56  # letters of a name in a menu
_LABELS = {"optimizer": "optimiser"}
_APART = ("ghosts", "plane_x", "plane_y")  # told in other words than by their knobs


@dataclass(frozen=True)
class Change:
    """One setting that is not what it was.

    Attributes
    ----------
    place : text
        Dotted, such as ``descent.batch_size``.
    words : text
        Such as “batch size 4 → 8”.
    slides : bool
        Whether it is a number that is slid over, not chosen.
    """

    place: str
    words: str
    slides: bool = False


@dataclass(frozen=True, eq=False)
class Stand:
    """Where a run stood: all it takes to come back to it.

    Attributes
    ----------
    number : int
        Of the run.
    scene : Scene
        With the settings in force at the step shown.
    begun : Scene
        As it was at step 0.
    course : Course
    """

    number: int
    scene: Scene
    begun: Scene
    course: Course

    @classmethod
    def of(cls, run: Run, at: int | None = None) -> Stand:
        """Return where a run stands, or would if it stood at another step."""
        snapshot = run.snapshot
        scene, course = snapshot.scene, snapshot.course
        if at is not None and at != course.shown:
            scene = _with_settings(scene, in_force(course, at))
            course = replace(course, shown=at)
        return cls(run.number, scene, as_begun(snapshot), course)


def in_force(course: Course, step: int) -> Descent:
    """Return the settings that held at a step."""
    held = [descent for at, descent in course.changes if at <= step]
    return held[-1] if held else course.start


def last_settings(snapshot: Snapshot) -> Scene:
    """Return the scene with the settings chosen last, whichever step is shown."""
    course = snapshot.course
    last = course.changes[-1][1] if course.changes else course.start
    return _with_settings(snapshot.scene, last)


def _with_settings(scene: Scene, descent: Descent) -> Scene:
    """Return the scene with another descent; ghosts differ from it as before."""
    ghosts = (replace(descent, **differences(g, scene.descent)) for g in scene.ghosts)
    return replace(scene, descent=descent, ghosts=tuple(ghosts))


def document_of(snapshot: Snapshot, resumed: Course | None = None) -> Document:
    """Return what a scene file says of a run.

    Parameters
    ----------
    snapshot : Snapshot
    resumed : Course or None
        The course whose steps are still being made again: all of them are kept.
    """
    course = snapshot.course
    if resumed is not None:
        course = replace(course, steps=resumed.steps, shown=resumed.shown)
    reached = max((at for at, _ in course.changes), default=0)
    course = replace(course, steps=max(course.steps, reached))
    return Document(as_begun(snapshot), course)


def changes(before: Scene, after: Scene) -> tuple[Change, ...]:
    """Return what is different, in the order of the settings."""
    return tuple(_changes(before, after, ""))


def name_of(before: Scene, after: Scene, wanted: Scene | None = None) -> str:
    """Return a short name for a change of scene; empty if there is none.

    Parameters
    ----------
    before, after : Scene
    wanted : Scene or None
        What a person chose: it gives the name where more was moved to fit it.
    """
    found = changes(before, after)
    if not found:
        return ""
    chosen = {c.place for c in changes(before, wanted)} if wanted else set()
    first = next((c for c in found if c.place in chosen), found[0])
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return printable(_short(first.words)) + more


def _changes(before: Spec, after: Spec, above: str) -> Iterator[Change]:
    worn = knobs(before)
    for f in fields(before):
        old, new = getattr(before, f.name), getattr(after, f.name)
        if old == new or f.name in _APART:
            continue
        if f.name in worn:
            yield _knob_change(above + f.name, worn[f.name], old, new)
        elif _same_kind(old, new):
            yield from _changes(old, new, f"{above}{f.name}.")
        else:
            label = _LABELS.get(f.name, f.name)
            yield Change(above + f.name, f"{label} {_title(old)} → {_title(new)}")
    if isinstance(before, Scene) and isinstance(after, Scene):
        yield from _ghosts(before, after)
        yield from _plane(before, after)


def _same_kind(old: object, new: object) -> bool:
    """Tell whether a change of one spec into another is one of its knobs."""
    if isinstance(old, OwnTable) and isinstance(new, OwnTable):
        return (old.path, old.text, old.copy) == (new.path, new.text, new.copy)
    return isinstance(old, Spec) and type(old) is type(new)


def _title(spec: object) -> str:
    """Return the name of a choice; of a table, that of its file."""
    if isinstance(spec, OwnTable) and spec.path:
        return Path(spec.path).name
    return spec.title if isinstance(spec, Spec) else "none"


def _ghosts(before: Scene, after: Scene) -> Iterator[Change]:
    old, new = (
        [
            (racer_name(g, scene.descent), differences(g, scene.descent))
            for g in scene.ghosts
        ]
        for scene in (before, after)
    )
    added = [title for title, own in new if (title, own) not in old]
    gone = [title for title, own in old if (title, own) not in new]
    if added and gone:
        yield Change("ghosts", "ghosts")
    else:
        for title in added:
            yield Change("ghosts", f"adding ghost “{title}”")
        for title in gone:
            yield Change("ghosts", f"removing ghost “{title}”")


def _plane(before: Scene, after: Scene) -> Iterator[Change]:
    old, new = ((scene.plane_x, scene.plane_y) for scene in (before, after))
    if old != new:
        yield Change("plane", f"plane {_axes(*old)} → {_axes(*new)}")


def _axes(across: str, up: str) -> str:
    return f"({across or '·'}, {up or '·'})" if across or up else "as usual"


def _knob_change(place: str, worn: Knob, old: Any, new: Any) -> Change:
    label = worn.label[0].lower() + worn.label[1:]
    if isinstance(worn.kind, Rows):
        return Change(place, _row_change(label, old, new))
    first, then = _value(worn, old), _value(worn, new)
    if first == then and isinstance(worn.kind, Real):
        first, then = f"{old:.10g}", f"{new:.10g}"
    elif first == then:  # a long list, cut before the difference
        return Change(place, label)
    slides = isinstance(worn.kind, Real | Whole) and place != "seed"
    return Change(place, f"{label} {first} → {then}", slides)


def _row_change(label: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
    """Return which row of a table is another one, if it is but one."""
    one, more = label.removesuffix("s"), len(new) - len(old)
    other = [i for i, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b]
    first = other[0] if other else min(len(old), len(new)) + 1
    if more == 0 and len(other) == 1:
        return f"{one} {first}"
    if more == 1 and not other:
        return f"{one} {first} added"
    if more == -1 and old[first:] == new[first - 1 :]:
        return f"{one} {first} removed"
    return label


def _value(worn: Knob, value: Any) -> str:
    """Return the value of a knob as it is written in a menu."""
    kind = worn.kind
    if isinstance(kind, Choice) and kind.titles:
        return kind.title_of(value)
    if isinstance(kind, Flag):
        return "on" if value else "off"
    if isinstance(kind, Real):
        return number(value)
    if isinstance(kind, Whole):
        return f"{value:,}"
    if isinstance(kind, Text | Choice):
        return value or "none"
    return _short(", ".join(map(number, value)), 20) or "drawn"


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"
