"""What a run remembers of its sharpness: a bounded series and the last reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.losscurve import Evaluations
from gdviz.session.sharpness import TRACKED, product_limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gdviz.session.scene import Descent
    from gdviz.session.sharpness import Reading

    Array = NDArray[np.float64]


class SharpnessLog:
    """The largest eigenvalues along a path, as far as they were measured.

    Attributes
    ----------
    latest : Reading or None
        The last one, maybe of some steps ago.
    """

    def __init__(self) -> None:
        self.latest: Reading | None = None
        self._rows = Evaluations(TRACKED)

    def take_in(self, readings: Iterable[Reading]) -> None:
        """Remember what was measured newly."""
        for reading in readings:
            self.latest = reading
            top = [*reading.top, *(np.nan,) * (TRACKED - len(reading.top))]
            self._rows.note((reading.step, reading.seen, *top))

    def cut(self, newest: int) -> None:
        """Forget what is of steps after `newest`."""
        self._rows.cut(newest)
        if self.latest is not None and self.latest.step > newest:
            self.latest = None

    def copy(self, newest: int) -> SharpnessLog:
        """Return another one that is the same up to `newest`."""
        made = SharpnessLog()
        made._rows, made.latest = self._rows.copy(newest), self.latest
        made.cut(newest)
        return made

    def over_steps(self, bins: int) -> tuple[Array, Array]:
        """Return steps (m,) and the largest eigenvalues there, (m, TRACKED).

        NaN where fewer are known; at most 4·bins·TRACKED rows.
        """
        return self._rows.outline(bins)

    def crossing(
        self, descent: Descent, n: int, until: int
    ) -> tuple[int, float] | None:
        """Return the first step, and its sharpness, where these settings go too far.

        That is where their learning rate, by its schedule, is known to be too high.

        Parameters
        ----------
        descent : Descent
        n : int
            Number of examples.
        until : int
            The last step that is looked at.
        """
        limit, rows = product_limit(descent, n), self._rows.rows
        if limit is None:
            return None
        rows = rows[rows[:, 0] <= until]
        rates = np.array([descent.rate(int(step)) for step in rows[:, 0]])
        above = rows[rates * rows[:, 2] > limit]
        return (int(above[0, 0]), float(above[0, 2])) if len(above) else None
