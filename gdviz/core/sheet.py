"""A sheet: the mean loss as a function of the two coordinates of a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from gdviz.core.planes import Plane
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Work = Generator[None, None, Array]

_SLICE = 2**16  # numbers between two yields: a millisecond or two


class Sheet:
    """The mean loss of any finite sum over a plane.

    Parameters
    ----------
    objective : FiniteSum
    plane : Plane

    Attributes
    ----------
    work : int
        What one point costs: numbers, each of them worth an activation function.
    smooth : bool
        Whether it may be smooth enough to be interpolated.
    """

    smooth = True

    def __init__(self, objective: FiniteSum, plane: Plane) -> None:
        self._objective, self._plane = objective, plane
        numbers = objective.n_examples * objective.n_hidden
        self.work = max(numbers, objective.n_parameters)

    def losses(self, points: Array) -> Work:
        """Work out the mean loss at each point, yielding after each slice of work.

        Parameters
        ----------
        points : ndarray of shape (g, 2)

        Returns
        -------
        generator
            Which returns an ndarray of shape (g,).
        """
        found, many = np.empty(len(points)), max(1, _SLICE // self.work)
        for start in range(0, len(points), many):
            some = slice(start, start + many)
            found[some] = self._objective.loss_at(self._plane.lift(points[some]))
            yield
        return found

    def grid(self, across: Array, up: Array) -> Work:
        """Work out the mean loss over a grid, yielding after each slice of work.

        Parameters
        ----------
        across : ndarray of shape (columns,)
        up : ndarray of shape (rows,)

        Returns
        -------
        generator
            Which returns an ndarray of shape (rows, columns).
        """
        found = yield from self.losses(product(across, up))
        return found.reshape(len(up), len(across))


def product(across: Array, up: Array) -> Array:
    """Return every point of a grid, row by row, of shape (g, 2)."""
    points = np.empty((len(up), len(across), 2))
    points[..., 0], points[..., 1] = across, up[:, None]
    return points.reshape(-1, 2)
