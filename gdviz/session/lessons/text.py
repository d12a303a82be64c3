"""What a lesson says: sentences with live numbers, verdicts, and their HTML."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_BRACES = re.compile(r"\{\{|\{([^{}]*)\}|\{")
_NUMBER = r"[+\-−]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+\-−]?\d{1,4})?"
_SIDE = rf"(\{{[^{{}}]*\}}|{_NUMBER})"
_CONDITION = re.compile(rf"\[\s*{_SIDE}\s*([<>=≈])\s*{_SIDE}\s*\]", re.ASCII)
_CODE = re.compile(r"`([^`]+)`")
# a star inside a word is a product, as in w*x + v*y
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])")
_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*]*[^\s*])\*\*(?![\w*])")
_HOLE = "\0"  # where a live number goes once all else is escaped


@dataclass(frozen=True)
class Measure:
    """A live number in a sentence, such as ``{mean gradient:w}``."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class Text:
    """A sentence or a paragraph, in the lesson's own Markdown, with live numbers.

    Attributes
    ----------
    parts : tuple of str or Measure
    """

    parts: tuple[str | Measure, ...]

    def filled(self, value_of: Callable[[Measure], str]) -> str:
        """Return the text with every measure's value in its place."""
        return "".join(p if isinstance(p, str) else value_of(p) for p in self.parts)


@dataclass(frozen=True)
class Condition:
    """Two sides compared: ``<``, ``>``, ``=`` (to 1e-9) or ``≈`` (within 1 %)."""

    left: float | Measure
    relation: str
    right: float | Measure

    def holds(self, number_of: Callable[[Measure], float]) -> bool:
        """Tell whether it is so now; with a number that is not known, it is not."""
        left, right = (
            number_of(side) if isinstance(side, Measure) else side
            for side in (self.left, self.right)
        )
        if self.relation == "<":
            return bool(left < right)
        if self.relation == ">":
            return bool(left > right)
        within = 1e-9 if self.relation == "=" else 0.01
        return math.isclose(left, right, rel_tol=within, abs_tol=1e-9)


@dataclass(frozen=True)
class Verdict:
    """A sentence that is said while its condition holds, or always without one."""

    condition: Condition | None
    text: Text


def at(line: int, sentence: str) -> Refused:
    """Return the refusal of what stands in a line."""
    return Refused(f"line {line}: {sentence}")


def advice(word: str, known: Collection[str]) -> str:
    """Return what a word may have been meant to be."""
    near = difflib.get_close_matches(word[:80], known, 1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}."


def read_text(source: str, line: int, measures: Collection[str]) -> Text:
    """Return a text, of which each brace must hold one of these measures.

    Parameters
    ----------
    source : text
    line : int
        Where its first line stands in the file.
    measures : collection of str

    Raises
    ------
    Refused
        The sentence names the line.
    """
    pieces = groupby(_pieces(source, line, measures), lambda p: isinstance(p, str))
    parts: list[str | Measure] = []
    for wordy, group in pieces:
        parts += ["".join(map(str, group))] if wordy else group
    return Text(tuple(part for part in parts if part))


def plain(source: str, line: int) -> str:
    """Return a text in which no number can be live, such as a title."""
    return read_text(source, line, ()).filled(str)


def read_verdict(source: str, line: int, measures: Collection[str]) -> Verdict:
    """Return the verdict of a line, which may begin with a condition in brackets."""
    condition = None
    if source.startswith("["):
        found = _CONDITION.match(source)
        if not found:
            example = "[ {loss} < 0.1 ], with < > = or ≈ between two numbers"
            raise at(line, f"this is not a condition; write it as {example}.")
        left, right = (_side(found[i], line, measures) for i in (1, 3))
        condition = Condition(left, found[2], right)
        source = source[found.end() :].strip()
    if not source:
        raise at(line, "this verdict says nothing; write its sentence on this line.")
    return Verdict(condition, read_text(source, line, measures))


def html(text: Text, value_of: Callable[[Measure], str]) -> str:
    """Return a text as HTML for a label; nothing but its own few marks has effect."""
    values = (value_of(part) for part in text.parts if isinstance(part, Measure))
    holed = "".join(
        escape(part.replace(_HOLE, "")) if isinstance(part, str) else _HOLE
        for part in text.parts
    )
    paragraph, *items = re.split(r"(?:\A|\n)- ", holed)
    marked = f"<p>{_marked(paragraph)}</p>" if paragraph.strip() else ""
    if items:
        marked += f"<ul>{''.join(f'<li>{_marked(item)}</li>' for item in items)}</ul>"
    return re.sub(_HOLE, lambda _: f"<b>{escape(next(values))}</b>", marked)


def _marked(source: str) -> str:
    spans = _CODE.split(source)  # every second one is code
    return "".join(
        f"<code>{span}</code>" if i % 2 else _stressed(span)
        for i, span in enumerate(spans)
    )


def _stressed(source: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", _EMPHASIS.sub(r"<i>\1</i>", source))


def _pieces(
    source: str, line: int, measures: Collection[str]
) -> Iterator[str | Measure]:
    last = 0
    for brace in _BRACES.finditer(source):
        yield source[last : brace.start()]
        line += source.count("\n", last, brace.start())
        yield "{" if brace[0] == "{{" else _measure(brace[1], line, measures)
        line += brace[0].count("\n")
        last = brace.end()
    yield source[last:]


def _measure(inside: str | None, line: int, measures: Collection[str]) -> Measure:
    if inside is None:
        raise at(line, "this { is never closed; add }, or write {{ for a brace.")
    name, _, argument = (" ".join(p.split()) for p in inside.partition(":"))
    if not measures:
        raise at(line, "no number can be live here; write {{ for a brace.")
    if name not in measures:
        known = advice(name, measures)
        raise at(line, f"there is no number called '{name}'; {known}")
    return Measure(name, argument)


def _side(source: str, line: int, measures: Collection[str]) -> float | Measure:
    if source.startswith("{"):
        return _measure(source[1:-1], line, measures)
    number = float(source.replace("−", "-"))
    if not math.isfinite(number):
        raise at(line, f"{source} is too large for a number.")
    return number
