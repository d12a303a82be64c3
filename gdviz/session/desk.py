"""The desk: one question in, one answer out, all that a view needs between frames.

There is no clock here: the one who asks says how long the answer may take.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gdviz.core.refused import Refused
from gdviz.session.questions import Answer, Question
from gdviz.session.stage import Stage


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
            stage.turn(question.scene, question.seek)
        kept = stage.trainer.newest
        made = stage.train(question.steps, np.inf if question.whole else question.until)
        stage.follow(question.until)
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
            snapshot=stage.look(question.chosen),
            surface=stage.draw(question.region, question.until),
            surface_step=stage.canvas.step,
            own_surface=stage.draw_own(
                question.chosen, question.region, question.until
            ),
            curves=stage.draw_curves(question.region),
            check=stage.checker.check(stage.trainer, live=not question.whole),
            costs=stage.costs(question.costs),
            busy=stage.busy,
            region=question.region,
            chosen=question.chosen,
            moved=tuple(stage.trainer.moved.values()) if question.scene else (),
        )


_NO_MEMORY = "There is not enough memory for this; choose fewer examples."
