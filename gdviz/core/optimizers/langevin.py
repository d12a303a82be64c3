"""Langevin dynamics: descent with noise, whose path is a sample of a posterior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Real, knob
from gdviz.core.optimizers.base import Optimizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers.base import Here, State

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class SGLD(Optimizer):
    """Langevin dynamics: each step of SGD is shaken, so that the path samples.

    Δθ = −η ĝ − (η/N) α θ + √(2η/N) ξ with ξ standard normal (Welling & Teh 2011,
    eq. 4, with ε = 2η/N). The losses stand for minus log likelihoods: half the squared
    error is that of a normal density of variance 1. The prior is normal with mean 0 and
    precision α for every parameter; with α = 0 it is flat. Not in PyTorch.
    """

    name: ClassVar[str] = "sgld"
    title: ClassVar[str] = "SGLD (Langevin)"
    noisy: ClassVar[bool] = True
    prior_precision: float = knob(
        0.0,
        Real(0.0, 1e6),
        "Prior precision α",
        "One over the variance of the normal prior of every parameter; 0: a flat one.",
        off=0.0,
    )

    def init(self, theta: Array) -> State:
        """Return an empty memory."""
        return {}

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return −η ĝ − (η/N) α θ + √(2η/N) ξ."""
        share = here.learning_rate / here.n_examples
        noise = np.sqrt(2.0 * share) * here.noise.draw(gradient.shape[-1])
        drift = gradient * -here.learning_rate
        if self.prior_precision:
            drift = drift - share * self.prior_precision * here.theta
        return drift + noise, state

    @property
    def bound(self) -> float | None:
        """Two under a flat prior, for the mean of the path; the noise stays."""
        return None if self.prior_precision else 2.0
