"""The desk: one question in, one answer out, all that a view needs between frames.

Questions and answers are frozen, so they may cross a thread or a process. There is
no clock here: the one who asks says how long the answer may take.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.landscape import Region, Surface, frame
from gdviz.core.portrait import Sitter
from gdviz.core.refused import Refused
from gdviz.session.canvas import Canvas
from gdviz.session.snapshot import Snapshot, plane_of, take
from gdviz.session.trainer import Step, Trainer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.scene import Scene

_SURFACE_SHARE = 0.35  # of the time of a question, while the surface is unfinished


@dataclass(frozen=True)
class Question:
    """What the screen wants to see next.

    Attributes
    ----------
    run : int
        A number other than the last one's starts a new run of `scene`.
    scene : Scene or None
        Settings to adopt; None leaves them as they are.
    seek : int or None
        A step to go to.
    steps : int
        How many updates to make, at most.
    until : float
        When to answer, on the clock of `time.perf_counter`, in seconds.
    region : Region or None
        Where the surface is wanted; None for the start region.
    whole : bool
        Whether all the steps are to be made, however long they take.
    """

    run: int
    scene: Scene | None = None
    seek: int | None = None
    steps: int = 0
    until: float = np.inf
    region: Region | None = None
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Facts:
    """What stays the same through a run.

    Attributes
    ----------
    n_examples, n_held_out : ints
        To learn from, and kept aside.
    task : text
        One of `core.examples.TASKS`.
    classes, parameters : tuples of texts
        Their names.
    architecture : text
        Widths and number of parameters, in a few words.
    notes : tuple of texts
        Sentences on the data.
    start_region : Region
        What the surface shows at first.
    """

    n_examples: int
    n_held_out: int
    task: str
    classes: tuple[str, ...]
    parameters: tuple[str, ...]
    architecture: str
    notes: tuple[str, ...]
    start_region: Region


@dataclass(frozen=True, eq=False)
class Made:
    """Updates made since the last answer.

    Attributes
    ----------
    first : int
        The step number of the first one.
    losses : ndarray of shape (m,)
        Batch losses.
    thetas : ndarray of shape (m, p)
        θ before each update.
    """

    first: int
    losses: NDArray[np.float64]
    thetas: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answer:
    """What there is to see.

    Attributes
    ----------
    run : int
    facts : Facts or None
        With the first answer of a run.
    made : Made or None
    kept : int
        The last step of the path that was known before and still holds; -1 if
        nothing was done, so that there is nothing to take in.
    newest : int
        The last step known.
    snapshot : Snapshot or None
        None if nothing has changed since the last answer.
    surface : Surface or None
        A new one, if there is one, and the step whose θ it goes through.
    busy : bool
        Whether a finer surface is under way.
    region : Region or None
        The region asked for.
    moved : tuple of texts
        What had to be moved to fit the data.
    refusal : text
        Why the question could not be answered; the present run is untouched.
    """

    run: int
    facts: Facts | None = None
    made: Made | None = None
    kept: int = -1
    newest: int = 0
    snapshot: Snapshot | None = None
    surface: Surface | None = None
    surface_step: int = 0
    busy: bool = False
    region: Region | None = None
    moved: tuple[str, ...] = ()
    refusal: str = ""


class Stage:
    """What the desk keeps for one run: the trainer and what looks at it."""

    def __init__(self, scene: Scene) -> None:
        self.trainer = Trainer(scene)
        objective, test = self.trainer.objective, self.trainer.test
        self.canvas, self.sitter = Canvas(), Sitter(objective)
        with np.errstate(all="ignore"):
            plane = plane_of(self.trainer)
            region = frame(objective, plane, self.trainer.state.theta)
        self.facts = Facts(
            objective.n_examples,
            test.n_examples if test else 0,
            objective.examples.task,
            objective.examples.classes,
            objective.network.names,
            objective.network.describe(),
            objective.examples.notes,
            region,
        )
        self._seen: tuple[Step, bool, Scene] | None = None

    def train(self, steps: int, until: float) -> Made | None:
        """Make at most `steps` updates and leave some time for the surface."""
        now = time.perf_counter()
        if self.canvas.busy and until < np.inf:
            until -= _SURFACE_SHARE * max(0.0, until - now)
        first, theta = self.trainer.step, self.trainer.state.theta
        made = self.trainer.advance(steps, until)
        if not made:
            return None
        thetas = [theta, *(step.after.theta for step in made[:-1])]
        return Made(first, np.array([step.loss for step in made]), np.stack(thetas))

    def look(self) -> Snapshot | None:
        """Return a snapshot if there is anything new to see."""
        trainer = self.trainer
        seen = (trainer.pending, trainer.diverged, trainer.scene)
        if seen == self._seen:
            return None
        snapshot = take(trainer, self.sitter)
        self._seen = seen  # only now: it may have failed for want of memory
        return snapshot

    def draw(self, region: Region | None, until: float) -> Surface | None:
        """Return a new surface, if one got ready by the time `until`."""
        with np.errstate(all="ignore"):
            self.canvas.want(self.trainer, region or self.facts.start_region)
            return self.canvas.draw(until)


class Desk:
    """Answers questions about one run at a time."""

    def __init__(self) -> None:
        self._run = -1
        self._stage: Stage | None = None

    def answer(self, question: Question) -> Answer:
        """Answer by the time asked for; refusals are answers too."""
        try:
            with np.errstate(all="ignore"):  # what overflows is told, not warned of
                return self._answer(question)
        except Refused as refusal:
            return Answer(question.run, refusal=str(refusal))
        except MemoryError:
            return Answer(question.run, refusal=_NO_MEMORY)

    def _answer(self, question: Question) -> Answer:
        stage, new = self._stage, False
        if stage is None or question.run != self._run:
            assert question.scene is not None  # a new run says what it is of
            stage, new = Stage(question.scene), True
        else:
            _turn_to(stage.trainer, question)
        kept = stage.trainer.newest
        made = stage.train(question.steps, np.inf if question.whole else question.until)
        facts, newest = stage.facts if new else None, stage.trainer.newest
        answer = Answer(question.run, facts, made, kept, newest)
        try:
            answer = self._show(stage, question, answer)
        except MemoryError:
            if new:
                raise
            answer = replace(answer, refusal=_NO_MEMORY)  # the steps are made
        self._stage, self._run = stage, question.run
        return answer

    def _show(self, stage: Stage, question: Question, answer: Answer) -> Answer:
        """Return the answer with what there is to see."""
        return replace(
            answer,
            snapshot=stage.look(),
            surface=stage.draw(question.region, question.until),
            surface_step=stage.canvas.step,
            busy=stage.canvas.busy,
            region=question.region,
            moved=tuple(stage.trainer.moved.values()) if question.scene else (),
        )


def _turn_to(trainer: Trainer, question: Question) -> None:
    if question.seek is not None:
        trainer.seek(question.seek)
    if question.scene is not None:
        trainer.adopt(question.scene)


_NO_MEMORY = "There is not enough memory for this; choose fewer examples."
