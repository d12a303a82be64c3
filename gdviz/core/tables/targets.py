"""The target column of a table: numbers to predict, or classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.lines import shown
from gdviz.core.refused import Refused
from gdviz.core.tables.columns import numbers_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gdviz.core.tables.columns import Column

    Names = tuple[str, ...]
    Numbers = NDArray[np.float64]
    Targets = Numbers | NDArray[np.int64]

_MOST_CLASSES = 100


def targets_of(column: Column, task: str) -> tuple[Targets, Names]:
    """Return the targets and the names of their classes, if they are classes."""
    if task == "auto" and column.numbers is None:
        _check_strays(column)
    if task != "numbers" and column.numbers is None:
        code = {name: place for place, name in enumerate(sorted(set(column.cells)))}
        _check_classes(column, len(code))
        return np.array([code[cell] for cell in column.cells], np.int64), tuple(code)
    values = column.finite()
    levels, codes = np.unique(values, return_inverse=True)
    if task == "numbers" or (task == "auto" and not _few(levels, len(values))):
        return values, ()
    _check_classes(column, len(levels))
    return codes.astype(np.int64), _spelled(codes, column.cells)


def _few(levels: Numbers, count: int) -> bool:
    """Whether numbers look like classes: few, whole, and each with many rows."""
    whole = bool((levels == np.floor(levels)).all())
    return whole and 2 <= len(levels) <= 10 and count >= 10 * len(levels)


def _check_classes(column: Column, count: int) -> None:
    if count == 1:
        one = f"column {shown(column.name)} has a single class"
        raise Refused(f"{one}, {shown(column.cells[0])}; choose another target.")
    if count > _MOST_CLASSES:
        many = f"column {shown(column.name)} has {count:,} classes, 100 is the most"
        raise Refused(f"{many}; choose another target{_stray(column)}.")


def _check_strays(column: Column) -> None:
    """Refuse a column of numbers with a few other cells in it."""
    stray = [numbers_in([cell], column.comma) is None for cell in column.cells]
    if sum(stray) * 5 > len(stray):
        return
    place = stray.index(True)
    line, cell = column.lines[place], shown(column.cells[place])
    raise Refused(
        f"line {line}, column {shown(column.name)}: {cell} is not a number; "
        "correct it, or predict classes if these are names."
    )


def _stray(column: Column) -> str:
    """Name the first text that keeps the column from being numbers."""
    for line, cell in zip(column.lines, column.cells, strict=True):
        if numbers_in([cell], column.comma) is None:
            return f", or correct line {line} if {shown(cell)} should be a number"
    return " or predict numbers"


def _spelled(codes: NDArray[np.intp], cells: Sequence[str]) -> Names:
    """Name every class by its shortest spelling in the file, without ``.0``."""
    pairs = set(zip(codes.tolist(), cells, strict=True))
    spelling = dict(sorted(pairs, key=lambda pair: (-len(pair[1]), pair[1])))
    names = [spelling[code] for code in range(len(spelling))]
    return tuple(re.sub(r"(?<=\d)[.,]0*$", "", name) for name in names)
