"""What a loss is, and how it reads the targets.

`z` is the model's output of shape (k, b), `y` the encoded targets of the same shape,
one column per example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.examples import TASKS
from gdviz.core.knobs import Spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.core.examples import Examples

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


def as_numbers(examples: Examples) -> Array:
    """Return targets as one row of numbers, of shape (1, n)."""
    return examples.targets.astype(np.float64)[None, :]


def as_signs(examples: Examples) -> Array:
    """Return −1 for the first class and +1 for the second, of shape (1, n)."""
    return 2.0 * as_numbers(examples) - 1.0


def one_hot(examples: Examples) -> Array:
    """Return one row per class with 1 for the right one, of shape (k, n)."""
    classes = np.arange(len(examples.classes))[:, None]
    return (examples.targets[None, :] == classes).astype(np.float64)


def over_outputs(parts: Array) -> Array:
    """Return the sum over the first axis; one output is its own sum."""
    return parts[0] if len(parts) == 1 else np.add.reduce(parts, axis=0)
