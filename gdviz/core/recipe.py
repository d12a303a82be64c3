"""A recipe: what is made of a batch before the optimizer sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from gdviz.core.knobs import Spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.optimizers.base import Here, Optimizer, State
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]


class Taken(NamedTuple):
    """What one update is made of.

    Attributes
    ----------
    loss : float
        Mean loss of the batch at θ, before the update.
    gradient : ndarray of shape (p,)
        What is handed to the optimizer.
    update : ndarray of shape (p,)
        What is added to θ. Views draw this: it is there for every recipe.
    memory : mapping of text to ndarray of shape (p,)
        The optimizer's memory after the update.
    """

    loss: float
    gradient: Array
    update: Array
    memory: State


class Recipe(Spec):
    """What is handed to the optimizer for a batch; by itself the mean gradient.

    Attributes
    ----------
    right : bool
    why : text
        Of a wrong one: why it is wrong.
    agrees : text
        When it agrees with the mean of the gradients.
    networks_only : bool
        Whether it needs the activations of an `Objective`.
    once : bool
        Whether one error is sent back for the whole batch, not one for each example.
    """

    right: ClassVar[bool] = True
    why: ClassVar[str] = ""
    agrees: ClassVar[str] = ""
    networks_only: ClassVar[bool] = False
    once: ClassVar[bool] = False

    def rounds(self, b: int) -> int:
        """Return how many times, one after the other, b examples are gone through."""
        return 1

    def times(self, b: int) -> float | None:
        """Return which multiple of the mean of b gradients is handed over.

        None where it is no multiple of it.
        """
        return 1.0 if self.right else None

    def gradient(
        self, objective: FiniteSum, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss of a batch and what is handed to the optimizer.

        Parameters
        ----------
        objective : FiniteSum
        theta : ndarray of shape (p,)
        rows : ndarray of shape (b,)
            Indices of the batch's examples, in their order.

        Returns
        -------
        loss : float
        gradient : ndarray of shape (p,)
        """
        return objective.gradient(theta, rows)

    def step(
        self,
        objective: FiniteSum,
        rows: Rows,
        optimizer: Optimizer,
        memory: State,
        here: Here,
    ) -> Taken:
        """Return the update that a batch makes at θ, and what it is made of."""
        loss, gradient = self.gradient(objective, here.theta, rows)
        update, memory = optimizer.update(gradient, memory, here)
        return Taken(loss, gradient, update, memory)
