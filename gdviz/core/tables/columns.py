"""The columns of a table: cells under one name, read as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.lines import rows, shown
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Names = tuple[str, ...]
    Numbers = NDArray[np.float64]

_LARGEST = 1e100  # beyond, nothing can be drawn to scale


@dataclass(frozen=True)
class Column:
    """Cells under one name, each with its line number."""

    name: str
    comma: bool  # may be the decimal mark
    lines: Sequence[int]
    cells: Sequence[str]

    def filled(self) -> Column:
        """Return the cells without spaces around them; none may be empty."""
        cells = [cell.strip() for cell in self.cells]
        if "" in cells:
            self._number(self.lines[cells.index("")], "")
        return Column(self.name, self.comma, self.lines, cells)

    @cached_property
    def numbers(self) -> Numbers | None:
        """The cells as numbers, or None if one is not a number."""
        return numbers_in(self.cells, self.comma)

    def finite(self) -> Numbers:
        """Return the numbers; look at single cells only to find a wrong one."""
        if self.numbers is not None and (np.abs(self.numbers) <= _LARGEST).all():
            return self.numbers
        return np.array(list(map(self._number, self.lines, self.cells)))

    def _number(self, line: int, cell: str) -> float:
        values = numbers_in([cell], self.comma)
        if values is not None and abs(values[0]) <= _LARGEST:
            return float(values[0])
        place = f"line {line}, column {shown(self.name)}"
        if not cell.strip():
            raise Refused(f"{place}: the cell is empty; fill it in or delete the row.")
        large = values is not None and math.isfinite(values[0])
        kind = "below 1e100" if large else "a number" if values is None else "finite"
        wrong = f"{shown(cell.strip())} is not {kind}"
        raise Refused(f"{place}: {wrong}; correct it or remove the row or column.")


def columns(first: int, lines: list[str], mark: str, names: Names) -> list[Column]:
    """Return the columns of a piece of the file; none if all its lines are blank."""
    numbers, found = [], []
    for number, row in rows(first, lines, mark):
        if len(row) != len(names):
            cells = f"{len(names):,} cells expected, {len(row):,} found"
            raise Refused(f"line {number}: {cells}; give every row the same number.")
        numbers.append(number)
        found.append(row)
    named = zip(names, zip(*found, strict=True), strict=False)
    return [Column(name, mark != ",", numbers, column) for name, column in named]


def collect(blocks: Iterable[list[Column]], goal: int) -> tuple[Numbers, Column]:
    """Return the inputs as numbers and the target still as text."""
    inputs, parts = [], []
    for columns in blocks:
        parts.append(columns.pop(goal).filled())
        inputs.append(np.column_stack([column.finite() for column in columns]))
    cells = [cell for part in parts for cell in part.cells]
    if len(cells) < 2:
        rows = ("no rows", "only one row")[len(cells)]
        raise Refused(f"{rows} below the header; add some, it needs at least two.")
    lines = [line for part in parts for line in part.lines]
    column = Column(parts[0].name, parts[0].comma, lines, cells)
    return np.concatenate(inputs), column


def numbers_in(cells: Sequence[str], comma: bool = False) -> Numbers | None:
    """Return the cells as numbers, or None if one is not a number."""
    text = "".join(cells)
    if "_" in text or not text.isascii():  # float() takes 1_000 and foreign digits
        return None
    if comma and "," in text:
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
