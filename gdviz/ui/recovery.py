"""Recovery: the run on screen is kept on disk, and offered again after a kill."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from gdviz.core.datasets import OwnTable
from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.session.changes import document_of
from gdviz.session.journal import Journal, Lost, lost
from gdviz.session.scene import needs_restart
from gdviz.session.strictly import printable
from gdviz.ui.aside import Aside

if TYPE_CHECKING:
    from gdviz.session.scenefile import Document
    from gdviz.ui.window import Window

EVERY = 2000  # milliseconds between two writings, at least
_BUTTONS = {
    "bring": ("Bring it back", "Make all of its steps again, with the same settings."),
    "discard": ("Discard", "Forget that run for good."),
    "later": ("Later", "Ask again at the next start."),
}


class Strip(QFrame):
    """A question along the top of the window, which stays in use meanwhile."""

    answered = Signal(str)

    def __init__(self, sentence: str, answers: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName("strip")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 12, 6)
        row.setSpacing(8)
        self.words = QLabel(sentence)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setObjectName("prose")
        self.words.setWordWrap(True)
        self.words.setToolTip(sentence)
        across = QSizePolicy.Policy.Expanding
        self.words.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        row.addWidget(self.words, 1)
        self.buttons = {answer: self._button(answer) for answer in answers}
        for button in self.buttons.values():
            row.addWidget(button)

    def _button(self, answer: str) -> QPushButton:
        words, tip = _BUTTONS[answer]
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.answered.emit(answer))
        return button


class Recovery(QObject):
    """Writes the present document while it changes; offers those left behind.

    Parameters
    ----------
    window : Window
    folder : Path
        Of the documents, one for each process.
    """

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self.window, self.player = window, window.player
        self.journal, self._found = Journal(folder), lost(folder)
        self.aside = Aside(folder)  # what was left in front of a class
        self.strip: Strip | None = None
        self._known: Document | None = None  # as opened at first, or as written last
        self._offered: Lost | None = None
        self._owed: tuple[Lost, Document] | None = None  # brought back, not yet written
        self._faulty = self._kept = False
        self._soon = QTimer(self, singleShot=True, interval=EVERY)
        self._soon.timeout.connect(self._note)
        self.player.refreshed.connect(self._follow)

    @property
    def document(self) -> Document | None:
        """The run on screen, with all its steps also while these are made again."""
        run, player = self.player.run, self.player
        if run is None or player.editing:  # another one is about to come
            return None
        if isinstance(run.snapshot.scene.data, OwnData):  # no file can hold it
            return None
        return document_of(run.snapshot, player.resumed)

    def offer(self) -> None:
        """Ask what to do with the next document that was left behind, if there is one.

        What cannot be read can still be discarded.
        """
        left = self._offered = next(self._found, None)
        if left is None:
            return
        try:
            document = left.read()
        except Refused as refusal:
            self._ask(f"{_ended(left)} {refusal}", None, "discard", "later")
        else:
            self._ask(f"{_ended(left)} {_question(document)}", document, *_BUTTONS)

    def close(self) -> None:
        """Leave nothing behind; what was not answered is asked again."""
        self._soon.stop()
        self.aside.keep(self.window.documents.spared)
        self.aside.close()
        (self.journal.leave if self._kept else self.journal.close)()
        for left in (self._offered, self._owed and self._owed[0]):
            if left is not None:
                left.release()

    def keep(self) -> None:
        """Have changes that are not saved offered at the next start."""
        documents, now = self.window.documents, self.document
        self._kept = documents.path is not None and documents.modified
        if self._kept and now is not None:
            self.journal.write(now)

    def _follow(self) -> None:
        """Have it written soon; what was just opened is not worth it."""
        here = self.player.arrived or self.player.playing
        if self._known is None and self._owed is None and here:
            self._known = self.document
        if not self._soon.isActive():
            self._soon.start()

    def _note(self) -> None:
        """Write down what has changed."""
        self.aside.keep(self.window.documents.spared)
        if self.journal.busy:
            self._soon.start()
            return
        self._settle()
        self._write(self.document)
        memory = self.window.memory
        if not self.player.playing:
            memory.note(self.window)
            memory.write()
        if said := memory.complain():
            self.window.footer.say(said)

    def _write(self, now: Document | None) -> None:
        opened = self._known is not None or self._owed is not None
        if opened and now is not None and now != self._known:
            self._known = now
            self.journal.write(now)
            self._soon.start()

    def _settle(self) -> None:
        """Look how the last writing went; let go of what is written down again."""
        fault = self.journal.fault()
        if fault and not self._faulty:
            self.window.memory.complaints.append(f"This run cannot be kept: {fault}")
        self._faulty = bool(fault)
        if fault or self._known is None or self._owed is None:
            return
        left, before = self._owed
        other = needs_restart(before.scene, self._known.scene)
        (left.release if other else left.discard)()
        self._owed = None

    def _ask(self, words: str, document: Document | None, *answers: str) -> None:
        acts = {
            "bring": lambda: self._leave_for(document),
            "discard": self._discard,
            "later": self._later,
        }
        self.strip = Strip(words, answers)
        self.strip.answered.connect(lambda answer: acts[answer]())
        self.window.setMenuWidget(self.strip)

    def _take_off(self) -> Lost:
        """Return what the question was about, and take the question off the window."""
        assert self._offered is not None
        left, self._offered, self.strip = self._offered, None, None
        self.window.setMenuWidget(None)  # type: ignore[arg-type]
        return left

    def _discard(self) -> None:
        self._take_off().discard()
        self.offer()

    def _later(self) -> None:
        self._take_off().release()

    def _leave_for(self, document: Document | None) -> None:
        if document is not None:
            self.window.documents.leave(partial(self._bring, document))

    def _bring(self, document: Document) -> None:
        if self._offered is None:  # answered in another way meanwhile
            return
        self._owed, self._known = (self._take_off(), document), None
        self.window.documents.show(replace(document, notes=()))


def _ended(left: Lost) -> str:
    return f"gdviz ended unexpectedly {_ago(time.time() - left.when)}."


def _question(document: Document) -> str:
    data, notes = document.scene.data, " ".join(document.notes)
    made = document.course.steps if document.course else 0
    own = Path(data.path).name if isinstance(data, OwnTable) else ""
    steps = f"{made:,} step" + "s" * (made != 1)
    question = f"Bring back the run of {steps} on {printable(own) or data.title}?"
    return f"{question} {notes}".strip()


def _ago(seconds: float) -> str:
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if (many := int(seconds // size)) > 0:
            return f"{many:,} {unit}{'s' * (many > 1)} ago"
    return "just now"
