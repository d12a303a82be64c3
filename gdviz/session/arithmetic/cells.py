"""Cells: recorded numbers, each of which knows how it comes about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.expressions import Value, letters, numbers
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.expressions import Expression

_ROUNDING = 1e-9
_NOT_ONE = "Recorded as it was; no formula of this table gives it."


@dataclass(frozen=True, eq=False)
class Formula:
    """How a number comes about.

    Attributes
    ----------
    expression : Expression
    note : text
        A sentence on it.
    also : tuple of Cell
        Numbers within it that have a formula of their own.
    """

    expression: Expression
    note: str = ""
    also: tuple[Cell, ...] = ()


@dataclass(frozen=True, eq=False)
class Cell:
    """A recorded number.

    Attributes
    ----------
    name : text
        In letters, such as z1[2].
    value : float
    how : function
        Returns its formula: made only for those who ask.
    text : text
        Written in the place of the number, such as the name of a class.
    """

    name: str
    value: float
    how: Callable[[], Formula]
    text: str = ""

    def __str__(self) -> str:
        """Return the number as a table writes it."""
        return self.text or number(self.value)

    def formula(self) -> Formula:
        """Return its formula if that is true of the recorded number."""
        formula = self.how()
        return formula if _true(formula.expression, self.value) else self._bare()

    def parts(self) -> tuple[str, ...]:
        """Return what is equal: the name, the letters, the numbers and the value."""
        formula = self.formula()
        if self.text:
            return self.name, self.text
        return self._equal(formula.expression)

    def _equal(self, expression: Expression) -> tuple[str, ...]:
        texts = [self.name, expression.write(letters), expression.write(numbers)]
        return tuple(dict.fromkeys([*texts, number(self.value)]))

    def _bare(self) -> Formula:
        return Formula(Value(self.name, self.value), _NOT_ONE)


def of(value: Value, how: Callable[[], Formula], text: str = "") -> Cell:
    """Return a value as a cell."""
    return Cell(value.name, value.value, how, text)


def given(name: str, value: float, note: str, text: str = "") -> Cell:
    """Return a number that nothing here works out."""
    return Cell(name, value, lambda: Formula(Value(name, value), note), text)


def _true(expression: Expression, value: float) -> bool:
    """Tell whether an expression is worth a value, but for rounding."""
    if not np.isfinite(value):
        return True
    away = abs(expression.worth() - float(value))
    return bool(away <= _ROUNDING * max(expression.size(), abs(value)))
