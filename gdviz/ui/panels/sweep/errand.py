"""A sweep under way: other processes compute, a thread waits for them."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gdviz.core.refused import Refused
from gdviz.session.sweep import run_sweep
from gdviz.ui.panels.sweep.workers import crew

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gdviz.session.sweep import Cell, Outcome, Sweep

_REST = 70  # milliseconds between two repaints


class Errand(QObject):
    """One sweep, from its start to its end.

    Parameters
    ----------
    sweep : Sweep
    known : collection of cells
        Those that are left out.
    parent : QObject

    Attributes
    ----------
    done : int
        How many cells have come in.
    arrived : Signal of list of Outcome
        At most so often that it can be drawn each time.
    ended : Signal of text
        Why it stopped; empty if all went well or it was cancelled.
    """

    arrived = Signal(object)
    ended = Signal(str)

    def __init__(self, sweep: Sweep, known: Collection[Cell], parent: QObject) -> None:
        super().__init__(parent)
        self.sweep, self.done, self.cancelled = sweep, 0, False
        self._known, self._fault = frozenset(known), ""
        self._came: SimpleQueue[Outcome] = SimpleQueue()
        self._began = time.perf_counter()
        self._thread = threading.Thread(target=self._run, name="sweep")
        self._watch = QTimer(self, interval=_REST)
        self._watch.timeout.connect(self._see)

    @property
    def gone(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._began

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._watch.start()

    def cancel(self) -> None:
        """Stop as soon as may be; what has come stays."""
        self.cancelled = True

    def close(self) -> None:
        """Stop, and wait until no process is left; nothing more is told."""
        self.cancel()
        self._watch.stop()
        if self._thread.ident is not None:
            self._thread.join()

    def _see(self) -> None:
        over = not self._thread.is_alive()
        if came := list(self._waiting()):
            self.done += len(came)
            self.arrived.emit(came)
        if over:
            self._watch.stop()
            self.ended.emit("" if self.cancelled else self._fault)

    def _waiting(self) -> Iterator[Outcome]:
        while True:
            try:
                yield self._came.get_nowait()
            except Empty:
                return

    def _run(self) -> None:
        try:
            for outcome in run_sweep(self.sweep, crew(), self._stops, self._known):
                self._came.put(outcome)
        except Refused as refusal:
            self._fault = str(refusal)
        except Exception as error:  # noqa: BLE001  (a fault must reach the screen)
            self._fault = f"The sweep stopped ({type(error).__name__}: {error})."

    def _stops(self) -> bool:
        return self.cancelled
