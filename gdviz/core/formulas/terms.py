"""Finite sums given by formulas: each example's loss is a function of θ itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.datasets import Dataset
from gdviz.core.examples import Examples
from gdviz.core.formulas.formula import formula
from gdviz.core.refused import Refused
from gdviz.core.sums import FiniteSum, Survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from numpy.typing import NDArray

    from gdviz.core.planes import Region

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Term:
    """One example's loss, given by a formula.

    Attributes
    ----------
    text : text
        As the parser reads it, such as ``x**2``; empty if there is none.
    formula : text
        In letters, such as x².
    derivatives : tuple of p texts
    value : function
        From θ of shape (..., p) to losses of shape (...).
    slope : function
        From θ of shape (..., p) to gradients of shape (..., p).
    bend : function
        From θ of shape (..., p) to Hessians of shape (..., p, p).
    """

    text: str
    formula: str
    derivatives: tuple[str, ...]
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    bend: Callable[[Array], Array]

    @classmethod
    def of(cls, text: str) -> Term:
        """Return the term that a text stands for, such as ``x**2``."""
        made = formula(text)
        return cls(
            text,
            made.letters,
            made.derivatives,
            made.value,
            made.gradient,
            made.hessian,
        )


class Formulas(Dataset):
    """A finite sum of formulas, in the place of data, model and loss."""

    group: ClassVar[str] = "Formulas"

    def terms(self) -> tuple[Term, ...]:
        """Return the losses that are given."""
        raise NotImplementedError

    def term(self, row: Array) -> Term:
        """Return the loss of the example whose inputs are this row, of shape (d,)."""
        return self.terms()[int(row[0])]

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

    def summed(self, examples: Examples) -> FormulaSum:
        """Return the mean of the losses of these examples."""
        return FormulaSum(examples, self)

    def window(self) -> Region | None:
        """Return what part of parameter space to show, if that is known."""
        return None


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
        self.names = formulas.names()
        terms = formulas.terms()
        self.terms = [terms[int(i)] for i in examples.inputs[:, 0]]

    def check_start(self, theta: Array) -> None:
        """Refuse a start where loss or gradient is not finite."""
        survey = self.survey(theta, np.zeros((0, len(theta))))
        what = "value" if not np.isfinite(survey.loss) else "slope"
        if what == "value" or not np.isfinite(survey.gradient).all():
            pairs = zip(self.names, theta, strict=True)
            place = ", ".join(f"{name} = {value:.6g}" for name, value in pairs)
            raise Refused(
                f"The formula has no finite {what} at the start, {place}; "
                "choose another start."
            )

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
        """Return the mean of the losses of other examples."""
        return self.formulas.summed(examples)

    @property
    def window(self) -> Region | None:
        """What part of the parameters' own plane shows it best, if that is known."""
        return self.formulas.window()

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

    def hessian(self, theta: Array) -> Callable[[Array], Array]:
        """Return what multiplies the exact Hessian of the mean loss with a vector."""
        matrix = self.bend(theta)
        return lambda vector: matrix @ vector

    def bend(self, theta: Array) -> Array:
        """Return the Hessian of the mean loss, of shape (p, p)."""
        total = np.zeros((len(theta), len(theta)))
        for term in self.terms:
            total += term.bend(theta)
        return total / len(self.terms)
