"""Lessons: pages of text with a scene each, from Markdown files that only say.

Nothing in a lesson is executed, and whatever is wrong is refused by its line.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz.core.knobs import Whole
from gdviz.paths import resource
from gdviz.session import PANELS
from gdviz.session.lessons.blocks import (
    NUMBER,
    blocks,
    of,
    paragraphs,
    real,
    settings,
    whole,
    words,
)
from gdviz.session.lessons.pages import MARKS, UNITS, Page, read_page
from gdviz.session.lessons.text import at, plain
from gdviz.session.scene import Scene
from gdviz.session.strictly import beginning, printable, text_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

    from gdviz.session.lessons.blocks import Block

__all__ = ["MARKS", "PANELS", "UNITS", "Lesson", "Page", "lesson_files", "read_lesson"]
MOST_PAGES = 20
_OF_LESSON = {"order": real, "part": words, "minutes": whole(Whole(1, 180))}
_ORDER = re.compile(
    rf"^order[ \t]*:[ \t]*({NUMBER.pattern})[ \t]*$", re.ASCII | re.MULTILINE
)


@dataclass(frozen=True)
class Lesson:
    """A lesson and its pages.

    Attributes
    ----------
    name : text
        That of its file, without the ending.
    title : text
    order : float
        Its place among the lessons.
    summary : text
    pages : tuple of Page
    part : text
        What it belongs to, with those of the same words beside it; or empty.
    minutes : int
        How long it takes in a lecture; 0 where it is not part of one.
    """

    name: str
    title: str
    order: float
    summary: str
    pages: tuple[Page, ...]
    part: str = ""
    minutes: int = 0


def lesson_files() -> dict[str, Path]:
    """Return the shipped lessons by name, in the order they give themselves."""
    files = [path for path in resource("lessons").glob("*.md") if path.is_file()]
    ordered = sorted(files, key=lambda path: (_order_of(path), path.stem))
    return {path.stem: path for path in ordered}


def read_lesson(path: str | PathLike[str], measures: Collection[str]) -> Lesson:
    """Return the lesson of a file, or the shipped one of this name.

    Parameters
    ----------
    path : text or path
    measures : collection of str
        The names that may stand in braces.

    Raises
    ------
    Refused
        The sentence begins with the file's name and the line.
    """
    place = lesson_files().get(str(path)) or Path(path).absolute()
    name = printable(place.name)
    with beginning(f"{name}: "):
        text = text_of(place, "lesson")
    with beginning(f"{name}, "):
        return _lesson(text, place, measures)


def _order_of(path: Path) -> float:
    """Return the order a file gives itself, from its first lines alone."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            head = re.split(r"\n\s*\n", file.read(2000).strip(), maxsplit=1)[0]
    except OSError:
        return math.inf
    found = _ORDER.search(head)
    return float(found[1]) if found else math.inf


def _lesson(text: str, place: Path, measures: Collection[str]) -> Lesson:
    parts = list(blocks(text))
    _check_titles(parts)
    cuts = [i for i, part in enumerate(parts) if part.kind == "##"]
    head, pages = parts[: cuts[0]], list[Page]()
    given, summary = _head(head)
    for i, j in pairwise([*cuts, len(parts)]):
        before = pages[-1].scene if pages else Scene()
        pages.append(read_page(parts[i:j], before, place.parent, measures))
    title = plain(head[0].text, head[0].line)
    given = {"order": math.inf, **given}
    return Lesson(place.stem, title, summary=summary, pages=tuple(pages), **given)


def _check_titles(parts: list[Block]) -> None:
    if not parts or parts[0].kind != "#":
        line = parts[0].line if parts else 1
        raise at(line, "a lesson begins with '# ' and its title.")
    for again in of(parts[1:], "#"):
        raise at(again.line, "a lesson has one '# ' title; a page begins with '## '.")
    pages = of(parts, "##")
    if not pages:
        raise at(parts[-1].line, "there is no page; begin one with '## ' and a title.")
    if len(pages) > MOST_PAGES:
        line = pages[MOST_PAGES].line
        raise at(line, f"a lesson has at most {MOST_PAGES} pages; begin another file.")


def _head(parts: list[Block]) -> tuple[dict[str, Any], str]:
    """Return the settings and the summary of a lesson."""
    given = settings(of(parts, "setting"), _OF_LESSON)
    summaries = paragraphs(parts, _OF_LESSON)
    for stray in [p for p in parts[1:] if p.kind not in ("setting", "text")]:
        raise at(stray.line, "this belongs on a page, below a line with '## '.")
    if not summaries:
        raise at(parts[-1].line, "the summary is missing; write a paragraph below.")
    if len(summaries) > 1:
        raise at(summaries[1].line, "the summary is one paragraph; begin a page first.")
    summary = plain(summaries[0].text, summaries[0].line)
    return given, " ".join(summary.split())
