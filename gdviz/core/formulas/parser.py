"""From text to a formula: Python's grammar, a short list of what may be in it.

Nothing is ever run: the syntax tree is walked, and all that is not on the list is
refused with its place. A text is short, and the walk does not recurse.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.formulas.graph import Graph
from gdviz.core.formulas.operations import CALLS, CONSTANTS, COUNTS, LETTERS, SAME
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1000
EXAMPLE = "(1 - x)**2 + 100*(y - x**2)**2"
_AROUND = 12  # characters shown before and behind the place


class NotAFormula(Refused):
    """Text that is no formula.

    Attributes
    ----------
    why : text
        What is wrong and how to mend it.
    column : int
        The character at fault, from 0; its length if the text ends too early.
    """

    def __init__(self, text: str, column: int, why: str) -> None:
        self.column, self.why = column, why
        super().__init__(f"{where(text, column)}: {why}")


def where(text: str, column: int) -> str:
    """Return the place of a character, and the text around it with a ▸ before it."""
    start, end = max(0, column - _AROUND), column + _AROUND
    before = "…" * (start > 0) + text[start:column]
    behind = text[column:end] + "…" * (end < len(text))
    shown = "".join(c if c.isprintable() else "�" for c in f"{before}▸{behind}")
    return f"At character {column + 1:,} ({shown})"


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
    place = _Walk(text, graph).build(_tree(text))
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


_OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip


class _Walk:
    """Walks a syntax tree from its leaves to its root."""

    def __init__(self, text: str, graph: Graph) -> None:
        self.text, self.graph = text, graph
        self.indent = len(text) - len(text.lstrip())
        self.places: dict[ast.expr, int] = {}

    def build(self, root: ast.expr) -> int:
        stack = [root]
        while stack:
            node = stack[-1]
            waiting = [part for part in self.parts(node) if part not in self.places]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            self.places[stack.pop()] = place = self.made(node)
            value = self.graph.constant(place)
            if value is not None and not math.isfinite(value):
                raise self.refusal(node, "this number is too large or not defined.")
        return self.places[root]

    def parts(self, node: ast.expr) -> list[ast.expr]:
        match node:
            case ast.BinOp(left, operator, right):
                if type(operator) in _OPERATORS:
                    return [left, right]
            case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
                return [operand]
            case ast.Call(ast.Name(), arguments, []):
                return list(arguments)
            case ast.Constant() | ast.Name():
                return []
        raise self.refusal(node, _why(node))

    def made(self, node: ast.expr) -> int:
        inner = [self.places[part] for part in self.parts(node)]
        match node:
            case ast.BinOp():
                return self.graph.apply(_OPERATORS[type(node.op)], *inner)
            case ast.UnaryOp():
                return self.graph.apply("neg", *inner) if _minus(node) else inner[0]
            case ast.Call(ast.Name(name)):
                return self.called(node, SAME.get(name, name), inner)
            case ast.Name(name):
                return self.named(node, name)
        assert isinstance(node, ast.Constant)
        return self.number(node)

    def called(self, node: ast.Call, name: str, inner: list[int]) -> int:
        if name not in CALLS:
            raise self.refusal(node, f"there is no such function; {_known(CALLS)}.")
        fewest, most = COUNTS.get(name, (1, 1))
        if not fewest <= len(inner) <= most:
            count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise self.refusal(node, f"{name} takes {count} in its brackets.")
        place = self.graph.apply(name, *inner[:2])
        for other in inner[2:]:
            place = self.graph.apply(name, place, other)
        return place

    def named(self, node: ast.Name, name: str) -> int:
        if name in LETTERS:
            return self.graph.letter(name)
        if name in CONSTANTS:
            return self.graph.number(CONSTANTS[name], name)
        if SAME.get(name, name) in CALLS:
            raise self.refusal(node, f"a function has brackets: {name}(x).")
        known = "the parameters are x, y and w1 to w9, the numbers pi and e"
        raise self.refusal(node, f"this name is not known; {known}.")

    def number(self, node: ast.Constant) -> int:
        if type(node.value) not in (int, float):
            raise self.refusal(node, "only numbers such as 0.5 or 1e-3 may stand here.")
        try:
            return self.graph.number(float(node.value))  # type: ignore[arg-type]
        except OverflowError:
            return self.graph.number(math.inf)

    def refusal(self, node: ast.expr, why: str) -> NotAFormula:
        column = node.col_offset
        if isinstance(node, ast.Tuple) and node.elts:
            column = node.elts[0].end_col_offset or column  # where the comma is
        return NotAFormula(self.text, self.indent + column, why)


def _minus(node: ast.UnaryOp) -> bool:
    return isinstance(node.op, ast.USub)


def _known(names: dict[str, Callable[..., object]]) -> str:
    return f"known: {', '.join(names)}"


def _why(node: ast.expr) -> str:
    match node:
        case ast.Call():
            return "a function is called by its name, as in max(x, y)."
        case ast.Attribute():
            return "a dot belongs in numbers only; write sin(x), not np.sin(x)."
        case ast.Tuple():
            return "there is one formula only; a comma has no place here."
    return f"only + - * / ** and functions are known; write it like {EXAMPLE}."
