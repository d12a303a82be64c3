"""The document: the file of the scene, whether it was changed since, and saving it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from gdviz.core.datasets import OwnTable
from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.session.changes import document_of
from gdviz.session.scene import Scene
from gdviz.session.scenefile import ENDING, NO_FILE, read_document, write_document
from gdviz.ui import opening, room
from gdviz.ui.leaving import Leaving

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.scenefile import Document
    from gdviz.ui.window import Window

    Act = Callable[[], object]

_NEW, _FIRST_NAME = "New scene", f"scene{ENDING}"
_NOTHING = "There is no scene to save yet: open one first."


class Documents(Leaving):
    """Opens, names and saves the scene of a window, and asks before it is lost."""

    changed = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._title = _NEW
        self.player.opened.connect(self._opened)
        for signal in (self.player.edited, self.player.repathed, self.changed):
            signal.connect(self._show_name)
        self._show_name()

    @property
    def name(self) -> str:
        """What the scene is called in the title."""
        return self.path.name if self.path else self._title

    @property
    def modified(self) -> bool:
        """Whether settings are not those opened or saved last; a page never is."""
        kept = self.path is not None or self._title == _NEW
        return kept and self._now() != self._saved

    @property
    def own_table(self) -> OwnTable | None:
        """The user's own table, if the scene has one."""
        run = self.player.run
        data = run.snapshot.scene.data if run is not None else None
        return data if isinstance(data, OwnTable) else None

    def new(self) -> None:
        """Begin with the first scene again, without a file or a lesson."""

        def begin() -> None:
            if self.window.lectern.reading:
                self.window.lectern.close()
            self._open(Scene())

        self.leave(begin)

    def open(self, path: str) -> None:
        """Open a scene file: its scene, its steps and the step that was shown."""
        try:
            document = read_document(path)
        except Refused as refusal:
            self.window.refuse(str(refusal))
        else:
            self.leave(lambda: self.show(document, Path(path).absolute()))

    def show(self, document: Document, path: Path | None = None) -> None:
        """Show what a scene file says, and tell its notes."""
        self._coming = document, path
        course = document.course
        self.player.play(False)
        self.player.open(document.scene, course.steps if course else 0, course)

    def save(self, then: Act | None = None) -> None:
        """Save the scene in its file, or ask for one, and go on."""
        if self.path is None:
            self.save_as(then)
        else:
            path = self.path
            self._settle(lambda: self._write(path, then))

    def save_as(self, then: Act | None = None) -> None:
        """Ask for a file, save the scene in it and go on."""
        if self.player.run is None and not self.player.editing:
            self.window.refuse(_NOTHING)
            return
        if isinstance(self.player.scene.data, OwnData):
            self.window.refuse(NO_FILE[:1].upper() + NO_FILE[1:])
            return
        opening.ask_where(
            self.window,
            self.folder() / (self.path.name if self.path else _FIRST_NAME),
            lambda path: self._settle(lambda: self._write(path, then)),
        )

    def keep_inside(self, on: bool) -> None:
        """Keep the own table inside the file, or only name it there."""
        self.embed = on
        self.changed.emit()

    def folder(self) -> Path:
        """Return the folder of this file, or of the file used last."""
        near = self.path or next(map(Path, self.window.memory.recent), None)
        return near.parent if near and near.parent.is_dir() else Path.home()

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self.window.memory.clear_recent()
        self.changed.emit()

    def _open(self, scene: Scene) -> None:
        self.player.play(False)
        self.player.open(scene)

    def _write(self, path: Path, then: Act | None) -> None:
        """Write the file; a refusal is told, and nothing else is done."""
        run = self.player.run
        if run is None:
            self.window.refuse(_NOTHING)
            return
        document = document_of(run.snapshot, self.player.resumed)
        try:
            notes = write_document(path, document.scene, document.course, self.embed)
        except Refused as refusal:
            self.window.refuse(str(refusal))
            return
        self.path, self._saved = path, self._now()
        self.window.memory.add_recent(path)
        self.window.undo.seal()
        self.window.footer.say(" ".join((f"Saved {path.name}.", *notes)))
        self.changed.emit()
        if then is not None:
            then()

    def _opened(self, scene: Scene) -> None:
        """Take on the name of what was opened."""
        document, path = self._coming or (None, None)
        if document is not None and document.scene is scene:
            self._coming = None
        else:
            document, path = None, None
        self.path = path
        own = scene.data.calls.title if isinstance(scene.data, OwnData) else ""
        self._title = self.window.lectern.title_of(scene) or own or _NEW
        self.embed = isinstance(scene.data, OwnTable) and bool(scene.data.text)
        if self._before is not None:
            self.window.footer.say(f"{self.name} again, with its unsaved changes.")
        self._saved, self._before = self._before or self._now(), None
        if path is not None:
            self.window.memory.add_recent(path)
        if document is not None:
            self._say_of(document)
        self.changed.emit()

    def _say_of(self, document: Document) -> None:
        """Show the panels that a file names, and tell what it notes."""
        if document.title and self.path is None:
            self._title = document.title
        if document.show:
            room.open_panels(self.window, document.show)
        if document.notes:
            self.window.tell(" ".join(document.notes))

    def _show_name(self) -> None:
        window, name = self.window, self.name.replace("[*]", "[*][*]")
        window.setWindowTitle(f"[*]{name} — gdviz")
        window.setWindowFilePath(str(self.path or ""))
        window.setWindowModified(self.modified)
