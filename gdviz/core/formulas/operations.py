"""What a formula may be made of: operators, functions and constants.

To add a function: a line in `CALLS`, and its slope in `slopes`.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = {2.0: np.square, 0.5: np.sqrt, -1.0: np.reciprocal}  # as ** does in NumPy


def power(base: Any, exponent: Any) -> Any:
    """Return base ** exponent, element by element."""
    if isinstance(exponent, float) and exponent in _SHORT:
        return _SHORT[exponent](base)
    return np.power(base, exponent)


def over(a: Any, b: Any) -> Any:
    """Return a / b, and 0 where b is 0."""
    zero = np.equal(b, 0)
    return np.where(zero, 0.0, a / np.where(zero, 1.0, b))


def step(a: Any) -> Any:
    """Return 1 above 0, 0 below it and a half at 0."""
    return np.heaviside(a, 0.5)


def gate(weight: Any, a: Any) -> Any:
    """Return weight · a, and 0 where the weight is 0, whatever a is."""
    zero = np.equal(weight, 0)
    return np.where(zero, 0.0, weight * np.where(zero, 0.0, a))


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": power,
    "neg": operator.neg,
}
CALLS: dict[str, Callable[..., Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "hypot": np.hypot,
    "min": np.minimum,
    "max": np.maximum,
}
_OF_SLOPES: dict[str, Callable[..., Any]] = {"over": over, "step": step, "gate": gate}
WORK = OPERATORS | CALLS | _OF_SLOPES
COUNTS = {"hypot": (2, 2), "min": (2, 20), "max": (2, 20)}  # of arguments; else 1
SAME = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log",
        "minimum": "min", "maximum": "max"}  # fmt: skip
CONSTANTS = {"pi": math.pi, "e": math.e}
LETTERS = ("x", "y", *(f"w{j}" for j in range(1, 10)))
