"""Checkpoints for exact replay, bounded in memory whatever the length of the run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gdviz.session import MOST_NUMBERS
from gdviz.session.course import Course

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.batches import Cursor
    from gdviz.session.scene import Descent

MOST_CHECKPOINTS = 256


@dataclass(frozen=True, eq=False)
class State:
    """All that the next step depends on besides the settings.

    Attributes
    ----------
    theta : ndarray of shape (p,)
    optimizer : text
        Whose memory it is; another optimizer begins with a memory of its own.
    memory : mapping of text to ndarray of shape (p,)
    cursor : Cursor
        Which examples were used; it counts the steps.
    """

    theta: NDArray[np.float64]
    optimizer: str
    memory: Mapping[str, NDArray[np.float64]]
    cursor: Cursor


class Checkpoints:
    """States at every `stride`-th step; the stride doubles when there are many."""

    def __init__(self, start: State) -> None:
        self.stride = 1
        numbers = len(start.theta) * (1 + len(start.memory))
        self._most = max(8, min(MOST_CHECKPOINTS, MOST_NUMBERS // numbers))
        self._states = [start]
        self._steps = [start.cursor.step]

    def keep(self, state: State) -> None:
        """Keep the state if its step is due and not kept yet."""
        step = state.cursor.step
        if step % self.stride or step <= self._steps[-1]:
            return
        self._states.append(state)
        self._steps.append(step)
        if len(self._states) > self._most:
            self.stride *= 2
            self._select([s for s in self._states if s.cursor.step % self.stride == 0])

    def before(self, step: int) -> State:
        """Return the last kept state at or before `step`."""
        return self._states[bisect_right(self._steps, step) - 1]

    def forget_after(self, step: int) -> None:
        """Drop the states of later steps: the path goes another way from here."""
        self._select([s for s in self._states if s.cursor.step <= step])

    def _select(self, states: list[State]) -> None:
        self._states, self._steps = states, [s.cursor.step for s in states]

    def copy(self, step: int) -> Checkpoints:
        """Return checkpoints of the same path up to a step; the states are shared."""
        made = copy(self)
        made.forget_after(step)
        return made


class Tape:
    """Which settings were in force from which step on."""

    def __init__(self, descent: Descent) -> None:
        self._steps, self._descents = [0], [descent]

    @classmethod
    def of(cls, course: Course) -> Tape:
        """Return the settings of a course."""
        made = cls(course.start)
        for step, descent in course.changes:
            made.change(step, descent)
        return made

    def course(self, steps: int, shown: int) -> Course:
        """Return what was in force from step to step, for keeping."""
        start, *later = zip(self._steps, self._descents, strict=True)
        pairs = zip([start, *later], later, strict=False)
        changes = tuple(new for old, new in pairs if new[1] != old[1])
        return Course(start[1], changes, steps, shown)

    def copy(self, step: int) -> Tape:
        """Return the same settings up to a step, those of that step from there on."""
        keep = bisect_right(self._steps, step)
        made = Tape(self._descents[0])
        made._steps, made._descents = self._steps[:keep], self._descents[:keep]
        return made

    def at(self, step: int) -> Descent:
        """Return the settings in force at `step`."""
        if step >= self._steps[-1]:
            return self._descents[-1]
        return self._descents[bisect_right(self._steps, step) - 1]

    def with_settings(self, settings: dict[str, Any]) -> Tape:
        """Return the same tape with these settings instead, from the start on."""
        made = Tape(self._descents[0])
        made._steps = list(self._steps)
        made._descents = [replace(d, **settings) for d in self._descents]
        return made

    def change(self, step: int, descent: Descent) -> None:
        """Let these settings hold from `step` on, and forget what came later."""
        self.join(step, Tape(descent))

    def join(self, step: int, other: Tape) -> None:
        """Let another tape hold from `step` on, and forget what came later."""
        keep, later = bisect_left(self._steps, step), bisect_right(other._steps, step)
        self._steps[keep:] = [step, *other._steps[later:]]
        self._descents[keep:] = [other.at(step), *other._descents[later:]]
