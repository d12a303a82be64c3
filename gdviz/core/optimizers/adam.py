"""Adam and its family: two moments of the gradient, without their first bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Real, knob
from gdviz.core.optimizers.base import (
    OWN_RATES,
    Optimizer,
    apart_decay,
    decayed,
    epsilon,
    smoothed,
    weight_decay,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers.base import Here, State

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Adam(Optimizer):
    """The mean gradient of late, divided by the root of its mean square.

    m ← β₁ m + (1 − β₁) ĝ, v ← β₂ v + (1 − β₂) ĝ², m̂ = m / (1 − β₁ᵗ),
    v̂ = v / (1 − β₂ᵗ), Δθ = −η m̂ / (√v̂ + ε), t the number of updates (Kingma & Ba
    2015, Algorithm 1). Defaults as there and in PyTorch.
    """

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    group: ClassVar[str] = OWN_RATES
    usual_rate: ClassVar[float] = 1e-3
    beta1: float = knob(
        0.9, Real(0.0, 0.999), "Momentum β₁", "How much of the first moment is kept."
    )
    beta2: float = knob(
        0.999,
        Real(0.0, 0.99999),
        "Smoothing β₂",
        "How much of the second moment is kept.",
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return moments of zero and no update made."""
        return {
            "first_moment": np.zeros_like(theta),
            "second_moment": np.zeros_like(theta),
            "updates": np.zeros(()),
        }

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η m̂ / (√v̂ + ε) with the new moments."""
        after = self._remember(decayed(gradient, here, self.weight_decay), state)
        return -here.learning_rate * self._direction(after), after

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return η / (√v̂ + ε), which multiplies m̂, the mean gradient of late."""
        return here.learning_rate / self._divisor(after)

    def _remember(self, gradient: Array, state: State) -> dict[str, Array]:
        """Return the moments with one gradient more."""
        square = gradient * gradient
        return {
            "first_moment": smoothed(state["first_moment"], gradient, self.beta1),
            "second_moment": smoothed(state["second_moment"], square, self.beta2),
            "updates": np.array(float(state["updates"]) + 1.0),
        }

    def _direction(self, after: State) -> Array:
        mean = after["first_moment"] / rest(self.beta1, after)
        return mean / self._divisor(after)

    def _divisor(self, after: State) -> Array:
        square = after["second_moment"] / rest(self.beta2, after)
        return np.sqrt(square) + self.eps


def rest(beta: float, after: State) -> float:
    """Return 1 − βᵗ: the weight of all gradients met in a running mean of them."""
    return 1.0 - beta ** float(after["updates"])


@dataclass(frozen=True)
class AMSGrad(Adam):
    """Adam divided by the largest second moment so far: its rates only fall.

    As Adam with v̂ = max(v̂ so far, v) / (1 − β₂ᵗ) (Reddi, Kale & Kumar 2018, Algorithm
    2, which corrects no bias; PyTorch does, and so is it here).
    """

    name: ClassVar[str] = "amsgrad"
    title: ClassVar[str] = "AMSGrad"

    def init(self, theta: Array) -> State:
        """Return moments of zero and no update made."""
        return {**super().init(theta), "largest_second_moment": np.zeros_like(theta)}

    def _remember(self, gradient: Array, state: State) -> dict[str, Array]:
        after = super()._remember(gradient, state)
        name, new = "largest_second_moment", after["second_moment"]
        return {**after, name: np.maximum(state[name], new)}

    def _divisor(self, after: State) -> Array:
        square = after["largest_second_moment"] / rest(self.beta2, after)
        return np.sqrt(square) + self.eps


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with a weight decay that no second moment divides.

    Δθ = −η w θ − η m̂ / (√v̂ + ε), w the weight decay (Loshchilov & Hutter 2019,
    Algorithm 2, where the schedule alone multiplies w; in PyTorch and here η does).
    """

    name: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    weight_decay: float = apart_decay(0.01)

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η w θ − η m̂ / (√v̂ + ε) with the new moments."""
        after = self._remember(gradient, state)
        pulled = decayed(self._direction(after), here, self.weight_decay)
        return -here.learning_rate * pulled, after


@dataclass(frozen=True)
class NAdam(Adam):
    """Adam that looks ahead, as Nesterov momentum does.

    Δθ = −η ((1 − μₜ) ĝ / (1 − Πμ) + μₜ₊₁ m / (1 − μₜ₊₁ Πμ)) / (√v̂ + ε) with
    μₜ = β₁ (1 − 0.96^(tψ) / 2) and Πμ the product of μ₁ to μₜ (Dozat 2016, Algorithm
    2). As PyTorch's, ψ its `momentum_decay`.
    """

    name: ClassVar[str] = "nadam"
    title: ClassVar[str] = "NAdam"
    usual_rate: ClassVar[float] = 2e-3
    momentum_decay: float = knob(
        0.004,
        Real(0.0, 1.0),
        "Momentum schedule ψ",
        "How fast the momentum rises from about half of β₁ to β₁.",
    )

    def init(self, theta: Array) -> State:
        """Return moments of zero, no update made and an empty product."""
        return {**super().init(theta), "momentum_product": np.ones(())}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return the update with the new moments."""
        gradient = decayed(gradient, here, self.weight_decay)
        after = self._remember(gradient, state)
        t, product = float(after["updates"]), float(after["momentum_product"])
        now, later = self.momentum(t), self.momentum(t + 1.0)
        ahead = (1.0 - now) / (1.0 - product) * gradient
        ahead = ahead + later / (1.0 - product * later) * after["first_moment"]
        return -here.learning_rate * ahead / self._divisor(after), after

    def momentum(self, t: float) -> float:
        """Return μₜ."""
        return self.beta1 * (1.0 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def _remember(self, gradient: Array, state: State) -> dict[str, Array]:
        after = super()._remember(gradient, state)
        product = float(state["momentum_product"])
        product *= self.momentum(float(after["updates"]))
        return {**after, "momentum_product": np.array(product)}


@dataclass(frozen=True)
class Adamax(Adam):
    """Adam divided by the largest gradient of late instead of a mean square.

    u ← max(β₂ u, |ĝ| + ε), Δθ = −η m̂ / u (Kingma & Ba 2015, Algorithm 2, without ε).
    As PyTorch's.
    """

    name: ClassVar[str] = "adamax"
    title: ClassVar[str] = "Adamax"
    usual_rate: ClassVar[float] = 2e-3

    def init(self, theta: Array) -> State:
        """Return a moment and a largest gradient of zero, and no update made."""
        return {
            "first_moment": np.zeros_like(theta),
            "largest_gradient": np.zeros_like(theta),
            "updates": np.zeros(()),
        }

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return η / u, which multiplies m̂, the mean gradient of late."""
        return super().effective_step(before, after, here)

    def _remember(self, gradient: Array, state: State) -> dict[str, Array]:
        faded, new = self.beta2 * state["largest_gradient"], np.abs(gradient)
        return {
            "first_moment": smoothed(state["first_moment"], gradient, self.beta1),
            "largest_gradient": np.maximum(faded, new + self.eps),
            "updates": np.array(float(state["updates"]) + 1.0),
        }

    def _divisor(self, after: State) -> Array:
        return after["largest_gradient"]
