"""The lesson and the page that `--lesson` names."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.cli.flags import named_scene
from gdviz.core.refused import Refused
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES

if TYPE_CHECKING:
    from argparse import Namespace

    from gdviz.session.lessons.lesson import Lesson
    from gdviz.session.scene import Scene

    Leaf = tuple[Lesson, int]  # a lesson, and which of its pages


def leaf_of(arguments: Namespace) -> Leaf | None:
    """Return the lesson and the page that are named, if a lesson is."""
    if arguments.lesson is None:
        return None
    if others := named_scene(arguments):
        raise Refused(f"--lesson brings its own scenes; leave out {', '.join(others)}.")
    name, page = _parted(arguments.lesson)
    lesson = _read(name)
    if not 1 <= page <= len(lesson.pages):
        pages = f"it has pages 1 to {len(lesson.pages)}"
        raise Refused(f"--lesson {arguments.lesson}: there is no page {page}; {pages}.")
    return lesson, page - 1


def scene_of_leaf(leaf: Leaf) -> Scene:
    """Return the scene of a page."""
    lesson, page = leaf
    return lesson.pages[page].scene


def lessons() -> dict[str, Lesson | str]:
    """Return the shipped lessons by name, or why one cannot be read."""
    found: dict[str, Lesson | str] = {}
    for name in lesson_files():
        try:
            found[name] = read_lesson(name, MEASURES)
        except Refused as refusal:
            found[name] = str(refusal)
    return found


def _parted(words: str) -> tuple[str, int]:
    """Return the name and the page of a lesson; a file may have a colon in its name."""
    found = re.fullmatch(r"(.+):(\d{1,9})", words, re.ASCII)
    if found is None or Path(words).exists():
        return words, 1
    return found[1], int(found[2])


def _read(name: str) -> Lesson:
    known = lesson_files()
    if name in known or name.lower().endswith(".md"):
        return read_lesson(name, MEASURES)
    near = difflib.get_close_matches(name[:80], known, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    choice = f"Lessons: {', '.join(known)}; or name a FILE.md."
    raise Refused(f"there is no lesson {name!r}; {meant}{choice}")
