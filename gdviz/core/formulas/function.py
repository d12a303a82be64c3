"""Test functions of two parameters: a formula, its minima and what to show of it."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

import numpy as np

from gdviz.core.formulas.copies import Copies
from gdviz.core.formulas.formula import formula
from gdviz.core.formulas.minima import newton
from gdviz.core.planes import Region

Points = tuple[tuple[float, float], ...]


class Function(Copies):
    """A well-known function of x and y."""

    group: ClassVar[str] = "Functions of x and y"
    formula: ClassVar[str]
    square: ClassVar[tuple[float, float, float, float]]  # left, right, bottom, top
    minima: ClassVar[Points] = ()

    def text(self) -> str:
        """Return the formula."""
        return self.formula

    def known(self) -> Points:
        """Return all minima in the window."""
        return self.minima

    def window(self) -> Region:
        """Return the part of the plane that shows what it is about."""
        return Region(*self.square)


@lru_cache(maxsize=16)
def settled(text: str, near: Points) -> Points:
    """Return the minima of a formula that lie close to these points.

    Parameters
    ----------
    text : text
    near : tuple of pairs of floats
        Each so close to a minimum that Newton's method leads there.
    """
    f = formula(text)
    points = newton(f.gradient, f.hessian, np.array(near), longest=0.25)
    return tuple((float(x), float(y)) for x, y in points)
