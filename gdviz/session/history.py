"""Checkpoints for exact replay, bounded in memory whatever the length of the run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from copy import copy
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from gdviz.session.course import Course

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.batches import Cursor
    from gdviz.session.scene import Descent

MOST_BYTES = 24 * 2**20  # of all checkpoints of a path
NEAR_BYTES = 4 * 2**20  # of the steps between two of them, near to where it stands
FEWEST = 8  # states of each kind, however large
_STATE, _ARRAY = 176, 280  # bytes, besides the numbers


class State(NamedTuple):
    """All that the next step depends on besides the settings; it equals itself alone.

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

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return _STATE + (self.theta.nbytes + _ARRAY) * (1 + len(self.memory))


class Checkpoints:
    """States at every `stride`-th step; the stride doubles when they grow too many.

    Of the steps last gone over, those between are kept too, so that going back from
    one step to the one before takes one step, not a stride.
    """

    def __init__(self, start: State) -> None:
        self.stride = 1
        self._select([start])
        self._near: OrderedDict[int, State] = OrderedDict()
        self._size, self._room, self._fine = 0, FEWEST, 1

    def keep(self, state: State) -> None:
        """Keep the state if its step is due or near, and not kept yet."""
        step = state.cursor.step
        if step % self.stride:
            if step % self._fine == 0:
                self._near[step] = state
                if len(self._near) > self._room:
                    self._near.popitem(last=False)
        elif step > self._steps[-1]:
            self._append(state)

    def before(self, step: int) -> State:
        """Return the last kept state at or before `step`."""
        place = bisect_right(self._steps, step) - 1
        for at in range(step - step % self._fine, self._steps[place], -self._fine):
            if at in self._near:
                return self._near[at]
        return self._states[place]

    def before_seen(self, seen: int) -> State:
        """Return the last kept state that had used no more examples than these."""
        place = bisect_right(self._states, seen, key=lambda s: s.cursor.seen) - 1
        near = [s for s in self._near.values() if s.cursor.seen <= seen]
        return max((self._states[place], *near), key=lambda s: s.cursor.step)

    def forget_after(self, step: int) -> None:
        """Drop the states of later steps: the path goes another way from here."""
        keep = bisect_right(self._steps, step)
        self._bytes -= sum(state.size for state in self._states[keep:])
        del self._states[keep:], self._steps[keep:]
        for late in [at for at in self._near if at > step]:
            del self._near[late]

    def copy(self, step: int) -> Checkpoints:
        """Return checkpoints of the same path up to a step; the states are shared."""
        made = copy(self)
        made._states, made._steps = self._states.copy(), self._steps.copy()
        made._near = self._near.copy()
        made.forget_after(step)
        return made

    def _append(self, state: State) -> None:
        self._states.append(state)
        self._steps.append(state.cursor.step)
        size, full = state.size, False
        self._bytes += size
        while self._bytes > MOST_BYTES and len(self._states) > FEWEST:
            full = True
            self.stride *= 2
            self._select([s for s in self._states if s.cursor.step % self.stride == 0])
        if full or size != self._size:
            self._make_room(size)

    def _make_room(self, size: int) -> None:
        """Have room for two strides of states: on both sides of a checkpoint."""
        self._size, self._room = size, max(FEWEST, NEAR_BYTES // size)
        self._fine = 1 << ((2 * self.stride - 1) // self._room).bit_length()

    def _select(self, states: list[State]) -> None:
        self._states, self._steps = states, [s.cursor.step for s in states]
        self._bytes = sum(state.size for state in states)


class Tape:
    """Which settings were in force from which step on."""

    def __init__(self, descent: Descent) -> None:
        self._steps, self._descents = [0], [descent]
        self._changes: tuple[tuple[int, Descent], ...] | None = (
            None  # as last asked for
        )

    @classmethod
    def of(cls, course: Course) -> Tape:
        """Return the settings of a course."""
        made = cls(course.start)
        for step, descent in course.changes:
            made.change(step, descent)
        return made

    def course(self, steps: int, shown: int) -> Course:
        """Return what was in force from step to step, for keeping."""
        if self._changes is None:
            pairs = pairwise(zip(self._steps, self._descents, strict=True))
            self._changes = tuple(new for old, new in pairs if new[1] != old[1])
        return Course(self._descents[0], self._changes, steps, shown)

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

    def next_change(self, step: int) -> int | None:
        """Return the next step after this one from which other settings hold."""
        place = bisect_right(self._steps, step)
        return self._steps[place] if place < len(self._steps) else None

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
        self._changes = None
