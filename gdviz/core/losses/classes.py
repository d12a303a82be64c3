"""Losses of classes, stable for outputs of any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.examples import MANY_CLASSES, TWO_CLASSES
from gdviz.core.losses.base import Loss, as_signs, one_hot, over_outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.examples import Examples

    Array = NDArray[np.float64]

_NOUGHT = np.array(0.0)  # an array without axes is twice as fast as a float


@dataclass(frozen=True)
class Logistic(Loss):
    """Minus the log probability of the right one of two classes.

    With s = ±1 for the two classes it is log(1 + exp(−s z)): the cross-entropy of
    the sigmoid of z.
    """

    name: ClassVar[str] = "logistic"
    title: ClassVar[str] = "Logistic"
    tasks: ClassVar[tuple[str, ...]] = (TWO_CLASSES,)

    def targets(self, examples: Examples) -> Array:
        """Return −1 for the first class and +1 for the second."""
        return as_signs(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return log(1 + exp(−s z)) without overflow."""
        return self.both(z, y)[0]

    def slopes(self, z: Array, y: Array) -> Array:
        """Return −s σ(−s z): the probability minus the 0/1 target."""
        return self.both(z, y)[1]

    def both(self, z: Array, y: Array) -> tuple[Array, Array]:
        """Return both from one logarithm ℓ: σ(−s z) = 1 − exp(−ℓ), at any size."""
        values = np.logaddexp(_NOUGHT, np.negative(y * z))
        return over_outputs(values), y * np.expm1(np.negative(values))

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return σ(z) σ(−z), whichever the class."""
        return np.exp(-np.logaddexp(0.0, z) - np.logaddexp(0.0, -z))

    def slopes_at_mean(self, z: Array, y: Array) -> Array:
        """Return σ(z) − (1 + y)/2, the slope for the mean of targets 0 and 1.

        The formula with s holds at ±1 alone: at the mean s = 0 its slope is 0, as if
        an even mix of classes asked for nothing. Cross-entropy takes any share of the
        second class; as a mix of both slopes it is exact at ±1.
        """
        share = (1.0 + y) / 2.0
        one = np.ones_like(y)
        return share * self.slopes(z, one) + (1.0 - share) * self.slopes(z, -one)

    def readable(self, z: Array) -> Array:
        """Return the probability of the second class, the sigmoid of z."""
        return np.exp(-np.logaddexp(0.0, -z))


@dataclass(frozen=True)
class Hinge(Loss):
    """Zero beyond a margin of 1 on the right side, straight below it."""

    name: ClassVar[str] = "hinge"
    title: ClassVar[str] = "Hinge"
    tasks: ClassVar[tuple[str, ...]] = (TWO_CLASSES,)
    smooth: ClassVar[bool] = False

    def targets(self, examples: Examples) -> Array:
        """Return −1 for the first class and +1 for the second."""
        return as_signs(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return max(0, 1 − s z)."""
        return np.add.reduce(np.maximum(0.0, 1.0 - y * z), axis=0)

    def slopes(self, z: Array, y: Array) -> Array:
        """Return −s inside the margin and 0 beyond it and at the kink."""
        return np.where(y * z < 1.0, -y, 0.0)

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return 0, at the kink too."""
        return np.zeros(z.shape)

    def readable(self, z: Array) -> Array:
        """Return 0 and 1 at the two margins and ½ where the classes part."""
        return (z + 1.0) / 2.0


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    """Minus the log probability of the right class, one output per class."""

    name: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax cross-entropy"
    tasks: ClassVar[tuple[str, ...]] = (TWO_CLASSES, MANY_CLASSES)

    def targets(self, examples: Examples) -> Array:
        """Return one row per class with 1 for the right one."""
        return one_hot(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return log Σ exp z minus the z of the right class, shifted for safety."""
        return self.both(z, y)[0]

    def slopes(self, z: Array, y: Array) -> Array:
        """Return the probabilities minus the one-hot targets."""
        return self.both(z, y)[1]

    def both(self, z: Array, y: Array) -> tuple[Array, Array]:
        """Return both from the same exponentials.

        Where the right class is sure, what it lacks of 1 is the sum of the others:
        a difference would be rounded to 0.
        """
        top = np.maximum.reduce(z, axis=0)
        weights = np.exp(z - top)
        right = np.add.reduce(z * y, axis=0) - top
        weights *= 1.0 - y
        others, one = np.add.reduce(weights, axis=0), np.exp(right)
        weights -= y * others
        values = np.log1p(others + (one - 1.0)) - right
        return values, weights / (others + one)

    def slopes_at_mean(self, z: Array, y: Array) -> Array:
        """Return the probabilities minus the shares of the classes."""
        return self.readable(z) - y

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return p(1 − p) of each class."""
        p = self.readable(z)
        return p * (1.0 - p)

    def hessian(self, z: Array, y: Array) -> Callable[[Array], Array]:
        """Return what multiplies diag(p) − p pᵀ with vectors: the classes compete."""
        p = self.readable(z)
        one = np.ones(len(p))
        return lambda v: p * (v - (one @ (p * v))[..., None, :])

    def readable(self, z: Array) -> Array:
        """Return the probability of each class."""
        weights = np.exp(z - np.maximum.reduce(z, axis=0))
        return weights / np.add.reduce(weights, axis=0)
