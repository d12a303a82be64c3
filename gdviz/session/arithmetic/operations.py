"""Sums, products and functions of expressions, as they are written."""

from __future__ import annotations

from math import prod
from operator import add, neg, pos, sub, truediv
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.arithmetic.expressions import (
    ATOM,
    ONE,
    POWER,
    PRODUCT,
    SUM,
    Operation,
    Sum,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.expressions import Expression, Function


def total(*terms: Expression) -> Expression:
    """Return the sum of a few terms; of one term that term."""
    return many(len(terms), lambda i: terms[i])


def many(
    count: int,
    term: Callable[[int], Expression],
    found: Callable[[], float] | None = None,
) -> Expression:
    """Return the sum of many terms; of one term that term."""
    return Sum(count, term, found) if count > 1 else term(0)


def minus(a: Expression, b: Expression) -> Expression:
    """Return a − b."""
    return Operation("{} − {}", SUM, (a, b), (SUM, PRODUCT), sub, add)


def times(*factors: Expression) -> Expression:
    """Return a·b·c."""

    def product(*values: float) -> float:
        return prod(values)

    n = len(factors)
    dots = "·".join(["{}"] * n)
    return Operation(dots, PRODUCT, factors, (PRODUCT,) * n, product, product)


def over(a: Expression, b: Expression) -> Expression:
    """Return a/b."""
    return Operation("{}/{}", PRODUCT, (a, b), (PRODUCT, POWER), truediv, truediv)


def negative(a: Expression) -> Expression:
    """Return −a."""
    return Operation("−{}", SUM, (a,), (PRODUCT,), neg, pos)


def square(a: Expression) -> Expression:
    """Return a²."""
    return Operation("{}²", POWER, (a,), (ATOM,), _squared, _squared)


def power(a: Expression, b: Expression) -> Expression:
    """Return a^b."""
    return Operation("{}^{}", POWER, (a, b), (ATOM, ATOM), pow, pow)


def root(a: Expression) -> Expression:
    """Return √(a)."""
    return call("√", np.sqrt, a)


def mixed(share: Expression, kept: Expression, new: Expression) -> Expression:
    """Return s·a + (1 − s)·b: a running mean."""
    return total(times(share, kept), times(minus(ONE, share), new))


def size(a: Expression) -> Expression:
    """Return |a|."""
    return Operation("|{}|", ATOM, (a,), (SUM,), abs, pos)


def call(name: str, f: Function, *given: Expression) -> Expression:
    """Return f(a, b)."""
    pattern = f"{name}({', '.join(['{}'] * len(given))})"
    return Operation(pattern, ATOM, given, (SUM,) * len(given), f)


def _squared(value: float) -> float:
    return value * value
