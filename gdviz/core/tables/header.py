"""The header of a table: what splits its lines, and what its columns are called."""

from __future__ import annotations

import difflib
from collections import Counter

from gdviz.core.lines import rows, shown
from gdviz.core.refused import Refused
from gdviz.core.tables.columns import numbers_in

Names = tuple[str, ...]

_MOST_COLUMNS = 10_000
_MOST_CELLS = 50_000_000  # 400 MB of numbers


def below_header(lines: list[str]) -> tuple[str, Names, tuple[int, list[str]]]:
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
        many = f"{line} has {len(names):,} columns"
        raise Refused(f"{many}; keep at most {_MOST_COLUMNS:,}.")
    if numbers_in(names) is not None:
        raise Refused(f"{line} holds only numbers; add a header with column names.")
    if "" in names:
        place = names.index("") + 1
        raise Refused(f"{line}, column {place}: the name is empty; give it one.")
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise Refused(f"{line}: {count} columns are called {shown(name)}; rename them.")


def check_cells(lines: int, columns: int) -> None:
    """Refuse a table that would not fit into memory."""
    if lines * columns > _MOST_CELLS:
        size = f"{lines:,} lines of {columns:,} columns are too much"
        raise Refused(
            f"{size}; keep at most {_MOST_CELLS:,} cells, fewer rows or columns."
        )


def find(target: str, names: Names) -> int:
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
