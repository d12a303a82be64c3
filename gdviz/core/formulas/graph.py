"""A formula as a graph: every part of it once, each behind those it is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdviz.core.formulas.operations import WORK

NUMBER, LETTER = "number", "letter"


@dataclass(frozen=True)
class Node:
    """One part of a formula.

    Attributes
    ----------
    operation : text
        A key of `WORK`, or NUMBER or LETTER.
    arguments : tuple of ints
        The places of the parts it is made of, all before its own.
    number : float
    word : text
        The name of a letter, or of a number such as pi.
    """

    operation: str
    arguments: tuple[int, ...] = ()
    number: float = 0.0
    word: str = ""


class Graph:
    """Parts of formulas in one row; a part that comes again is found, not added."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._constants: list[float | None] = []
        self._places: dict[Node, int] = {}

    def number(self, value: float, word: str = "") -> int:
        """Return the place of a number."""
        return self._add(Node(NUMBER, (), value, word), value)

    def letter(self, name: str) -> int:
        """Return the place of a parameter."""
        return self._add(Node(LETTER, word=name), None)

    def apply(self, operation: str, *arguments: int) -> int:
        """Return the place of an operation on other parts, just as it is written."""
        node = Node(operation, arguments)
        known = self._places.get(node)
        return self._add(node, self._worked_out(node)) if known is None else known

    def constant(self, place: int) -> float | None:
        """Return the value of a part in which there is no letter."""
        return self._constants[place]

    def reach(self, places: list[int]) -> list[int]:
        """Return all parts that these are made of and themselves, in their order."""
        needed = set(places)
        for place in range(max(places), -1, -1):
            if place in needed:
                needed.update(self.nodes[place].arguments)
        return sorted(needed)

    def _add(self, node: Node, constant: float | None) -> int:
        if node not in self._places:
            self._places[node] = len(self.nodes)
            self.nodes.append(node)
            self._constants.append(constant)
        return self._places[node]

    def _worked_out(self, node: Node) -> float | None:
        values = [self._constants[a] for a in node.arguments]
        known = [np.float64(v) for v in values if v is not None]
        if len(known) < len(values):
            return None
        with np.errstate(all="ignore"):
            return float(WORK[node.operation](*known))

    # what follows simplifies, and is for slopes only

    def sum(self, a: int, b: int) -> int:
        """Return a + b."""
        if self.constant(a) == 0 or self.constant(b) == 0:
            return b if self.constant(a) == 0 else a
        factor, rest = self._split(b)
        if factor < 0 and rest is not None:
            return self.difference(a, self.minus(b))
        return self._folded("+", a, b)

    def difference(self, a: int, b: int) -> int:
        """Return a − b."""
        if self.constant(b) == 0:
            return a
        return self.minus(b) if self.constant(a) == 0 else self._folded("-", a, b)

    def minus(self, a: int) -> int:
        """Return −a."""
        return self.product(self.number(-1.0), a)

    def product(self, a: int, b: int) -> int:
        """Return a · b, its number or its sign in front; 0 times anything is 0."""
        (one, left), (other, right) = self._split(a), self._split(b)
        factor = one * other
        if factor == 0 or (left is None and right is None):
            return self.number(factor)
        if left is None or right is None:
            rest = right if left is None else left
            assert rest is not None
        else:
            rest = self.apply("*", left, right)
        if abs(factor) == 1:
            return rest if factor > 0 else self.apply("neg", rest)
        return self.apply("*", self.number(factor), rest)

    def _split(self, place: int) -> tuple[float, int | None]:
        """Return a number and what it is multiplied with, if there is anything."""
        value, node = self.constant(place), self.nodes[place]
        if value is not None and math.isfinite(value):
            return value, None
        if node.operation == "neg":
            return -1.0, node.arguments[0]
        if node.operation == "*":
            factor = self.constant(node.arguments[0])
            if factor is not None and math.isfinite(factor):
                return factor, node.arguments[1]
        return 1.0, place

    def ratio(self, a: int, b: int) -> int:
        """Return a / b."""
        if self.constant(a) == 0 or self.constant(b) == 1:
            return a
        return self._folded("/", a, b)

    def power(self, a: int, exponent: float) -> int:
        """Return a to a constant power."""
        if exponent == 1:
            return a
        return self._folded("**", a, self.number(exponent))

    def _folded(self, operation: str, *arguments: int) -> int:
        """Return an operation, or its value where that is a finite number."""
        place = self.apply(operation, *arguments)
        value = self.constant(place)
        return (
            place if value is None or not math.isfinite(value) else self.number(value)
        )
