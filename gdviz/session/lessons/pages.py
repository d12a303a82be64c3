"""A page of a lesson: what it says, and what is on the screen meanwhile."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gdviz.core.knobs import Choice, Whole
from gdviz.session import PANELS
from gdviz.session.guess import KINDS
from gdviz.session.lessons.blocks import Block, names, of, paragraphs, settings, whole
from gdviz.session.lessons.text import at, plain, read_text, read_verdict
from gdviz.session.scene import Scene
from gdviz.session.scenefile import changes
from gdviz.session.scenetree import build, merged, tree_of
from gdviz.session.strictly import beginning

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from gdviz.session.lessons.text import Text, Verdict

MARKS = (
    "example", "mean", "full", "update", "memory", "spread", "ghost", "chain", "laws",
)  # fmt: skip
UNITS = ("example", "update", "epoch")
MOST_STEPS = 100_000
_OF_PAGE = {
    "show": names(PANELS),
    "steps": whole(Whole(0, MOST_STEPS)),
    "unit": Choice(UNITS).check,
    "select": whole(Whole(1, 1_000_000)),
    "beat": whole(Whole(0, MOST_STEPS)),
    "marks": names(MARKS),
    "predict": Choice(tuple(KINDS)).check,
}


@dataclass(frozen=True)
class Page:
    """One page of a lesson: what it says, and what is on the screen meanwhile.

    Attributes
    ----------
    title : str
    scene : Scene
    show : tuple of str
        The panels, out of `PANELS`.
    steps : int
        How many are made before the page is read.
    unit : str
        Out of `UNITS`: what one step is.
    select : int or None
        Which example of the batch is selected, from 0.
    beat : int
        How many phases of the step are gone through where the unit is one example.
    marks : tuple of str or None
        Out of `MARKS`; None leaves them as they are.
    predict : str
        Out of `KINDS` of guesses: what is to be guessed first; empty for nothing.
    text : tuple of Text
        The paragraphs.
    verdicts : tuple of Verdict
    question, answer : str
        Empty where nothing is asked.
    line : int
        Where the page begins in its file.
    """

    title: str
    scene: Scene = field(default_factory=Scene)
    show: tuple[str, ...] = ()
    steps: int = 0
    unit: str = "update"
    select: int | None = None
    beat: int = 0
    marks: tuple[str, ...] | None = None
    text: tuple[Text, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    question: str = ""
    answer: str = ""
    line: int = 1
    predict: str = ""


def read_page(
    parts: list[Block], before: Scene, folder: Path, measures: Collection[str]
) -> Page:
    """Return the page of these blocks, of which the first is its title.

    Parameters
    ----------
    parts : list of Block
    before : Scene
        Of the page before.
    folder : Path
        Where a relative path to a CSV file starts.
    measures : collection of str
    """
    title, question = parts[0], _asked(parts)
    given = settings(of(parts, "setting"), _OF_PAGE)
    scene = _scene(of(parts, "scene", "new scene"), before, folder)
    _check(given, {p.key: p.line for p in of(parts, "setting")}, scene)
    if "select" in given:
        given["select"] -= 1
    return Page(
        plain(title.text, title.line),
        scene,
        **given,
        text=tuple(
            read_text(p.text, p.line, measures) for p in paragraphs(parts, _OF_PAGE)
        ),
        verdicts=tuple(read_verdict(p.text, p.line, measures) for p in of(parts, ">")),
        question=question[0],
        answer=question[1],
        line=title.line,
    )


def _check(given: dict[str, Any], lines: dict[str, int], scene: Scene) -> None:
    """Refuse settings that do not go with each other or with the scene."""
    batch = scene.descent.batch_size
    if given.get("select", 1) > batch:
        raise at(
            lines["select"],
            f"select is {given['select']}, but the batch size is {batch} here.",
        )
    if given.get("beat") and given.get("unit") != "example":
        raise at(lines["beat"], "beat needs the line 'unit: example' beside it.")
    if given.get("beat") and "predict" in given:
        raise at(lines["predict"], "predict shows every gradient; leave out beat.")


def _asked(parts: list[Block]) -> tuple[str, str]:
    """Return question and answer, both empty if nothing is asked."""
    for part, after in pairwise([*parts, Block("", "", 0)]):
        if part.kind == "question" and after.kind != "answer":
            raise at(part.line, "this question has no 'Answer:' below it.")
        if after.kind == "answer" and part.kind != "question":
            raise at(after.line, "this answer has no 'Question:' above it.")
    asked = of(parts, "question", "answer")
    if len(asked) > 2:
        raise at(asked[2].line, "a page asks one question; begin another page.")
    question, answer = map(_told, asked) if asked else ("", "")
    return question, answer


def _told(part: Block) -> str:
    text = plain(part.text, part.line).strip()
    if not text:
        raise at(part.line, f"this {part.kind} is empty; write it on this line.")
    return text


def _scene(given: list[Block], before: Scene, folder: Path) -> Scene:
    """Return the scene of a page: that before it, with the changes of its block."""
    if len(given) > 1:
        raise at(given[1].line, "a page has one scene; join it to the one above.")
    for block in given:
        base = Scene() if block.kind == "new scene" else before
        try:
            with beginning(f"line {block.line}: "):
                return build(merged(tree_of(base), changes(block.text, folder)))
        except json.JSONDecodeError as fault:
            line = block.line + fault.lineno
            wrong = f"column {fault.colno} is not JSON: {fault.msg}; correct it."
            raise at(line, wrong) from fault
    return before
