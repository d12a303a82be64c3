"""Formulas as text: by hand, as in x² + 1, and as NumPy writes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.formulas.graph import LETTER, NUMBER
from gdviz.core.formulas.operations import CALLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.formulas.graph import Graph, Node

_RANKS = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}
_ATOM = 5
_MOST, _LINE = 4000, 34  # letters of a formula written by hand, and of half a line
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Said:
    """The text of a part, and how tightly it holds together."""

    text: str
    rank: int

    def within(self, rank: int) -> str:
        """Return the text, in brackets if it holds less tightly than this."""
        return self.text if self.rank >= rank else f"({self.text})"


@dataclass(frozen=True)
class Tongue:
    """A way of writing numbers, operators and calls."""

    number: Callable[[Node], Said]
    infix: Callable[[str, Said, Said], str]
    minus: str
    call: Callable[[str, list[Said]], str]


def write(graph: Graph, place: int, tongue: Tongue) -> str:
    """Return the text of one part; if it is very long, an ellipsis."""
    said: dict[int, Said] = {}
    for here in graph.reach([place]):
        said[here] = _said(graph.nodes[here], said, tongue)
        if len(said[here].text) > _MOST:
            return "…"
    return said[place].text


def _said(node: Node, said: dict[int, Said], tongue: Tongue) -> Said:
    if node.operation == NUMBER:
        return tongue.number(node)
    if node.operation == LETTER:
        return Said(node.word, _ATOM)
    inner = [said[a] for a in node.arguments]
    rank = _RANKS.get(node.operation, _ATOM)
    if rank == _ATOM:
        return Said(tongue.call(node.operation, inner), _ATOM)
    if node.operation == "neg":
        return Said(f"{tongue.minus}{inner[0].within(rank + 1)}", rank)
    return Said(tongue.infix(node.operation, *inner), rank)


def _number_by_hand(node: Node) -> Said:
    words = {"pi": "π", "e": "e"}
    value = f"{node.number:.6g}".replace("-", "−")
    return Said(words.get(node.word, value), 3 if node.number < 0 else _ATOM)


def _infix_by_hand(operation: str, a: Said, b: Said) -> str:
    if operation == "**":
        if b.text.removeprefix("−").isdigit():
            return a.within(_ATOM) + b.text.replace("−", "-").translate(_RAISED)
        return f"{a.within(_ATOM)}^{b.within(_ATOM)}"
    rank = _RANKS[operation]
    right = Said(b.text, 0).within(1) if b.text[0] == "−" else b.within(rank)
    if operation == "+":
        return f"{a.text} + {right}"
    if operation == "-":
        return f"{a.text} − {b.within(2) if b.text[0] != '−' else right}"
    left = a.within(rank)
    if operation == "/":
        return f"{left}/{right if b.rank > rank else b.within(4)}"
    close = left[-1].isdigit() and right[0] in "(xyπ"
    return f"{left}{right}" if close else f"{left}·{right}"


def _call_by_hand(name: str, inner: list[Said]) -> str:
    text = ", ".join(a.text for a in inner)
    if name == "sqrt":
        return f"√{text}" if text.isdigit() else f"√({text})"
    if name == "over":
        return f"({inner[0].within(2)}/{inner[1].within(_ATOM)})"
    if name == "gate":
        return f"({inner[0].within(2)}·{inner[1].within(_ATOM)})"
    return f"|{text}|" if name == "abs" else f"{name}({text})"


BY_HAND = Tongue(_number_by_hand, _infix_by_hand, "−", _call_by_hand)


def _number_in_python(node: Node) -> Said:
    if node.word:
        return Said(f"np.{node.word}", _ATOM)
    whole = node.number.is_integer() and abs(node.number) < 1e15
    text = repr(int(node.number)) if whole else repr(node.number)
    return Said(text, 3 if node.number < 0 else _ATOM)


def _infix_in_python(operation: str, a: Said, b: Said) -> str:
    rank = _RANKS[operation]
    if operation == "**":
        return f"{a.within(_ATOM)}**{b.within(rank)}"
    return f"{a.within(rank)} {operation} {b.within(rank + 1)}"


_OF_SLOPES = {
    "over": "np.divide({0}, {1}, out=np.zeros_like({1}), where={1} != 0)",
    "step": "np.heaviside({0}, 0.5)",
    "gate": "np.where({0} == 0, 0, {0} * np.where({0} == 0, 0, {1}))",
}


def _call_in_python(name: str, inner: list[Said]) -> str:
    texts = [a.text for a in inner]
    if name in CALLS:
        return f"np.{CALLS[name].__name__}({', '.join(texts)})"
    return _OF_SLOPES[name].format(*texts)


PYTHON = Tongue(_number_in_python, _infix_in_python, "-", _call_in_python)


@dataclass(frozen=True)
class Code:
    """The inside of a NumPy function: a line for each part used twice, or long.

    Attributes
    ----------
    lines : tuple of texts
    outputs : tuple of texts
    """

    lines: tuple[str, ...]
    outputs: tuple[str, ...]


def code(graph: Graph, places: list[int], like: str) -> Code:
    """Return what works out these parts, as arrays of the shape of one letter."""
    needed = graph.reach(places)
    nodes = [(here, graph.nodes[here]) for here in needed]
    used = Counter(a for _, node in nodes for a in node.arguments)
    for _, node in nodes:
        if node.operation in _OF_SLOPES:  # they name what they are given more than once
            used.update(node.arguments)
    said: dict[int, Said] = {}
    lines: list[str] = []
    for here, node in nodes:
        said[here] = _said(node, said, PYTHON)
        plain = node.operation in (NUMBER, LETTER)
        if not plain and (used[here] > 1 or len(said[here].text) > _LINE):
            name = f"t{len(lines) + 1}"
            lines.append(f"{name} = {said[here].text}")
            said[here] = Said(name, _ATOM)
    outputs = (
        said[place].text if graph.constant(place) is None
        else f"np.full_like({like}, {said[place].text})"
        for place in places
    )  # fmt: skip
    return Code(tuple(lines), tuple(outputs))
