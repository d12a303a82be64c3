"""The start of a window on what was asked for or is remembered, and its end."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gdviz.core.refused import Refused
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Scene
from gdviz.session.scenefile import Document, read_document, write_document
from gdviz.ui.recovery import Recovery

if TYPE_CHECKING:
    from gdviz.session.lessons.lesson import Lesson
    from gdviz.ui.window import Window

    Leaf = tuple[Lesson, int]  # a lesson, and which of its pages
    What = Scene | Document | Leaf | None

FIRST_STEPS = 3  # made before the first picture: the arrows already tell the story
_LAST, _RUNS = "last.json", "runs"
_AFTER_PAINT = 200  # milliseconds from the first picture to what else there is to say


class Start(QObject):
    """Opens a window with its memory, and has it remember at the end.

    Parameters
    ----------
    window : Window
        Not shown yet.
    worker : text or None
        Where steps are made this time; None: as it is remembered.
    """

    def __init__(self, window: Window, worker: str | None = None) -> None:
        super().__init__(window)
        self.window, self.memory = window, window.memory
        self.recovery: Recovery | None = None
        if self.memory.folder is not None:
            self.recovery = Recovery(window, self.memory.folder / _RUNS)
        self._trusted = True
        window.player.refreshed.connect(self._painted)
        self.memory.dress(window, worker)

    def open(self, what: What, file: Path | None = None) -> None:
        """Open what was asked for; without a wish what was open last.

        Parameters
        ----------
        what : Scene, Document, (Lesson, int) or None
        file : Path or None
            That of the document.
        """
        if what is None:
            what, file = self._page() or self._last(), self._file_of_last()
        if isinstance(what, tuple):
            self.window.arranged = False  # the lesson shares the room
            self.window.lectern.open(*what)
        elif isinstance(what, Document):
            self.window.documents.show(what, file)
        elif what is not None:
            self.window.player.open(what)
        else:
            self._open_first()

    def finish(self) -> None:
        """Write down what is to be the same next time, once the window is closed."""
        if self.recovery is None:
            return
        self.memory.note(self.window)
        with suppress(Refused, OSError):
            self._write_last()
        self.memory.write()
        self.recovery.close()

    def leave(self) -> None:
        """Close the window at once: what is not saved is offered at the next start."""
        if self.recovery is None:
            self.window.close()
        else:
            self.recovery.keep()
            self.window.documents.close()

    def forget(self) -> None:
        """Leave all that is remembered as it was: the window was never shown."""
        if self.recovery is not None:
            self.recovery.close()
            self.recovery = None

    def _write_last(self) -> None:
        document, folder = self._as_left(), self.memory.folder
        if document is not None and folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            write_document(folder / _LAST, document.scene, document.course)
            self.memory.write(
                file=str(self.window.documents.path or ""),
                written=(folder / _LAST).stat().st_mtime_ns,
            )

    def _as_left(self) -> Document | None:
        """Return the document; where its changes were given up, that of its file."""
        documents = self.window.documents
        if documents.path is not None and documents.modified:
            return read_document(documents.path)
        return self.recovery.document if self.recovery else None

    def _open_first(self) -> None:
        self.window.player.open(Scene(), FIRST_STEPS)

    def _page(self) -> Leaf | None:
        """Return the page that was being read."""
        known = self.memory.settings
        if known.lesson:
            with suppress(Refused):
                return read_lesson(known.lesson, MEASURES), known.page
        return None

    def _last(self) -> Document | None:
        """Return what was open last, and be ready for its refusal."""
        if self.memory.folder is None:
            return None
        last = self.memory.folder / _LAST
        if not os.path.lexists(last):
            return None
        try:
            document = read_document(self._newer(last))
        except Refused as refusal:
            self._set_aside(refusal)
            return None
        self.window.player.refused.disconnect(self.window.refuse)
        self.window.player.refused.connect(self._give_up)
        self._trusted = False
        return document

    def _newer(self, last: Path) -> Path:
        """Return the file of the last scene where somebody wrote it since."""
        file = self._file_of_last()
        with suppress(OSError):
            if file is not None and file.stat().st_mtime > last.stat().st_mtime:
                return file
        return last

    def _file_of_last(self) -> Path | None:
        """Return the file of the last scene, if it is there."""
        known, folder = self.memory.settings, self.memory.folder
        with suppress(OSError):
            written = folder and (folder / _LAST).stat().st_mtime_ns
            if known.file and known.written == written and os.path.isfile(known.file):
                return Path(known.file)
        return None

    def _give_up(self, refusal: str) -> None:
        """Open the first scene where the last one cannot be."""
        self._trust()
        self._set_aside(refusal)
        self._open_first()

    def _set_aside(self, refusal: object) -> None:
        if self.memory.folder is not None:
            why = f"The last scene cannot be opened: {refusal}"
            self.memory.set_aside(self.memory.folder / _LAST, why)

    def _trust(self) -> None:
        """Let the window show refusals again."""
        if not self._trusted:
            self._trusted = True
            self.window.player.refused.disconnect(self._give_up)
            self.window.player.refused.connect(self.window.refuse)

    def _painted(self) -> None:
        """Say what else there is to say, now that there is a picture."""
        self.window.player.refreshed.disconnect(self._painted)
        self._trust()
        QTimer.singleShot(_AFTER_PAINT, self, self._speak)

    def _speak(self) -> None:
        if said := self.memory.complain():
            self.window.footer.say(said)
        if self.recovery is not None:
            self.recovery.offer()
