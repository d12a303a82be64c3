"""Numbers to predict from one input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.datasets.base import COUNT, COUNT_TIP, NOISE_TIP, Dataset, Drawn
from gdviz.core.examples import Examples
from gdviz.core.knobs import Real, knob

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True)
class LineWithNoise(Drawn):
    """A straight line with noise: y = slope · x + intercept + noise."""

    name: ClassVar[str] = "line"
    title: ClassVar[str] = "Line with noise"
    n_examples: int = knob(40, COUNT, "Examples", COUNT_TIP)
    noise: float = knob(0.5, Real(0.0, 10.0), "Noise", NOISE_TIP)
    slope: float = knob(1.4, Real(-10, 10), "Slope", "Slope of the true line.")
    intercept: float = knob(
        0.4, Real(-10, 10), "Intercept", "Height of the true line at x = 0."
    )

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return inputs from N(0, 1.2²) with their noisy heights."""
        x = 1.2 * rng.standard_normal(n)
        y = self.slope * x + self.intercept + self.noise * rng.standard_normal(n)
        return Examples(x[:, None], y, ("x",))


@dataclass(frozen=True)
class ScatteredNumbers(Drawn):
    """Numbers scattered around a mean: a weight alone is to find it, its input is 1."""

    name: ClassVar[str] = "numbers"
    title: ClassVar[str] = "Numbers around a mean"
    n_examples: int = knob(100, COUNT, "Examples", COUNT_TIP)
    mean: float = knob(
        0.5, Real(-10, 10), "Mean", "Mean of the distribution they are drawn from."
    )
    noise: float = knob(1.0, Real(0.0, 10.0), "Noise", NOISE_TIP)

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return numbers from N(mean, noise²), each with the input 1."""
        y = self.mean + self.noise * rng.standard_normal(n)
        return Examples(np.ones((n, 1)), y, ("x",))


@dataclass(frozen=True)
class TwoPoints(Dataset):
    """The smallest puzzle: x = 1 twice, with targets 2 and 4."""

    name: ClassVar[str] = "two-points"
    title: ClassVar[str] = "Two points"

    def examples(self, seed: int) -> Examples:
        """Return the two points, whatever the seed."""
        return Examples(np.array([[1.0], [1.0]]), np.array([2.0, 4.0]), ("x",))
