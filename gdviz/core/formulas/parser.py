"""From text to a formula: Python's grammar, a short list of what may be in it.

Nothing is ever run: the syntax tree is walked, and all that is not on the list is
refused with its place. A text is short, and the walk does not recurse.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from gdviz.core.formulas.graph import Graph
from gdviz.core.formulas.operations import LETTERS
from gdviz.core.formulas.refusal import EXAMPLE, NotAFormula
from gdviz.core.formulas.walk import Walk

LONGEST = 1000


@dataclass(frozen=True, eq=False)
class Parsed:
    """A formula as a graph.

    Attributes
    ----------
    graph : Graph
    place : int
        Of the whole formula.
    names : tuple of texts
        The letters in it, in the order of `LETTERS`.
    """

    graph: Graph
    place: int
    names: tuple[str, ...]


def parse(text: str) -> Parsed:
    """Return the formula that a text stands for.

    Raises
    ------
    NotAFormula
        The sentence names the character and the remedy.
    """
    if len(text) > LONGEST:
        why = f"a formula has at most {LONGEST:,} characters, here are {len(text):,}."
        raise NotAFormula(text[: LONGEST + 20], LONGEST, why)
    _check_characters(text)
    graph = Graph()
    place = Walk(text, graph).build(_tree(text))
    words = {node.word for node in graph.nodes if node.operation == "letter"}
    if not words:
        raise NotAFormula(text, 0, "there is no parameter in it; use x, y or w1 to w9.")
    return Parsed(graph, place, tuple(name for name in LETTERS if name in words))


_MEANT = {
    "^": "a power is written **, as in x**2.",
    "²": "a power is written **, as in x**2.",
    "³": "a power is written **, as in x**3.",
    "−": "a minus is written -.",
    "–": "a minus is written -.",
    "×": "a product is written *.",
    "·": "a product is written *.",
    "÷": "a quotient is written /.",
    "π": "write pi.",
    "√": "write sqrt(…).",
    "=": "give what is to be made small, without =.",
    "[": "brackets are round: ( ).",
    "{": "brackets are round: ( ).",
}
_ALLOWED = re.compile(r"[A-Za-z0-9+\-*/(),. \t\r\n]")
_NUMBER = r"(?<![\w.])(?>\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?+"
_NAME = r"(?<=\b[xye])\b|(?<=\b(?:pi|w\d))\b"
_NO_TIMES = re.compile(rf"(?:{_NUMBER}|(?<=\))|{_NAME})\s*(?=[A-Za-z(])|\)\s*(?=\d)")


def _check_characters(text: str) -> None:
    for column, character in enumerate(text):
        if not _ALLOWED.match(character):
            usual = "this character has no place in a formula."
            raise NotAFormula(text, column, _MEANT.get(character, usual))
    if not text.strip():
        raise NotAFormula(text, 0, f"it is empty; write something like {EXAMPLE}.")
    if "//" in text:
        raise NotAFormula(text, text.index("//"), "a quotient is written with one /.")
    if missing := _NO_TIMES.search(text):
        raise NotAFormula(text, missing.end(), "a * is missing here, as in 2*x.")


def _tree(text: str) -> ast.expr:
    line = re.sub(r"\s", " ", text)
    indent = len(line) - len(line.lstrip())
    try:
        return ast.parse(line.lstrip(), mode="eval").body
    except SyntaxError as error:
        said = error.msg or ""
        column = indent + (error.offset or len(line.strip()) + 1) - 1
    except (ValueError, RecursionError, MemoryError):
        said, column = "too many", 0
    remedies = {
        "never closed": "this bracket is never closed; add a ).",
        "unmatched": "no bracket is open here; take the ) away or add a ( before it.",
        "too many": "it is nested too deeply; write it with fewer brackets.",
        "decimal literal": "this is no number; write it like 0.5 or 1e-3.",
    }
    usual = f"it cannot be read on from here; a formula is like {EXAMPLE}."
    why = next((remedy for key, remedy in remedies.items() if key in said), usual)
    raise NotAFormula(text, min(max(column, 0), len(text)), why)
