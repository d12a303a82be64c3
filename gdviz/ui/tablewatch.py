"""The watch over the user's own table: told once when its file is not as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from gdviz.session.tablefile import fate

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.ui.player import Player


class TableWatch(QObject):
    """Looks at each new run, and when a person comes back from another program.

    Parameters
    ----------
    player : Player

    Attributes
    ----------
    told : Signal of text
        A sentence, once for each table and what became of it.
    """

    told = Signal(str)

    def __init__(self, player: Player) -> None:
        super().__init__(player)
        self._player, self._run, self._said = player, -1, ""
        player.refreshed.connect(self._follow)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.applicationStateChanged.connect(self._come_back)

    def look(self) -> None:
        """Look at the file of the run shown, and tell what became of it."""
        run = self._player.run
        said = fate(run.snapshot.scene.data) if run is not None else ""
        new, self._said = said != self._said, said
        if said and new:
            self.told.emit(said)

    def _follow(self, run: Run) -> None:
        if run.number != self._run:
            self._run = run.number
            self.look()

    def _come_back(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()
