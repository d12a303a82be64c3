"""What is said of text that is no formula: where, why, and how to mend it."""

from __future__ import annotations

from gdviz.core.refused import Refused

EXAMPLE = "(1 - x)**2 + 100*(y - x**2)**2"
_AROUND = 12  # characters shown before and behind the place


class NotAFormula(Refused):
    """Text that is no formula.

    Attributes
    ----------
    why : text
        What is wrong and how to mend it.
    column : int
        The character at fault, from 0; its length if the text ends too early.
    """

    def __init__(self, text: str, column: int, why: str) -> None:
        self.column, self.why = column, why
        super().__init__(f"{where(text, column)}: {why}")


def where(text: str, column: int) -> str:
    """Return the place of a character, and the text around it with a ▸ before it."""
    start, end = max(0, column - _AROUND), column + _AROUND
    before = "…" * (start > 0) + text[start:column]
    behind = text[column:end] + "…" * (end < len(text))
    shown = "".join(c if c.isprintable() else "�" for c in f"{before}▸{behind}")
    return f"At character {column + 1:,} ({shown})"
