"""Backstage: a window that is never shown, and leaves the application as it is."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gdviz.ui.dressing import dress
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QCloseEvent

    from gdviz.session.run import Run
    from gdviz.ui.picture import Picture

_NO_SCREEN = "This plugin does not support propagateSizeHints()"
_ROLE = QPalette.ColorRole.Button  # no style sheet changes that alone


class Backstage(Window):
    """A window that leaves the rest of the application as it is.

    It draws nothing on the way to a step: no picture depends on how fast it came.

    Attributes
    ----------
    apart : list of Picture
        Charts of the centre that are shown elsewhere.
    """

    def __init__(self, theme: str) -> None:
        self.apart: list[Picture] = []
        super().__init__(theme)

    def show_run(self, run: Run) -> None:
        """Draw a step that was asked for."""
        if self.player.arrived:
            super().show_run(run)
            for chart in self.apart:
                self.faults.draw(chart, run)

    def dress(self) -> None:
        """Take on the theme alone."""
        dress(self, self.style_)
        colour(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go without a question: there is nothing to be saved."""
        self.player.close()
        event.accept()


def colour(widget: QWidget) -> None:
    """Give all that is in a widget its palette: style sheets keep it from them."""
    palette = widget.palette()
    for inside in widget.findChildren(QWidget):
        if inside.palette().color(_ROLE) != palette.color(_ROLE):
            inside.setPalette(palette)


@contextmanager
def hushed() -> Iterator[None]:
    """Drop what Qt says of windows that are never shown; pass on all else."""

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text == _NO_SCREEN:
            return
        if before is not None:
            before(kind, context, text)
        else:
            sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def let_go() -> None:
    """Delete what was closed, now rather than when the event loop comes round."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
