"""The player: all that a person can do to a run, as wishes for the worker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gdviz.session.badend import offer
from gdviz.session.scene import Scene
from gdviz.ui.asking import FLAT_OUT, FRAME
from gdviz.ui.hearing import Hearer

if TYPE_CHECKING:
    from gdviz.core.planes import Region
    from gdviz.session.course import Course
    from gdviz.session.guess import Guess

__all__ = ["FLAT_OUT", "FRAME", "Player"]


class Player(Hearer):
    """Play, pause, step, seek and edit; see `Asker` for how it is asked."""

    united = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._racing: frozenset[str] = frozenset()  # who looks at the race
        self._noisy: frozenset[str] = frozenset()  # plots of the noise that are seen

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

    def rescue(self) -> None:
        """Go back from a bad end to the last good step, with a rate that holds there.

        It counts as one edit; the path that ended badly stays as another one.
        """
        run = self.run
        if run is None or not offer(run):
            return
        assert run.rescue is not None
        assert run.rescue.rate is not None
        scene = self.scene.down(learning_rate=run.rescue.rate)
        if run.rescue.step < run.newest:
            self.seek(run.rescue.step)
        self.edit(scene)

    def new_seed(self) -> None:
        """Start a new run with the next seed."""
        if self.run is not None:
            self.edit(replace(self.scene, seed=(self.scene.seed + 1) % 2**31))

    def toggle(self) -> None:
        """Play if paused, pause if playing."""
        self.play(not self.playing)

    def forward(self) -> None:
        """Pause and go on by one unit: a phase of the update, an update or an epoch."""
        self.play(False)
        if self._held():
            return
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

    def hold(self, guess: Guess | None) -> None:
        """Hold the pending step for a guess, show it revealed, or let go of it."""
        self.play(False)
        self.stride.hold(guess)
        if self.run is not None:
            self._refresh()

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

    def look_at(self, region: Region) -> None:
        """Ask for the surface over another part of the plane."""
        if region != self.wish.region:
            self.wish.region = region
            self._poke()
