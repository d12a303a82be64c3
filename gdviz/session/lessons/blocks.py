"""A lesson's text cut into blocks, and the settings among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gdviz.core.knobs import Text
from gdviz.core.refused import Refused
from gdviz.session.lessons.text import advice, at
from gdviz.session.strictly import beginning, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from gdviz.core.knobs import Whole

    Reader = Callable[[str, str], object]  # of a value and its key
    Cut = Callable[[str, int, "_Lines"], Iterator["Block"]]

NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_START = re.compile(r"#|```|>|Question:|Answer:")
_SETTING = re.compile(r"(?!Question:|Answer:)[A-Za-z]\w*\s*:")


@dataclass(frozen=True)
class Block:
    """Some lines that belong together.

    Attributes
    ----------
    kind : str
        ``#`` or ``##`` (a title), ``setting``, ``scene``, ``new scene``, ``>`` (a
        verdict), ``question``, ``answer`` or ``text``.
    text : str
        Without what marks its kind.
    line : int
        Where it begins in the file.
    """

    kind: str
    text: str
    line: int

    @property
    def key(self) -> str:
        """What a setting sets."""
        return self.text.partition(":")[0].strip()


class _Lines:
    """The lines of a text, taken one after the other; `at` of them are taken."""

    def __init__(self, text: str) -> None:
        self._lines, self.at = re.split(r"\r\n|\r|\n", text), 0

    @property
    def left(self) -> bool:
        return self.at < len(self._lines)

    def one(self) -> str:
        self.at += 1
        return self._lines[self.at - 1].strip()

    def take(self, goes_on: Callable[[str], object]) -> list[str]:
        """Take lines for as long as they go on; they keep their spaces."""
        first = self.at
        while self.left and goes_on(self._lines[self.at].strip()):
            self.at += 1
        return self._lines[first : self.at]


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a lesson; a line that fits nowhere is refused."""
    lines = _Lines(text)
    while lines.left:
        line, first = lines.at + 1, lines.one()
        start = _START.match(first)
        cut = _CUTS[start[0]] if start else _text
        yield from cut(first, line, lines) if first else ()


def of(parts: list[Block], *kinds: str) -> list[Block]:
    """Return the blocks of these kinds."""
    return [part for part in parts if part.kind in kinds]


def paragraphs(parts: list[Block], known: Collection[str]) -> list[Block]:
    """Return the paragraphs, none of which may be a setting that went astray."""
    for part in of(parts, "text"):
        if ":" in part.text and part.key in known:
            raise at(
                part.line,
                f"'{part.key}:' is a setting; move it directly below the title.",
            )
    return of(parts, "text")


def settings(given: list[Block], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the values of settings by key, each read by its reader."""
    found: dict[str, Any] = {}
    for block in given:
        key, value = block.key, block.text.partition(":")[2].strip()
        with beginning(f"line {block.line}: "):
            if key not in readers:
                known = advice(key, readers)
                raise Refused(
                    f"there is no setting '{key}' here; {known} "
                    "Text begins after a blank line."
                )
            if key in found:
                raise Refused(f"'{key}' stands twice; keep one.")
            found[key] = readers[key](value, key)
    return found


def names(known: Collection[str]) -> Reader:
    """Return the reader of a list of words with commas between."""

    def read(value: str, key: str) -> tuple[str, ...]:
        words = [word.strip() for word in value.split(",")]
        for word in words:
            if word not in known:
                raise Refused(f"{key} cannot be '{word}'; {advice(word, known)}")
        return tuple(dict.fromkeys(words))

    return read


def whole(kind: Whole) -> Reader:
    """Return the reader of a whole number within the bounds of a knob."""

    def read(value: str, key: str) -> int:
        return kind.check(int(value) if _WHOLE.fullmatch(value) else value, key)

    return read


def real(value: str, key: str) -> float:
    """Return a number that may have a fraction."""
    if not NUMBER.fullmatch(value):
        raise Refused(f"{key} must be a number, such as 1 or 2.5, not '{value}'.")
    return float(value)


def words(value: str, key: str) -> str:
    """Return a few words to be shown."""
    if not value:
        raise Refused(f"{key} needs some words; write them on this line.")
    return printable(Text(64).check(value, key))


def _is_text(line: str) -> bool:
    return bool(line) and not _START.match(line)


def _heading(first: str, line: int, lines: _Lines) -> Iterator[Block]:
    found = re.fullmatch(r"(##?)\s+(\S.*)", first)
    if not found:
        raise at(line, "a line with # must be '# Lesson title' or '## Page title'.")
    yield Block(found[1], found[2], line)
    for number, row in enumerate(lines.take(_SETTING.match), line + 1):
        yield Block("setting", row, number)


def _fence(first: str, line: int, lines: _Lines) -> Iterator[Block]:
    kind = " ".join(first[3:].split())
    if kind not in ("scene", "new scene"):
        raise at(line, f"a block begins with ```scene or ```new scene, not '{first}'.")
    rows = lines.take(lambda row: row != "```")
    if not lines.left:
        raise at(line, "this block is never closed; end it with a line of ``` alone.")
    lines.one()
    yield Block(kind, "\n".join(rows), line)


def _verdict(first: str, line: int, lines: _Lines) -> Iterator[Block]:
    yield Block(">", first[1:].strip(), line)
    if lines.take(_is_text):
        raise at(
            line + 1,
            "a verdict is one line long; join this line to it, or leave a blank line "
            "between them.",
        )


def _running(
    kind: str, goes_on: Callable[[str], object], first: str, line: int, lines: _Lines
) -> Iterator[Block]:
    skipped = 0 if kind == "text" else len(f"{kind}:")
    rows = [first[skipped:], *lines.take(goes_on)]
    yield Block(kind, "\n".join(row.strip() for row in rows), line)


_text: Cut = partial(_running, "text", _is_text)
_CUTS: dict[str, Cut] = {
    "#": _heading,
    "```": _fence,
    ">": _verdict,
    "Question:": partial(_running, "question", lambda line: not _START.match(line)),
    "Answer:": partial(_running, "answer", _is_text),
}
