"""Dropping: a file let go anywhere over the window is opened there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from gdviz.ui import opening

if TYPE_CHECKING:
    from gdviz.ui.window import Window


class Dropping(QObject):
    """Takes files before any panel or field under the mouse does.

    Watches the window and, once there is one, its frame on the screen.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow a drag, and open what is let go."""
        kind = event.type()
        if kind == QEvent.Type.Show and watched is self.window:
            self.window.windowHandle().installEventFilter(self)
        if kind == QEvent.Type.DragLeave:
            self.window.footer.forget()
        if not isinstance(event, QDropEvent) or not _takes(event):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if isinstance(event, QDragEnterEvent):
            self._hint(event)
        elif not isinstance(event, QDragMoveEvent):
            self.window.footer.forget()
            opening.dropped(self.window, event.mimeData())
        return True

    def _hint(self, event: QDragEnterEvent) -> None:
        path, refusal = opening.in_hand(event.mimeData())
        self.window.footer.say(refusal or f"Let go to open {path.name}.")


def _takes(event: QDropEvent) -> bool:
    """Tell whether files are dragged while no question waits for its answer."""
    free = QApplication.activeModalWidget() is None
    return free and event.mimeData().hasUrls()
