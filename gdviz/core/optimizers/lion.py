"""Lion: every parameter moves by the same length, only the sign is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Real, knob
from gdviz.core.optimizers.base import Optimizer, apart_decay, decayed, smoothed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers.base import Here, State

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Lion(Optimizer):
    """Every parameter moves by the learning rate, by the sign of a mean gradient.

    Δθ = −η (sign(β₁ m + (1 − β₁) ĝ) + w θ), then m ← β₂ m + (1 − β₂) ĝ, w the weight
    decay (Chen et al. 2023, Algorithm 2). Not in PyTorch; the authors' defaults.
    """

    name: ClassVar[str] = "lion"
    title: ClassVar[str] = "Lion"
    usual_rate: ClassVar[float] = 1e-4
    beta1: float = knob(
        0.9, Real(0.0, 0.999), "Blend β₁", "How much the mean counts in the sign."
    )
    beta2: float = knob(
        0.99, Real(0.0, 0.99999), "Smoothing β₂", "How much of the mean is kept."
    )
    weight_decay: float = apart_decay(0.0)

    def init(self, theta: Array) -> State:
        """Return a mean of zero."""
        return {"first_moment": np.zeros_like(theta)}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η (sign(β₁ m + (1 − β₁) ĝ) + w θ) with the new mean."""
        kept = state["first_moment"]
        sign = np.sign(smoothed(kept, gradient, self.beta1))
        update = -here.learning_rate * decayed(sign, here, self.weight_decay)
        return update, {"first_moment": smoothed(kept, gradient, self.beta2)}

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return None: the length of the gradient does not matter."""
        return None
