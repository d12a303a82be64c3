"""The desk: one question in, one answer out, all that a view needs between frames.

There is no clock here: the one who asks says how long the answer may take.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.faults import NO_MEMORY
from gdviz.core.refused import Refused
from gdviz.session.questions import Answer, Question
from gdviz.session.stage import Stage

if TYPE_CHECKING:
    from gdviz.session.course import Course


class Desk:
    """Answers questions about one run at a time, and remembers those to be kept."""

    def __init__(self) -> None:
        self._stages: dict[int, Stage] = {}
        self._faults: set[str] = set()  # of own objectives, told already

    def answer(self, question: Question) -> Answer:
        """Answer by the time asked for; refusals are answers too."""
        try:
            with np.errstate(all="ignore"):  # what overflows is told, not warned of
                return self._answer(question)
        except Refused as refusal:
            return Answer(question.run, refusal=str(refusal))
        except MemoryError:
            return Answer(question.run, refusal=_NO_MEMORY)

    def keep(self, numbers: frozenset[int]) -> None:
        """Let all other runs go."""
        self._stages = {run: s for run, s in self._stages.items() if run in numbers}

    def _answer(self, question: Question) -> Answer:
        if question.again is not None:
            return self._make_again(question, question.again)
        known = self._stages.get(question.run)
        new = known is None
        stage = known or self._begun(question)
        if known is not None:
            known.turn(question.scene, question.seek)
        kept = stage.trainer.newest
        stage.watched, stage.listening = question.curvature, question.noise
        stage.raced = question.race
        made = stage.train(question.steps, np.inf if question.whole else question.until)
        stage.follow(question.until, live=question.steps > 0)
        facts, newest = stage.facts if new else None, stage.trainer.newest
        answer = Answer(question.run, facts, made, kept, newest)
        try:
            answer = self._show(stage, question, answer)
        except MemoryError:
            if new:
                raise
            answer = replace(answer, refusal=_NO_MEMORY)  # the steps are made
        answer = replace(answer, moved=answer.moved + self._new_fault(stage))
        others = {run: s for run, s in self._stages.items() if run in question.keep}
        self._stages = others | {question.run: stage}
        return answer

    def _make_again(self, question: Question, course: Course) -> Answer:
        """Answer how far the steps of a run are made again, which the screen knows."""
        stage = self._stages.get(question.run)
        if stage is None:
            assert question.scene is not None
            stage = self._stages[question.run] = Stage(question.scene, course)
        trainer = stage.trainer
        while trainer.newest < course.steps and not trainer.diverged:
            stage.train(course.steps - trainer.newest, question.until)
            if time.perf_counter() >= question.until:
                break
        if trainer.newest < course.steps and not trainer.diverged:
            return Answer(question.run, newest=trainer.newest, busy=True)
        if question.steps:  # it was found that there is no further one
            stage.train(question.steps, question.until)
        stage.turn(None, course.shown)
        return Answer(question.run, newest=trainer.newest, snapshot=stage.look())

    def _new_fault(self, stage: Stage) -> tuple[str, ...]:
        """Return why an own objective has failed, once for each reason."""
        fault = stage.trainer.objective.fault()
        kind = fault.partition(":")[0]
        if not fault or kind in self._faults:
            return ()
        self._faults.add(kind)
        return (f"{fault} Such points are left out or drawn beyond the scale.",)

    def _begun(self, question: Question) -> Stage:
        """Return the stage of a new run: of a scene, or on from another run."""
        if question.branch is None:
            assert question.scene is not None  # a new run says what it is of
            return Stage(question.scene, question.course)
        parent = self._stages[question.branch]
        parent.turn(None, question.seek)
        stage = parent.branch()
        stage.turn(question.scene, None)
        return stage

    def _show(self, stage: Stage, question: Question, answer: Answer) -> Answer:
        """Return the answer with what there is to see; surfaces have the time left."""
        live, begun = question.steps > 0, time.perf_counter()
        snapshot = stage.look(question.chosen, live and not question.whole)
        curves, laws = stage.draw_curves(question.region), stage.laws
        stage.told(time.perf_counter() - begun)
        check = stage.checker.check(stage.trainer, live=not question.whole)
        return replace(
            answer,
            snapshot=snapshot,
            surface=stage.draw(question.region, question.until, question.quick),
            surface_step=stage.canvas.step,
            own_surface=stage.draw_own(
                question.chosen, question.region, question.until
            ),
            curves=curves,
            check=check,
            costs=stage.costs(question.costs),
            readings=stage.measure(question.until, live),
            noise_readings=stage.listen(question.until, live),
            noisy_limit=stage.noisy_limit,
            racers=stage.racers(question.until, live),
            rescue=stage.rescue(question.until),
            laws=laws,
            busy=stage.busy,
            region=question.region,
            chosen=question.chosen,
            moved=tuple(stage.trainer.moved.values()) if question.scene else (),
        )


def reply(desk: Desk, question: Question) -> Answer:
    """Answer, whatever happens: an unanswered question would stop the clock."""
    try:
        return desk.answer(question)
    except Exception as error:  # noqa: BLE001  (a fault must reach the screen)
        sentence = (
            f"gdviz made a mistake ({type(error).__name__}: {error}). "
            "The run shown is untouched; reset it or choose another scene."
        )
        return Answer(question.run, refusal=sentence)


_NO_MEMORY = f"{NO_MEMORY[:1].upper()}{NO_MEMORY[1:]}."
