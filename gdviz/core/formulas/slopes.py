"""Slopes of formulas: forward-mode differentiation, part by part.

Every part gets its slope from those of the parts it is made of. A slope is a formula
again, so that the Hessian is the slope of the slopes. At kinks: the slope of abs is 0
at 0, min and max go halfway where they are equal, hypot has slope 0 at (0, 0).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gdviz.core.formulas.graph import LETTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.formulas.graph import Graph

    Outer = Callable[[Graph, int, int], int]


def slope(graph: Graph, place: int, letter: str) -> int:
    """Return the place of the derivative of a part with respect to a letter."""
    zero = graph.number(0.0)
    slopes: dict[int, int] = {}
    for here in graph.reach([place]):
        node = graph.nodes[here]
        inner = [slopes[a] for a in node.arguments]
        if node.operation == LETTER:
            slopes[here] = graph.number(float(node.word == letter))
        elif all(graph.constant(s) == 0 for s in inner):
            slopes[here] = zero
        elif node.operation in _OUTER:
            factor = _OUTER[node.operation](graph, node.arguments[0], here)
            slopes[here] = graph.product(factor, inner[0])
        else:
            slopes[here] = _RULES[node.operation](graph, here, inner)
    return slopes[place]


def _of_product(g: Graph, here: int, d: list[int]) -> int:
    a, b = g.nodes[here].arguments
    return g.sum(g.product(b, d[0]), g.product(a, d[1]))


def _of_ratio(g: Graph, here: int, d: list[int]) -> int:
    b = g.nodes[here].arguments[1]
    return g.ratio(g.difference(d[0], g.product(here, d[1])), b)


def _of_power(g: Graph, here: int, d: list[int]) -> int:
    base, exponent = g.nodes[here].arguments
    c = g.constant(exponent)
    if c is not None:
        outer = g.product(g.number(c), g.power(base, c - 1)) if c else g.number(0.0)
        return g.product(outer, d[0])
    by_exponent = g.product(g.product(here, g.apply("log", base)), d[1])
    if g.constant(base) is not None:
        return by_exponent
    lower = g.apply("**", base, g.difference(exponent, g.number(1.0)))
    return g.sum(g.product(g.product(exponent, lower), d[0]), by_exponent)


def _of_hypot(g: Graph, here: int, d: list[int]) -> int:
    a, b = (g.apply("over", part, here) for part in g.nodes[here].arguments)
    return g.sum(g.product(a, d[0]), g.product(b, d[1]))


def _of_over(g: Graph, here: int, d: list[int]) -> int:
    b = g.nodes[here].arguments[1]
    return g.apply("over", g.difference(d[0], g.product(here, d[1])), b)


def _of_larger(g: Graph, here: int, d: list[int]) -> int:
    a, b = g.nodes[here].arguments
    if g.nodes[here].operation == "min":
        a, b = b, a
    weights = (g.apply("step", g.difference(a, b)), g.apply("step", g.difference(b, a)))
    return g.sum(*(_gated(g, w, s) for w, s in zip(weights, d, strict=True)))


def _of_gate(g: Graph, here: int, d: list[int]) -> int:
    return _gated(g, g.nodes[here].arguments[0], d[1])


def _gated(g: Graph, weight: int, a: int) -> int:
    if g.constant(a) in (0, 1):
        return a if g.constant(a) == 0 else weight
    return g.apply("gate", weight, a)


def _one_minus_square(g: Graph, a: int) -> int:
    return g.difference(g.number(1.0), g.power(a, 2.0))


def _over_one(g: Graph, a: int) -> int:
    return g.ratio(g.number(1.0), a)


_RULES: dict[str, Callable[[Graph, int, list[int]], int]] = {
    "+": lambda g, _, d: g.sum(*d),
    "-": lambda g, _, d: g.difference(*d),
    "neg": lambda g, _, d: g.minus(d[0]),
    "*": _of_product,
    "/": _of_ratio,
    "**": _of_power,
    "hypot": _of_hypot,
    "over": _of_over,
    "min": _of_larger,
    "max": _of_larger,
    "gate": _of_gate,
}
_OUTER: dict[str, Outer] = {  # from what is inside and from the part itself
    "sin": lambda g, a, _: g.apply("cos", a),
    "cos": lambda g, a, _: g.minus(g.apply("sin", a)),
    "tan": lambda g, _, f: g.sum(g.number(1.0), g.power(f, 2.0)),
    "asin": lambda g, a, _: _over_one(g, g.apply("sqrt", _one_minus_square(g, a))),
    "acos": lambda g, a, _: g.minus(
        _over_one(g, g.apply("sqrt", _one_minus_square(g, a)))
    ),
    "atan": lambda g, a, _: _over_one(g, g.sum(g.number(1.0), g.power(a, 2.0))),
    "sinh": lambda g, a, _: g.apply("cosh", a),
    "cosh": lambda g, a, _: g.apply("sinh", a),
    "tanh": lambda g, _, f: _one_minus_square(g, f),
    "exp": lambda _, __, f: f,
    "log": lambda g, a, _: _over_one(g, a),
    "log10": lambda g, a, _: g.ratio(g.number(1 / math.log(10)), a),
    "sqrt": lambda g, _, f: g.ratio(g.number(0.5), f),
    "abs": lambda g, a, _: g.apply("sign", a),
    "sign": lambda g, _, __: g.number(0.0),
    "step": lambda g, _, __: g.number(0.0),
}
