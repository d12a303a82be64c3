"""What an optimizer remembers, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.lines import AFTER, Line, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LETTERS = {  # of what is remembered
    "velocity": "v",
    "first_moment": "m",
    "second_moment": "v",
    "largest_second_moment": "vmax",
    "sum_of_squares": "s",
    "mean_square": "s",
    "mean_gradient": "a",
    "mean_square_update": "u",
    "largest_gradient": "u",
    "momentum_product": "Πμ",
}
COUNT = "updates"
_COUNTED = {
    True: ("updates t", "How many updates this memory has seen, with this one."),
    False: ("updates before k", "How many updates this memory has seen before."),
}


def memory_lines(
    kind: str, memory: Mapping[str, Array], names: tuple[str, ...]
) -> dict[str, Line]:
    """Return the memory before or after the step, by the names of its parts."""
    return {name: _line(kind, name, value, names) for name, value in memory.items()}


def _line(kind: str, name: str, value: Array, names: tuple[str, ...]) -> Line:
    if name == COUNT:
        label, tip = _COUNTED[kind == AFTER]
        one = Value(label.split()[-1], float(value))
        return Scalar.of(kind, label, one, tip, names)
    words, letter = name.replace("_", " "), LETTERS.get(name, name)
    new = "new " * (kind == AFTER)
    label = f"{new}{words}" + f" {letter}" * (letter != words)
    tip = f"What the optimiser remembers {'after' if new else 'before'} the step."
    if not value.ndim:
        one = Value(f"{new}{letter}", float(value))
        return Scalar.of(kind, label, one, tip, names)
    pattern = f"{new}{letter}[{{}}]"
    return Line(kind, label, f"{new}{letter}", tip, pattern, value, names)
