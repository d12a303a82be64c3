"""The offer: the compare panel opens by itself once, with the second path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDockWidget

    from gdviz.ui.player import Player


class Offer(QObject):
    """Shows a dock when a second path is begun, unless a person closed it before.

    Parameters
    ----------
    dock : QDockWidget
    player : Player
    share_room : function without arguments
        Called when the dock was opened.
    """

    def __init__(
        self, dock: QDockWidget, player: Player, share_room: Callable[[], None]
    ) -> None:
        super().__init__(dock)
        self._dock, self._player, self._share = dock, player, share_room
        self._made = False
        dock.installEventFilter(self)
        player.repathed.connect(self._offer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Remember that the dock was closed: hiding it is no such event."""
        if event.type() == QEvent.Type.Close:
            self._made = True
        return super().eventFilter(watched, event)

    def _offer(self) -> None:
        if self._made or len(self._player.paths.all) < 2:
            return
        self._made = True
        if self._dock.isHidden():
            self._dock.show()
            self._share()
