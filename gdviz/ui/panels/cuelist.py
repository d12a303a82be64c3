"""The cue list on the screen: what is in it, in which order, and how it gets there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QPushButton,
    QVBoxLayout,
)

from gdviz.core.refused import Refused
from gdviz.ui import shelf
from gdviz.ui.cues import LESSON, SCENE, name
from gdviz.ui.scaling import px
from gdviz.ui.settings import MOST_CUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.ui.cues import Cues

_WORDS = (
    "Lessons and scenes in the order of the lecture. While presenting, PgDn goes "
    "through the pages of a lesson, then to the next cue."
)
_KINDS = {LESSON: "lesson", SCENE: "scene"}
_NAMELESS = "What is open has no file yet: save it first (Ctrl+S), then add it."


class CueList(QDialog):
    """Edits the cue list; every change acts at once."""

    def __init__(self, cues: Cues) -> None:
        super().__init__(cues.parent())  # type: ignore[arg-type]
        self.cues = cues
        self.setWindowTitle("Cue list")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list, self.told = QListWidget(), QLabel()
        self.list.setAccessibleName("Cues")
        self.list.setAccessibleDescription(_WORDS)
        self.list.setToolTip("Double click, or Enter: go to this cue.")
        self.list.itemActivated.connect(lambda _: cues.go(self.list.currentRow()))
        self.told.setObjectName("note")
        self.told.setWordWrap(True)
        self.buttons = {
            "add": self._button("Add", "A shipped lesson or scene, or a file."),
            "here": self._button("Add what is open", "The open lesson or scene file."),
            "up": self._button("Up", "One place earlier."),
            "down": self._button("Down", "One place later."),
            "remove": self._button("Remove", "Take this cue out of the list."),
            "close": self._button("Close", "Close this; the list is remembered."),
        }
        self.menu = QMenu(self.buttons["add"])
        self.menu.aboutToShow.connect(self._fill)
        self.buttons["add"].setMenu(self.menu)
        acts: dict[str, Callable[[], object]] = {
            "here": self.add_here,
            "up": partial(self.move_cue, -1),
            "down": partial(self.move_cue, 1),
            "remove": self.remove,
            "close": self.accept,
        }
        for key, act in acts.items():
            self.buttons[key].clicked.connect(lambda _=False, act=act: act())
        cues.changed.connect(self._show)
        self._lay_out()
        self._show()

    def add(self, entry: str) -> None:
        """Add a cue after the one that is chosen."""
        entries, row = list(self.cues.entries), self.list.currentRow() + 1
        if len(entries) == MOST_CUES:
            self.told.setText(f"A list has at most {MOST_CUES} cues; remove one first.")
            return
        self.told.clear()
        entries.insert(row, entry)
        later = self.cues.place + (row <= self.cues.place)
        self.cues.set_entries(tuple(entries), later)
        self.list.setCurrentRow(row)

    def add_here(self) -> None:
        """Add the lesson or the scene file that is open."""
        entry = self.cues.here()
        self.add(entry) if entry else self.told.setText(_NAMELESS)

    def move_cue(self, by: int) -> None:
        """Move the chosen cue by some places."""
        entries, row = list(self.cues.entries), self.list.currentRow()
        if 0 <= row < len(entries) and 0 <= row + by < len(entries):
            entries.insert(row + by, entries.pop(row))
            places = {row: row + by, row + by: row}
            place = places.get(self.cues.place, self.cues.place)
            self.cues.set_entries(tuple(entries), place)
            self.list.setCurrentRow(row + by)

    def remove(self) -> None:
        """Take the chosen cue out."""
        entries, row = list(self.cues.entries), self.list.currentRow()
        if 0 <= row < len(entries):
            del entries[row]
            place = self.cues.place - (row <= self.cues.place)
            self.cues.set_entries(tuple(entries), place)
            self.list.setCurrentRow(min(row, len(entries) - 1))

    def _show(self) -> None:
        row = self.list.currentRow()
        self.list.clear()
        self.list.addItems(
            [f"{i}  {_listed(e)}" for i, e in enumerate(self.cues.entries, 1)]
        )
        self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))

    def _fill(self) -> None:
        self.menu.clear()
        lessons, scenes = self.menu.addMenu("Lessons"), self.menu.addMenu("Scenes")
        shelf.offer(lessons, lambda lesson: self.add(f"{LESSON}{lesson}"))
        for scene, document in shelf.examples().items():
            title = scene if isinstance(document, Refused) else document.title or scene
            shelf.entry(scenes, title, partial(self.add, f"{SCENE}{scene}"))
        shelf.entry(self.menu, "A file …", self._ask)

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Add a scene or a lesson")
        dialog.setNameFilter("Scenes and lessons (*.json *.md)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add)
        dialog.open()

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        words, row, column = QLabel(_WORDS), QHBoxLayout(), QVBoxLayout(self)
        words.setWordWrap(True)
        words.setObjectName("muted")
        for button in self.buttons.values():
            row.addWidget(button)
        for part in (words, self.list, self.told):
            column.addWidget(part)
        column.addLayout(row)
        self.resize(px(620), px(420))


def _listed(entry: str) -> str:
    """Return a cue's name and kind: a lesson and a scene may be called the same."""
    kind = next((word for start, word in _KINDS.items() if entry.startswith(start)), "")
    return f"{name(entry)} · {kind}" if kind else name(entry)
