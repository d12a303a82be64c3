"""A formula to work with: value, gradient and Hessian at any number of points."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.formulas.graph import LETTER
from gdviz.core.formulas.operations import WORK
from gdviz.core.formulas.parser import parse
from gdviz.core.formulas.slopes import slope
from gdviz.core.formulas.writing import BY_HAND, Code, code, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from gdviz.core.formulas.graph import Graph

    Array = NDArray[np.float64]

_AT_ONCE = 2**14  # points: the parts of a formula stay in the cache


class Formula:
    """A function of θ, given by a text.

    Parameters
    ----------
    text : text
        Such as ``(1 - x)**2 + 100*(y - x**2)**2``.

    Attributes
    ----------
    names : tuple of p texts
        The letters in it: the parameters.

    Raises
    ------
    NotAFormula
        If the text is none.
    """

    def __init__(self, text: str) -> None:
        parsed = parse(text)
        self.text, self.names = text, parsed.names
        self._graph, self._place = parsed.graph, parsed.place

    def value(self, theta: Array) -> Array:
        """Return the values of shape (...) at points of shape (..., p)."""
        return self._filled(self._value, theta, ())

    def gradient(self, theta: Array) -> Array:
        """Return the gradients of shape (..., p) at points of shape (..., p)."""
        return self._filled(self._gradient, theta, (len(self.names),))

    def hessian(self, theta: Array) -> Array:
        """Return the Hessians of shape (..., p, p) at points of shape (..., p)."""
        p = len(self.names)
        upper = self._filled(self._hessian, theta, (p * (p + 1) // 2,))
        made = np.empty((*theta.shape[:-1], p, p))
        rows, columns = np.triu_indices(p)
        made[..., rows, columns] = made[..., columns, rows] = upper
        return made

    @cached_property
    def letters(self) -> str:
        """The formula as it is written by hand, such as x² + 1."""
        return write(self._graph, self._place, BY_HAND)

    @cached_property
    def derivatives(self) -> tuple[str, ...]:
        """The p partial derivatives as they are written by hand."""
        return tuple(write(self._graph, d, BY_HAND) for d in self._slopes)

    @cached_property
    def code(self) -> tuple[Code, Code]:
        """What NumPy makes of arrays named like the letters: the value, the slopes."""
        places = ([self._place], list(self._slopes))
        value, slopes = (code(self._graph, some, self.names[0]) for some in places)
        return value, slopes

    @cached_property
    def _slopes(self) -> tuple[int, ...]:
        return tuple(slope(self._graph, self._place, name) for name in self.names)

    @cached_property
    def _value(self) -> Program:
        return Program(self._graph, [self._place], self.names)

    @cached_property
    def _gradient(self) -> Program:
        return Program(self._graph, list(self._slopes), self.names)

    @cached_property
    def _hessian(self) -> Program:
        graph, names = self._graph, self.names
        upper = [slope(graph, first, second)
                 for i, first in enumerate(self._slopes)
                 for second in names[i:]]  # fmt: skip
        return Program(graph, upper, names)

    def _filled(self, program: Program, theta: Array, shape: tuple[int, ...]) -> Array:
        """Return what a program gives, a part of many points at a time."""
        made = np.empty((*theta.shape[:-1], *shape))
        if theta.ndim == 2 and len(theta) > _AT_ONCE:
            for start in range(0, len(theta), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                made[part] = self._filled(program, theta[part], shape)
            return made
        for j, output in enumerate(program(theta)):
            made[(..., j) if shape else ...] = output
        return made


@lru_cache(maxsize=64)
def formula(text: str) -> Formula:
    """Return a formula; the last ones are kept."""
    return Formula(text)


class Program:
    """Parts of a graph in the order in which they are worked out."""

    def __init__(
        self, graph: Graph, outputs: list[int], names: tuple[str, ...]
    ) -> None:
        needed = graph.reach(outputs)
        slots = {place: slot for slot, place in enumerate(needed)}
        self._blank: list[Any] = [graph.constant(place) for place in needed]
        self._letters: list[tuple[int, int]] = []
        self._steps: list[tuple[int, Callable[..., Any], list[int]]] = []
        self._outputs = [slots[place] for place in outputs]
        for slot, node in enumerate(graph.nodes[place] for place in needed):
            if node.operation == LETTER:
                self._letters.append((slot, names.index(node.word)))
            elif self._blank[slot] is None:
                inner = [slots[a] for a in node.arguments]
                self._steps.append((slot, WORK[node.operation], inner))

    def __call__(self, theta: Array) -> list[Any]:
        """Return the outputs, numbers or arrays of shape (...), at θ (..., p)."""
        slots = self._blank.copy()
        for slot, j in self._letters:  # a number is five times as fast as an array
            slots[slot] = theta[j] if theta.ndim == 1 else theta[..., j]
        for slot, work, inner in self._steps:
            slots[slot] = work(*[slots[i] for i in inner])
        return [slots[slot] for slot in self._outputs]
