"""The mean of squares over a plane where the outputs are linear: a bowl."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.losses import SquaredError
from gdviz.core.networksheet import NetworkSheet
from gdviz.core.sheet import Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.objective import Objective
    from gdviz.core.planes import Plane
    from gdviz.core.sheet import Work

    Array = NDArray[np.float64]

_CACHED = 2**12  # points at once: what is in between stays in the cache


class BowlSheet(Sheet):
    """The mean of squares that are linear in the coordinates: exact from three.

    With residuals r = r₀ + u·r₁ + v·r₂ and [r₁ r₂ r₀] = QR the sum of squares is
    |R·(u, v, 1)|²: R, the root of their moments, is all that counts of the examples.
    As a sum of squares it loses nothing near the minimum.

    Parameters
    ----------
    sheet : NetworkSheet
        Whose outputs are linear in the coordinates.
    """

    def __init__(self, sheet: NetworkSheet) -> None:
        self._sheet, self.work = sheet, 1
        self._root: Array | None = None

    def losses(self, points: Array) -> Work:
        """Work out the mean loss at each point."""
        if self._root is None:
            self._root = yield from self._worked_out()
        found, root = np.empty(len(points)), self._root
        for start in range(0, len(points), _CACHED):
            some = slice(start, start + _CACHED)
            from_centre = (points[some] - self._sheet.centre).T
            squares = root[:, :2] @ from_centre + root[:, 2:]
            np.multiply(squares, squares, squares)
            np.add.reduce(squares, axis=0, out=found[some])
        yield
        return found

    def grid(self, across: Array, up: Array) -> Work:
        """Work out the mean loss over a grid, of shape (rows, columns)."""
        if self._root is None:
            self._root = yield from self._worked_out()
        u, v = across - self._sheet.centre[0], up - self._sheet.centre[1]
        found = np.zeros((len(v), len(u)))
        for to_right, upward, offset in self._root:
            square = np.add(to_right * u, (upward * v + offset)[:, None])
            found += np.multiply(square, square, square)
        yield
        return found

    def _worked_out(self) -> Work:
        """Work out the root, for three squares whose sum is the mean loss."""
        root = np.zeros((3, 3))
        for rows in self._sheet.parts:
            offset, across, up = self._sheet.begin(rows).reshape(3, -1)
            residuals = [across, up, offset - self._sheet.targets(rows).ravel()]
            stacked = np.concatenate([root, np.stack(residuals, axis=1)])
            root = np.asarray(np.linalg.qr(stacked, mode="r"))
            yield
        one = self._sheet.head.sums(np.ones((1, 1, 1)), np.zeros((1, 1)))  # 1 or ½
        return root * np.sqrt(one / self._sheet.objective.n_examples)


def network_sheet(
    objective: Objective, plane: Plane, centre: Array, single: bool = False
) -> Sheet:
    """Return the fastest sheet for a network over a plane.

    Parameters
    ----------
    objective : Objective
    plane : Plane
    centre : ndarray of shape (2,)
        A point amid those asked for: coordinates are counted from it.
    single : bool
        Whether single precision is good enough.
    """
    sheet = NetworkSheet(objective, plane, centre, single)
    squared = isinstance(objective.loss_kind, SquaredError)
    return BowlSheet(sheet) if squared and sheet.linear else sheet
