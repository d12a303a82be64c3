"""The wish: what the screen wants of the worker and has not asked for yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdviz.session.questions import Question
from gdviz.session.scene import needs_restart

if TYPE_CHECKING:
    from gdviz.core.planes import Region
    from gdviz.session.course import Course
    from gdviz.session.paths import Paths
    from gdviz.session.run import Run
    from gdviz.session.scene import Scene

_DRAWN = 30  # of the steps to a goal so many are drawn, at least


class Wish:
    """Collects what a person does until the worker is free, and puts it as a question.

    Attributes
    ----------
    out : Question
        The last one asked.
    edit : Scene or None
        Other settings; `restart`: as a new run, `keeps`: beside pinned paths.
    first, seek : ints
        Steps to go to before the edit and after it; −1: none.
    goal : int
        Steps are made up to this one.
    course : Course or None
        Of the new run: the settings from step to step.
    branching : bool
        Whether to go on as a new path.
    returning : int or None
        Another path to be shown.
    opening : bool
        Whether the edit opens another scene.
    held : bool
        Whether a new run is looked at where the last one was.
    region, chosen, costs, quick, curvature, noise, race
        What is to be seen; see `Question`.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths, self.out, self.number = paths, Question(0), 0
        self.edit: Scene | None = None
        self.restart, self.keeps, self.opening = False, False, False
        self.first, self.seek, self.goal = -1, -1, 0
        self.course: Course | None = None
        self.branching = False
        self.returning: int | None = None
        self.region: Region | None = None
        self.chosen: int | None = None
        self.costs: tuple[str, ...] = ()
        self.quick = self.curvature = self.noise = self.race = False
        self.held = False

    @property
    def turning(self) -> bool:
        """Whether an edit or a new path is still to be asked for."""
        return self.edit is not None or self.branching

    @property
    def elsewhere(self) -> bool:
        """Whether another scene, settings or path than the one shown is wanted."""
        return self.turning or self.returning is not None

    def begin(self, scene: Scene, keeps: bool) -> None:
        """Want a new run, and nothing else that was wanted before."""
        self.edit, self.restart, self.goal = scene, True, 0
        self.seek = self.first = -1
        self.course, self.keeps, self.branching = None, keeps, False
        self.returning, self.opening = None, False

    def seek_first(self) -> None:
        """Go where a seek under way leads before anything else."""
        if self.seek >= 0:
            self.first, self.seek = self.seek, -1

    def stand_where_asked(self) -> None:
        """Go where an edit was refused: the worker may stand there already."""
        asked = self.out
        if asked.seek is None or (asked.scene is None and asked.branch is None):
            return
        if self.turning:
            self.first = self.first if self.first >= 0 else asked.seek
        elif self.seek < 0:
            self.seek = asked.seek

    def asked(self, question: Question) -> None:
        """Take a question for asked: what it says is not wanted any more."""
        if not self.turning:
            self.seek = -1
        self.edit, self.out, self.restart = None, question, False
        self.branching, self.first, self.course = False, -1, None
        self.opening = False
        if question.costs:
            self.costs = ()
        self.number = max(self.number, question.run)

    def question(self, run: Run | None, until: float, playing: bool) -> Question | None:
        """Return the question to be asked now, if there is one."""
        edit = self.edit
        if edit is not None and self._is_new(run, edit):
            return Question(
                self.number + 1,
                edit,
                until=until,
                region=self.region if self.held else None,
                chosen=self.chosen,
                course=self.course,
                keep=self.paths.pinned if self.keeps else frozenset(),
                quick=self.quick,
                curvature=self.curvature,
                noise=self.noise,
                race=self.race,
            )
        if run is None:
            return None
        if self.branching or (edit is not None and self._leaves(run, edit)):
            return self._leaving(run, until)
        if edit is None:
            return self._going_on(run, until, playing)
        steps = self._steps(run, playing)
        return self._ask_of(
            run, until, playing, scene=edit, seek=_step(self.first), steps=steps
        )

    def start(self, run: Run) -> int:
        """Return the step where an edit is taken on."""
        return self.first if self.first >= 0 else run.step

    def _going_on(self, run: Run, until: float, playing: bool) -> Question | None:
        """Return the question for a step to go to, steps to make or more to see."""
        steps = self._steps(run, playing)
        asked = self.region != run.region or self.chosen != run.asked
        asked = asked or self.curvature != self.out.curvature
        asked = asked or self.noise != self.out.noise
        asked = asked or self.race != self.out.race
        looking = run.busy or asked or bool(self.costs) or self._crowded
        if self.seek < 0 and not steps and not looking:
            return None
        return self._ask_of(run, until, playing, seek=_step(self.seek), steps=steps)

    def _steps(self, run: Run, playing: bool) -> int:
        """Return how many steps are to be asked for at once."""
        steps = 0 if run.snapshot.diverged else max(0, self.goal - run.step)
        if playing:
            return steps
        return min(steps, 1 + self.goal // _DRAWN)  # the full loss is of steps drawn

    def _ask_of(self, run: Run, until: float, playing: bool, **asked: Any) -> Question:
        """Return a question about a run that is known."""
        return Question(
            run.number,
            **asked,
            until=until,
            region=self.region,
            whole=not playing,
            chosen=self.chosen,
            costs=self.costs,
            keep=self.paths.numbers,
            quick=self.quick or playing,
            curvature=self.curvature,
            noise=self.noise,
            race=self.race,
        )

    def _leaving(self, run: Run, until: float) -> Question:
        """Return the question of a path that leaves this one."""
        return Question(
            self.number + 1,
            self.edit,
            self.start(run),
            until=until,
            region=self.region,
            chosen=self.chosen,
            branch=run.number,
            keep=self.paths.numbers,
            quick=self.quick,
            curvature=self.curvature,
            noise=self.noise,
            race=self.race,
        )

    @property
    def _crowded(self) -> bool:
        """Whether the worker may still keep runs that are listed no more."""
        return not self.out.keep | {self.out.run} <= self.paths.numbers

    def _leaves(self, run: Run, edit: Scene) -> bool:
        """Tell whether an edit leaves steps behind that were made from here on."""
        other = edit.descent != run.snapshot.scene.descent
        return other and self.start(run) < run.newest

    def _is_new(self, run: Run | None, edit: Scene) -> bool:
        return run is None or self.restart or needs_restart(run.snapshot.scene, edit)


def _step(step: int) -> int | None:
    return step if step >= 0 else None
