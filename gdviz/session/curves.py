"""Every example's loss as a curve, where θ is a single number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.planes import Region
    from gdviz.session.trainer import Trainer

    Array = NDArray[np.float64]

MOST_CURVES = 64
_POINTS = 257


@dataclass(frozen=True, eq=False)
class Curves:
    """Losses over the only parameter.

    Attributes
    ----------
    grid : ndarray of shape (g,)
        Values of the parameter.
    examples : ndarray of shape (s, g)
        The loss of each of the first s examples of the batch.
    batch : ndarray of shape (g,)
        Their mean over the whole batch.
    full : ndarray of shape (g,)
        The mean over all examples.
    rows : ndarray of shape (s,)
        Which examples these are.
    """

    grid: Array
    examples: Array
    batch: Array
    full: Array
    rows: NDArray[np.int64]


class Draughtsman:
    """Draws the curves again only when the batch or the range is another one."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._full_span: tuple[float, float] | None = None
        self._full = np.empty(0)
        self._curves: Curves | None = None

    def draw(self, trainer: Trainer, region: Region) -> Curves | None:
        """Return the curves of the pending batch; None unless θ is one number."""
        if trainer.objective.n_parameters != 1:
            return None
        pending, span = trainer.pending, (region.left, region.right)
        key = (span, pending.rows.tobytes(), pending.fresh and trainer.step)
        if key != self._key:
            self._key, self._curves = key, self._drawn(trainer, *span)
        return self._curves

    def _drawn(self, trainer: Trainer, left: float, right: float) -> Curves:
        grid = np.linspace(left, right, _POINTS)
        thetas, rows = grid[:, None], trainer.pending.rows
        if (left, right) != self._full_span:
            self._full_span = (left, right)
            self._full = trainer.objective.loss_at(thetas)
        source, some = trainer.pending.fresh or trainer.objective, rows[:MOST_CURVES]
        each = [source.only(row[None]).loss_at(thetas) for row in some]
        batch = source.only(rows).loss_at(thetas)
        return Curves(grid, np.array(each), batch, self._full, some)
