"""Points of the plane in two classes, by the shapes these have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.datasets.base import COUNT, COUNT_TIP, NOISE_TIP, Drawn
from gdviz.core.examples import Examples
from gdviz.core.knobs import Real, knob

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray


def _two_classes(points: NDArray[np.float64], labels: NDArray[np.int64]) -> Examples:
    return Examples(points, labels, ("x₁", "x₂"), "class", ("A", "B"))


@dataclass(frozen=True)
class TwoGaussians(Drawn):
    """Two round clouds of points, one for each class."""

    name: ClassVar[str] = "gaussians"
    title: ClassVar[str] = "Two Gaussians"
    n_examples: int = knob(200, COUNT, "Examples", COUNT_TIP)
    distance: float = knob(
        3.0, Real(0, 20), "Distance", "Between the centres, in deviations."
    )

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points around ∓distance/2 along the diagonal."""
        labels = rng.integers(2, size=n)
        shift = (labels - 0.5) * self.distance / np.sqrt(2)
        return _two_classes(rng.standard_normal((n, 2)) + shift[:, None], labels)


@dataclass(frozen=True)
class Moons(Drawn):
    """Two half circles that reach into one another."""

    name: ClassVar[str] = "moons"
    title: ClassVar[str] = "Moons"
    n_examples: int = knob(200, COUNT, "Examples", COUNT_TIP)
    noise: float = knob(0.15, Real(0, 2), "Noise", NOISE_TIP)

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points of the upper moon (A) and of the lower one (B)."""
        labels, angle = rng.integers(2, size=n), np.pi * rng.random(n)
        side = 1 - 2 * labels
        x = side * np.cos(angle) + labels - 0.5
        y = side * np.sin(angle) + 0.5 * labels - 0.25
        points = np.column_stack([x, y])
        return _two_classes(points + self.noise * rng.standard_normal((n, 2)), labels)


@dataclass(frozen=True)
class Circles(Drawn):
    """A ring around a smaller ring."""

    name: ClassVar[str] = "circles"
    title: ClassVar[str] = "Circles"
    n_examples: int = knob(200, COUNT, "Examples", COUNT_TIP)
    noise: float = knob(0.1, Real(0, 2), "Noise", NOISE_TIP)
    ratio: float = knob(
        0.5,
        Real(0.05, 0.95),
        "Inner radius",
        "Radius of the inner ring; the outer has 1.",
    )

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points of the outer ring (A) and of the inner one (B)."""
        labels, angle = rng.integers(2, size=n), 2 * np.pi * rng.random(n)
        radius = np.where(labels == 1, self.ratio, 1.0)[:, None]
        points = radius * np.column_stack([np.cos(angle), np.sin(angle)])
        return _two_classes(points + self.noise * rng.standard_normal((n, 2)), labels)


@dataclass(frozen=True)
class Spirals(Drawn):
    """Two arms wound around each other: hard for a small network."""

    name: ClassVar[str] = "spirals"
    title: ClassVar[str] = "Spirals"
    n_examples: int = knob(200, COUNT, "Examples", COUNT_TIP)
    noise: float = knob(0.05, Real(0, 2), "Noise", NOISE_TIP)
    turns: float = knob(1.25, Real(0.25, 4), "Turns", "Turns of each arm.")

    def draw(self, n: int, rng: Generator) -> Examples:
        """Return points of one arm (A) and of the other, half a turn on (B)."""
        labels, along = rng.integers(2, size=n), np.sqrt(rng.random(n))
        angle = 2 * np.pi * self.turns * along + np.pi * labels
        points = along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        return _two_classes(points + self.noise * rng.standard_normal((n, 2)), labels)
