"""Optimizers: what the mean gradient becomes before it is added to θ.

To add one: a frozen `Optimizer` with `init` and `update`, pure both, and one line
in `OPTIMIZERS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Real, Spec, knob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    State = Mapping[str, Array]


class Optimizer(Spec):
    """A pure pair: a starting memory, and an update with the memory after it."""

    def init(self, theta: Array) -> State:
        """Return the memory before the first step, arrays of shape (p,) by name."""
        raise NotImplementedError

    def update(
        self, gradient: Array, state: State, learning_rate: float
    ) -> tuple[Array, State]:
        """Return the update Δθ of shape (p,) and the memory after it."""
        raise NotImplementedError

    @property
    def bound(self) -> float | None:
        """Below which η·λ a quadratic of curvature λ is gone down to its minimum.

        None where no such number is known, as with rates that adapt.
        """
        return None


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent: minus the learning rate times the gradient.

    Δθ = −η ĝ (Robbins & Monro 1951).
    """

    name: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"

    def init(self, theta: Array) -> State:
        """Return an empty memory."""
        return {}

    def update(
        self, gradient: Array, state: State, learning_rate: float
    ) -> tuple[Array, State]:
        """Return −η ĝ."""
        return gradient * -learning_rate, state

    @property
    def bound(self) -> float | None:
        """Two: each step multiplies the distance by 1 − ηλ."""
        return 2.0


@dataclass(frozen=True)
class HeavyBall(Optimizer):
    """Momentum: a velocity gathers the gradients and moves θ.

    v ← β v + ĝ, Δθ = −η v (Polyak 1964, eq. 9, in the form of the big libraries:
    the learning rate multiplies the velocity when it is used).
    """

    name: ClassVar[str] = "momentum"
    title: ClassVar[str] = "Heavy-ball momentum"
    beta: float = knob(
        0.9, Real(0.0, 0.999), "Momentum β", "How much of the velocity is kept."
    )

    def init(self, theta: Array) -> State:
        """Return a velocity of zero."""
        return {"velocity": np.zeros_like(theta)}

    def update(
        self, gradient: Array, state: State, learning_rate: float
    ) -> tuple[Array, State]:
        """Return −η v with the new velocity v."""
        velocity = self.beta * state["velocity"] + gradient
        return velocity * -learning_rate, {"velocity": velocity}

    @property
    def bound(self) -> float | None:
        """2(1 + β), where a root of z² − (1 + β − ηλ) z + β is −1 (Polyak 1964)."""
        return 2.0 * (1.0 + self.beta)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (SGD, HeavyBall)
}
