"""Lines: the vectors of a step, one number for each parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.cells import Cell, Formula
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.formulas import length

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    How = Callable[[int], Formula]
    Names = tuple[str, ...]

SUM, MEAN, HANDED, WRONG, BEFORE, AFTER, UPDATE, THETA, NEW = (
    "sum", "mean", "handed", "wrong", "before", "after", "update", "theta", "new"
)  # fmt: skip
RATE, MADE = "rate", "made"  # η by its schedule; what an optimizer works out on its way


@dataclass(frozen=True, eq=False)
class Line:
    """A vector of the step, one number for each parameter.

    Attributes
    ----------
    kind : text
        SUM, MEAN and so on.
    label, short : texts
        What it is called in front of a row and above a column.
    tip : text
        A sentence on it.
    pattern : text
        What an entry is called, with {} for the parameter.
    vector : ndarray of shape (p,)
    parameters : tuple of p texts
    how : function of the place in θ or None
        Returns the formula of an entry; None: the tip is all there is to say.
    """

    kind: str
    label: str
    short: str
    tip: str
    pattern: str
    vector: Array
    parameters: tuple[str, ...]
    how: How | None = None

    def value(self, j: int) -> Value:
        """Return one entry as a part of formulas."""
        name = self.pattern.format(self.parameters[j])
        return Value(name, float(self.vector[j]))

    def at(self, j: int) -> Cell | None:
        """Return what stands at a parameter."""
        return self.cell(j)

    def cell(self, j: int) -> Cell:
        """Return one entry."""
        value = self.value(j)
        how = self.how or (lambda j: Formula(value, self.tip))
        return Cell(value.name, value.value, lambda: how(j))

    def length(self) -> Cell:
        """Return how long the vector is."""
        return length(self.short, self.vector, self.parameters)


class Scalar(Line):
    """One number for all parameters."""

    @classmethod
    def of(
        cls, kind: str, label: str, value: Value, tip: str, names: Names,
        how: How | None = None,
    ) -> Scalar:  # fmt: skip
        """Return the line of a value."""
        number = np.array(value.value)
        return cls(kind, label, value.name, tip, value.name, number, names, how)

    def value(self, j: int) -> Value:
        """Return the number, whatever the parameter."""
        return Value(self.pattern, float(self.vector))

    def at(self, j: int) -> Cell | None:
        """Return the number at the first parameter, nothing at the others."""
        return None if j else self.cell(0)

    def length(self) -> Cell:
        """Return the number."""
        return self.cell(0)
