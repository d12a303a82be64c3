"""The cue list: lessons and scenes in the order in which they are to be shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gdviz.ui import shelf
from gdviz.ui.settings import MOST_CUES

if TYPE_CHECKING:
    from gdviz.ui.window import Window

LESSON, SCENE = "lesson:", "scene:"  # before the names of shipped ones
_EMPTY = "The cue list is empty: fill it with Present, Cue list."
_ENDS = {1: "This is the last cue.", -1: "There is no cue before this one."}
_NO_LESSON = "No lesson is open: choose one with Lessons."
_NO_LESSON_HERE = "No lesson is open: end presenting (F5), then choose one."


class Cues(QObject):
    """Goes from cue to cue.

    Attributes
    ----------
    entries : tuple of texts
        Shipped lessons and scenes by their names, others by the paths of their files.
    place : int
        The cue that was gone to last; −1: none yet.
    """

    changed = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.entries: tuple[str, ...] = ()
        self.place = -1

    def set_entries(self, entries: tuple[str, ...], place: int | None = None) -> None:
        """Have another list; `place` is where the present cue stands now."""
        self.entries = entries[:MOST_CUES]
        place = self.place if place is None else place
        self.place = min(place, len(self.entries) - 1)
        self.changed.emit()

    def step(self, by: int) -> None:
        """Go one cue on or back, or say why there is none."""
        if not self.go(self.place + by):
            self._window.footer.say(_ENDS[by] if self.entries else _EMPTY)

    def go(self, place: int, page: int = 0) -> bool:
        """Go to a cue, and a page of it; tell whether there is one.

        Parameters
        ----------
        place : int
        page : int
            Counted from 0, or from the last one backwards if below it.
        """
        if not 0 <= place < len(self.entries):
            return False
        self.place = place
        window, entry = self._window, self.entries[place]
        if entry.startswith(LESSON) or entry.lower().endswith(".md"):
            window.open_lesson(entry.removeprefix(LESSON), page)
        else:
            window.lectern.close()
            if entry.startswith(SCENE):
                window.open_example(entry.removeprefix(SCENE))
            else:
                window.open_scene(entry)
        if not window.presenter.on:
            window.footer.say(f"Cue {place + 1} of {len(self.entries)}: {name(entry)}.")
        self.changed.emit()
        return True

    def turn(self, by: int) -> None:
        """Go on or back: first through the pages of a lesson, then to another cue."""
        lectern = self._window.lectern
        pages = len(lectern.lesson.pages) if lectern.lesson is not None else 0
        inside = lectern.reading and 0 <= lectern.number + by < pages
        if not inside and self.go(self.place + by, min(by, 0)):
            return
        if lectern.reading:
            lectern.turn(by)
        else:
            here = self._window.presenter.on
            self._window.footer.say(_NO_LESSON_HERE if here else _NO_LESSON)

    def here(self) -> str:
        """Return what is open now as a cue; empty if it has no file that is known."""
        window = self._window
        lesson = window.lectern.lesson if window.lectern.reading else None
        if lesson is not None:
            return f"{LESSON}{lesson.name}" if lesson.name in shelf.lessons() else ""
        return str(window.documents.path or "")


def name(entry: str) -> str:
    """Return what a cue is called on the screen."""
    for start, known in ((LESSON, shelf.lessons), (SCENE, shelf.examples)):
        if entry.startswith(start):
            short = entry.removeprefix(start)
            return str(getattr(known().get(short), "title", "") or short)
    return Path(entry).name
