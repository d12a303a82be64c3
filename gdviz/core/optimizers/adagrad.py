"""A rate for each parameter, out of the squares of its gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Flag, Real, knob
from gdviz.core.optimizers.base import (
    OWN_RATES,
    Optimizer,
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
class AdaGrad(Optimizer):
    """The rate of a parameter falls with the sum of all its squared gradients.

    s ← s + ĝ², Δθ = −η ĝ / (√s + ε) (Duchi, Hazan & Singer 2011, Algorithm 1 with
    diagonal matrices; δ there is ε). As PyTorch's without `lr_decay`, which is the
    schedule of inverse time here.
    """

    name: ClassVar[str] = "adagrad"
    title: ClassVar[str] = "AdaGrad"
    group: ClassVar[str] = OWN_RATES
    eps: float = epsilon(1e-10)
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return a sum of zero."""
        return {"sum_of_squares": np.zeros_like(theta)}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η ĝ / (√s + ε) with the new sum s."""
        gradient = decayed(gradient, here, self.weight_decay)
        total = state["sum_of_squares"] + gradient * gradient
        update = -here.learning_rate * gradient / (np.sqrt(total) + self.eps)
        return update, {"sum_of_squares": total}

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return η / (√s + ε), which multiplies ĝ."""
        return here.learning_rate / (np.sqrt(after["sum_of_squares"]) + self.eps)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """The rate of a parameter falls with the running mean of its squared gradients.

    s ← α s + (1 − α) ĝ², Δθ = −η ĝ / (√s + ε) (Tieleman & Hinton 2012, lecture 6.5).
    Centred, a ← α a + (1 − α) ĝ and the root is that of s − a² (Graves 2013, eqs. 38
    to 41, where ε is below the root). With a momentum μ, v ← μ v + ĝ / (√s + ε) and
    Δθ = −η v. As PyTorch's; s − a² is never taken below 0.
    """

    name: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    group: ClassVar[str] = OWN_RATES
    alpha: float = knob(
        0.99, Real(0.0, 0.99999), "Smoothing α", "How much of the means is kept."
    )
    eps: float = epsilon(1e-8)
    centred: bool = knob(
        False,
        Flag(),
        "Centred",
        "Divide by the deviation of the gradients from their mean.",
        off=False,
    )
    momentum: float = knob(
        0.0,
        Real(0.0, 0.999),
        "Momentum μ",
        "How much of a velocity is kept; 0: none.",
        off=0.0,
    )
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return means of zero, and a velocity of zero if there is one."""
        used = {
            "mean_square": True,
            "mean_gradient": self.centred,
            "velocity": self.momentum > 0,
        }
        return {name: np.zeros_like(theta) for name, it in used.items() if it}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η ĝ / (√s + ε), or −η v, with the new means and velocity."""
        gradient = decayed(gradient, here, self.weight_decay)
        state = {**self.init(gradient), **state}  # it may have been without some
        square = smoothed(state["mean_square"], gradient * gradient, self.alpha)
        after = {"mean_square": square}
        if self.centred:
            mean = smoothed(state["mean_gradient"], gradient, self.alpha)
            after["mean_gradient"] = mean
        scaled = gradient / self._divisor(after)
        if self.momentum:
            scaled = self.momentum * state["velocity"] + scaled
            after["velocity"] = scaled
        return scaled * -here.learning_rate, after

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return η / (√s + ε), which multiplies ĝ, also on its way into a velocity."""
        return here.learning_rate / self._divisor(after)

    def _divisor(self, after: State) -> Array:
        square = after["mean_square"]
        if self.centred:
            square = np.maximum(square - after["mean_gradient"] ** 2, 0.0)
        return np.sqrt(square) + self.eps


@dataclass(frozen=True)
class AdaDelta(Optimizer):
    """Steps as long as the last ones were, by running means of squares.

    s ← ρ s + (1 − ρ) ĝ², d = ĝ √(u + ε) / √(s + ε), u ← ρ u + (1 − ρ) d²,
    Δθ = −η d (Zeiler 2012, Algorithm 1, where η = 1). As PyTorch's.
    """

    name: ClassVar[str] = "adadelta"
    title: ClassVar[str] = "AdaDelta"
    group: ClassVar[str] = OWN_RATES
    usual_rate: ClassVar[float] = 1.0
    rho: float = knob(
        0.9, Real(0.0, 0.99999), "Smoothing ρ", "How much of the means is kept."
    )
    eps: float = epsilon(1e-6)
    weight_decay: float = weight_decay()

    def init(self, theta: Array) -> State:
        """Return means of zero."""
        names = ("mean_square", "mean_square_update")
        return {name: np.zeros_like(theta) for name in names}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η d with the new means."""
        gradient = decayed(gradient, here, self.weight_decay)
        square = smoothed(state["mean_square"], gradient * gradient, self.rho)
        step = gradient * self._ratio(state["mean_square_update"], square)
        steps = smoothed(state["mean_square_update"], step * step, self.rho)
        after = {"mean_square": square, "mean_square_update": steps}
        return step * -here.learning_rate, after

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return η √(u + ε) / √(s + ε), u from before: what multiplies ĝ."""
        ratio = self._ratio(before["mean_square_update"], after["mean_square"])
        return here.learning_rate * ratio

    def _ratio(self, steps: Array, square: Array) -> Array:
        ratio: Array = np.sqrt(steps + self.eps) / np.sqrt(square + self.eps)
        return ratio
