"""One update: the record of it, and what works it out from a state and settings."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdviz.core.batches import FRESH, Draw
from gdviz.core.chance import chance
from gdviz.core.datasets import Drawn
from gdviz.core.optimizers import Here, Noise
from gdviz.session.history import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdviz.core.batches import Cursor
    from gdviz.core.datasets import Dataset
    from gdviz.core.sums import FiniteSum
    from gdviz.session.scene import Descent

    Array = NDArray[np.float64]


class Step(NamedTuple):
    """One update, worked out but not yet made; it equals itself alone.

    Attributes
    ----------
    rows : ndarray of shape (b,)
        The batch; for fresh examples, the rows of `fresh`.
    fresh : FiniteSum or None
        The same sum over examples drawn for this batch alone.
    loss : float
    gradient : ndarray of shape (p,)
        What the recipe makes of the batch's gradients: ĝ, their mean, if it is right.
    update : ndarray of shape (p,)
    memory : mapping of text to ndarray of shape (p,)
        The optimizer's, before the step; another optimizer begins with its own.
    after : State
    finite : bool
        Whether nothing in it has overflowed.
    rate : float
        The learning rate of this step, by its schedule.
    fault : text
        Why it could not be worked out, where an own objective failed.
    """

    rows: NDArray[np.int64]
    fresh: FiniteSum | None
    loss: float
    gradient: Array
    update: Array
    memory: Mapping[str, Array]
    after: State
    finite: bool
    rate: float
    fault: str = ""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)


class Stepper:
    """Works out updates under one descent: what stays from step to step is at hand.

    Parameters
    ----------
    objective : FiniteSum
    data : Dataset
        Where fresh examples come from.
    seed : int
    descent : Descent
    """

    def __init__(
        self, objective: FiniteSum, data: Dataset, seed: int, descent: Descent
    ) -> None:
        self.descent = descent
        self._objective, self._data, self._seed = objective, data, seed
        self._n = objective.n_examples
        self._draw = Draw(self._n, seed, descent.order, descent.short_last)
        self._afresh = descent.order == FRESH

    def step(self, state: State) -> Step:
        """Return the step that the settings make of this state."""
        descent, objective, cursor = self.descent, self._objective, state.cursor
        theta, optimizer, memory = state.theta, descent.optimizer, state.memory
        if state.optimizer != optimizer.name:
            memory = optimizer.init(theta)
        rows, later = self._draw.next(descent.batch_size, cursor)
        fresh = self._fresh(len(rows), cursor) if self._afresh else None
        rate, noise = descent.rate(cursor.step), Noise(self._seed, cursor.step)
        here = Here(theta, rate, self._n, noise)
        loss, gradient, update, memory_after = descent.recipe.step(
            fresh or objective, rows, optimizer, memory, here
        )
        arrived = theta + update
        fine = isfinite(loss) and finite(arrived)
        return Step(
            rows, fresh, loss, gradient, update, memory,
            State(arrived, optimizer.name, memory_after, later),
            fine, rate, "" if fine else objective.fault(),
        )  # fmt: skip

    def _fresh(self, count: int, cursor: Cursor) -> FiniteSum:
        assert isinstance(self._data, Drawn)  # `fit` lets no other data here
        drawn = self._data.draw(count, chance(self._seed, 0xF2E5, cursor.step, count))
        return self._objective.on(drawn)


def finite(theta: Array) -> bool:
    """Tell whether all entries are; their squares alone may overflow, but seldom do."""
    return isfinite(theta.dot(theta)) or bool(np.isfinite(theta).all())
