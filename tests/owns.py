"""Objectives as a user might write them, right and wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]


class Poisson:
    """Counts y with mean exp(x·θ); the loss is −log probability, but for log y!."""

    names: Sequence[str] = ("bias", "a", "b")
    n_examples: int = 50
    start: ArrayLike = (0.0, 0.0, 0.0)

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.x = np.column_stack([np.ones(50), rng.standard_normal((50, 2))])
        self.y = rng.poisson(np.exp(self.x @ [0.5, 0.8, -0.4]))

    def losses(self, theta: Array, rows: Rows) -> Array:
        z = self.x[rows] @ theta
        found: Array = np.exp(z) - self.y[rows] * z
        return found

    def gradients(self, theta: Array, rows: Rows) -> Array:
        x = self.x[rows]
        found: Array = (np.exp(x @ theta) - self.y[rows])[:, None] * x
        return found


class Fast(Poisson):
    """The same with every method that may be there."""

    title = "Counts"
    notes = ("Drawn with seed 0.",)

    def gradient(self, theta: Array, rows: Rows) -> tuple[float, Array]:
        x, loss = self.x[rows], self.losses(theta, rows).mean()
        return float(loss), (np.exp(x @ theta) - self.y[rows]) @ x / len(rows)

    def loss_at(self, thetas: Array, rows: Rows) -> Array:
        z = thetas @ self.x[rows].T
        found: Array = (np.exp(z) - self.y[rows] * z).mean(axis=1)
        return found

    def slopes(self, theta: Array, rows: Rows, directions: Array) -> Array:
        return self.gradients(theta, rows) @ directions.T

    def hessian_product(self, theta: Array, rows: Rows, vector: Array) -> Array:
        x = self.x[rows]
        found: Array = (np.exp(x @ theta) * (x @ vector)) @ x / len(rows)
        return found


class Root:
    """Losses √(w − c), which raise where w is below c, one after the other."""

    names = ("w",)
    n_examples = 3
    start = (4.0,)

    def losses(self, theta: Array, rows: Rows) -> Array:
        inside = theta[0] - rows
        if (inside < 0).any():
            raise ArithmeticError(f"{theta[0]:.1f} is too small")
        found: Array = np.sqrt(inside)
        return found

    def gradients(self, theta: Array, rows: Rows) -> Array:
        return 0.5 / self.losses(theta, rows)[:, None]


class FastRoot(Root):
    """The same, but its mean loss is only not a number there."""

    def loss_at(self, thetas: Array, rows: Rows) -> Array:
        inside = thetas - rows
        inside[inside < 0] = np.nan
        found: Array = np.sqrt(inside).mean(axis=1)
        return found
