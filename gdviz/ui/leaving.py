"""Leaving a scene: changes that are not saved are asked about, or spared for later."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from gdviz.session.changes import document_of, last_settings
from gdviz.ui.boxes import save_box
from gdviz.ui.fields import take_typed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gdviz.session.scene import Scene
    from gdviz.session.scenefile import Document
    from gdviz.ui.window import Window

    Act = Callable[[], object]
    Kept = tuple[Scene | None, bool]


class Leaving(QObject):
    """Asks before the scene of a window is lost; in front of a class it asks later.

    Attributes
    ----------
    path : Path or None
        The file of the scene, if it has one.
    embed : bool
        Whether an own table is kept inside the file.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.player = window, window.player
        self.path: Path | None = None
        self.embed = False
        self._saved = self._now()
        self._coming: tuple[Document, Path | None] | None = None
        self._spared: list[tuple[Document, Path | None, Kept]] = []  # the newest last
        self._before: Kept | None = None  # what the file says of a scene brought back
        self._box: QMessageBox | None = None
        self._due: Act | None = None
        self._sure = False  # to close
        self.player.refreshed.connect(lambda _: self._go_on())
        self.player.refused.connect(self._give_up)

    @property
    def name(self) -> str:
        """What the scene is called in the title."""
        raise NotImplementedError

    @property
    def modified(self) -> bool:
        """Whether settings are not those opened or saved last."""
        raise NotImplementedError

    def show(self, document: Document, path: Path | None = None) -> None:
        """Show what a scene file says."""
        raise NotImplementedError

    def save(self, then: Act | None = None) -> None:
        """Save the scene in its file, or ask for one, and go on."""
        raise NotImplementedError

    @property
    def spared(self) -> tuple[Document, ...]:
        """What was left while presenting with changes not saved, the newest last."""
        return tuple(document for document, *_ in self._spared)

    def leave(self, then: Act, files_only: bool = False) -> None:
        """Go on with what leaves this scene, once changes are saved or given up.

        Parameters
        ----------
        then : function without arguments
        files_only : bool
            Whether a scene that has no file may be left without a question.
        """
        presenting = self.window.presenter.on
        if self._spared and not presenting:
            self._part(partial(self._show_spared, then))
        elif files_only and self.path is None:
            then()
        elif presenting:
            self._settle(lambda: self._spare(then))
        else:
            self._part(then)

    def bring_back(self) -> None:
        """Show again what was left in front of a class with changes not saved.

        Of several the first one stays; each of the others is asked about before.
        """
        if self._spared:
            self._part(self._show_spared)

    def may_close(self) -> bool:
        """Tell whether the window may go; if not, it goes after the answer."""
        if self._spared and not self._sure:
            self.window.presenter.end()  # brings it back, to be asked about
            self.leave(self.close)
            return False
        if self._sure or self.path is None:
            return True
        take_typed(self.window)
        if not self.player.editing and not self.modified:
            return True
        self.window.presenter.end()  # a class is asked nothing
        self.leave(self.close)
        return False

    def close(self) -> None:
        """Close the window without a question."""
        self._sure = True
        self.window.close()

    def _spare(self, then: Act) -> None:
        """Keep changes that are not saved until nobody is shown anything any more."""
        run = self.player.run
        if self.modified and run is not None:
            document = document_of(run.snapshot, self.player.resumed)
            self._spared.append((document, self.path, self._saved))
        then()

    def _show_spared(self, then: Act | None = None) -> None:
        """Show what was spared last, then what came before it, or go on."""
        document, path, self._before = self._spared.pop()
        self.show(document, path)
        if then is not None:
            self.leave(then)
        else:
            self.bring_back()

    def _part(self, then: Act) -> None:
        """Go on once changes that are not saved are asked about."""
        self._settle(lambda: self._ask(then) if self.modified else then())

    def _ask(self, then: Act) -> None:
        """Ask what becomes of the changes; a question already asked is asked anew."""
        if self._box is not None:
            self._box.done(QMessageBox.StandardButton.Cancel)
        box = self._box = save_box(self.window, self.name)
        box.finished.connect(lambda answer: self._answered(answer, then))
        box.open()

    def _answered(self, answer: int, then: Act) -> None:
        self._box = None
        if answer == QMessageBox.StandardButton.Save:
            self.save(then)
        elif answer == QMessageBox.StandardButton.Discard:
            then()

    def _now(self) -> Kept:
        """Return all settings that a file keeps, steps apart."""
        run = self.player.run
        return (last_settings(run.snapshot) if run is not None else None), self.embed

    def _settle(self, then: Act) -> None:
        """Do something once what was typed and chosen is taken in."""
        take_typed(self.window)
        self._due = then
        self._go_on()

    def _go_on(self) -> None:
        if self._due is not None and not self.player.editing:
            due, self._due = self._due, None
            due()

    def _give_up(self, _: str) -> None:
        """Do not go on with what was due after settings that were refused."""
        if not self.player.editing:
            self._due = self._coming = self._before = None
