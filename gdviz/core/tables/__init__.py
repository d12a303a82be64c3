"""A user's CSV file as examples; whatever cannot be used is refused with its place."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import chain, islice
from typing import BinaryIO

from gdviz.core.examples import Examples
from gdviz.core.lines import check_length, naming, opened, pieces, rows
from gdviz.core.tables.columns import collect, columns
from gdviz.core.tables.header import below_header, check_cells, find
from gdviz.core.tables.targets import targets_of

MOST_EMBEDDED = 64_000_000  # letters of a table held as text


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
        mark, names, below = below_header(next(pieces(file))[1])
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
    content = text.encode("utf-8", "surrogatepass")
    return read_bytes(content, name, target, task)


def read_bytes(content: bytes, name: str, target: str, task: str = "auto") -> Examples:
    """Return the rows of a table held as the bytes of its file; see `read_text`."""
    with naming(name or "the table"):
        return _read(BytesIO(content), target, task)


def _read(file: BinaryIO, target: str, task: str) -> Examples:
    count = check_length(file)
    parts = pieces(file)
    mark, names, below = below_header(next(parts)[1])
    check_cells(count, len(names))
    goal = find(target, names)
    blocks = (columns(*piece, mark, names) for piece in chain([below], parts))
    inputs, column = collect(filter(None, blocks), goal)
    targets, classes = targets_of(column, task)
    rest = names[:goal] + names[goal + 1 :]
    return Examples(inputs, targets, rest, names[goal], classes)
