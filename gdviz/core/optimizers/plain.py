"""Plain descent, and momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Real, knob
from gdviz.core.optimizers.base import Optimizer, decayed, weight_decay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers.base import Here, State

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent: minus the learning rate times the gradient.

    Δθ = −η ĝ (Robbins & Monro 1951).
    """

    name: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return an empty memory."""
        return {}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η ĝ."""
        gradient = decayed(gradient, here, self.weight_decay)
        return gradient * -here.learning_rate, state

    @property
    def bound(self) -> float | None:
        """Two: each step multiplies the distance by 1 − ηλ; None with weight decay."""
        return None if self.weight_decay else 2.0


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
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return a velocity of zero."""
        return {"velocity": np.zeros_like(theta)}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η v with the new velocity v."""
        gradient = decayed(gradient, here, self.weight_decay)
        velocity = self.beta * state["velocity"] + gradient
        return velocity * -here.learning_rate, {"velocity": velocity}

    @property
    def bound(self) -> float | None:
        """2(1 + β), where a root of z² − (1 + β − ηλ) z + β is −1 (Polyak 1964)."""
        return None if self.weight_decay else 2.0 * (1.0 + self.beta)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks ahead: the gradient counts once more beside the velocity.

    v ← β v + ĝ, Δθ = −η (ĝ + β v) (Nesterov 1983; Sutskever et al. 2013, eqs. 3 and
    4, with θ standing where they take the gradient: the form of the big libraries).
    """

    name: ClassVar[str] = "nesterov"
    title: ClassVar[str] = "Nesterov momentum"
    beta: float = knob(
        0.9, Real(0.0, 0.999), "Momentum β", "How much of the velocity is kept."
    )
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return a velocity of zero."""
        return {"velocity": np.zeros_like(theta)}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η (ĝ + β v) with the new velocity v."""
        gradient = decayed(gradient, here, self.weight_decay)
        velocity = self.beta * state["velocity"] + gradient
        ahead = gradient + self.beta * velocity
        return ahead * -here.learning_rate, {"velocity": velocity}

    @property
    def bound(self) -> float | None:
        """2(1 + β)/(1 + 2β), where a root of z² − (1 − ηλ)((1 + β) z − β) is −1."""
        bound = 2.0 * (1.0 + self.beta) / (1.0 + 2.0 * self.beta)
        return None if self.weight_decay else bound
