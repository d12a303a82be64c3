"""The logbook of one racer: its path, and the full loss along it.

The loss is worked out when there is time, at every so-manieth step from the start, so
that racers of any batch size are compared by the same measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.series import Series
from gdviz.session.trail import Trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum
    from gdviz.session.history import State
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]
    Row = tuple[float, float, float]  # step, examples used, loss

MOST_POINTS = 1024  # of a path
MOST_LOSSES = 512  # along it


class Logbook:
    """What one racer has left behind it.

    Parameters
    ----------
    p : int
        Number of parameters.

    Attributes
    ----------
    trail : Trail
        Its θ, thinned.
    noted : int
        The steps before this one are known.
    """

    def __init__(self, p: int) -> None:
        self.trail, self._seen = Trail(p, MOST_POINTS), Trail(1, MOST_POINTS)
        self.noted = 0
        self._losses, self._stride = Series(1, MOST_LOSSES + 1), 1
        self._ends: dict[str, Row] = {}  # where it stands, and the newest place
        self._known_of: tuple[State, float] | None = None

    def copy(self, step: int) -> Logbook:
        """Return another one with what was before a step, to go on another way."""
        made = Logbook.__new__(Logbook)
        made.trail, made._seen = self.trail.copy(step), self._seen.copy(step)
        made.noted, made._stride = min(self.noted, step), self._stride
        made._losses = self._losses.copy(_count(step, self._stride))
        made._ends, made._known_of = {}, self._known_of
        return made

    def note(self, first: int, thetas: Array, seen: NDArray[np.int64]) -> None:
        """Take in θ before each of some steps, and the examples used by then.

        Parameters
        ----------
        first : int
        thetas : ndarray of shape (m, p)
        seen : ndarray of shape (m,)
        """
        new = max(0, self.noted - first)
        if len(thetas) > new:
            self.trail.append(first + new, thetas[new:])
            self._seen.append(first + new, seen[new:, None].astype(np.float64))
            self.noted = first + len(thetas)

    def cut(self, step: int) -> None:
        """Forget the path after a step: it goes another way from there."""
        if step < self.noted:
            self.trail.cut(step)
            self._seen.cut(step)
            self._losses.cut(_count(step, self._stride))
            self.noted = step
        self._ends = {k: row for k, row in self._ends.items() if row[0] <= step}

    @property
    def stride(self) -> int:
        """The loss is known at every so-manieth step, once all is worked out."""
        stride = max(self.trail.stride, self._stride)
        while self.noted > stride * MOST_LOSSES:
            stride *= 2
        return stride

    @property
    def due(self) -> int:
        """How many losses are still to be worked out."""
        return _count(self.noted, self.stride) - self._known

    @property
    def _known(self) -> int:
        return _count(len(self._losses) * self._stride, self.stride)

    def measure(self, objective: FiniteSum) -> None:
        """Work out the next loss that is due."""
        stride = self.stride
        while self._stride < stride:
            self._losses.thin()
            self._stride *= 2
        place = len(self._losses) * stride // self.trail.stride
        theta = self.trail.rows(self.noted)[place]
        self._losses.extend(np.array([[objective.loss(theta)]]))

    def loss_of(self, trainer: Trainer) -> float:
        """Return the full loss where a trainer of this path stands, and note it."""
        state = trainer.state
        if self._known_of is None or self._known_of[0] is not state:
            self._known_of = state, trainer.objective.loss(state.theta)
        loss = self._known_of[1]
        row = (float(state.cursor.step), float(state.cursor.seen), loss)
        self._ends["here"] = row
        if trainer.step == trainer.newest:
            self._ends["newest"] = row
        return loss

    def curve(self) -> Array:
        """Return rows of step, examples used and loss, of shape (m, 3), rising.

        The place last asked for by `loss_of` and the newest are among them.
        """
        values = self._losses.rows
        steps = np.arange(len(values)) * self._stride
        seen = self._seen.rows(self.noted)[steps // self._seen.stride]
        rows = np.column_stack([steps, seen, values])
        for end in self._ends.values():
            place = int(np.searchsorted(rows[:, 0], end[0]))
            if place == len(rows) or rows[place, 0] != end[0]:
                rows = np.insert(rows, place, end, axis=0)
        return rows


def evaluations(trainer: Trainer, steps: Array, seen: Array) -> Array:
    """Return how many gradients were worked out by some steps of a path.

    A recipe that sends one error back for a whole batch works out one; all others one
    for each example of the batch.

    Parameters
    ----------
    trainer : Trainer
    steps, seen : ndarrays of shape (m,)
        Updates made and examples used.
    """
    gone = np.zeros(len(steps))
    for begin, once, used, end, used_then in _parts(trainer):
        if once:
            gone += steps.clip(begin, end) - begin
        else:
            gone += seen.clip(used, used_then) - used
    return gone


def _parts(trainer: Trainer) -> list[tuple[int, bool, float, float, float]]:
    """Return the parts of a path of one kind of recipe: where each begins and ends."""
    course = trainer.course
    kinds = [(0, course.start.recipe.once)]
    for step, descent in course.changes:
        if descent.recipe.once != kinds[-1][1] and step <= trainer.newest:
            kinds.append((step, descent.recipe.once))
    began = [(step, once, float(trainer.seen_at(step))) for step, once in kinds[1:]]
    began.insert(0, (0, kinds[0][1], 0.0))
    ends = [(step, used) for step, _, used in began[1:]] + [(np.inf, np.inf)]
    return [(*a, *b) for a, b in zip(began, ends, strict=True)]


def _count(step: int, stride: int) -> int:
    """Return how many steps before this one are multiples of the stride."""
    return -(-step // stride)
