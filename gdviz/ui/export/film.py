"""A film: frames drawn one after the other, and written by a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from gdviz.core.faults import mistake
from gdviz.core.refused import Refused
from gdviz.session.files import replacing
from gdviz.ui.export.cut import check
from gdviz.ui.export.encoders import FILMS, Reel
from gdviz.ui.export.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gdviz.ui.export.cut import Cut
    from gdviz.ui.export.encoders import Frame
    from gdviz.ui.export.subjects import Look, Subject

_MEMORY = 200e6  # bytes of frames that wait to be written
_POLL = 10  # milliseconds


class Film(QObject):
    """Films a subject; the run on the screen goes on meanwhile.

    Parameters
    ----------
    subject : Subject
    look : Look
    cut : Cut
    path : path
        Its suffix says which kind of film it is.
    share : float
        Of the time for drawing; the rest is left to the screen.

    Attributes
    ----------
    progressed : Signal of two ints
        Frames drawn, and how many there will be.
    ended : Signal of text
        A sentence if it failed; empty if the file is there or all was cancelled.
    note : text
        What the user should know of the file.
    cancelled : bool
    """

    progressed = Signal(int, int)
    ended = Signal(str)

    def __init__(
        self,
        subject: Subject,
        look: Look,
        cut: Cut,
        path: Path,
        share: float = 0.5,
    ) -> None:
        super().__init__()
        self._rest = (1 - share) / share
        check(cut, look.size, path)
        self.cut, self.path, self.note = cut, path, ""
        self.cancelled, self._fault = False, ""
        self._studio: Studio | None = Studio(subject, replace(look, quick=True))
        self._studio.ready.connect(self._draw)
        self._studio.refused.connect(self._give_up)
        self._steps: list[int] | None = None  # known once it was seen how far they go
        self._done, self._sample = 0, np.zeros((0, 0, 3), dtype=np.uint8)
        pixels = look.size[0] * look.size[1] * cut.scale**2
        room = int(min(max(_MEMORY // (3 * pixels), 1), 8))
        self._queue: queue.Queue[Frame | None] = queue.Queue(room)
        self._thread = threading.Thread(target=self._write, name="film")
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._go_on)
        self._watch = QTimer(self, interval=_POLL)
        self._watch.timeout.connect(self._see)

    def start(self) -> None:
        """Begin: first see how far the steps go, then draw them one by one."""
        assert self._studio is not None
        self._watch.start()
        self._studio.open(self.cut.last)

    def cancel(self) -> None:
        """Stop; nothing is left of the file."""
        self.cancelled = True
        self._stop()

    def wait(self) -> None:
        """Wait until the thread is done, as it is at once after a cancel."""
        if self._thread.ident is not None:
            self._thread.join()

    def _draw(self) -> None:
        """Take a picture; whatever goes wrong ends the film, or it would wait on."""
        try:
            self._picture()
        except Refused as refusal:
            self._give_up(str(refusal))
        except Exception as error:  # noqa: BLE001
            self._give_up(f"the film failed: {mistake(error)}.")

    def _picture(self) -> None:
        """Take a picture of the step that is there."""
        began, studio = time.perf_counter(), self._studio
        if studio is None or self._steps is None:
            self._plan()
            return
        self._put(_frame(studio.sheet().image(self.cut.scale)))
        self._done += 1
        self.progressed.emit(self._done, len(self._steps))
        spent = time.perf_counter() - began
        self._again.start(round(1000 * spent * self._rest))

    def _plan(self) -> None:
        """Know how far the steps go, what the axes must hold, and go to the first."""
        studio = self._studio
        if studio is None:
            return
        if studio.step < self.cut.first:
            self._give_up(
                f"the path diverges: step {studio.step:,} is its last finite one, "
                f"before step {self.cut.first:,}; choose an earlier one."
            )
            return
        if studio.step < self.cut.last:
            self.note = f"The path diverges; it ends at step {studio.step:,}."
        self._steps = self.cut.steps(studio.step)
        studio.hold()
        self._sample = _frame(studio.sheet().image(self.cut.scale))
        self._thread.start()
        studio.open(self._steps[0])

    def _go_on(self) -> None:
        """Go to the next step, or wait for room in the queue."""
        if self._studio is None or self._steps is None:
            return
        if self._queue.full():
            self._again.start(_POLL)
        elif self._done < len(self._steps):
            self._studio.go_on(self._steps[self._done])
        else:
            self._leave()

    def _put(self, frame: Frame) -> None:
        self._queue.put_nowait(frame)

    def _see(self) -> None:
        """Tell of the end, once the thread is done."""
        begun = self._thread.ident is not None
        if (begun and self._thread.is_alive()) or (not begun and not self._ends):
            return
        self._watch.stop()
        self._stop()
        self.ended.emit(self._fault if not self.cancelled else "")

    @property
    def _ends(self) -> bool:
        return self.cancelled or bool(self._fault)

    def _give_up(self, sentence: str) -> None:
        self._fault = sentence
        self._stop()

    def _stop(self) -> None:
        self._leave()
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put(None)

    def _leave(self) -> None:
        """Let the studio go."""
        self._again.stop()
        if self._studio is not None:
            self._studio.close()
            self._studio = None

    def _write(self) -> None:
        """Write the file, in the thread."""
        assert self._steps is not None
        reel = Reel(self._frames(), len(self._steps), self.cut.rate, self._sample)
        try:
            with replacing(self.path) as file:
                FILMS[self.path.suffix.lower()](file, reel)
            self.cancelled = False  # too late: the file is there
        except Refused as refusal:
            self._fault = str(refusal)
        except _CancelledError:
            pass
        except Exception as error:  # noqa: BLE001  (a fault must reach the screen)
            self._fault = f"the film failed: {mistake(error)}."

    def _frames(self) -> Iterator[Frame]:
        """Yield the frames as they come."""
        assert self._steps is not None
        for _ in self._steps:
            frame = self._queue.get()
            if frame is None or self._ends:
                raise _CancelledError
            yield frame


class _CancelledError(Exception):
    """There will be no more frames."""


def _frame(image: QImage) -> Frame:
    """Return the pixels of a picture."""
    made = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(made.constBits(), dtype=np.uint8).reshape(made.height(), -1)
    wide = rows[:, : 3 * made.width()].copy()
    return wide.reshape(made.height(), made.width(), 3)
