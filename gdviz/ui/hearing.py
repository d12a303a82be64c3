"""Hearing: what the worker's answers make of the run, the paths and the wish."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gdviz.session.changes import Stand
from gdviz.session.run import Run
from gdviz.ui.asking import FRAME, NEXT, Asker

if TYPE_CHECKING:
    from gdviz.session.course import Course
    from gdviz.session.paths import Path
    from gdviz.session.questions import Answer


class Hearer(Asker):
    """Takes in every answer, tells of it and goes on asking."""

    refused = Signal(str)
    opened = Signal(object)  # the scene that was asked for
    edited = Signal(object, object, object)  # Stands before and after, scene asked for

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.resumed: Course | None = None  # whose steps are being made again
        self.worker.answered.connect(self._answered)

    def seek(self, step: int) -> None:
        """Pause and go to a step already made."""
        if self.run is not None:
            self.play(False)
            self.wish.goal, self.wish.seek = 0, min(max(step, 0), self.run.newest)
            self.stride.land()
            self._poke()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if self._thread.isFinished():  # the window was closed meanwhile
            return
        self._waiting = False
        if answer.refusal:
            self._refused(answer)
            return
        told: tuple[str, ...] = ()
        edited = self.wish.out.scene is not None and not self._opens
        before = Stand.of(self.run, self.wish.out.seek) if edited and self.run else None
        if answer.facts is not None:
            told = self._begun(answer)
        elif self.run is not None:
            self.run.take_in(answer)
        self._fresh = True
        if told := (*told, *answer.moved):
            self.moved.emit(" ".join(told))
        if self.playing and self.run is not None and self.run.snapshot.diverged:
            self.play(False)
        self._tell_of_settings(before)
        self._look_back()
        late = min(max(time.perf_counter() - self._until, 0.0), FRAME / 2)
        self._late += 0.1 * (late - self._late)  # answers come later than asked for
        self._ask_again()

    def _ask_again(self) -> None:
        """Draw and ask as soon as is good for both, now that nothing is waited for."""
        if not self.playing:
            self._refresh()
        elif self.wish.edit is not None and self.run is not None:
            self.wish.goal = self.run.step  # a moved slider is answered before any step
            self._send(time.perf_counter())
        elif self._missed:
            self._turn()
        elif self.apart:
            self._go_on()

    def _tell_of_settings(self, before: Stand | None) -> None:
        """Tell of a scene opened, or of settings that are others now."""
        if self._opens:
            self._opens = False
            self.opened.emit(self.wish.out.scene)
        elif before is not None and self.run is not None:
            self.edited.emit(before, Stand.of(self.run), self.wish.out.scene)

    def _look_back(self) -> None:
        """Go to the step that was shown, once the steps of a course are made again."""
        run, course = self.run, self.resumed
        if run is None or course is None or self.wish.edit is not None:  # not begun yet
            return
        if self.wish.goal != course.steps:  # a person has gone another way
            self.resumed = None
        elif run.step >= course.steps or run.snapshot.diverged:
            self.resumed = None
            self.seek(min(course.shown, run.step))

    def _begun(self, answer: Answer) -> tuple[str, ...]:
        """Take in a new run, or a path that leaves the present one; tell of paths."""
        if self.wish.out.branch is None or self.run is None:
            alone = len(self.paths.all) < 2 or not self.wish.keeps
            self.run = Run(answer)
            gone = self.paths.begin(self.run, self.wish.out.keep)
            told = () if alone else _let_go(gone)
        else:
            left = self.paths[self.wish.out.branch]
            self.run = left.run.branch(answer)
            gone = self.paths.branch(self.run)
            new = self.paths[self.run.number]
            then = "Play to see where it leads." if self.wish.out.scene else NEXT
            told = (f"{_left(new, left)} {then}", *_let_go(gone))
        self.repathed.emit()
        return told

    def _refused(self, answer: Answer) -> None:
        """Pause, keep what was made all the same, and pass the sentence on."""
        done = answer.kept >= 0
        if done and self.run is not None and answer.run == self.run.number:
            self.run.take_in(answer)
        if self.wish.edit is None:  # else the goal is that of what is asked for next
            self.wish.goal = 0
        if not done:
            self.wish.stand_where_asked()
        self.play(False)
        self.refused.emit(answer.refusal)


def _left(new: Path, left: Path) -> str:
    return f"{new.name} leaves {left.name} at step {new.at:,}; {left.name} stays."


def _let_go(gone: tuple[Path, ...]) -> tuple[str, ...]:
    if not gone:
        return ()
    names = " and ".join(path.name for path in gone)
    was = "was" if len(gone) == 1 else "were"
    return (f"{names} {was} let go: pin a path that is to stay.",)
