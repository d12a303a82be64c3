"""A gesture: one change of the scene by hand, however many scenes it goes through."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.scene import Scene
    from gdviz.ui.window import Window

PAUSE = 1.0  # seconds: moves by keys further apart are two entries


class Gesture(QObject):
    """Keeps all views as they are until the last scene is drawn; undo takes all back.

    Attributes
    ----------
    rested : Signal
        The last scene of a gesture is drawn.
    under_way : bool
        Whether more may come.
    """

    rested = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self.under_way = window, False
        self._token: object = None
        self._kind, self._last = "", 0.0
        self._held = False
        self.clock = time.monotonic

    def listen(self) -> None:
        """Listen to the player, after the window does: first a scene is drawn."""
        self._window.player.refreshed.connect(self._rest)
        self._window.player.refused.connect(self._fail)

    def begin(self, kind: str = "") -> None:
        """Begin; one of the same kind soon after the last goes on with it.

        Parameters
        ----------
        kind : text
            Empty: it is one of its own.
        """
        now = self.clock()
        if not kind or kind != self._kind or now - self._last > PAUSE:
            self._token = object()
        self._kind, self._last, self.under_way = kind, now, True
        self._window.player.play(False)
        self._hold(True)

    def edit(self, scene: Scene, chosen: int | None = None) -> None:
        """Have a scene drawn, with an example selected."""
        if self.under_way:
            player = self._window.player
            self._window.undo.join(scene, self._token)
            player.wish.chosen = chosen
            player.edit(scene)

    def end(self) -> None:
        """Let nothing more come."""
        self.under_way = False
        self._rest()

    def once(self, scene: Scene, chosen: int | None = None, kind: str = "") -> None:
        """Begin, edit and end."""
        self.begin(kind)
        self.edit(scene, chosen)
        self.end()

    def _hold(self, on: bool) -> None:
        self._held = self._window.player.wish.held = on
        for chart in self._window.charts.values():
            chart.held = on

    def _rest(self, _: Run | None = None) -> None:
        """Let the views go once the last scene is drawn."""
        if self._held and not self.under_way and not self._window.player.editing:
            self._hold(False)
            self.rested.emit()

    def _fail(self, _: str) -> None:
        """End where a scene was refused: the next would be too."""
        if self.under_way:
            self.end()
