"""The shelf: the lessons and scenes there are, and the menus that offer them."""

from __future__ import annotations

from functools import cache, partial
from itertools import groupby
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


def neighbour(name: str, by: int) -> str:
    """Return the name of the lesson next to this one; empty if there is none.

    Parameters
    ----------
    name : text
    by : int
        1: the one after it; -1: the one before.
    """
    names = ["", *lesson_files(), ""]
    return names[names.index(name) + by] if name in names[1:-1] else ""


def numbered(name: str, title: str) -> str:
    """Return a lesson's title with its place on the shelf, if it stands there."""
    names = list(lesson_files())
    return f"{names.index(name) + 1} · {title}" if name in names else title


def offer(
    menu: QMenu, choose: Callable[[str], object], now: str = "", folded: bool = False
) -> None:
    """Add the shipped lessons to a menu, each part below its heading.

    Parameters
    ----------
    menu : QMenu
    choose : function of a name
    now : text
        The lesson that is ticked.
    folded : bool
        Whether the heading of a part is a menu, with its lessons in it.
    """
    menu.setToolTipsVisible(True)
    for part, shelved in groupby(lessons().items(), lambda named: _part(named[1])):
        group = dict(shelved)
        shown, words = menu, _heading(part, group)
        if words and folded:
            shown = menu.addMenu(words)
            shown.setToolTipsVisible(True)
            _stress(shown.menuAction(), now in group)
        elif words:
            _stress(menu.addAction(words), True).setEnabled(False)
        for name, lesson in group.items():
            act = entry(shown, _named(name, lesson), partial(choose, name))
            act.setToolTip(_tip(lesson))
            act.setCheckable(bool(now) and not isinstance(lesson, Refused))
            act.setChecked(name == now)


def _part(lesson: Lesson | Refused) -> str:
    return "" if isinstance(lesson, Refused) else lesson.part


def _heading(part: str, group: dict[str, Lesson | Refused]) -> str:
    """Return the words above a part: what it is and how long a lecture takes for it."""
    minutes = sum(0 if isinstance(x, Refused) else x.minutes for x in group.values())
    return f"{part}{f' · {minutes} minutes' * bool(minutes)}".replace("&", "&&")


def _named(name: str, lesson: Lesson | Refused) -> str:
    return numbered(name, name if isinstance(lesson, Refused) else lesson.title)


def _tip(lesson: Lesson | Refused) -> str:
    if isinstance(lesson, Refused):
        return str(lesson)
    takes = f" (About {lesson.minutes} minutes of a lecture.)" * bool(lesson.minutes)
    return f"{lesson.summary}{takes}"


def _stress(action: QAction, stressed: bool) -> QAction:
    font = action.font()
    font.setBold(stressed)
    action.setFont(font)
    return action


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
