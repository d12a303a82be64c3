"""Companions: racers beside the chosen descent, each with a trainer of its own.

They keep pace by updates, or by examples: then each stands at its last step that has
used no more examples than the chosen one, and settings changed on the way hold for it
from where it stood then.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session import MOST_NUMBERS
from gdviz.session.logbook import Logbook
from gdviz.session.scene import EXAMPLES

if TYPE_CHECKING:
    from gdviz.session.scene import Descent
    from gdviz.session.trail import Trail
    from gdviz.session.trainer import Trainer

_SLICE = 256  # steps caught up with at a time


class Companion:
    """One racer's own trainer and logbook; it keeps pace by updates.

    Parameters
    ----------
    main : Trainer
        Of the chosen descent.
    ghost : Descent
    """

    def __init__(self, main: Trainer, ghost: Descent) -> None:
        self.trainer = main.beside(ghost)
        numbers = main.objective.n_parameters
        self.log = Logbook(numbers)
        self._slice = max(1, min(_SLICE, MOST_NUMBERS // 2 // numbers))

    @property
    def trail(self) -> Trail:
        """Its path, thinned."""
        return self.log.trail

    @property
    def plain(self) -> bool:
        """Whether its settings are the same from the start on, whatever the pace."""
        return not self.trainer.course.changes

    def settings(self, step: int) -> Descent:
        """Return its settings in force at a step of the chosen descent."""
        return self.trainer.settings(step)

    def late(self, main: Trainer) -> bool:
        """Tell whether there are steps to catch up with."""
        own, step = self.trainer, main.step
        return own.step != step and not (own.diverged and own.step < step)

    def follow(self, main: Trainer, until: float) -> None:
        """Go where it should stand beside the chosen one, as far as time allows."""
        self.trainer.seek(main.step)  # by checkpoints, as far as it has been there
        while self.trainer.step < main.step:
            made = self._walk(main.step - self.trainer.step, until)
            if not made or time.perf_counter() >= until:
                return

    def change(self, main: Trainer, ghost: Descent, cut: bool) -> None:
        """Let other settings hold from where the chosen descent stands.

        Where that itself goes another way from there, so does what is to come of the
        racers.
        """
        if cut or ghost != self.settings(main.step):
            self.trainer.go_on_beside(main, ghost)
            self.log.cut(main.step)

    def _walk(self, most: int, until: float, seen: float = np.inf) -> int:
        """Make some steps and note the path; return how many.

        Parameters
        ----------
        most : int
        until : float
        seen : float
            How many examples may be used by then, at most.
        """
        trainer = self.trainer
        states = [trainer.state]
        for made in trainer.walk(min(most, self._slice), until):
            states.append(made.after)
            if trainer.pending.after.cursor.seen > seen:
                break
        first, before = states[0].cursor.step, states[:-1]
        if before:
            thetas = np.stack([state.theta for state in before])
            used = np.array([state.cursor.seen for state in before])
            self.log.note(first, thetas, used)
        return len(before)


class ByExamples(Companion):
    """A racer that keeps pace by examples seen."""

    def __init__(self, main: Trainer, ghost: Descent) -> None:
        super().__init__(main, ghost)
        self._wanted = main.tape_beside(ghost)  # by the steps of the chosen one
        self.trainer.go_on(0, self._wanted.at(0))
        self._taken = [(0, 0)]  # a change of the wanted settings, and its own step then
        self._used: dict[int, int] = {}  # examples, by a step of the chosen one

    @property
    def plain(self) -> bool:
        """Whether its settings are the same from the start on, whatever the pace."""
        return self._wanted.next_change(0) is None

    def settings(self, step: int) -> Descent:
        """Return its settings in force at a step of the chosen descent."""
        return self._wanted.at(step)

    def late(self, main: Trainer) -> bool:
        """Tell whether there are steps to catch up with."""
        own, seen = self.trainer, main.state.cursor.seen
        if own.state.cursor.seen > seen or own.step > self._most(main):
            return True
        behind = own.step < own.newest or not own.diverged
        ahead = own.step < self._most(main) and own.pending.after.cursor.seen <= seen
        return behind and (ahead or self._next(main) is not None)

    def follow(self, main: Trainer, until: float) -> None:
        """Go where it should stand beside the chosen one, as far as time allows."""
        own, goal = self.trainer, main.state.cursor.seen
        own.seek_seen(goal, self._most(main))
        while own.step == own.newest and not own.diverged:
            change = self._next(main)
            seen = goal if change is None else self._seen_at(main, change)
            if own.pending.after.cursor.seen <= seen:
                made = self._walk(self._slice, until, seen)
                if not made or time.perf_counter() >= until:
                    return
            elif change is not None:
                self._take(change)
            else:
                return

    def change(self, main: Trainer, ghost: Descent, cut: bool) -> None:
        """Let other settings hold from where the chosen descent stands."""
        step = main.step
        if not cut and ghost == self.settings(step):
            return
        own = self.trainer
        own.seek_seen(main.state.cursor.seen, self._most(main))
        self._wanted.join(step, main.tape_beside(ghost))
        self._taken = [taken for taken in self._taken if taken[0] < step] or [(0, 0)]
        self._used.clear()
        own.go_on(own.step, self._wanted.at(self._taken[-1][0]))
        self.log.cut(own.step)

    def _take(self, step: int) -> None:
        """Let the settings of a step of the chosen one hold from here on."""
        own = self.trainer
        own.go_on(own.step, self._wanted.at(step))
        self._taken.append((step, own.step))

    def _next(self, main: Trainer) -> int | None:
        """Return the first change of settings up to now that it has not come to."""
        step = self._wanted.next_change(self._taken[-1][0])
        return step if step is not None and step <= main.step else None

    def _most(self, main: Trainer) -> int:
        """Return the step where later changes found it: it had come no further."""
        later = [own for step, own in self._taken if step > main.step]
        return min(later, default=2**62)

    def _seen_at(self, main: Trainer, step: int) -> int:
        if step not in self._used:
            self._used[step] = main.seen_at(step)
        return self._used[step]


def companion(main: Trainer, ghost: Descent) -> Companion:
    """Return a racer beside the chosen one that keeps the pace of the scene."""
    kind = ByExamples if main.scene.pace == EXAMPLES else Companion
    return kind(main, ghost)
