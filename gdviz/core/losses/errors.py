"""Losses of numbers, by how far the output is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.examples import MANY_CLASSES, REGRESSION
from gdviz.core.knobs import Flag, Real, knob
from gdviz.core.losses.base import Loss, as_numbers, one_hot, over_outputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.examples import Examples

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class SquaredError(Loss):
    """The squared distance between output and target: (z − y)²."""

    name: ClassVar[str] = "squared"
    title: ClassVar[str] = "Squared error"
    half: bool = knob(
        False, Flag(), "With the factor ½", "½(z − y)² instead of (z − y)²."
    )

    def targets(self, examples: Examples) -> Array:
        """Return numbers; 0 or 1 for two classes, one row per class for many."""
        many = examples.task == MANY_CLASSES
        return one_hot(examples) if many else as_numbers(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return (z − y)² summed over the outputs, halved if chosen."""
        return self.both(z, y)[0]

    def slopes(self, z: Array, y: Array) -> Array:
        """Return 2(z − y), or z − y with the factor ½."""
        return self.both(z, y)[1]

    def both(self, z: Array, y: Array) -> tuple[Array, Array]:
        """Return (z − y)² summed over the outputs, and 2(z − y); or half of both."""
        error = z - y
        total = over_outputs(error * error)
        return (0.5 * total, error) if self.half else (total, error + error)

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return 2, or 1 with the factor ½."""
        return np.full(z.shape, 1.0 if self.half else 2.0)


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """The plain distance between output and target: |z − y|."""

    name: ClassVar[str] = "absolute"
    title: ClassVar[str] = "Absolute error"
    tasks: ClassVar[tuple[str, ...]] = (REGRESSION,)
    smooth: ClassVar[bool] = False

    def targets(self, examples: Examples) -> Array:
        """Return the numbers to predict."""
        return as_numbers(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return |z − y|."""
        return np.add.reduce(np.abs(z - y), axis=0)

    def slopes(self, z: Array, y: Array) -> Array:
        """Return the sign of z − y; 0 at the kink."""
        return np.sign(z - y)

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return 0, at the kink too."""
        return np.zeros(z.shape)


@dataclass(frozen=True)
class Huber(Loss):
    """Squared for small errors, straight for large ones (Huber 1964).

    ½r² where |r| ≤ δ and δ(|r| − ½δ) beyond, with r = z − y.
    """

    name: ClassVar[str] = "huber"
    title: ClassVar[str] = "Huber"
    tasks: ClassVar[tuple[str, ...]] = (REGRESSION,)
    delta: float = knob(
        1.0, Real(1e-3, 1e3, log=True), "δ", "Where the parabola becomes a line."
    )

    def targets(self, examples: Examples) -> Array:
        """Return the numbers to predict."""
        return as_numbers(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return ½r² inside δ and δ(|r| − ½δ) outside."""
        size = np.abs(z - y)
        inside = np.minimum(size, self.delta)
        return np.add.reduce(inside * (size - 0.5 * inside), axis=0)

    def slopes(self, z: Array, y: Array) -> Array:
        """Return r, clipped to [−δ, δ]."""
        return np.clip(z - y, -self.delta, self.delta)

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return 1 where |r| < δ and 0 beyond, at the seam too."""
        return (np.abs(z - y) < self.delta).astype(np.float64)
