"""The application: puts the parts together and runs the event loop."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gdviz.session.scene import Scene
from gdviz.ui import style as look
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdviz.session.lessons.lesson import Lesson

    Leaf = tuple[Lesson, int]  # a lesson, and which of its pages

FIRST_STEPS = 3  # made before the first picture: the arrows already tell the story


def application(arguments: Sequence[str] = ("gdviz",)) -> QApplication:
    """Return the one application, dressed for its work."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    made = QApplication(list(arguments))
    made.setApplicationName("gdviz")
    made.setStyle("Fusion")
    made.setFont(look.font(13))
    made.setWindowIcon(look.icon("gdviz", "#E69F00"))
    pg.setConfigOptions(antialias=True)
    return made


def open_window(what: Scene | Leaf | None, theme: str = look.SYSTEM) -> int:
    """Open the window on a scene, a page or the first scene, until it is closed.

    Returns
    -------
    int
        The exit code of the event loop.
    """
    sys.setswitchinterval(0.001)  # the screen waits less for the worker's thread
    app = application()
    window = Window(theme)
    if isinstance(what, tuple):
        window.lectern.open(*what)
    elif what is None:
        window.player.open(Scene(), FIRST_STEPS)
    else:
        window.player.open(what)
    window.show()
    _close_on_signals(window)
    return app.exec()


def _close_on_signals(window: Window) -> None:
    """Let Ctrl+C in the terminal close the window as its own button does."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: window.close())
    ticking = QTimer(window, interval=200)  # Python sees signals between events only
    ticking.timeout.connect(lambda: None)
    ticking.start()
