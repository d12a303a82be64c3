"""Sheets: tables whose heads and cells are made when they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.cells import Cell


@dataclass(frozen=True)
class Head:
    """What stands in front of a row.

    Attributes
    ----------
    label, tip : texts
    kind : text
        That of a line; empty for anything else.
    row : int or None
        The example's row in the data.
    chosen : bool
        Whether it is the selected example.
    known : bool
        Whether its numbers are known in this phase of an update.
    """

    label: str
    tip: str = ""
    kind: str = ""
    row: int | None = None
    chosen: bool = False
    known: bool = True


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table whose heads and cells are made when they are looked at.

    Attributes
    ----------
    heads : tuple of (group, name, tip)
        What stands above the columns.
    count : int
        Number of rows.
    head : function of a row
    cell : function of a row and a column
        Returns None where there is nothing, or nothing known yet.
    """

    heads: tuple[tuple[str, str, str], ...]
    count: int
    head: Callable[[int], Head]
    cell: Callable[[int, int], Cell | None]


def as_text(*sheets: Sheet) -> str:
    """Return tables of the same columns as text, tabs between the numbers in full."""
    names = [name for _, name, _ in sheets[0].heads]
    rows = [["", *names]]
    for sheet in sheets:
        for r in range(sheet.count):
            cells = (sheet.cell(r, c) for c in range(len(names)))
            rows.append([sheet.head(r).label, *(_full(cell) for cell in cells)])
    return "\n".join("\t".join(row) for row in rows)


def only(sheet: Sheet, rows: list[int]) -> Sheet:
    """Return a sheet of some of the rows."""
    return Sheet(
        sheet.heads,
        len(rows),
        lambda r: sheet.head(rows[r]),
        lambda r, c: sheet.cell(rows[r], c),
    )


def _full(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.text or repr(float(cell.value))
