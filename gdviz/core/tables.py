"""A user's CSV file as examples; whatever cannot be used is refused with its place."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from gdviz.core.examples import Examples
from gdviz.core.lines import naming, opened, pieces, rows, shown
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Names = tuple[str, ...]
    Numbers = NDArray[np.float64]
    Targets = Numbers | NDArray[np.int64]

_LARGEST = 1e100  # beyond, nothing can be drawn to scale
MOST_EMBEDDED = 64_000_000  # letters of a table held as text
_MOST_COLUMNS, _MOST_CLASSES = 10_000, 100


@dataclass(frozen=True)
class Preview:
    """The beginning of a table, as text; rows may be ragged."""

    path: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str


def preview(path: str, count: int = 8) -> Preview:
    """Return the header and the first rows; only the file's beginning is read."""
    with opened(path) as file:
        mark, names, below = _below_header(next(pieces(file))[1])
        cells = [row for _, row in islice(rows(*below, mark), count)]
    return Preview(
        path, names, tuple(tuple(map(str.strip, row)) for row in cells), mark
    )


def read_table(path: str, target: str, task: str = "auto") -> Examples:
    """Return the rows of a CSV file as examples, in file order.

    Parameters
    ----------
    path : text
        A UTF-8 file with a header line; every column but the target holds numbers.
    target : text
        The name of the column to predict.
    task : {"auto", "numbers", "classes"}
        What the target holds. Automatic means classes for text, and for 2 to 10
        different whole numbers with at least 10 rows each on average.

    Raises
    ------
    Refused
        The file cannot be used; the text names the file, the place and the remedy.
    """
    with opened(path) as file:
        return _read(file, target, task)


def read_text(text: str, name: str, target: str, task: str = "auto") -> Examples:
    """Return the rows of a table held as text; see `read_table`.

    Parameters
    ----------
    text : text
        All that a CSV file holds.
    name : text
        What the table is called when it is refused.
    target : text
    task : {"auto", "numbers", "classes"}

    Raises
    ------
    Refused
        The table cannot be used; the sentence names it, the place and the remedy.
    """
    with naming(name or "the table"):
        file = BytesIO(text.encode("utf-8", "surrogatepass"))
        return _read(file, target, task)


def _read(file: BinaryIO, target: str, task: str) -> Examples:
    parts = pieces(file)
    mark, names, below = _below_header(next(parts)[1])
    goal = _find(target, names)
    blocks = (_columns(*piece, mark, names) for piece in chain([below], parts))
    inputs, column = _collect(filter(None, blocks), goal)
    targets, classes = _targets(column, task)
    rest = names[:goal] + names[goal + 1 :]
    return Examples(inputs, targets, rest, names[goal], classes)


def _below_header(lines: list[str]) -> tuple[str, Names, tuple[int, list[str]]]:
    """Return the delimiter, the column names, and the lines below them."""
    top = [number for number, text in enumerate(lines, 1) if text.strip()][:2]
    if not top:
        raise Refused("the file is empty; it needs a header line and rows of numbers.")
    mark = _delimiter([lines[number - 1] for number in top])
    line, cells = next(rows(top[0], lines[top[0] - 1 :], mark))
    names = tuple(map(str.strip, cells))
    _check_names(names, f"line {line}")
    return mark, names, (line + 1, lines[line:])


def _delimiter(top: list[str]) -> str:
    """Return what splits header and first row alike; colon and space come last."""
    for mark in [mark for mark in ";\t|," if mark in top[0]] or [":", " "]:
        widths = {len(row) for _, row in rows(1, [*top, ""], mark)}
        if len(widths) == 1 and min(widths) > 1:
            return mark
    return max(",;\t|", key=top[0].count)


def _check_names(names: Names, line: str) -> None:
    if len(names) > _MOST_COLUMNS:
        raise Refused(f"{line} has {len(names):,} columns; keep at most 10,000.")
    if _numbers(names) is not None:
        raise Refused(f"{line} holds only numbers; add a header with column names.")
    if "" in names:
        place = names.index("") + 1
        raise Refused(f"{line}, column {place}: the name is empty; give it one.")
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise Refused(f"{line}: {count} columns are called {shown(name)}; rename them.")


def _find(target: str, names: Names) -> int:
    """Return the place of the target column."""
    target, folded = target.strip(), {name.casefold(): name for name in names}
    near = difflib.get_close_matches(target.casefold(), folded, 1)
    listed = ", ".join(map(shown, names[:10])) + (", …" if len(names) > 10 else "")
    advice = f"did you mean {shown(folded[near[0]])}?" if near else ""
    if not target:
        raise Refused(f"no target column is named; choose one of {listed}.")
    if target not in names:
        advice = advice or f"choose one of {listed}."
        raise Refused(f"there is no column {shown(target)}; {advice}")
    if len(names) == 1:
        raise Refused(f"{shown(target)} is the only column; add a column of inputs.")
    return names.index(target)


@dataclass(frozen=True)
class _Column:
    """Cells under one name, each with its line number."""

    name: str
    comma: bool  # may be the decimal mark
    lines: Sequence[int]
    cells: Sequence[str]

    def filled(self) -> _Column:
        """Return the cells without spaces around them; none may be empty."""
        cells = [cell.strip() for cell in self.cells]
        if "" in cells:
            self._number(self.lines[cells.index("")], "")
        return _Column(self.name, self.comma, self.lines, cells)

    @cached_property
    def numbers(self) -> Numbers | None:
        """The cells as numbers, or None if one is not a number."""
        return _numbers(self.cells, self.comma)

    def finite(self) -> Numbers:
        """Return the numbers; look at single cells only to find a wrong one."""
        if self.numbers is not None and (np.abs(self.numbers) <= _LARGEST).all():
            return self.numbers
        return np.array(list(map(self._number, self.lines, self.cells)))

    def _number(self, line: int, cell: str) -> float:
        values = _numbers([cell], self.comma)
        if values is not None and abs(values[0]) <= _LARGEST:
            return float(values[0])
        place = f"line {line}, column {shown(self.name)}"
        if not cell.strip():
            raise Refused(f"{place}: the cell is empty; fill it in or delete the row.")
        large = values is not None and math.isfinite(values[0])
        kind = "below 1e100" if large else "a number" if values is None else "finite"
        wrong = f"{shown(cell.strip())} is not {kind}"
        raise Refused(f"{place}: {wrong}; correct it or remove the row or column.")


def _columns(first: int, lines: list[str], mark: str, names: Names) -> list[_Column]:
    """Return the columns of a piece of the file; none if all its lines are blank."""
    numbers, found = [], []
    for number, row in rows(first, lines, mark):
        if len(row) != len(names):
            cells = f"{len(names):,} cells expected, {len(row):,} found"
            raise Refused(f"line {number}: {cells}; give every row the same number.")
        numbers.append(number)
        found.append(row)
    named = zip(names, zip(*found, strict=True), strict=False)
    return [_Column(name, mark != ",", numbers, column) for name, column in named]


def _collect(blocks: Iterable[list[_Column]], goal: int) -> tuple[Numbers, _Column]:
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
    column = _Column(parts[0].name, parts[0].comma, lines, cells)
    return np.concatenate(inputs), column


def _numbers(cells: Sequence[str], comma: bool = False) -> Numbers | None:
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


def _targets(column: _Column, task: str) -> tuple[Targets, Names]:
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


def _check_classes(column: _Column, count: int) -> None:
    if count == 1:
        one = f"column {shown(column.name)} has a single class"
        raise Refused(f"{one}, {shown(column.cells[0])}; choose another target.")
    if count > _MOST_CLASSES:
        many = f"column {shown(column.name)} has {count:,} classes, 100 is the most"
        raise Refused(f"{many}; choose another target{_stray(column)}.")


def _check_strays(column: _Column) -> None:
    """Refuse a column of numbers with a few other cells in it."""
    stray = [_numbers([cell], column.comma) is None for cell in column.cells]
    if sum(stray) * 5 > len(stray):
        return
    place = stray.index(True)
    line, cell = column.lines[place], shown(column.cells[place])
    raise Refused(
        f"line {line}, column {shown(column.name)}: {cell} is not a number; "
        "correct it, or predict classes if these are names."
    )


def _stray(column: _Column) -> str:
    """Name the first text that keeps the column from being numbers."""
    for line, cell in zip(column.lines, column.cells, strict=True):
        if _numbers([cell], column.comma) is None:
            return f", or correct line {line} if {shown(cell)} should be a number"
    return " or predict numbers"


def _spelled(codes: NDArray[np.intp], cells: Sequence[str]) -> Names:
    """Name every class by its shortest spelling in the file, without ``.0``."""
    pairs = set(zip(codes.tolist(), cells, strict=True))
    spelling = dict(sorted(pairs, key=lambda pair: (-len(pair[1]), pair[1])))
    names = [spelling[code] for code in range(len(spelling))]
    return tuple(re.sub(r"(?<=\d)[.,]0*$", "", name) for name in names)
