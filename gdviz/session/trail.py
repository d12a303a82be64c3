"""A path of θ, kept for drawing: thinned when it grows long, flat in any plane."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session import MOST_NUMBERS
from gdviz.session.series import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.planes import Plane

    Array = NDArray[np.float64]

_FEWEST = 64  # points, however large


class Trail:
    """Every `stride`-th θ of a path from step 0 on.

    Parameters
    ----------
    p : int
        Number of parameters.
    most : int
        Points kept at most, and fewer where p is large.

    Attributes
    ----------
    stride : int
    version : int
        Goes up whenever the path was cut or thinned: drawings of it start over.
    """

    def __init__(self, p: int, most: int) -> None:
        self.stride, self.version = 1, 0
        self._most = max(_FEWEST, min(most, MOST_NUMBERS // 2 // p))
        self._thetas, self._flat = Series(p, self._most), Series(2)
        self._key: tuple[object, ...] = ()

    def append(self, first: int, thetas: Array) -> None:
        """Take in θ of the steps from `first` on, of shape (m, p)."""
        steps = np.arange(first, first + len(thetas))
        while len(self._thetas) + np.sum(steps % self.stride == 0) > self._most:
            self._thetas.thin()
            self.stride *= 2
            self.version += 1
        self._thetas.extend(thetas[steps % self.stride == 0])

    def cut(self, step: int) -> None:
        """Forget the steps from `step` on."""
        self._thetas.cut(-(-step // self.stride))
        self.version += 1

    def copy(self, step: int) -> Trail:
        """Return another trail that begins with the steps before `step` of this one."""
        made = copy(self)
        made._thetas = self._thetas.copy(-(-step // self.stride))
        made._flat, made._key, made.version = Series(2), (), self.version + 1
        return made

    def rows(self, step: int) -> Array:
        """Return the path before `step`, of shape (m, p); a view."""
        return self._thetas.rows[: -(-step // self.stride)]

    def flat(self, plane: Plane, step: int) -> Array:
        """Return the path before `step` in plane coordinates, of shape (m, 2)."""
        count = -(-step // self.stride)
        key = (self.version, *plane.key)
        if key != self._key:
            self._key, self._flat = key, Series(2)
        self._flat.extend(plane.project(self._thetas.rows[len(self._flat) : count]))
        return self._flat.rows[:count]
