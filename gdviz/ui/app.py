"""The application: puts the parts together and runs the event loop."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QThread, QTimer
from PySide6.QtWidgets import QApplication

from gdviz.ui import style as look
from gdviz.ui.memory import Memory, usual_folder
from gdviz.ui.start import FIRST_STEPS, Start
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gdviz.ui.start import What

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
__all__ = [
    "FIRST_STEPS",
    "application",
    "loop_runs",
    "open_window",
    "opened",
    "until_closed",
]


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


def open_window(
    what: What,
    theme: str | None = None,
    fresh: bool = False,
    file: Path | None = None,
) -> int:
    """Open the window until it is closed.

    Parameters
    ----------
    what : Scene, Document, (Lesson, int) or None
        What to open it on; None: what was open last, or the first scene.
    theme : text or None
        None: the one that is remembered.
    fresh : bool
        Whether to start without any memory, and leave it as it is.
    file : Path or None
        That of the document.

    Returns
    -------
    int
        The exit code of the event loop.
    """
    start = opened(what, theme, fresh, file)
    _close_on_signals(start.window)
    code = application().exec()
    start.finish()
    return code


def opened(
    what: What,
    theme: str | None = None,
    fresh: bool = False,
    file: Path | None = None,
) -> Start:
    """Open the window and return at once; see `open_window`.

    Returns
    -------
    Start
        Of the window: it is to `finish` when that is closed.
    """
    sys.setswitchinterval(0.001)  # the screen waits less for the worker's thread
    application()
    memory = Memory(None if fresh else usual_folder())
    window = Window(theme or memory.settings.theme, memory)
    start = Start(window)
    start.open(what, file and file.absolute())
    window.show()
    return start


def loop_runs() -> bool:
    """Tell whether an event loop runs already, so that nobody need wait."""
    return QThread.currentThread().loopLevel() > 0


def until_closed(start: Start) -> None:
    """Wait until a window that was opened is closed, and remember what it was like."""
    before = {name: signal.getsignal(name) for name in _SIGNALS}
    _close_on_signals(start.window)
    loop = QEventLoop()
    start.window.closed.connect(loop.quit)
    loop.exec()
    for name, known in before.items():
        signal.signal(name, known)
    start.finish()
    start.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _close_on_signals(window: Window) -> None:
    """Let Ctrl+C in the terminal close the window as its own button does."""
    for name in _SIGNALS:
        signal.signal(name, lambda *_: window.close())
    ticking = QTimer(window, interval=200)  # Python sees signals between events only
    ticking.timeout.connect(lambda: None)
    ticking.start()
