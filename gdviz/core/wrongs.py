"""The wrong recipes: what is often said to be averaged, taken at its word.

Each is worked out exactly, so that its arrow can be seen beside the right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.means import mean_output_gradient, means, sent_back, slope_at, slopes_of
from gdviz.core.objective import Objective
from gdviz.core.passes import Pass
from gdviz.core.recipe import Recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

_EQUAL = "With one example, or when all inputs in the batch are equal"


class Wrong(Recipe):
    """A mistake that needs the activations of a network."""

    right: ClassVar[bool] = False
    networks_only: ClassVar[bool] = True

    def gradient(
        self, objective: FiniteSum, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss of a batch and what is taken for its gradient."""
        assert isinstance(objective, Objective)  # `recipes_for` offers no other
        return self.mistaken(objective, theta, rows)

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss of a batch and what is taken for its gradient."""
        raise NotImplementedError


@dataclass(frozen=True)
class MeanError(Wrong):
    """The mean error sent back once, through mean activations and mean slopes."""

    name: ClassVar[str] = "mean_error"
    once: ClassVar[bool] = True
    title: ClassVar[str] = "Mean error, mean activations"
    why: ClassVar[str] = (
        "A gradient multiplies the error and the activation of one example, and the "
        "mean of the products is not the product of the means."
    )
    agrees: ClassVar[str] = (
        f"{_EQUAL}; without hidden layers, wherever error and input do not vary "
        "together in the batch."
    )

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss, and δ̄ through the means ā and mean f′(zᵢ)."""
        mean = means(objective, theta, rows)
        return mean.loss, sent_back(
            objective.network, theta, mean.delta, mean.activations, mean.slopes
        )


@dataclass(frozen=True)
class MeanErrorSlope(Wrong):
    """The mean error sent back once, with the slopes at the mean weighted sums."""

    name: ClassVar[str] = "mean_error_slope"
    once: ClassVar[bool] = True
    title: ClassVar[str] = "Mean error, slope at the mean"
    why: ClassVar[str] = (
        "The slope at the mean is not even the mean of the slopes, and the mean of "
        "products is not the product of means."
    )
    agrees: ClassVar[str] = (
        f"{_EQUAL}; without hidden layers it is the same as {MeanError.title.lower()}."
    )

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss, and δ̄ through the means ā and f′(mean zᵢ)."""
        mean, network = means(objective, theta, rows), objective.network
        hidden, slopes = network.layers(theta)[:-1], []
        for weights, a in zip(hidden, mean.activations, strict=False):
            units = weights @ a  # the mean of z = Wa is W times the mean of a
            network.activation.f(units, units)
            slopes.append(slope_at(network, units))
        return mean.loss, sent_back(
            network, theta, mean.delta, mean.activations, slopes
        )


@dataclass(frozen=True)
class LastExample(Wrong):
    """The mean error sent back once, through the last example's activations."""

    name: ClassVar[str] = "last_example"
    once: ClassVar[bool] = True
    title: ClassVar[str] = "Mean error, last example"
    why: ClassVar[str] = (
        "The errors of all examples meet the activations of one: the same batch in "
        "another order makes another step."
    )
    agrees: ClassVar[str] = f"{_EQUAL}."

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss, and δ̄ through the aₗ and f′(zₗ) of the last one."""
        mean, network = means(objective, theta, rows), objective.network
        (last, _), *_ = objective.passes(theta, rows[-1:])
        slopes = slopes_of(network, last.activations)
        return mean.loss, sent_back(
            network, theta, mean.delta, last.activations, slopes
        )


@dataclass(frozen=True)
class MeanExample(Wrong):
    """One pass forward and back, for the mean input and the mean target."""

    name: ClassVar[str] = "mean_example"
    once: ClassVar[bool] = True
    title: ClassVar[str] = "Mean example"
    why: ClassVar[str] = (
        "All that makes the examples differ is averaged away before anything is "
        "learned from it."
    )
    agrees: ClassVar[str] = (
        "With one example, or with equal inputs under squared error or cross-entropy; "
        "without hidden layers, under squared error, it is the same as "
        f"{MeanError.title.lower()}."
    )

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss, and the gradient of an example made of means."""
        mean, network = means(objective, theta, rows), objective.network
        loss, one = objective.loss_kind, Pass(network, objective.loss_kind, 1)
        one.inputs[...] = mean.activations[0]
        target = np.array([[y.take(rows).mean()] for y in objective.targets])
        delta = loss.slopes_at_mean(one.forward(theta), target)
        slopes = slopes_of(network, one.activations)
        return mean.loss, sent_back(network, theta, delta, one.activations, slopes)


@dataclass(frozen=True)
class SignedError(Wrong):
    """The gradient of the mean of output minus target, signs and all."""

    name: ClassVar[str] = "signed_error"
    title: ClassVar[str] = "Mean of the signed errors"
    why: ClassVar[str] = (
        "The targets drop out of its derivative: it lowers the mean output, whatever "
        "that should be."
    )
    agrees: ClassVar[str] = (
        "Where every loss rises by as much as its output does, such as the absolute "
        "error of outputs that are all too high."
    )

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss, and the mean gradient of the outputs' sum."""
        return mean_output_gradient(objective, theta, rows)


@dataclass(frozen=True)
class LossAsError(Wrong):
    """The mean loss sent back as if it were the error of every output.

    Since going back is linear it is the mean loss times the gradient of the signed
    errors: of another length, in the same direction.
    """

    name: ClassVar[str] = "loss_as_error"
    title: ClassVar[str] = "Mean loss as the error"
    why: ClassVar[str] = (
        "A loss tells how far off an output is and not which way: at the best fit, "
        "what is left of it pushes away."
    )
    agrees: ClassVar[str] = (
        "Where the error of every output happens to equal the mean loss, such as "
        "where all of them are 0."
    )

    def mistaken(
        self, objective: Objective, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss L, and L through each example's own activations."""
        loss, gradient = mean_output_gradient(objective, theta, rows)
        return loss, loss * gradient
