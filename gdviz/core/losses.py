"""Losses of one example: value, slope and curvature at the output, stable for any size.

To add one: a frozen `Loss` and one line in `LOSSES`. `z` is the model's output of
shape (k, b), `y` the encoded targets of the same shape, one column per example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.examples import MANY_CLASSES, REGRESSION, TASKS, TWO_CLASSES, Examples
from gdviz.core.knobs import Flag, Real, Spec, knob

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Loss(Spec):
    """What one example costs.

    `tasks` declares which data it goes with: the relation that the form, the scene
    and the command line obey. `smooth` tells that its slope makes no jump.
    """

    tasks: ClassVar[tuple[str, ...]] = TASKS
    smooth: ClassVar[bool] = True

    def targets(self, examples: Examples) -> Array:
        """Return the targets as this loss reads them, of shape (k, n)."""
        raise NotImplementedError

    def values(self, z: Array, y: Array) -> Array:
        """Return the loss of each example, of shape (b,)."""
        raise NotImplementedError

    def slopes(self, z: Array, y: Array) -> Array:
        """Return the derivative of each loss by its output z, of shape (k, b)."""
        raise NotImplementedError

    def both(self, z: Array, y: Array) -> tuple[Array, Array]:
        """Return values and slopes, the very same numbers, where they share work."""
        return self.values(z, y), self.slopes(z, y)

    def slopes_at_mean(self, z: Array, y: Array) -> Array:
        """Return the slopes where `y` is a mean of targets: the same formula."""
        return self.slopes(z, y)

    def curvatures(self, z: Array, y: Array) -> Array:
        """Return the second derivative of each loss by each output, of shape (k, b)."""
        raise NotImplementedError

    def hessian(self, z: Array, y: Array) -> Callable[[Array], Array]:
        """Return what multiplies each loss's Hessian by its outputs with a vector.

        By itself each output bends alone.

        Returns
        -------
        function
            From vectors (..., k, b), one per example, to their products.
        """
        curvatures = self.curvatures(z, y)
        return lambda vectors: curvatures * vectors

    def readable(self, z: Array) -> Array:
        """Return outputs on the scale of the data: numbers, or 0 to 1 for classes."""
        return z


def _numbers(examples: Examples) -> Array:
    return examples.targets.astype(np.float64)[None, :]


def _over_outputs(parts: Array) -> Array:
    """Return the sum over the first axis; one output is its own sum."""
    return parts[0] if len(parts) == 1 else np.add.reduce(parts, axis=0)


def _signs(examples: Examples) -> Array:
    return 2.0 * _numbers(examples) - 1.0


def _one_hot(examples: Examples) -> Array:
    classes = np.arange(len(examples.classes))[:, None]
    return (examples.targets[None, :] == classes).astype(np.float64)


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
        return _one_hot(examples) if many else _numbers(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return (z − y)² summed over the outputs, halved if chosen."""
        return self.both(z, y)[0]

    def slopes(self, z: Array, y: Array) -> Array:
        """Return 2(z − y), or z − y with the factor ½."""
        return self.both(z, y)[1]

    def both(self, z: Array, y: Array) -> tuple[Array, Array]:
        """Return (z − y)² summed over the outputs, and 2(z − y); or half of both."""
        error = z - y
        total = _over_outputs(error * error)
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
        return _numbers(examples)

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
        return _numbers(examples)

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
        return _signs(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return log(1 + exp(−s z)) without overflow."""
        return np.add.reduce(np.logaddexp(0.0, -y * z), axis=0)

    def slopes(self, z: Array, y: Array) -> Array:
        """Return −s σ(−s z): the probability minus the 0/1 target."""
        return -y * np.exp(-np.logaddexp(0.0, y * z))

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
        return _signs(examples)

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
        return _one_hot(examples)

    def values(self, z: Array, y: Array) -> Array:
        """Return log Σ exp z minus the z of the right class, shifted for safety."""
        return self.both(z, y)[0]

    def slopes(self, z: Array, y: Array) -> Array:
        """Return the probabilities minus the one-hot targets."""
        return self.readable(z) - y

    def both(self, z: Array, y: Array) -> tuple[Array, Array]:
        """Return both from the same exponentials."""
        shifted = z - np.maximum.reduce(z, axis=0)
        weights = np.exp(shifted)
        total = np.add.reduce(weights, axis=0)
        values = np.log(total) - np.add.reduce(shifted * y, axis=0)
        return values, weights / total - y

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


LOSSES: dict[str, type[Loss]] = {
    loss.name: loss
    for loss in (
        SquaredError,
        AbsoluteError,
        Huber,
        Logistic,
        SoftmaxCrossEntropy,
        Hinge,
    )
}


def losses_for(task: str) -> list[type[Loss]]:
    """Return the losses that go with a task, the usual one first; none for formulas."""
    usual = {REGRESSION: SquaredError, TWO_CLASSES: Logistic}
    first = usual.get(task, SoftmaxCrossEntropy)
    valid = [loss for loss in LOSSES.values() if task in loss.tasks]
    return sorted(valid, key=lambda loss: loss is not first)
