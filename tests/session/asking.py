"""What the tests of this room share: scenes, and a desk asked as a screen asks it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gdviz.core.functions import FormulaSum
from gdviz.core.objective import Objective
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run

if TYPE_CHECKING:
    from gdviz.core.sums import FiniteSum
    from gdviz.session.ghosts import Ghost
    from gdviz.session.questions import Answer
    from gdviz.session.scene import Scene
    from gdviz.session.snapshot import Snapshot
    from gdviz.session.trainer import Trainer


def of_network(objective: FiniteSum | None) -> Objective:
    """Return a sum known to be of a network's losses."""
    assert isinstance(objective, Objective)
    return objective


def network(trainer: Trainer) -> Objective:
    """Return what a trainer brings down, known to be of a network."""
    return of_network(trainer.objective)


def formulas(trainer: Trainer) -> FormulaSum:
    """Return what a trainer brings down, known to be of formulas."""
    assert isinstance(trainer.objective, FormulaSum)
    return trainer.objective


class Screen:
    """What asks a desk about one run, and remembers what it was told.

    All steps asked for are made, and nothing else for longer than it must.
    """

    def __init__(self, scene: Scene, steps: int = 0, **asked: Any) -> None:
        self.desk = Desk()
        self.last = self._answer(scene=scene, steps=steps, **asked)
        assert self.last.refusal == "", self.last.refusal
        self.run = Run(self.last)

    def ask(self, **asked: Any) -> Answer:
        """Ask, take in the answer and return it."""
        self.last = self._answer(**asked)
        assert self.last.refusal == "", self.last.refusal
        self.run.take_in(self.last)
        return self.last

    def down(self, **settings: Any) -> Answer:
        """Move some settings of the descent, as sliders do."""
        return self.ask(scene=self.scene.down(**settings))

    def rest(self, **asked: Any) -> list[Answer]:
        """Ask until nothing is under way."""
        answers, end = [self.ask(**asked)], time.perf_counter() + 120
        while answers[-1].busy:
            assert time.perf_counter() < end
            answers.append(self.ask(**asked))
        return answers

    def gather(self) -> tuple[Ghost, ...]:
        """Ask until every ghost has come as far as it can, and return them."""
        end = time.perf_counter() + 120
        while any(g.step < self.run.step and not g.diverged for g in self.now.ghosts):
            assert time.perf_counter() < end
            self.ask(until=time.perf_counter() + 0.02)
        return self.now.ghosts

    def _answer(self, **asked: Any) -> Answer:
        return self.desk.answer(Question(1, **{"until": 0.0, "whole": True, **asked}))

    @property
    def now(self) -> Snapshot:
        """What there is to see."""
        return self.run.snapshot

    @property
    def scene(self) -> Scene:
        """The settings in force."""
        return self.now.scene
