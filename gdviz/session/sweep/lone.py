"""The run of one cell that cannot be stacked: the trainer's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.history import State
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.sweep.blocks import Block

    Array = NDArray[np.float64]


class LoneRun:
    """One cell's own trainer.

    Attributes
    ----------
    over : bool
        Whether the block is done, or the run has diverged.
    """

    def __init__(self, block: Block, state: object) -> None:
        self._trainer = Trainer(block.tasks[0].scene)
        if isinstance(state, State):
            self._trainer.stand(state)
        self.over = False

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._trainer.state

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self._trainer.step

    @property
    def ends(self) -> list[int]:
        """The last finite step of a diverged run, else −1."""
        return [self.step if self._trainer.diverged else -1]

    @property
    def fault(self) -> str:
        """Why it could not go on, where an own objective failed."""
        return self._trainer.fault

    def advance(self, steps: int, until: float) -> None:
        """Make at most so many updates, fewer where the time is over."""
        self._trainer.advance(steps, until)
        self.over = self._trainer.diverged

    def losses(self, asked: NDArray[np.bool_]) -> Array:
        """Return the full loss."""
        return np.array([self.last_loss(0)])

    def finish(self) -> None:
        """Leave it as it is: a trainer has looked one step ahead."""
        self.over = True

    def last_loss(self, i: int) -> float:
        """Return the full loss where it stands."""
        return self._trainer.objective.loss(self._trainer.state.theta)
