"""A user's own table in a scene file: named with a checksum, or embedded."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.core.datasets import OwnTable
from gdviz.core.lines import naming, opened
from gdviz.core.refused import Refused
from gdviz.core.tables import MOST_EMBEDDED
from gdviz.session.strictly import dumped, printable

if TYPE_CHECKING:
    from gdviz.core.datasets import Dataset
    from gdviz.session.scenetree import Tree

SUM = "sha256"
MOST_SUMMED = 10**9  # bytes: about a second's work
_PIECE = 1 << 20
_KEEP = "To keep the data, choose “Keep own table inside the file” and save"
_SUM = re.compile("[0-9a-f]{64}")


def embedded(data: OwnTable) -> OwnTable:
    """Return the same table, held in memory: it needs no file any more.

    Raises
    ------
    Refused
        The file cannot be read, or is too large.
    """
    if data.text or not data.path:
        return data
    name = Path(data.path).name
    if data.copy:
        with naming(name):
            text = _decoded(data.copy.content)
    else:
        with opened(data.path) as file:
            text = _decoded(file.read(MOST_EMBEDDED + 1))
    return replace(data, path=name, text=text)


def fate(data: Dataset) -> str:
    """Return the sentence that a table's file is not as it was read, if it is not."""
    copy = data.copy if isinstance(data, OwnTable) else None
    became = copy.fate() if copy is not None else ""
    if copy is None or not became:
        return ""
    again = "changed" in became
    remedy = "Open it again to take the new data" if again else _KEEP
    name = printable(Path(copy.path).name)
    return f"{name} {became}; this run keeps the data it began with. {remedy}."


def _decoded(raw: bytes) -> str:
    """Return the text of a table, if a scene file can hold it."""
    try:
        text = raw.decode("utf-8-sig") if len(raw) <= MOST_EMBEDDED else None
    except UnicodeDecodeError as fault:
        line = 1 + raw.count(b"\n", 0, fault.start)
        raise Refused(
            f"line {line} is not UTF-8 text; save the table as CSV in UTF-8."
        ) from fault
    if text == "":
        raise Refused("the file is empty; it needs a header line and rows of numbers.")
    if text is None or len(dumped(text).encode()) > MOST_EMBEDDED:
        raise Refused(
            f"the table takes more than {MOST_EMBEDDED // 10**6} MB, too much to be "
            "embedded in a scene file; save the scene without embedding it."
        )
    return text


def write_table(data: OwnTable, tree: Tree, folder: Path | None) -> tuple[str, ...]:
    """Write into the tree of a table how a file in this folder names it.

    Returns
    -------
    tuple of text
        What the user should know: one sentence if the table has no checksum, or is
        not as it was read.
    """
    if not data.text:
        del tree["text"]
    if folder is None or data.text or not data.path:
        return ()
    table = Path(os.path.abspath(data.path))
    tree["path"] = _named(table, Path(os.path.abspath(folder)))
    if data.copy:
        tree[SUM] = data.copy.total
        became = data.copy.fate()
        name = printable(table.name)
        return (f"But {name} {became}. {_KEEP}.",) if became else ()
    try:
        total, why = _checksum(table), "is larger than 1 GB"
    except Refused:
        total, why = None, "cannot be read now"
    if total is None:
        return (
            f"{printable(table.name)} {why}: the scene file has no checksum of it.",
        )
    tree[SUM] = total
    return ()


def resolved(tree: Tree, folder: Path | None) -> str | None:
    """Let a relative path start at a folder; take out the checksum and return it."""
    data = tree.get("data")
    if not isinstance(data, dict) or "path" not in data:
        return None
    path, total = data["path"], data.pop(SUM, None)
    if total is not None and not (isinstance(total, str) and _SUM.fullmatch(total)):
        raise Refused(f"data.{SUM} must be 64 digits from 0 to 9 and a to f.")
    if folder is not None and isinstance(path, str) and path and not data.get("text"):
        data["path"] = _placed(folder, path)
    return total


def look(data: Dataset, total: str | None) -> tuple[str, ...]:
    """Return a note if the table is not what it was.

    Raises
    ------
    Refused
        There is no table to read.
    """
    if not isinstance(data, OwnTable) or data.text or not data.path:
        return ()
    table = Path(data.path)
    if not table.exists():
        raise Refused(
            f"there is no table {table}; put it there, or correct data.path in "
            "the scene file."
        )
    if not table.is_file():
        raise Refused(f"data.path names {table}, a folder or a device; name a table.")
    if total is None or _checksum(table) == total:
        return ()
    other = f"{printable(table.name)} is not the table that this scene was saved with"
    return (f"{other}; its path will be another one.",)


def _checksum(table: Path) -> str | None:
    """Return the SHA-256 of a file, or None if it is too large to wait for."""
    total, left = hashlib.sha256(), MOST_SUMMED
    with opened(str(table)) as file:
        while left >= 0 and (piece := file.read(_PIECE)):
            total.update(piece)
            left -= len(piece)
    return total.hexdigest() if left >= 0 else None


def _named(table: Path, folder: Path) -> str:
    """Return the path from the folder to a table in it or beside it."""
    try:
        path = Path(os.path.relpath(table, folder))
    except ValueError:  # on another drive
        return str(table)
    near = path.parts.count("..") < 2
    found = near and _placed(folder, path) == str(table)
    return path.as_posix() if found else str(table)


def _placed(folder: Path, path: str | Path) -> str:
    """Return the path from a folder; without dots where these go up no link."""
    plain, dotted = os.path.normpath(folder / path), str(folder / path)
    try:
        same = ".." not in Path(path).parts or os.path.samefile(plain, dotted)
    except (OSError, ValueError):
        same = False
    return plain if same else dotted
