"""JSON text and small files, read strictly: one short sentence for what is wrong."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gdviz.core.faults import reason
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_NUMBER, _LONGEST_SENTENCE = 30, 600


@contextmanager
def beginning(start: str) -> Iterator[None]:
    """Let every refusal inside begin with these words, such as a file's name."""
    try:
        with calm():
            yield
    except Refused as fault:
        raise Refused(f"{start}{fault}") from fault
    except OSError as fault:
        raise Refused(f"{start}{reason(fault)}; check the path.") from fault


@contextmanager
def calm() -> Iterator[None]:
    """Make every refusal short and printable, whatever stands in the file."""
    try:
        yield
    except RecursionError as fault:
        deep = "this is nested too deeply for a scene; write fewer brackets in brackets"
        raise Refused(f"{deep}.") from fault
    except Refused as fault:
        raise Refused(brief(str(fault))) from fault


def brief(sentence: str) -> str:
    """Return a sentence short enough to be shown, and printable."""
    most = _LONGEST_SENTENCE
    return printable(sentence if len(sentence) <= most else sentence[:most] + "…")


def printable(text: str) -> str:
    """Return the text with a question mark for what cannot be shown."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)


def dumped(value: object) -> str:
    """Return a value as JSON text on one line."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # half a surrogate pair, as in an undecodable file name, goes as its escape
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def text_of(path: Path, what: str, most: int = 1_000_000) -> str:
    """Return the text of a small file that should be a scene or a lesson."""
    if not path.exists():
        raise Refused("there is no such file; check the path.")
    if not path.is_file():
        raise Refused(f"this is a folder or a device; choose a {what} file.")
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise Refused(
            f"the file is larger than {most // 10**6} MB, which no {what} is; choose "
            "another file."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = 1 + raw.count(b"\n", 0, fault.start)
        raise Refused(
            f"line {line} is not UTF-8 text; choose a {what} file."
        ) from fault


def strict(text: str) -> Any:
    """Return the value of a JSON text; no key may stand twice in one object."""
    return json.loads(
        text,
        object_pairs_hook=_once,
        parse_constant=_no_constant,
        parse_int=_whole,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in pairs:
        if key in tree:
            raise Refused(f"'{key}' stands twice in one object; keep one.")
        tree[key] = value
    return tree


def _no_constant(word: str) -> None:
    raise Refused(f"{word} is not a number that a scene can hold; write a finite one.")


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        most = f"write at most {_LONGEST_NUMBER} digits"
        raise Refused(f"the number {digits[:12]}… is too long; {most}.")
    return int(digits)
