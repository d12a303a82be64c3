"""A course as a tree of plain values: each change says only what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.knobs import Whole
from gdviz.core.refused import Refused
from gdviz.session.course import Course
from gdviz.session.scenetree import changed, tree_of_changes, unknown

if TYPE_CHECKING:
    from gdviz.session.scene import Descent
    from gdviz.session.scenetree import Tree

MOST_STEPS, MOST_CHANGES = 10**12, 100_000
_KEYS = ["steps", "shown", "changes"]


def course_tree(course: Course) -> Tree:
    """Return a course as `course_of` reads it; its start is the scene's descent.

    Changes that were never reached, behind a bad end for example, are left out.

    Raises
    ------
    Refused
        The settings changed more often than a file may say.
    """
    made = [change for change in course.changes if change[0] <= course.steps]
    count = len(made)
    if count > MOST_CHANGES:
        raise Refused(
            f"the settings of this path changed {count:,} times, and a scene file "
            f"holds {MOST_CHANGES:,} changes; start the run anew, then save it."
        )
    before = [course.start, *(descent for _, descent in made)]
    changes = [
        {"at": at, **tree_of_changes(descent, old)}
        for (at, descent), old in zip(made, before, strict=False)
    ]
    return {"steps": course.steps, "shown": course.shown, "changes": changes}


def course_of(tree: object, start: Descent) -> Course:
    """Return the course of a tree, from these settings on.

    Raises
    ------
    Refused
        The sentence names the dotted place, such as ``course.changes[3].at``.
    """
    if not isinstance(tree, dict):
        raise Refused("course must be an object in braces.")
    for key in tree:
        if key not in _KEYS:
            raise Refused(unknown("course.", key, _KEYS))
    steps = Whole(0, MOST_STEPS).check(tree.get("steps", 0), "course.steps")
    shown = Whole(0, steps).check(tree.get("shown", steps), "course.shown")
    return Course(start, _changes(tree.get("changes", []), start, steps), steps, shown)


def _changes(
    listed: object, descent: Descent, steps: int
) -> tuple[tuple[int, Descent], ...]:
    if not isinstance(listed, list):
        raise Refused("course.changes must be a list of objects in braces.")
    if len(listed) > MOST_CHANGES:
        raise Refused(f"course.changes must be at most {MOST_CHANGES:,}.")
    made: list[tuple[int, Descent]] = []
    before = 0
    for i, change in enumerate(listed):
        place = f"course.changes[{i}]"
        if not isinstance(change, dict):
            raise Refused(f"{place} must be an object in braces.")
        before = _at(change, place, before, steps)
        others = {key: value for key, value in change.items() if key != "at"}
        descent = changed(descent, others, f"{place}.")
        made.append((before, descent))
    return tuple(made)


def _at(change: Tree, place: str, before: int, steps: int) -> int:
    """Return the step of a change, after the one before it."""
    if "at" not in change:
        raise Refused(f"{place}.at is missing; say from which step on this holds.")
    at = Whole(1, max(1, steps)).check(change["at"], f"{place}.at")
    if at > steps:
        raise Refused(f"{place}.at must be at most course.steps, {steps}, not {at}.")
    if at <= before:
        raise Refused(
            f"{place}.at must be above {before}, the one before it, not {at}."
        )
    return at
