"""When to check the gradients: always at rest, now and then while training."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gdviz.core.check import check

if TYPE_CHECKING:
    from gdviz.core.check import Check
    from gdviz.session.stepping import Step
    from gdviz.session.trainer import Trainer

_SELDOM = 0.25  # seconds between two checks while training
_SHARE = 0.1  # of the time, at most, goes into checks while training


class Checker:
    """Checks a pending step once."""

    def __init__(self) -> None:
        self._checked: Step | None = None
        self._next = self._cost = 0.0

    @property
    def soon(self) -> float:
        """How many seconds a check will take, if one is to be made while training."""
        return self._cost if time.perf_counter() >= self._next else 0.0

    def due(self, trainer: Trainer) -> bool:
        """Tell whether the pending step is still unchecked."""
        return self._checked is not trainer.pending

    def check(self, trainer: Trainer, live: bool) -> Check | None:
        """Return a check of the pending step, if one is due; `live`: while training."""
        begun = time.perf_counter()
        if not self.due(trainer) or (live and begun < self._next):
            return None
        step = self._checked = trainer.pending
        source = step.fresh or trainer.objective
        made = check(source, trainer.state.theta, step.rows)
        now = time.perf_counter()
        self._cost = now - begun
        self._next = now + max(_SELDOM, self._cost / _SHARE)
        return made
