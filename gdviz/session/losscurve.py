"""The batch loss of every step, kept so that its drawing loses no point."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.series import Series, outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class LossCurve:
    """Batch losses of the steps 0, 1, ..., and examples used before each."""

    def __init__(self) -> None:
        self._rows = Series(3)  # step, examples seen, loss

    def __len__(self) -> int:
        """Return how many steps there are."""
        return len(self._rows)

    def extend(self, losses: Array, seen: NDArray[np.int64]) -> None:
        """Append the losses of the next steps, and examples used before each."""
        first = len(self)
        rows = np.empty((len(losses), 3))
        rows[:, 0] = np.arange(first, first + len(losses))
        rows[:, 1], rows[:, 2] = seen, losses
        self._rows.extend(rows)

    def cut(self, count: int) -> None:
        """Keep the first `count` steps only."""
        self._rows.cut(count)

    def copy(self, count: int) -> LossCurve:
        """Return another curve that begins with the first `count` steps of this one."""
        made = copy(self)
        made._rows = self._rows.copy(count)
        return made

    def outline(self, bins: int) -> Array:
        """Return rows of step, examples seen and loss, of shape (m, 3).

        Drawn on `bins` columns they look as all steps would.
        """
        rows = self._rows.rows
        places, _ = outline(np.arange(len(rows), dtype=np.float64), rows[:, 2], bins)
        return rows[places.astype(np.int64)]
