"""The application: puts the parts together and runs the event loop."""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from gdviz.ui.faults import watched
from gdviz.ui.folder import usual_folder
from gdviz.ui.lean import pyqtgraph as pg
from gdviz.ui.memory import Memory
from gdviz.ui.shell import application
from gdviz.ui.start import FIRST_STEPS, Start
from gdviz.ui.tidying import tidied
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.ui.shell import Shell
    from gdviz.ui.start import What

pg.setConfigOptions(antialias=True)
_ENDS = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
]  # nobody may be there to be asked
_SIGNALS = (signal.SIGINT, *_ENDS)
_SETTLED = 1000  # milliseconds: then the start is over
_PATIENCE = 2000  # milliseconds: then the window is shown without a picture
__all__ = [
    "FIRST_STEPS",
    "application",
    "open_window",
    "opened",
    "until_closed",
]


def open_window(
    what: What,
    theme: str | None = None,
    fresh: bool = False,
    file: Path | None = None,
    shell: Shell | None = None,
    worker: str | None = None,
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
    shell : Shell or None
        What is on the screen until the window is.
    worker : text or None
        Where steps are made: "thread" or "process"; None: as it is remembered.

    Returns
    -------
    int
        The exit code of the event loop.
    """
    start = opened(what, theme, fresh, file, shell, worker)
    _close_on_signals(start)
    QTimer.singleShot(_SETTLED, start.window, _spare_what_stays)
    with watched(), tidied():
        code = application().exec() if start.window.isVisible() else 0
    start.finish()
    return code


def opened(
    what: What,
    theme: str | None = None,
    fresh: bool = False,
    file: Path | None = None,
    shell: Shell | None = None,
    worker: str | None = None,
) -> Start:
    """Open the window and return at once; see `open_window`.

    With a shell on the screen the window takes its place when it has its first
    picture; where the shell was closed by then, the window is closed too.

    Returns
    -------
    Start
        Of the window: it is to `finish` when that is closed.
    """
    sys.setswitchinterval(0.001)  # the screen waits less for the worker's thread
    memory = Memory(None if fresh else usual_folder())
    application()
    window = Window(theme or memory.settings.theme, memory)
    start = Start(window, worker)
    start.open(what, file and file.absolute())
    if what is None and memory.first:
        memory.keep()
        window.welcome.open()
    if shell is not None:
        _await_picture(window, shell)
    if shell is None or shell.wanted():
        window.show()
    else:
        window.close()
        start.forget()
    return start


def until_closed(start: Start) -> None:
    """Wait until a window that was opened is closed, and remember what it was like."""
    before = {name: signal.getsignal(name) for name in _SIGNALS}
    _close_on_signals(start)
    loop = QEventLoop()
    start.window.closed.connect(loop.quit)
    if start.window.isVisible():
        with watched(), tidied():
            loop.exec()
    for name, known in before.items():
        signal.signal(name, known)
    start.finish()
    start.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _close_on_signals(start: Start) -> None:
    """Let Ctrl+C in the terminal close the window as its own button does."""
    later = QTimer.singleShot  # not in the middle of painting
    signal.signal(signal.SIGINT, lambda *_: later(0, start.window.close))
    for name in _ENDS:
        signal.signal(name, lambda *_: later(0, start.leave))
    # Python sees signals between events only
    ticking = QTimer(start.window, interval=200)
    ticking.timeout.connect(lambda: None)
    ticking.start()


def _spare_what_stays() -> None:
    """Have the garbage collector never look again at all that was made at the start.

    To go through it takes longer than three frames.
    """
    gc.collect()
    gc.freeze()


def _await_picture(window: Window, shell: Shell) -> None:
    """Wait until there is something to show, and let the shell go when it shows."""
    loop = QEventLoop()
    for news in (window.player.refreshed, window.player.refused, shell.given_up):
        news.connect(loop.quit)
    QTimer.singleShot(_PATIENCE, loop, loop.quit)
    if shell.wanted():
        loop.exec()
    shell.make_way(window)
