"""The shelf: the lessons and scenes there are, and the menus that offer them."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from gdviz.core.refused import Refused
from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scenefile import example_files, read_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from gdviz.session.lessons.lesson import Lesson
    from gdviz.session.scenefile import Document


def lessons() -> dict[str, Lesson | Refused]:
    """Return the shipped lessons by name, or why one cannot be read."""
    return {
        name: _read(path, path.stat().st_mtime_ns)
        for name, path in lesson_files().items()
    }


def examples() -> dict[str, Document | Refused]:
    """Return the shipped scenes by name, or why one cannot be read."""
    found: dict[str, Document | Refused] = {}
    for name, path in example_files().items():
        try:
            found[name] = read_document(path)
        except Refused as refusal:
            found[name] = refusal
    return found


def following(name: str) -> str:
    """Return the name of the lesson after this one; empty if there is none."""
    names = list(lesson_files())
    after = names[names.index(name) + 1 :] if name in names else []
    return after[0] if after else ""


def numbered(name: str, title: str) -> str:
    """Return a lesson's title with its place on the shelf, if it stands there."""
    names = list(lesson_files())
    return f"{names.index(name) + 1} · {title}" if name in names else title


def offer(menu: QMenu, choose: Callable[[str], object], now: str = "") -> None:
    """Add the shipped lessons to a menu; `now` is the one that is ticked."""
    menu.setToolTipsVisible(True)
    for name, lesson in lessons().items():
        broken = isinstance(lesson, Refused)
        title = name if isinstance(lesson, Refused) else lesson.title
        act = entry(menu, numbered(name, title), partial(choose, name))
        act.setToolTip(str(lesson) if isinstance(lesson, Refused) else lesson.summary)
        act.setCheckable(bool(now) and not broken)
        act.setChecked(name == now)


def entry(menu: QMenu, words: str, act: Callable[[], object]) -> QAction:
    """Add an entry to a menu; its words are shown as they are."""
    made = QAction(words.replace("&", "&&"), menu)
    made.triggered.connect(lambda: act())  # noqa: PLW0108  (drops `checked`)
    menu.addAction(made)
    return made


@cache
def _read(path: Path, changed: int) -> Lesson | Refused:
    try:
        return read_lesson(path, MEASURES)
    except Refused as refusal:
        return refusal
