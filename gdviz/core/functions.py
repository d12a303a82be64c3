"""Finite sums given by formulas: each example's loss is a function of θ itself.

To add one: a frozen `Formulas` with `terms` and one line in `FUNCTIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.datasets import DATASETS, Dataset
from gdviz.core.examples import Examples
from gdviz.core.knobs import Real, Rows, knob
from gdviz.core.sums import FiniteSum, Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Term:
    """One example's loss, given by a formula.

    Attributes
    ----------
    formula : text
        In letters, such as x².
    derivative : text
    value : function
        From θ of shape (..., p) to losses of shape (...).
    slope : function
        From θ of shape (..., p) to gradients of shape (..., p).
    """

    formula: str
    derivative: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


class Formulas(Dataset):
    """A finite sum of formulas, in the place of data, model and loss."""

    def terms(self) -> tuple[Term, ...]:
        """Return the examples' losses."""
        raise NotImplementedError

    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters."""
        return ("x",)

    def start(self) -> tuple[float, ...]:
        """Return where a descent begins unless the scene says so."""
        raise NotImplementedError

    def examples(self, seed: int) -> Examples:
        """Return one example for each term, whatever the seed."""
        terms = self.terms()
        return Examples(
            np.arange(len(terms), dtype=np.float64)[:, None],
            np.zeros(len(terms)),
            ("term",),
            "loss",
            formulas=tuple(term.formula for term in terms),
        )


_START = "Where the descent begins."


@dataclass(frozen=True)
class SquareAndCube(Formulas):
    """Two losses, x² and x³: the slope of their sum is the sum of their slopes."""

    name: ClassVar[str] = "square-cube"
    title: ClassVar[str] = "Formulas: x² and x³"
    x: float = knob(1.5, Real(-10, 10), "Start x", _START)

    def terms(self) -> tuple[Term, ...]:
        """Return x² and x³."""
        return (
            Term("x²", "2x", lambda t: t[..., 0] ** 2, lambda t: 2 * t),
            Term("x³", "3x²", lambda t: t[..., 0] ** 3, lambda t: 3 * t**2),
        )

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
        return (
            Term("x² + 1", "2x", lambda t: t[..., 0] ** 2 + 1, lambda t: 2 * t),
            Term("x − 3", "1", lambda t: t[..., 0] - 3, np.ones_like),
        )

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
        f"g{number} · w",
        f"g{number}",
        lambda t: t @ slope,
        lambda t: np.broadcast_to(slope, t.shape),
    )


FUNCTIONS: dict[str, type[Formulas]] = {
    formulas.name: formulas
    for formulas in (PlusAndMinus, SquareAndCube, GivenGradients)
}
SOURCES: dict[str, type[Dataset]] = {**DATASETS, **FUNCTIONS}


class FormulaSum(FiniteSum):
    """The mean of some terms of a `Formulas`.

    Parameters
    ----------
    examples : Examples
        Whose inputs say which terms.
    formulas : Formulas
    """

    def __init__(self, examples: Examples, formulas: Formulas) -> None:
        self.examples, self.formulas = examples, formulas
        terms = formulas.terms()
        self.terms = [terms[int(i)] for i in examples.inputs[:, 0]]
        self.names = formulas.names()

    @property
    def n_hidden(self) -> int:
        """Numbers computed per example for one loss."""
        return self.n_parameters

    def describe(self) -> str:
        """Return the number of parameters in words."""
        p = self.n_parameters
        return f"{p:,} parameter{'s' * (p != 1)}"

    def start(self, seed: int) -> Array:
        """Return where the formulas begin, whatever the seed."""
        return np.array(self.formulas.start())

    def on(self, examples: Examples) -> FormulaSum:
        """Return the mean of the terms of other examples."""
        return FormulaSum(examples, self.formulas)

    def losses(self, theta: Array, rows: Indices) -> Array:
        """Return the loss of each of these examples, of shape (b,)."""
        return np.array([self.terms[i].value(theta) for i in rows])

    def gradients(self, theta: Array, rows: Indices) -> Array:
        """Return the gradient of each of these examples' losses, of shape (b, p)."""
        return np.stack([self.terms[i].slope(theta) for i in rows])

    def gradient(self, theta: Array, rows: Indices) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient over these examples."""
        gradients = self.gradients(theta, rows)
        return float(self.losses(theta, rows).mean()), gradients.mean(axis=0)

    def loss_at(self, thetas: Array) -> Array:
        """Return the mean loss over all examples at each of g parameter vectors."""
        total = np.zeros(len(thetas))
        for term in self.terms:
            total += term.value(thetas)
        return total / len(self.terms)

    def survey(self, theta: Array, directions: Array) -> Survey:
        """Return the mean loss, the full gradient and a covariance."""
        rows = np.arange(len(self.terms))
        gradients = self.gradients(theta, rows)
        total = np.zeros(len(theta))
        for gradient in gradients:
            total += gradient
        along = gradients @ directions.T
        along = along - along.mean(axis=0)
        loss = float(self.loss_at(theta[None, :])[0])
        return Survey(loss, total / len(rows), along.T @ along / len(rows))
