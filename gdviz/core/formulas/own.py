"""The user's own formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gdviz.core.formulas.copies import Copies, start
from gdviz.core.formulas.parser import LONGEST, parse
from gdviz.core.formulas.refusal import EXAMPLE, NotAFormula
from gdviz.core.knobs import Text, knob
from gdviz.core.planes import Region
from gdviz.core.refused import Refused


@dataclass(frozen=True)
class FormulaText(Text):
    """A formula as text."""

    longest: int = LONGEST

    def check(self, value: object, place: str) -> str:
        """Return `value` if it is a formula, or refuse it by name and character."""
        if not isinstance(value, str):
            raise Refused(f"{place} must be a formula such as {EXAMPLE}.")
        try:
            parse(value)
        except NotAFormula as refusal:
            raise Refused(f"{place} must be a formula. {refusal}") from None
        return value


@dataclass(frozen=True)
class OwnFormula(Copies):
    """Your own formula of x, of x and y, or of up to eleven parameters.

    The parameters are x, y and w1 to w9: those that occur, in this order. x and y
    have a start of their own; any other one starts at 0.5.
    """

    name: ClassVar[str] = "formula"
    title: ClassVar[str] = "Own formula"
    rate: ClassVar[float | None] = 0.001
    usual: ClassVar[float] = 0.5
    x: float = start(-1.2)
    y: float = start(1.0, "y")
    formula: str = knob(
        EXAMPLE,
        FormulaText(),
        "Formula",
        "What is made small: + - * / ** and functions such as sin, exp, log, sqrt, "
        "abs, min, max, of x, y and w1 to w9.",
    )

    def text(self) -> str:
        """Return the formula."""
        return self.formula

    def window(self) -> Region | None:
        """Return a square around 0 that shows the start."""
        half = max(2.0, 1.25 * max(map(abs, self.start())))
        return Region(-half, half, -half, half)
