"""A column of the arithmetic table, and the groups in which columns stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.cells import Cell
    from gdviz.session.arithmetic.lines import Line
    from gdviz.session.arithmetic.one import One

EXAMPLE, FORWARD, ERROR, BACKWARD, GRADIENT = (
    "example", "forward", "error and loss", "backward: δ", "gradient g = ∂ℓ/∂θ"
)  # fmt: skip
ALONE = "gradient"  # where there is but one column of it


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes
    ----------
    group, name, tip : texts
    of_one : function of an example
        Returns its cell, or None where nothing is recorded.
    of_line : function of a line or None
    told : bool
        Whether it is there only for examples told in full.
    """

    group: str
    name: str
    tip: str
    of_one: Callable[[One], Cell | None]
    of_line: Callable[[Line], Cell | None] | None = None
    told: bool = True

    def example(self, one: One) -> Cell | None:
        """Return the cell of an example."""
        return None if self.told and one.ledger is None else self.of_one(one)

    def line(self, line: Line) -> Cell | None:
        """Return the cell of a line below the examples."""
        return self.of_line(line) if self.of_line is not None else None
