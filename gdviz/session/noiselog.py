"""What a run remembers of its gradients' noise: a bounded series and a last cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.losscurve import Evaluations
from gdviz.session.noise import VALUES, NoiseReading

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class NoiseLog:
    """The noise along a path, as far as it was measured.

    Attributes
    ----------
    latest : NoiseReading or None
        The last one, maybe of some steps ago.
    clouded, measured : NoiseReading or None
        The last ones with a cloud, and with variances over the batch size.
    """

    def __init__(self) -> None:
        self.latest: NoiseReading | None = None
        self.clouded: NoiseReading | None = None
        self.measured: NoiseReading | None = None
        self._rows = Evaluations(VALUES)

    def take_in(self, readings: Iterable[NoiseReading]) -> None:
        """Remember what was measured newly."""
        for reading in readings:
            self.latest = reading
            self.clouded = reading if reading.cloud else self.clouded
            self.measured = reading if reading.variances else self.measured
            self._rows.note(reading.row)

    def cut(self, newest: int) -> None:
        """Forget what is of steps after `newest`."""
        self._rows.cut(newest)
        self.latest = _still(self.latest, newest)
        self.clouded = _still(self.clouded, newest)
        self.measured = _still(self.measured, newest)

    def copy(self, newest: int) -> NoiseLog:
        """Return another one that is the same up to `newest`."""
        made = NoiseLog()
        made._rows = self._rows.copy(newest)
        made.latest, made.clouded = self.latest, self.clouded
        made.measured = self.measured
        made.cut(newest)
        return made

    def over_steps(self, bins: int) -> tuple[Array, Array]:
        """Return steps and the values there, for a screen of `bins` columns.

        Returns
        -------
        steps : ndarray of shape (m,)
        values : ndarray of shape (m, VALUES)
            Columns TRACE, SQUARED, SCALE and COSINE; NaN where there is none.
        """
        return self._rows.outline(bins)


def _still(reading: NoiseReading | None, newest: int) -> NoiseReading | None:
    """Return the reading, if its step is still on the path."""
    return reading if reading is not None and reading.step <= newest else None
