"""A user's own objective as a finite sum: its losses are given by its own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from gdviz.core.datasets import Dataset
from gdviz.core.examples import OWN, Examples
from gdviz.core.ownsheet import OwnSheet
from gdviz.core.refused import Refused
from gdviz.core.sums import FiniteSum, Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.calls import Calls
    from gdviz.core.planes import Plane
    from gdviz.core.sheet import Sheet

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_NUMBERS = 2**20  # of the gradients that are asked for at once
_CALL = 2**17  # numbers: what one call costs, however few they are


@dataclass(frozen=True, eq=False)
class OwnData(Dataset):
    """An objective of the program that opened this window."""

    name: ClassVar[str] = "own"
    title: ClassVar[str] = "Own objective"
    calls: Calls

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnData) and other.calls is self.calls

    def __hash__(self) -> int:
        return id(self.calls)

    def examples(self, seed: int) -> Examples:
        """Return the examples by their numbers, whatever the seed."""
        numbers = np.arange(self.calls.n_examples, dtype=np.float64)
        return OwnExamples(
            numbers[:, None],
            np.zeros(len(numbers)),
            ("example",),
            "loss",
            notes=self.calls.notes,
        )


class OwnExamples(Examples):
    """Examples of which nothing is known but their numbers."""

    @property
    def task(self) -> str:
        """OWN: there is no network."""
        return OWN


class OwnSum(FiniteSum):
    """The mean of some losses of an own objective.

    Where its code fails the numbers are NaN.

    Parameters
    ----------
    examples : Examples
        Whose inputs say which ones.
    calls : Calls
    """

    def __init__(self, examples: Examples, calls: Calls) -> None:
        self.examples, self.calls, self.names = examples, calls, calls.names
        self._ids = examples.inputs[:, 0].astype(np.int64)

    @property
    def n_hidden(self) -> int:
        """Numbers computed per example for one loss, as far as can be told."""
        if self.calls.has("loss_at"):
            return self.n_parameters
        return max(self.n_parameters, _CALL // self.n_examples)

    def describe(self) -> str:
        """Return the number of parameters in words."""
        p = self.n_parameters
        return f"{p:,} parameter{'s' * (p != 1)}"

    def fault(self) -> str:
        """Return why a call has failed since this was asked last."""
        fault, self.calls.fault = self.calls.fault, ""
        return fault

    def start(self, seed: int) -> Array:
        """Return where the objective begins, whatever the seed."""
        return self.calls.start.copy()

    def on(self, examples: Examples) -> OwnSum:
        """Return the mean of the losses of other examples."""
        return OwnSum(examples, self.calls)

    def losses(self, theta: Array, rows: Rows) -> Array:
        """Return the loss of each of these examples, of shape (b,)."""
        return self._asked("losses", (len(rows),), theta, self._ids[rows])

    def gradients(self, theta: Array, rows: Rows) -> Array:
        """Return the gradient of each of these examples' losses, of shape (b, p)."""
        shape = len(rows), len(theta)
        return self._asked("gradients", shape, theta, self._ids[rows])

    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient over these examples."""
        if self.calls.has("gradient"):
            try:
                return self.calls.ask_both(theta, self._ids[rows])
            except Refused as refusal:
                self.calls.fault = str(refusal)
                return np.nan, np.full(len(theta), np.nan)
        total = np.zeros(len(theta))
        for some in self._parts(rows):
            total += np.add.reduce(self.gradients(theta, some), axis=0)
        return float(self.losses(theta, rows).mean()), total / len(rows)

    def loss_at(self, thetas: Array) -> Array:
        """Return the mean loss over all examples at each of g parameter vectors."""
        if self.calls.has("loss_at"):
            return self._asked("loss_at", (len(thetas),), thetas, self._ids)
        rows = np.arange(self.n_examples)
        return np.array([self.losses(theta, rows).mean() for theta in thetas])

    def sheet(self, plane: Plane, centre: Array, single: bool = False) -> Sheet:
        """Return the mean loss as a function of a plane's coordinates."""
        return OwnSheet(self, plane)

    def survey(self, theta: Array, directions: Array) -> Survey:
        """Return the mean loss, the full gradient and a covariance."""
        rows, q = np.arange(self.n_examples), len(directions)
        if not q or (self.calls.has("slopes") and self.calls.has("gradient")):
            loss, gradient = self.gradient(theta, rows)
            along = self._slopes(theta, directions) if q else np.empty((len(rows), 0))
        else:
            loss = float(self.losses(theta, rows).mean())
            gradient, along = self._gone_through(theta, directions)
        along -= along.mean(axis=0)
        return Survey(loss, gradient, along.T @ along / len(rows))

    def hessian(self, theta: Array) -> Callable[[Array], Array]:
        """Return what multiplies the Hessian of the mean loss with a vector."""
        if not self.calls.has("hessian_product"):
            return super().hessian(theta)
        method, ids = "hessian_product", self._ids
        return lambda vector: self._asked(method, theta.shape, theta, ids, vector)

    def _slopes(self, theta: Array, directions: Array) -> Array:
        """Return the slopes of all losses along some directions, of shape (n, q)."""
        shape = len(self._ids), len(directions)
        return self._asked("slopes", shape, theta, self._ids, directions)

    def _gone_through(self, theta: Array, directions: Array) -> tuple[Array, Array]:
        """Return the full gradient, and the same slopes, from every gradient."""
        rows, total = np.arange(self.n_examples), np.zeros(len(theta))
        along = np.empty((len(rows), len(directions)))
        for some in self._parts(rows):
            gradients = self.gradients(theta, some)
            total += np.add.reduce(gradients, axis=0)
            along[some] = gradients @ directions.T
        return total / len(rows), along

    def _asked(self, method: str, shape: tuple[int, ...], *given: Any) -> Array:
        try:
            return self.calls.ask(method, shape, *given)
        except Refused as refusal:
            self.calls.fault = str(refusal)
            return np.full(shape, np.nan)

    def _parts(self, rows: Rows) -> list[Rows]:
        step = max(1, _NUMBERS // self.n_parameters)
        return [rows[i : i + step] for i in range(0, len(rows), step)]
