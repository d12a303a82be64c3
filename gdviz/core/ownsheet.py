"""The sheet of a user's own objective: its code takes as long as it takes."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.sheet import Sheet

if TYPE_CHECKING:
    from gdviz.core.planes import Plane
    from gdviz.core.sheet import Work
    from gdviz.core.sums import Array, FiniteSum

_SHORT, _LONG = 0.002, 0.005  # seconds of work between two yields
_MOST = 2**22  # numbers that one call may want to have at once


class OwnSheet(Sheet):
    """The mean loss over a plane, so many points at a time as take a moment."""

    def __init__(self, objective: FiniteSum, plane: Plane) -> None:
        super().__init__(objective, plane)
        wide = max(objective.n_examples, objective.n_parameters)
        self._most, self._many = max(1, _MOST // wide), 1

    def losses(self, points: Array) -> Work:
        """Work out the mean loss at each point of shape (g, 2); see `Sheet`."""
        found, start = np.empty(len(points)), 0
        while start < len(points):
            begun, some = thread_time(), slice(start, start + self._many)
            found[some] = self._objective.loss_at(self._plane.lift(points[some]))
            start = some.stop
            self._learn(thread_time() - begun)
            yield
        return found

    def _learn(self, seconds: float) -> None:
        """Take more points next time where these were done soon, or fewer."""
        if seconds < _SHORT:
            self._many = min(2 * self._many, self._most)
        elif seconds > _LONG:
            self._many = max(1, self._many // 2)
