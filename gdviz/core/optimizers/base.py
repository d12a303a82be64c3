"""What every optimizer is: a pure pair of `init` and `update`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from gdviz.core.knobs import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    State = Mapping[str, Array]


class Noise(NamedTuple):
    """Where an optimizer that adds noise gets it from: a function of these numbers.

    Attributes
    ----------
    seed, step : ints
    part : int
        Which of several updates made in one step.
    """

    seed: int = 0
    step: int = 0
    part: int = 0

    def draw(self, p: int) -> Array:
        """Return p independent standard normal numbers, always the same."""
        rng = np.random.default_rng((self.seed, 0x5C1D, self.step, self.part))
        return rng.standard_normal(p)


class Here(NamedTuple):
    """Where an update is made, besides the gradient and the memory.

    Attributes
    ----------
    theta : ndarray of shape (p,)
    learning_rate : float
        η at this step, by its schedule.
    n_examples : int
        Of the whole data set.
    noise : Noise
    """

    theta: Array
    learning_rate: float
    n_examples: int = 1
    noise: Noise = Noise()


class Optimizer(Spec):
    """A pure pair: a starting memory, and an update with the memory after it.

    All is entry by entry, so that many runs may be stepped at once: a gradient, θ and
    memory of shape (r, p), with learning rates of shape (r, 1).

    Attributes
    ----------
    usual_rate : float
        A learning rate that the big libraries begin with.
    """

    usual_rate: ClassVar[float] = 0.01

    def init(self, theta: Array) -> State:
        """Return the memory before the first step: shape (p,), or () for a count."""
        raise NotImplementedError

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return the update Δθ of shape (p,) and the memory after it."""
        raise NotImplementedError

    @property
    def bound(self) -> float | None:
        """Below which η·λ a quadratic of curvature λ is gone down to its minimum.

        None where no such number is known, as with rates that adapt.
        """
        return None
