"""The runs of a block as one stacked computation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import Draw
from gdviz.core.objective import Objective
from gdviz.core.refused import Refused
from gdviz.core.stack import mean_losses
from gdviz.core.stackruns import Runs, Stepper, Way
from gdviz.session.loading import load, objective_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.scene import Scene
    from gdviz.session.sweep.blocks import Block

    Array = NDArray[np.float64]

_PIECE = 64  # steps between two looks at the clock


class StackedRuns:
    """Cells that share all but learning rate and batch size.

    Attributes
    ----------
    over : bool
        Whether the block is done.
    fault : text
        Empty: here a run diverges or goes on.
    """

    fault = ""

    def __init__(self, block: Block, state: object) -> None:
        scene = block.tasks[0].scene
        objective = objective_of(scene, load(scene).train)
        assert isinstance(objective, Objective)
        theta = _start(scene, objective)
        self._objective = objective
        self._stepper = Stepper(objective, _way(block, len(load(scene).train)), theta,
                                block.dtype)  # fmt: skip
        self.state = state if isinstance(state, Runs) else self._stepper.start()
        self.over = False

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self.state.step

    @property
    def ends(self) -> NDArray[np.int64]:
        """The last finite step of each diverged run, −1 of the others."""
        return self.state.last

    def advance(self, steps: int, until: float) -> None:
        """Make at most so many updates, fewer where the time is over."""
        done = 0
        while done < steps:
            some = min(_PIECE, steps - done)
            self.state = self._stepper.advance(self.state, some)
            done += some
            if time.perf_counter() >= until:
                return

    def losses(self, asked: NDArray[np.bool_]) -> Array:
        """Return the full losses of the runs asked for, NaN for the others."""
        asked = asked & (self.state.last < 0)
        found = np.full(len(asked), np.nan)
        found[asked] = mean_losses(self._objective, self.state.theta[asked])
        return found

    def finish(self) -> None:
        """Look one step ahead: a run whose next step overflows has diverged."""
        self.state = self._stepper.advance(self.state, 1)
        self.over = True

    def last_loss(self, i: int) -> float:
        """Return the full loss of a diverged run at its last finite step."""
        return float(mean_losses(self._objective, self.state.kept[i : i + 1])[0])


def _start(scene: Scene, objective: Objective) -> Array:
    """Return where all runs start; refuse a start whose loss overflows."""
    theta = np.array(scene.start) if scene.start else objective.start(scene.seed)
    if not np.isfinite(objective.loss(theta)):
        raise Refused("the loss overflows at the start; bring the data to scale.")
    return theta


def _way(block: Block, n: int) -> Way:
    scene, descents = block.tasks[0].scene, [task.descent for task in block.tasks]
    sizes = list(dict.fromkeys(descent.batch_size for descent in descents))
    rates = np.array([descent.learning_rate for descent in descents])
    first = descents[0]
    draw = Draw(n, scene.seed, first.order, first.short_last)
    return Way(
        first.optimizer,
        first.schedule,
        draw,
        np.array(sizes),
        rates.reshape(len(sizes), -1),
    )
