"""A race: how far every racer has come, and its full loss along the way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.logbook import Logbook, evaluations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.ghosts import Ghosts
    from gdviz.session.scene import Descent
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]

STEP, SEEN, EVALUATIONS, LOSS = range(4)  # columns of a curve
_SELDOM = 0.1  # seconds


@dataclass(frozen=True, eq=False)
class Racer:
    """One way down and what it has come to.

    Attributes
    ----------
    descent : Descent
        Its settings in force.
    step, seen, evaluations : ints
        Updates made, examples used and gradients worked out where it stands.
    loss : float
        Of all training examples, there.
    diverged : bool
        Whether no further update can be made.
    curve : ndarray of shape (m, 4)
        Rows of step, examples used, gradients worked out and full loss, rising; the
        place where it stands and the newest it has been at are among them.
    stride : int
        The loss was worked out at every so-manieth step.
    late : bool
        Whether it has steps to catch up with, or losses to be worked out.
    """

    descent: Descent
    step: int
    seen: int
    evaluations: int
    loss: float
    diverged: bool
    curve: Array
    stride: int
    late: bool


class Race:
    """What is kept of a race besides the companions: the chosen one's own logbook.

    Attributes
    ----------
    log : Logbook
    stale : bool
        Whether there is something new that was not told yet.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.log = Logbook(trainer.objective.n_parameters)
        self._key: tuple[object, ...] = ()
        self._told = -np.inf
        self.stale = True

    def branch(self, step: int) -> Race:
        """Return what is kept of the same path up to a step, to go on another way."""
        made = Race.__new__(Race)
        made.log, made._key = self.log.copy(step), ()
        made._told, made.stale = -np.inf, True
        return made

    def measure(self, trainer: Trainer, ghosts: Ghosts, until: float) -> None:
        """Work out losses along the ways of all racers, the least known first."""
        logs = self._logs(ghosts)
        while (log := max(logs, key=_due)).due:
            log.measure(trainer.objective)
            if time.perf_counter() >= until:
                return

    def due(self, ghosts: Ghosts) -> bool:
        """Tell whether there are losses to be worked out."""
        return any(log.due for log in self._logs(ghosts))

    def seen(
        self, trainer: Trainer, ghosts: Ghosts, live: bool = False
    ) -> tuple[Racer, ...] | None:
        """Return every racer, the chosen one first; None if nothing has changed.

        Parameters
        ----------
        live : bool
            Whether more is to come soon: then it is told some times a second only.
        """
        pairs = [(self.log, trainer), *((c.log, c.trainer) for c in ghosts.companions)]
        late = [False, *(c.late(trainer) for c in ghosts.companions)]
        descents = (trainer.scene.descent, *ghosts.settings(trainer.step))
        marks = [(log, log.due, one.state, one.diverged) for log, one in pairs]
        key, now = (*descents, *late, *marks), time.perf_counter()
        self.stale = key != self._key
        soon = (live or any(late) or self.due(ghosts)) and now < self._told + _SELDOM
        if not self.stale or soon:
            return None
        self._key, self._told, self.stale = key, now, False
        triples = zip(pairs, descents, late, strict=True)
        return tuple(_racer(*pair, descent, late) for pair, descent, late in triples)

    def _logs(self, ghosts: Ghosts) -> list[Logbook]:
        return [self.log, *(companion.log for companion in ghosts.companions)]


def _due(log: Logbook) -> int:
    return log.due


def _racer(log: Logbook, trainer: Trainer, descent: Descent, late: bool) -> Racer:
    loss, cursor = log.loss_of(trainer), trainer.state.cursor
    rows = log.curve()
    gone = evaluations(trainer, rows[:, 0], rows[:, 1])
    curve = np.column_stack([rows[:, :2], gone, rows[:, 2]])
    curve.setflags(write=False)
    here = int(gone[np.searchsorted(rows[:, 0], cursor.step)])
    return Racer(
        descent,
        cursor.step,
        cursor.seen,
        here,
        loss,
        trainer.diverged,
        curve,
        log.stride,
        late or log.due > 0,
    )
