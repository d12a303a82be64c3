"""The text of a scene file: no larger than it may be, JSON, and of a known version."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused
from gdviz.core.tables import MOST_EMBEDDED
from gdviz.session.strictly import strict, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.session.scenetree import Tree

VERSION = 2
LARGEST = 8_000_000  # bytes of a file without its table
_TABLE = re.compile(r'"text"\s*:\s*(?=")')


def read_text(place: Path) -> str:
    """Return the text of a scene file, which may hold a table."""
    text = text_of(place, "scene", LARGEST + MOST_EMBEDDED)
    check_size(text)
    return text


def check_size(text: str) -> None:
    """Refuse what is too large even without the one long text that it may hold.

    Raises
    ------
    Refused
    """
    if len(text) <= LARGEST:
        return
    table = 0
    if found := _TABLE.search(text):
        with suppress(json.JSONDecodeError):
            end = json.JSONDecoder().raw_decode(text, found.end())[1]
            table = end - found.end()
    if len(text) - table > LARGEST or table > MOST_EMBEDDED:
        most = f"{LARGEST // 10**6} MB, or {MOST_EMBEDDED // 10**6} MB with its table"
        raise Refused(f"a scene file holds at most {most}; make it smaller.")


def parsed(text: str) -> Tree:
    """Return the settings in a JSON text, without its version."""
    try:
        tree = strict(text)
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise Refused(f"{place} is not JSON: {fault.msg}; correct it.") from fault
    if not isinstance(tree, dict) or "gdviz" not in tree:
        missing = 'it has no key "gdviz" at the top; choose a scene file.'
        raise Refused(f"this is not a gdviz scene: {missing}")
    check_version(tree.pop("gdviz"))
    return tree


def check_version(version: object) -> None:
    """Refuse a version of the file format that is not known here."""
    if type(version) is not int or version < 1:
        raise Refused(f"gdviz must be {VERSION}, the version of the file format.")
    if version > VERSION:
        raise Refused(
            f"this scene is of version {version}, and {VERSION} is the newest known "
            "here; update gdviz."
        )
