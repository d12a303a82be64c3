"""The losses of a run, kept so that their drawing loses no point.

Far from the start neighbouring steps share a bucket, of which the extremes stay. How
wide it is depends on the step alone and grows in proportion with it, so that a curve
of any length, and any beginning of it, is finer than a screen.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.series import Series, extremes, outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Steps = NDArray[np.int64]

RAW = 2**17  # steps that are kept one by one
BUCKETS = 2**14  # of the steps from one power of two to the next, beyond


def widths(steps: Array) -> Array:
    """Return how many steps there are in the buckets of these steps."""
    octave = np.ldexp(0.5, np.frexp(np.maximum(steps, 1.0))[1])
    return np.where(steps < RAW, 1.0, np.maximum(octave / BUCKETS, 1.0))


def begins(steps: Array) -> Array:
    """Return where the buckets of these steps begin."""
    return steps - steps % widths(steps)


class LossCurve:
    """Batch losses of the steps 0, 1, ..., and examples used before each.

    Of a bucket the rows with the smallest and the largest finite loss stay, and the
    first that is not finite; besides them the newest row. Where a bucket was cut, those
    before the cut stay and what comes then is added to them.
    """

    def __init__(self) -> None:
        self._rows = Series(3)  # step, examples seen, loss
        self._count = 0

    def __len__(self) -> int:
        """Return how many steps are known."""
        return self._count

    def extend(self, losses: Array, seen: Steps) -> None:
        """Append the losses of the next steps, and examples used before each."""
        if not len(losses):
            return
        steps = np.arange(self._count, self._count + len(losses), dtype=np.float64)
        rows = np.column_stack([steps, seen, losses])
        self._count += len(losses)
        if self._count <= RAW:
            self._rows.extend(rows)
            return
        known = self._rows.rows
        place = _place(known, *begins(known[-1:, 0])) if len(known) else 0
        rows = np.concatenate([known[place:], rows])
        self._rows.replace(place, len(self._rows), _gathered(rows))

    def cut(self, count: int) -> None:
        """Keep the first `count` steps only."""
        self._count = min(self._count, count)
        self._rows.cut(_place(self._rows.rows, count))

    def copy(self, count: int) -> LossCurve:
        """Return another curve that begins with the first `count` steps of this one."""
        made = LossCurve()
        made._rows = self._rows.copy(_place(self._rows.rows, count))
        made._count = min(self._count, count)
        return made

    def outline(self, bins: int) -> Array:
        """Return rows of step, examples seen and loss, of shape (m, 3).

        Drawn on `bins` columns they look as all steps would: of every column they hold
        the extremes of all its losses. A column begins where a bucket does.
        """
        rows = self._rows.rows
        if len(rows) <= 4 * bins:
            return rows.copy()
        edges = begins(np.floor(np.arange(bins) * (self._count / bins)))
        starts = np.unique(np.searchsorted(rows[:, 0], edges))
        keep = extremes(rows[:, 2], starts[starts < len(rows)])
        return rows[np.union1d(keep, [0, len(rows) - 1])]


def _place(rows: Array, step: float) -> int:
    """Return the place of the first row at or after a step."""
    return bisect_left(rows[:, 0], step)  # of one step; NumPy's copies the column


def _gathered(rows: Array) -> Array:
    """Return the rows that stay of those of the newest steps."""
    begin = begins(rows[:, 0])
    starts = np.append(0, np.flatnonzero(begin[1:] != begin[:-1]) + 1)
    keep = extremes(rows[:, 2], starts)
    return rows[np.union1d(keep, [len(rows) - 1])]


class Evaluations:
    """What was worked out at the steps that were looked at, in whatever order.

    Of the steps that share a bucket, those with the extremes of every value stay.

    Parameters
    ----------
    values : int
        How many there are at a step, such as full and test loss.
    """

    def __init__(self, values: int = 2) -> None:
        self._rows = Series(2 + values)  # step, examples seen, values

    def note(self, row: tuple[float, ...]) -> None:
        """Take in step, examples seen and the values, in place of those known."""
        new, rows = np.array([row], dtype=np.float64), self._rows.rows
        place = _place(rows, row[0])
        known = place < len(rows) and rows[place, 0] == row[0]
        self._rows.replace(place, place + int(known), new)
        self._gather(float(begins(new[:, 0])[0]), float(widths(new[:, 0])[0]))

    def _gather(self, begin: float, width: float) -> None:
        """Let the extremes of every value stay of a bucket."""
        rows, all_of_it = self._rows.rows, np.array([0])
        place, end = _place(rows, begin), _place(rows, begin + width)
        if end - place == 1:
            return
        rows = rows[place:end]
        keep = [
            extremes(rows[:, column], all_of_it) for column in range(2, rows.shape[1])
        ]
        self._rows.replace(place, end, rows[np.unique(np.concatenate(keep))])

    def cut(self, newest: int) -> None:
        """Forget the steps after `newest`."""
        self._rows.cut(_place(self._rows.rows, newest + 1))

    def copy(self, newest: int) -> Evaluations:
        """Return another one with the same steps up to `newest`."""
        made = Evaluations(self._rows.rows.shape[1] - 2)
        made._rows = self._rows.copy(_place(self._rows.rows, newest + 1))
        return made

    @property
    def rows(self) -> Array:
        """Rows of step, examples seen and values."""
        return self._rows.rows

    def outline(self, bins: int) -> tuple[Array, Array]:
        """Return steps (m,) and values (m, ·) as a screen of `bins` columns needs them.

        At most 4·bins rows stay for each value.
        """
        rows = self.rows
        columns = [
            outline(rows[:, 0], rows[:, c], bins)[0] for c in range(2, rows.shape[1])
        ]
        kept = np.isin(rows[:, 0], np.concatenate(columns))
        return rows[kept, 0], rows[kept, 2:]
