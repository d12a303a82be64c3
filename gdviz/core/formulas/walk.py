"""From a syntax tree to a graph: only what is on the list becomes a node."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from gdviz.core.formulas.operations import CALLS, CONSTANTS, COUNTS, LETTERS, SAME
from gdviz.core.formulas.refusal import EXAMPLE, NotAFormula

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.formulas.graph import Graph

_OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip


class Walk:
    """Walks a syntax tree from its leaves to its root."""

    def __init__(self, text: str, graph: Graph) -> None:
        self.text, self.graph = text, graph
        self.indent = len(text) - len(text.lstrip())
        self.places: dict[ast.expr, int] = {}

    def build(self, root: ast.expr) -> int:
        """Return the place of the whole formula in the graph."""
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
        """Return what a node is made of, or refuse the node."""
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
        """Return the place of a node whose parts are placed."""
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
        """Return the place of a function of its arguments."""
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
        """Return the place of a parameter or a constant."""
        if name in LETTERS:
            return self.graph.letter(name)
        if name in CONSTANTS:
            return self.graph.number(CONSTANTS[name], name)
        if SAME.get(name, name) in CALLS:
            raise self.refusal(node, f"a function has brackets: {name}(x).")
        known = "the parameters are x, y and w1 to w9, the numbers pi and e"
        raise self.refusal(node, f"this name is not known; {known}.")

    def number(self, node: ast.Constant) -> int:
        """Return the place of a number."""
        if type(node.value) not in (int, float):
            raise self.refusal(node, "only numbers such as 0.5 or 1e-3 may stand here.")
        try:
            return self.graph.number(float(node.value))  # type: ignore[arg-type]
        except OverflowError:
            return self.graph.number(math.inf)

    def refusal(self, node: ast.expr, why: str) -> NotAFormula:
        """Return the refusal of a node, at its place in the text."""
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
