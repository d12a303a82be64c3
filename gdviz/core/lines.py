"""A text file as numbered rows of cells, a piece at a time, in bounded memory."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES, MOST_ROWS = 256_000_000, 1_000_000  # of a table
_PIECE, _LONGEST_LINE = 1 << 20, 4 << 20  # bytes


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open the file; every refusal inside begins with its name."""
    place = Path(path)
    with naming(place.name or path):
        if not place.exists():
            raise Refused("there is no such file; check the path.")
        if not place.is_file():
            raise Refused("this is a folder or a device; choose a CSV file.")
        with place.open("rb") as file:
            yield file


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Let every refusal inside begin with a name."""
    name = shown(what)[1:-1]
    try:
        yield
    except PermissionError as fault:
        raise Refused(f"{name}: reading is not permitted; ask its owner.") from fault
    except OSError as fault:
        raise Refused(f"{name}: {fault.strerror}; check the path.") from fault
    except Refused as fault:
        raise Refused(f"{name}: {fault}") from fault


def check_length(file: BinaryIO) -> int:
    """Return about how many lines a file has; refuse too many before any is read."""
    size, feeds, returns = 0, 0, 0
    while size <= MOST_BYTES and (piece := file.read(_PIECE)):
        size += len(piece)
        feeds, returns = feeds + piece.count(b"\n"), returns + piece.count(b"\r")
        if max(feeds, returns) > MOST_ROWS + 1:  # the header is one of them
            raise Refused(
                f"the table has more than {MOST_ROWS:,} lines below its header; keep "
                f"at most {MOST_ROWS:,}."
            )
    check_bytes(size)
    file.seek(0)
    return max(feeds, returns)


def check_bytes(size: int) -> None:
    """Refuse a table that is too large.

    Raises
    ------
    Refused
    """
    if size > MOST_BYTES:
        most = f"{MOST_BYTES // 10**6} MB"
        raise Refused(f"the file is larger than {most}; keep fewer rows or columns.")


def pieces(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield whole lines, about a megabyte at once, with the number of the first."""
    first, rest, size = 1, file.read(3), 0
    if rest[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("the encoding is UTF-16; save the table as CSV in UTF-8.")
    rest = rest.removeprefix(b"\xef\xbb\xbf")
    while piece := file.read(_PIECE):
        rest, size = rest + piece, size + len(piece)
        check_bytes(size)  # it may grow meanwhile
        # a carriage return at the very end may be half a line end
        cut = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, -1)) + 1
        if cut:
            lines = _lines(rest[:cut], first)
            yield first, lines
            first, rest = first + len(lines) - 1, rest[cut:]
        elif len(rest) > _LONGEST_LINE:
            raise Refused(f"line {first} is longer than 4 MB; choose a CSV file.")
    yield first, _lines(rest + b"\n", first)


def _lines(raw: bytes, first: int) -> list[str]:
    """Return the lines and an empty one, which shows a quotation left open."""
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    bad, text = raw.find(b"\0"), ""
    try:
        text = raw.decode("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    except UnicodeDecodeError as fault:
        bad = fault.start
    if bad >= 0:
        line = first + raw.count(b"\n", 0, bad)
        raise Refused(f"line {line} is not UTF-8 text; save the table as CSV in UTF-8.")
    return [line.strip(" ") for line in text.split("\n")]


def rows(first: int, lines: list[str], mark: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every line that is not blank."""
    reader = csv.reader(lines, delimiter=mark, skipinitialspace=True)
    number = first
    never = "a cell never ends; close its quotation mark or shorten it."
    try:
        for row in reader:
            if first + reader.line_num != number + 1:
                raise Refused(f"line {number}: {never}")
            if len(row) > 1 or "".join(row).strip():
                yield number, row
            number += 1
    except csv.Error as fault:
        raise Refused(f"line {number}: {never}") from fault


def shown(text: str) -> str:
    """Quote a text of the file, short and on one line."""
    text = text if len(text) <= 40 else text[:39] + "…"
    return "'" + "".join(mark if mark.isprintable() else "?" for mark in text) + "'"
