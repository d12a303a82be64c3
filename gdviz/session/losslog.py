"""What a run remembers of its losses, drawn over steps, examples or epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.losscurve import Evaluations, LossCurve
from gdviz.session.series import outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]
    Steps = NDArray[np.int64]

_ALL = 2**40  # more columns than any curve has rows
STEPS, SEEN, EPOCHS = "steps", "examples", "epochs"  # what losses are drawn over


class LossLog:
    """The losses along a path: of every batch, and of all examples where looked at.

    Parameters
    ----------
    n_examples : int
        That are gone through in an epoch.
    """

    def __init__(self, n_examples: int) -> None:
        self._n_examples = n_examples
        self._batches, self._looked_at = LossCurve(), Evaluations()

    def __len__(self) -> int:
        """Return of how many steps the batch loss is known."""
        return len(self._batches)

    def extend(self, losses: Array, seen: Steps) -> None:
        """Take in the batch losses of the next steps, and examples used before each."""
        self._batches.extend(losses, seen)

    def note(self, snapshot: Snapshot) -> None:
        """Remember the full and test loss of the step shown."""
        cursor, test = snapshot.record.cursor, snapshot.test_loss
        test = np.nan if test is None else test
        self._looked_at.note((cursor.step, cursor.seen, snapshot.full.loss, test))

    def cut(self, newest: int) -> None:
        """Forget what is of steps after `newest`, which is still to be made again."""
        self._batches.cut(newest)
        self._looked_at.cut(newest)

    def copy(self, newest: int) -> LossLog:
        """Return another one that is the same up to `newest`."""
        made = LossLog(self._n_examples)
        made._batches = self._batches.copy(newest)
        made._looked_at = self._looked_at.copy(newest)
        return made

    def of_batches(
        self, bins: int, over: str, snapshot: Snapshot
    ) -> tuple[Array, Array]:
        """Return places and batch losses, with the pending one, at most 4·bins long."""
        record, rows = snapshot.record, self._batches.outline(bins)
        if snapshot.step >= len(self):
            now = [[record.cursor.step, record.cursor.seen, record.loss]]
            rows = np.concatenate([rows, np.array(now)])
        return self._over(rows, over), rows[:, 2]

    def of_all(self, bins: int, over: str) -> tuple[Array, Array, Array, Array]:
        """Return places and full losses, and places and test losses."""
        rows = self._looked_at.rows
        places, full, test = self._over(rows, over), rows[:, 2], rows[:, 3]
        return *outline(places, full, bins), *outline(places, test, bins)

    def place(self, snapshot: Snapshot, over: str) -> float:
        """Return where the step shown lies on an axis of steps, examples or epochs."""
        cursor = snapshot.record.cursor
        row = np.array([[cursor.step, cursor.seen]], dtype=np.float64)
        return float(self._over(row, over)[0])

    def step_at(self, x: float, over: str, snapshot: Snapshot, newest: int) -> int:
        """Return the step nearest to a place on such an axis, up to `newest`."""
        if over == STEPS:
            return min(max(round(x), 0), newest)
        rows = self._batches.outline(_ALL)
        seen = rows[-1:, 1] + snapshot.scene.descent.batch_size
        if snapshot.step == newest:
            seen = np.array([snapshot.record.cursor.seen])
        end = np.column_stack([np.full(len(seen), newest), seen, np.zeros_like(seen)])
        rows = np.concatenate([rows, end])
        return round(float(np.interp(x, self._over(rows, over), rows[:, 0])))

    def _over(self, rows: Array, over: str) -> Array:
        """Return steps, examples or epochs of rows of step, examples seen, ..."""
        if over == STEPS:
            return rows[:, 0]
        return rows[:, 1] / (self._n_examples if over == EPOCHS else 1)
