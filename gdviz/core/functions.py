"""Formulas in the place of data, model and loss: one registry.

To add one of two parameters: a frozen `Function` and one line in `LANDSCAPES`; any
other: a frozen `Formulas` with `terms` and one line in `FUNCTIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gdviz.core.datasets import DATASETS, Dataset
from gdviz.core.formulas import bowls, hills
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.formulas.terms import Formulas, FormulaSum, Term
from gdviz.core.knobs import Real, Rows, knob

__all__ = [
    "FUNCTIONS",
    "LANDSCAPES",
    "SOURCES",
    "FormulaSum",
    "Formulas",
    "GivenGradients",
    "PlusAndMinus",
    "SquareAndCube",
    "Term",
]  # fmt: skip

_START = "Where the descent begins."


@dataclass(frozen=True)
class SquareAndCube(Formulas):
    """Two losses, x² and x³: the slope of their sum is the sum of their slopes."""

    name: ClassVar[str] = "square-cube"
    title: ClassVar[str] = "Formulas: x² and x³"
    x: float = knob(1.5, Real(-10, 10), "Start x", _START)

    def terms(self) -> tuple[Term, ...]:
        """Return x² and x³."""
        return Term.of("x**2"), Term.of("x**3")

    def start(self) -> tuple[float, ...]:
        """Return x."""
        return (self.x,)


@dataclass(frozen=True)
class PlusAndMinus(Formulas):
    """Two losses that are +2 and −2 at x = 1, so that their mean there is 0."""

    name: ClassVar[str] = "plus-minus"
    title: ClassVar[str] = "Formulas: losses +2 and −2"
    x: float = knob(1.0, Real(-10, 10), "Start x", _START)

    def terms(self) -> tuple[Term, ...]:
        """Return x² + 1 and x − 3."""
        return Term.of("x**2 + 1"), Term.of("x - 3")

    def start(self) -> tuple[float, ...]:
        """Return x."""
        return (self.x,)


@dataclass(frozen=True)
class GivenGradients(Formulas):
    """Gradients typed in by hand: example i has the loss gᵢ·θ, with slope gᵢ."""

    name: ClassVar[str] = "given"
    title: ClassVar[str] = "Given gradients"
    rows: tuple[tuple[float, ...], ...] = knob(
        ((1.5, -2.0, 1.1, 0.4, -0.9), (1.2, 2.3, -1.1, -0.8, -0.7)),
        Rows(),
        "Gradients",
        "One line for each example, one number for each weight.",
    )

    def terms(self) -> tuple[Term, ...]:
        """Return one linear function for each row."""
        return tuple(_linear(i, row) for i, row in enumerate(self.rows, 1))

    def names(self) -> tuple[str, ...]:
        """Return w1, w2 and so on."""
        return tuple(f"w{j}" for j in range(1, len(self.rows[0]) + 1))

    def start(self) -> tuple[float, ...]:
        """Return zeros."""
        return (0.0,) * len(self.rows[0])


def _linear(number: int, row: tuple[float, ...]) -> Term:
    slope = np.array(row)
    return Term(
        "",
        f"g{number} · w",
        tuple(f"g{number}[w{j}]" for j in range(1, len(row) + 1)),
        lambda t: t @ slope,
        lambda t: np.broadcast_to(slope, t.shape),
        lambda t: np.zeros((*t.shape, len(row))),
    )


LANDSCAPES: dict[str, type[Formulas]] = {
    function.name: function
    for function in (
        bowls.Bowl,
        bowls.Rosenbrock,
        hills.Himmelblau,
        bowls.Beale,
        bowls.Booth,
        bowls.Matyas,
        hills.ThreeHumpCamel,
        hills.SixHumpCamel,
        hills.Ackley,
        hills.Rastrigin,
        hills.Griewank,
        hills.StyblinskiTang,
        bowls.Saddle,
        bowls.MonkeySaddle,
        bowls.Plateau,
        bowls.NoisyValley,
        OwnFormula,
    )
}
FUNCTIONS: dict[str, type[Formulas]] = {
    formulas.name: formulas
    for formulas in (PlusAndMinus, SquareAndCube, GivenGradients)
}
SOURCES: dict[str, type[Dataset]] = {**DATASETS, **LANDSCAPES, **FUNCTIONS}
