"""What must hold while a monkey is at the window, and what is measured meanwhile."""

from __future__ import annotations

import re
import sys
import threading
import time
import traceback
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QEventLoop,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QMessageBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from gdviz.session.questions import Answer, Question
    from gdviz.ui.player import Player

_OFTEN, _PATIENCE = 8, 60.0  # milliseconds, seconds
_QUIET = re.compile(r"^This plugin does not support")
MISTAKE = "gdviz made a mistake"


def let_run(milliseconds: float) -> None:
    """Run the event loop for a while; the test kit's wait would hold up the worker."""
    loop = QEventLoop()
    # with its context: without, PySide6 keeps a name each time, 53 bytes for ever
    QTimer.singleShot(round(milliseconds), loop, loop.quit)
    loop.exec()


def wait_until(holds: Callable[[], bool], seconds: float = _PATIENCE) -> bool:
    """Run the event loop until something holds; tell whether it came to that."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        let_run(5)
    return True


class Beats(QObject):
    """A timer that notes how late it is: how long the window saw and heard nothing.

    Attributes
    ----------
    gaps : list of (float, text)
        Milliseconds from beat to beat, and what was done before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[tuple[float, str]] = []
        self.doing, self._last = "", 0.0
        self._timer = QTimer(self, interval=_OFTEN)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin, or go on after a pause that does not count."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Pause."""
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((1e3 * (now - self._last), self.doing))
        self._last = now


class Queue:
    """Counts questions that are asked and not answered; there is one at most."""

    def __init__(self, player: Player, blame: Callable[[str], None]) -> None:
        self.asked = self.answered = self.most = 0
        self._blame = blame
        self._reception = player.worker.reception
        self.reply = self._reception.answer
        self._reception.answer = self._answer  # type: ignore[method-assign]
        player._ask.connect(self._ask)
        self._player = player

    def stop(self) -> None:
        """Count no more."""
        self._player._ask.disconnect(self._ask)
        self._reception.answer = self.reply  # type: ignore[method-assign]

    def _ask(self, _: object) -> None:
        self.asked += 1
        out = self.asked - self.answered
        self.most = max(self.most, out)
        if out > 1:
            self._blame(f"{out} questions are out at once")

    def _answer(self, question: Question) -> Answer:
        try:
            return self.reply(question)
        finally:
            self.answered += 1  # before it is sent, in the worker's thread


class Guard(QObject):
    """Answers what runs an event loop of its own in the middle of an action.

    Attributes
    ----------
    acting : Random or None
        Of the action that is under way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.acting: Random | None = None
        self._timer = QTimer(self, interval=20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        rng, box = self.acting, QApplication.activeModalWidget()
        if rng is None:
            return
        if (popup := QApplication.activePopupWidget()) is not None:
            _leave(popup, rng)
        elif isinstance(box, QMessageBox):
            buttons = box.findChildren(QAbstractButton)
            buttons[int(rng.random() * len(buttons))].click()


def _leave(popup: QWidget, rng: Random) -> None:
    """Take an entry of a menu that is open, or none."""
    entries = popup.actions() if isinstance(popup, QMenu) else []
    usable = [one for one in entries if one.isEnabled() and one.menu() is None]
    popup.close()
    if usable and rng.random() < 0.7:
        usable[int(rng.random() * len(usable))].trigger()


@contextmanager
def watched(blame: Callable[[str], None]) -> Iterator[None]:
    """Blame every exception, warning and message of Qt that comes meanwhile."""

    def fault(kind: Any, error: BaseException | None, trace: Any) -> None:
        blame("".join(traceback.format_exception(kind, error, trace)))

    def said(kind: QtMsgType, _: object, words: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not _QUIET.match(words):
            blame(f"Qt says: {words}\n{''.join(traceback.format_stack(limit=12))}")

    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = fault
    threading.excepthook = lambda a: fault(a.exc_type, a.exc_value, a.exc_traceback)
    sys.unraisablehook = lambda a: fault(a.exc_type, a.exc_value, a.exc_traceback)
    before = qInstallMessageHandler(said)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            yield
        finally:
            qInstallMessageHandler(before)
            sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
