"""Asking: the clock that draws and puts one question at a time to the worker."""

from __future__ import annotations

import time
import weakref
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal

from gdviz.session.badend import offer
from gdviz.session.guess import Tally
from gdviz.session.paths import Paths
from gdviz.session.workers import THREAD
from gdviz.ui.stride import EXAMPLE, Stride
from gdviz.ui.wish import Wish
from gdviz.ui.worker import Worker

if TYPE_CHECKING:
    from gdviz.session.beats import Beat
    from gdviz.session.reception import Reception
    from gdviz.session.run import Run

FRAME = 0.016  # seconds between two ticks
FLAT_OUT = float("inf")
_LEAST = 0.004  # seconds the worker always gets, however short the drawing was
_LEAST_MOST = 0.010  # seconds of that: where drawing is slow, frames come first
_LEAST_RACER = 0.0005  # seconds more for each racer beside the chosen one
_LONGEST = 0.03  # seconds a process gets where the drawing takes so long
_MOST_STEPS = 100_000  # in one question


class Asker(QObject):
    """Draws and asks, one question at a time.

    A thread works while the screen is idle and never while it draws: at each tick
    the newest answer is drawn, then steps are asked for until the next tick. A
    process works all the time: it is asked again before its last answer is drawn.
    """

    refreshed = Signal(object)
    moved = Signal(str)
    played = Signal(bool)
    repathed = Signal()
    held_back = Signal()  # by a guess that is to be revealed first
    housed = Signal(str)  # where the answers come from now
    _ask = Signal(object)
    _choose = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.paths = Paths()
        self.playing, self.speed, self.works_in = False, 12.0, THREAD
        self.stride, self.wish = Stride(), Wish(self.paths)
        self.tally = Tally()  # of guesses
        self.drawn: deque[float] = deque(maxlen=60)
        self._waiting, self._fresh, self._opens = False, False, False
        self._credit = 0.0  # steps earned and not made
        self._last = self._due = time.perf_counter()
        self._missed, self._until = False, 0.0
        self._late, self._drawing = 0.002, 0.0  # seconds, lately
        self._clock = QTimer(self, interval=round(1000 * FRAME))
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._thread, self.worker = QThread(), Worker()
        self.worker.moveToThread(self._thread)
        self._ask.connect(self.worker.answer)
        self._choose.connect(self.worker.choose)
        # Qt aborts where a thread is deleted that runs: it ends with all else at last
        self._end = weakref.finalize(self, _end, self._thread, self.worker.reception)
        self.worker.said.connect(self.moved)
        self.worker.housed.connect(self._move)
        self._thread.start()

    @property
    def apart(self) -> bool:
        """Whether a process of its own makes the steps."""
        return self.worker.reception.apart

    def work_in(self, choice: str) -> None:
        """Choose where steps are made: see `gdviz.session.workers`."""
        if choice != self.works_in:
            self._choose.emit(choice)
            self._move(choice)

    def play(self, on: bool = True) -> None:
        """Play or pause."""
        if on and self.run is not None and self.run.snapshot.diverged:
            found, fault = offer(self.run), self.run.snapshot.fault
            self.moved.emit(f"{found}: press Enter." if found else fault or _DIVERGED)
            return
        if on and self._held():
            return
        if on != self.playing:
            self.playing, self._credit, self.wish.goal = on, 0.0, 0
            self._last = time.perf_counter()
            self.played.emit(on)
            if not on and self.run is not None:
                self._refresh()  # now every plot, not in turn
        self._poke()

    def choose(self, row: int | None) -> None:
        """Select an example by its row, or none."""
        if row != self.wish.chosen:
            self.wish.chosen = row
            self._poke()

    def frames_per_second(self) -> float:
        """Return how many frames were drawn per second, lately."""
        if len(self.drawn) < 2 or time.perf_counter() - self.drawn[-1] > 0.5:
            return 0.0
        return (len(self.drawn) - 1) / max(self.drawn[-1] - self.drawn[0], 1e-9)

    def close(self) -> None:
        """Stop the clock, the thread and the process, and wait for them."""
        self._clock.stop()
        self._end()

    def _move(self, choice: str) -> None:
        self.works_in = choice
        self.housed.emit(choice)

    def _poke(self) -> None:
        """Ask at once if nobody is being waited for, and keep the clock going."""
        if not self._clock.isActive() and not self._thread.isFinished():
            self._last = time.perf_counter()
            self._clock.start()
        if not self._waiting and not self.playing:
            self._send(time.perf_counter() + _LEAST)

    def _tick(self) -> None:
        self._due = time.perf_counter() + FRAME
        if self._waiting and not (self.apart and self._fresh):
            self._missed = True
        else:
            self._turn()

    def _turn(self) -> None:
        """Draw the newest answer, and ask for what is due until the next tick."""
        self._missed = False
        if self.apart:
            self._go_on()
        if self._fresh:
            self._refresh()
        if not self.apart:
            self._go_on()

    def _go_on(self) -> None:
        """Ask for what is due, unless whoever was told of the picture has asked."""
        if self._waiting:
            return
        now = time.perf_counter()
        if self.playing and self.run is not None:
            self._earn(now, self.run.step)
        if not self._send(self._time_for(now)) and not self.playing:
            self._clock.stop()

    def _time_for(self, now: float) -> float:
        """Return when the next answer is to come: just before a tick, if it can."""
        least = self._least
        if self.apart:
            least = min(max(FRAME / 2, 1.5 * self._drawing), _LONGEST)
        return max(self._due - self._late, now + least)

    @property
    def _least(self) -> float:
        """How long the worker gets at least: as long as drawing takes, to a limit.

        More where it has racers to bring on.
        """
        ghosts = len(self.run.snapshot.ghosts) if self.run is not None else 0
        return min(max(_LEAST, self._drawing), _LEAST_MOST) + ghosts * _LEAST_RACER

    def _earn(self, now: float, step: int) -> None:
        """Turn the time since the last tick into steps due at this speed."""
        assert self.run is not None
        speed = self.stride.pace(self.speed, self.run)
        self._credit += min(now - self._last, 0.1) * speed
        self._last = now
        due = int(min(self._credit, _MOST_STEPS))
        self._credit = 0.0 if speed == FLAT_OUT else self._credit - due
        if self.stride.unit == EXAMPLE:
            due = self._play_phases(due)
        self.wish.goal = step + due

    def _play_phases(self, due: int) -> int:
        """Show so many phases; return 1 if the update is to be made now."""
        assert self.run is not None
        for _ in range(due):
            if not self._follow(self.stride.forward(self.run.snapshot)):
                self.stride.land()
                return 1
        return 0

    def _follow(self, beat: Beat | None) -> bool:
        """Show a phase, with its example selected; tell whether there was one."""
        if beat is None or self.run is None:
            return False
        if beat.place >= 0:
            self.choose(int(self.run.snapshot.record.rows[beat.place]))
        self._refresh()
        return True

    def _send(self, until: float) -> bool:
        """Ask for all that is due, if anything is."""
        self._go_back()
        self._stay()
        if self._waiting:  # whoever was told of it, or of a phase, has asked
            return True
        question = self.wish.question(self.run, until, self.playing)
        if question is None:
            return False
        self._opens = self.wish.opening
        self.wish.asked(question)
        self._waiting, self._until = True, until
        self._ask.emit(question)
        return True

    def _go_back(self) -> None:
        """Show the path to be returned to, if nothing else is to be done first."""
        number = self.wish.returning
        if number is None or self.wish.turning:
            return
        self.wish.returning = None
        if number not in self.paths or number == self.paths.present:
            return
        path = self.paths[number]
        self.run, self.paths.present = path.run, number
        self.wish.goal, self.wish.seek = 0, path.run.newest
        self.stride.land()
        self.moved.emit(f"{path.name} again, at its newest step {path.run.newest:,}.")
        self.repathed.emit()

    def _stay(self) -> None:
        """Make no new path where this one is new and nothing was done on it."""
        run = self.run
        if run is None or self.wish.edit is not None or not self.wish.branching:
            return
        present = self.paths[self.paths.present]
        if present.fresh and self.wish.start(run) == run.newest:
            self.wish.branching, self.wish.first = False, -1
            self.moved.emit(f"{present.name} is a new path already. {NEXT}")

    def _held(self) -> bool:
        """Tell whether no step can be made before a guess is revealed; say so."""
        held = self.run is not None and self.stride.holds(self.run.snapshot)
        if held:
            self.held_back.emit()
        return held

    def _refresh(self) -> None:
        begun, self._fresh = time.perf_counter(), False
        assert self.run is not None
        self.run.others = self.paths.others()
        self.run.beat = self.stride.shown(self.run.snapshot)
        self.run.guess = self.stride.guess(self.run.snapshot)
        self.run.tally = self.tally
        self.drawn.append(begun)
        self.refreshed.emit(self.run)
        if self.playing:  # paint now, while a thread rests
            QCoreApplication.sendPostedEvents()
            QCoreApplication.sendPostedEvents()
        self._drawing += 0.1 * (time.perf_counter() - begun - self._drawing)


def _end(thread: QThread, reception: Reception) -> None:
    """Stop a thread and its process, and wait for them."""
    reception.close()
    thread.quit()
    thread.wait()
    reception.finish()


_DIVERGED = "This run has ended: the sentence above says why, and what helps."
NEXT = "Change a setting, then play."
