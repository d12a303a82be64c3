"""The player: the clock that asks the worker and hands its answers to the views."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal, Slot

from gdviz.session.changes import Stand
from gdviz.session.paths import Path, Paths
from gdviz.session.run import Run
from gdviz.session.scene import Scene
from gdviz.ui.stride import EXAMPLE, Stride
from gdviz.ui.wish import Wish
from gdviz.ui.worker import Worker

if TYPE_CHECKING:
    from gdviz.core.planes import Region
    from gdviz.session.beats import Beat
    from gdviz.session.course import Course
    from gdviz.session.questions import Answer

FRAME = 0.016  # seconds between two ticks
FLAT_OUT = float("inf")
_LEAST = 0.004  # seconds the worker always gets, however long the drawing took
_LEAST_RACER = 0.0005  # seconds more for each racer beside the chosen one
_MOST_STEPS = 100_000  # in one question


class Player(QObject):
    """Play, pause, step, seek and edit; one question to the worker at a time.

    The worker runs while the screen is idle and never while it draws: at each tick
    the newest answer is drawn, then steps are asked for until the next tick.
    """

    refreshed = Signal(object)
    refused = Signal(str)
    moved = Signal(str)
    played = Signal(bool)
    united = Signal(str)
    repathed = Signal()
    opened = Signal(object)  # the scene that was asked for
    edited = Signal(object, object, object)  # Stands before and after, scene asked for
    _ask = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.paths = Paths()
        self.playing, self.speed = False, 12.0
        self.stride = Stride()
        self.drawn: deque[float] = deque(maxlen=60)
        self._racing: frozenset[str] = frozenset()  # who looks at the race
        self.wish = Wish(self.paths)
        self._noisy: frozenset[str] = frozenset()  # plots of the noise that are seen
        self._waiting, self._fresh, self._opens = False, False, False
        self._credit = 0.0  # steps earned and not made
        self.resumed: Course | None = None  # whose steps are being made again
        self._last = self._due = time.perf_counter()
        self._missed, self._until, self._late = False, 0.0, 0.002
        self._clock = QTimer(self, interval=round(1000 * FRAME))
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._thread, self.worker = QThread(), Worker()
        self.worker.moveToThread(self._thread)
        self._ask.connect(self.worker.answer)
        self.worker.answered.connect(self._answered)
        self._thread.start()

    @property
    def chosen(self) -> int | None:
        """The row of the selected example, if one is."""
        return self.wish.chosen

    @property
    def scene(self) -> Scene:
        """The scene as last edited, whether the worker knows of it or not."""
        edited = self.wish.edit or (self.wish.out.scene if self._waiting else None)
        if edited is not None:
            return edited
        return self.run.snapshot.scene if self.run is not None else Scene()

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to compute or to draw."""
        return self.arrived and self.wish.question(self.run, 0.0, self.playing) is None

    @property
    def arrived(self) -> bool:
        """Whether the step asked for is shown, the surface apart."""
        if self._waiting or self._fresh or self.run is None:
            return False
        done = self.run.step >= self.wish.goal or self.run.snapshot.diverged
        return done and not self.wish.elsewhere and self.wish.seek < 0

    @property
    def editing(self) -> bool:
        """Whether other settings are on their way."""
        asked = self._waiting and self.wish.out.scene is not None
        return asked or self.wish.edit is not None

    @property
    def free(self) -> bool:
        """Whether what is asked now is done at once."""
        return not (self._waiting or self.wish.elsewhere)

    def open(
        self,
        scene: Scene,
        steps: int = 0,
        course: Course | None = None,
        *,
        keeps: bool = False,
    ) -> None:
        """Start a new run of a scene and make some steps.

        Parameters
        ----------
        course : Course or None
            The settings from step to step, if they are not those of the scene. When
            all its steps are made again, the one that was shown is gone to.
        keeps : bool
            Whether pinned paths stay: it counts as an edit.
        """
        self._begin(scene, keeps=keeps)
        self.wish.goal, self.wish.course, self.wish.opening = steps, course, not keeps
        self.resumed = course
        self._poke()

    def edit(self, scene: Scene) -> None:
        """Take on other settings: at the next step, or as a new run.

        Where steps were made already from here on, they stay as another path.
        """
        self.wish.edit, self.wish.goal = scene, 0
        self.wish.seek_first()
        self.wish.keeps = self.wish.keeps or not self.wish.restart
        self._poke()

    def reset(self) -> None:
        """Start the same run again; pinned paths stay."""
        if self.run is not None:
            self._begin(self.scene, keeps=True)
            self._poke()

    def what_if(self) -> None:
        """Go on from here as a new path; the present one stays to be returned to."""
        if self.run is not None:
            self.play(False)
            self.wish.branching, self.wish.goal = True, 0
            self.wish.seek_first()
            self._poke()

    def return_to(self, number: int) -> None:
        """Show another path again, at its newest step, once what is asked is done."""
        self.play(False)
        self.wish.returning = number
        self._poke()

    def say_of(self, number: int, **said: Any) -> None:
        """Name, pin or hide a path; see `Path`."""
        self.paths.say(number, **said)
        self._shelve()

    def delete_path(self, number: int) -> None:
        """Forget a path, but never the present one."""
        self.paths.delete(number)
        self._shelve()
        self._poke()  # the worker lets it go too

    def _shelve(self) -> None:
        """Tell of changed paths."""
        self.repathed.emit()
        if self.run is not None:
            self._refresh()

    def _begin(self, scene: Scene, keeps: bool) -> None:
        self.wish.begin(scene, keeps)
        self.resumed = None
        self.stride.land()

    def new_seed(self) -> None:
        """Start a new run with the next seed."""
        if self.run is not None:
            self.edit(replace(self.scene, seed=(self.scene.seed + 1) % 2**31))

    def play(self, on: bool = True) -> None:
        """Play or pause."""
        if on and self.run is not None and self.run.snapshot.diverged:
            fault = self.run.snapshot.fault
            self.moved.emit(fault or _DIVERGED)
            return
        if on != self.playing:
            self.playing, self._credit, self.wish.goal = on, 0.0, 0
            self._last = time.perf_counter()
            self.played.emit(on)
            if not on and self.run is not None:
                self._refresh()  # now every plot, not in turn
        self._poke()

    def toggle(self) -> None:
        """Play if paused, pause if playing."""
        self.play(not self.playing)

    def forward(self) -> None:
        """Pause and go on by one unit: a phase of the update, an update or an epoch."""
        self.play(False)
        run = self.run
        if run is None or self._follow(self.stride.forward(run.snapshot)):
            return
        already = max(0, self.wish.goal - run.step)  # strides on their way
        self.wish.goal = self.stride.goal(run) + already
        self.stride.land()
        self._poke()

    def back(self) -> None:
        """Pause and go back by one unit."""
        run = self.run
        if run is None or self._follow(self.stride.back(run.snapshot)):
            return
        self.seek(self.stride.origin(run))
        self.stride.land(backwards=run.step > 0)

    def go_on(self, step: int) -> None:
        """Make updates up to a step, unless it is made already."""
        self.wish.goal = step
        self._poke()

    def set_unit(self, unit: str) -> None:
        """Choose how far one step of the buttons and keys goes."""
        self.stride.set_unit(unit)
        self._credit = 0.0
        self.united.emit(unit)
        if self.run is not None:
            self._refresh()

    def set_beat(self, number: int) -> None:
        """Show a phase of the pending step, counted from 0, in the example unit."""
        self.stride.phase = number
        if self.run is not None:
            self._refresh()

    def choose(self, row: int | None) -> None:
        """Select an example by its row, or none."""
        if row != self.wish.chosen:
            self.wish.chosen = row
            self._poke()

    def measure(self, recipes: tuple[str, ...]) -> None:
        """Have the costs of these recipes measured once."""
        self.wish.costs = recipes
        self._poke()

    def watch_curvature(self, on: bool) -> None:
        """Have the curvature measured from step to step, or only now and then."""
        if on != self.wish.curvature:
            self.wish.curvature = on
            self._poke()

    def watch_race(self, viewer: str, on: bool) -> None:
        """Have the losses of all racers worked out for a viewer, or not any more."""
        self._racing = self._racing | {viewer} if on else self._racing - {viewer}
        if bool(self._racing) != self.wish.race:
            self.wish.race = bool(self._racing)
            self._poke()

    def watch_noise(self, panel: str, on: bool) -> None:
        """Have the noise of the gradients measured while any of its plots is seen."""
        self._noisy = self._noisy | {panel} if on else self._noisy - {panel}
        if bool(self._noisy) != self.wish.noise:
            self.wish.noise = bool(self._noisy)
            self._poke()

    def _follow(self, beat: Beat | None) -> bool:
        """Show a phase, with its example selected; tell whether there was one."""
        if beat is None or self.run is None:
            return False
        if beat.place >= 0:
            self.choose(int(self.run.snapshot.record.rows[beat.place]))
        self._refresh()
        return True

    def seek(self, step: int) -> None:
        """Pause and go to a step already made."""
        if self.run is not None:
            self.play(False)
            self.wish.goal, self.wish.seek = 0, min(max(step, 0), self.run.newest)
            self.stride.land()
            self._poke()

    def look_at(self, region: Region) -> None:
        """Ask for the surface over another part of the plane."""
        if region != self.wish.region:
            self.wish.region = region
            self._poke()

    def frames_per_second(self) -> float:
        """Return how many frames were drawn per second, lately."""
        if len(self.drawn) < 2 or time.perf_counter() - self.drawn[-1] > 0.5:
            return 0.0
        return (len(self.drawn) - 1) / max(self.drawn[-1] - self.drawn[0], 1e-9)

    def close(self) -> None:
        """Stop the clock and the thread, and wait for it."""
        self._clock.stop()
        self._thread.quit()
        self._thread.wait()

    def _poke(self) -> None:
        """Ask at once if nobody is being waited for, and keep the clock going."""
        if not self._clock.isActive() and not self._thread.isFinished():
            self._last = time.perf_counter()
            self._clock.start()
        if not self._waiting and not self.playing:
            self._send(time.perf_counter() + _LEAST)

    def _tick(self) -> None:
        self._due = time.perf_counter() + FRAME
        if self._waiting:
            self._missed = True
        else:
            self._turn()

    def _turn(self) -> None:
        """Draw the newest answer, then ask for what is due until the next tick."""
        self._missed = False
        if self._fresh:
            self._refresh()
        if self._waiting:  # whoever was told of the picture has asked already
            return
        now = time.perf_counter()
        if self.playing and self.run is not None:
            self._earn(now, self.run.step)
        until = max(self._due - self._late, now + self._least)
        if not self._send(until) and not self.playing:
            self._clock.stop()

    @property
    def _least(self) -> float:
        """How long the worker gets at least: more where it has racers to bring on."""
        ghosts = len(self.run.snapshot.ghosts) if self.run is not None else 0
        return _LEAST + ghosts * _LEAST_RACER

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

    def _send(self, until: float) -> bool:
        """Ask for all that is due, if anything is."""
        self._go_back()
        self._stay()
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
            self.moved.emit(f"{present.name} is a new path already. {_NEXT}")

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
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
        if not self.playing:
            self._refresh()
        elif self.wish.edit is not None and self.run is not None:
            self.wish.goal = self.run.step  # a moved slider is answered before any step
            self._send(time.perf_counter())
        elif self._missed:
            self._turn()

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
            then = "Play to see where it leads." if self.wish.out.scene else _NEXT
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

    def _refresh(self) -> None:
        self._fresh = False
        assert self.run is not None
        self.run.others = self.paths.others()
        self.run.beat = self.stride.shown(self.run.snapshot)
        self.drawn.append(time.perf_counter())
        self.refreshed.emit(self.run)
        if self.playing:  # paint now, while the worker rests
            QCoreApplication.sendPostedEvents()
            QCoreApplication.sendPostedEvents()


_DIVERGED = "This run has diverged: lower the learning rate and reset."
_NEXT = "Change a setting, then play."


def _left(new: Path, left: Path) -> str:
    return f"{new.name} leaves {left.name} at step {new.at:,}; {left.name} stays."


def _let_go(gone: tuple[Path, ...]) -> tuple[str, ...]:
    if not gone:
        return ()
    names = " and ".join(path.name for path in gone)
    was = "was" if len(gone) == 1 else "were"
    return (f"{names} {was} let go: pin a path that is to stay.",)
