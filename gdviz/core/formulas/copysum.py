"""The mean of noisy copies of one function, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.formulas.minima import found, told
from gdviz.core.formulas.terms import FormulaSum
from gdviz.core.sums import Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.examples import Examples
    from gdviz.core.formulas.copies import Copies
    from gdviz.core.formulas.minima import Minimum
    from gdviz.core.planes import Plane, Region
    from gdviz.core.sheet import Sheet

    Array = NDArray[np.float64]
    Indices = NDArray[np.int64]

TILTED, SHIFTED = "tilted", "shifted"
_AT_ONCE = 2**16  # points of shifted copies
_FEW = 64  # copies that tell roughly where minima are
MOST_SEARCHED = 2**12  # shifted copies whose minima are looked for


class CopySum(FormulaSum):
    """The mean of some copies of a function.

    Parameters
    ----------
    examples : Examples
        Whose inputs are the number of each copy and its tilt or shift.
    formulas : Copies
    """

    def __init__(self, examples: Examples, formulas: Copies) -> None:
        self.examples, self.formulas = examples, formulas
        self.function, self.names = formulas.function, formulas.names()
        self.offsets = np.ascontiguousarray(examples.inputs[:, 1:])
        self.shifted = formulas.kind == SHIFTED and bool(self.offsets.any())
        self._copies = formulas
        self._mean = self.offsets.mean(axis=0)  # of all tilts: exactly 0

    def describe(self) -> str:
        """Return the number of parameters and the function."""
        words = self.function.letters
        return f"{super().describe()} · f = {words}" if len(words) < 80 else words

    def losses(self, theta: Array, rows: Indices) -> Array:
        """Return the loss of each of these copies, of shape (b,)."""
        c = self.offsets[rows]
        if self.shifted:
            return self.function.value(theta - c)
        return self.function.value(theta) + c @ theta

    def gradients(self, theta: Array, rows: Indices) -> Array:
        """Return the gradient of each of these copies, of shape (b, p)."""
        c = self.offsets[rows]
        if self.shifted:
            return self.function.gradient(theta - c)
        return self.function.gradient(theta) + c

    def loss_at(self, thetas: Array) -> Array:
        """Return the mean loss over all copies at each of g parameter vectors."""
        if self.shifted:
            return self._mean_of(self.function.value, thetas)
        values = self.function.value(thetas)
        return values + thetas @ self._mean if self._mean.any() else values

    def gradient_at(self, thetas: Array) -> Array:
        """Return the full gradients (g, p) at g parameter vectors."""
        if self.shifted:
            return self._mean_of(self.function.gradient, thetas)
        return self.function.gradient(thetas) + self._mean

    def hessian_at(self, thetas: Array) -> Array:
        """Return the Hessians (g, p, p) of the mean loss at g parameter vectors."""
        if self.shifted:
            return self._mean_of(self.function.hessian, thetas)
        return self.function.hessian(thetas)

    def bend(self, theta: Array) -> Array:
        """Return the Hessian of the mean loss, of shape (p, p)."""
        return self.hessian_at(theta[None, :])[0]

    def sheet(self, plane: Plane, centre: Array, single: bool = False) -> Sheet:
        """Return the mean loss as a function of a plane's coordinates."""
        made = super().sheet(plane, centre, single)
        if not self.shifted:
            made.work = self.n_parameters  # however many copies there are
        return made

    def survey(self, theta: Array, directions: Array) -> Survey:
        """Return the mean loss, the full gradient and a covariance."""
        here = theta[None, :]
        along = self.offsets
        if self.shifted:
            along = self.gradients(theta, np.arange(self.n_examples))
        along = along @ directions.T
        along = along - along.mean(axis=0)
        covariance = along.T @ along / len(along)
        return Survey(self.loss(theta), self.gradient_at(here)[0], covariance)

    def minima(self, region: Region) -> tuple[Minimum, ...]:
        """Return the minima known of the function, or those found in a region."""
        region = self.window or region
        if self.shifted and self.n_examples > MOST_SEARCHED:
            return ()
        if not (self.shifted or self._mean.any()) and self._copies.known():
            return told(self, np.array(self._copies.known()))
        return found(self, region, self._rough())

    def _rough(self) -> CopySum:
        """Return much the same mean, of a few shifted copies."""
        if not self.shifted or self.n_examples <= 2 * _FEW:
            return self
        some = np.linspace(0, self.n_examples - 1, _FEW).astype(np.int64)
        return CopySum(self.examples.take(some), self._copies)

    def _mean_of(self, function: Callable[[Array], Array], thetas: Array) -> Array:
        """Return the mean of a function over all shifts, a few points at a time."""
        n, parts = self.n_examples, []
        many = max(1, _AT_ONCE // n)
        for start in range(0, len(thetas), many):
            some = thetas[start : start + many]
            moved = (some[:, None] - self.offsets).reshape(-1, thetas.shape[1])
            values = function(moved)
            parts.append(values.reshape(len(some), n, *values.shape[1:]).mean(axis=1))
        return np.concatenate(parts) if parts else function(thetas)
