"""What every optimizer is: a pure pair of `init` and `update`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from gdviz.core.chance import chance
from gdviz.core.knobs import Real, Spec, knob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    State = Mapping[str, Array]


ONE_RATE = "One rate for all parameters"
OWN_RATES = "A rate for each parameter"


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
        rng = chance(self.seed, 0x5C1D, self.step, self.part)
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
    group : text
        What it is listed under.
    usual_rate : float
        A learning rate that the big libraries begin with.
    noisy : bool
        Whether an update is drawn at random, from `Here.noise`.
    """

    group: ClassVar[str] = ONE_RATE
    usual_rate: ClassVar[float] = 0.01
    noisy: ClassVar[bool] = False

    def init(self, theta: Array) -> State:
        """Return the memory before the first step: shape (p,), or () for a count."""
        raise NotImplementedError

    def update(self, gradient: Array, state: State, here: Here) -> tuple[Array, State]:
        """Return the update Δθ of shape (p,) and the memory after it."""
        raise NotImplementedError

    def effective_step(self, before: State, after: State, here: Here) -> Array | None:
        """Return what multiplies each entry of the gradient, or of what smooths it.

        Parameters
        ----------
        before, after : dicts of ndarray
            The memory before and after one update.
        here : Here

        Returns
        -------
        ndarray of shape (p,), or None
            η for all where the class does not say otherwise; None where the update
            knows no length but η, as with signs.
        """
        return np.zeros_like(here.theta) + here.learning_rate

    @property
    def bound(self) -> float | None:
        """Below which η·λ a quadratic of curvature λ is gone down to its minimum.

        None where no such number is known, as with rates that adapt.
        """
        return None


def weight_decay() -> Any:
    """Declare a weight decay that is part of the gradient."""
    tip = "This multiple of θ is added to the gradient; 0: none."
    return knob(0.0, Real(0.0, 10.0), "Weight decay (L2)", tip, off=0.0)


def apart_decay(default: float) -> Any:
    """Declare a weight decay that is kept apart from the gradient."""
    tip = "θ shrinks by η times this at each update, apart from the gradient; 0: not."
    return knob(default, Real(0.0, 10.0), "Weight decay (decoupled)", tip, off=0.0)


def epsilon(default: float) -> Any:
    """Declare what keeps a division from one by zero."""
    tip = "Added to what is divided by, so that this is never 0."
    return knob(default, Real(1e-20, 1.0, log=True), "Epsilon ε", tip)


def decayed(gradient: Array, here: Here, decay: float) -> Array:
    """Return the gradient with the pull of a weight decay towards zero in it."""
    return gradient + decay * here.theta if decay else gradient


def smoothed(kept: Array, new: Array, beta: float) -> Array:
    """Return a running mean: β of what it was and 1 − β of what is new."""
    return beta * kept + (1.0 - beta) * new
