"""Recipes: what is averaged over a batch, the right ones and the usual mistakes.

To add one: a frozen `Recipe` with `gradient` (or `step`) and one line in `RECIPES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.knobs import Whole, knob
from gdviz.core.meanloss import gradient_of_mean_loss
from gdviz.core.means import gap
from gdviz.core.objective import Objective
from gdviz.core.recipe import Recipe, Taken
from gdviz.core.wrongs import (
    LastExample,
    LossAsError,
    MeanError,
    MeanErrorSlope,
    MeanExample,
    SignedError,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers.base import Here, Optimizer, State
    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]
    Rows = NDArray[np.int64]

__all__ = ["RECIPES", "MeanOfGradients", "Recipe", "Taken", "gap", "recipes_for"]


@dataclass(frozen=True)
class MeanOfGradients(Recipe):
    """Every example's own gradient, at its own activations; then their mean."""

    name: ClassVar[str] = "mean"
    title: ClassVar[str] = "Mean of the gradients"
    agrees: ClassVar[str] = "Always: this is it."


@dataclass(frozen=True)
class GradientOfMeanLoss(Recipe):
    """The mean loss of the batch as one function of θ; then its gradient."""

    name: ClassVar[str] = "mean_loss"
    title: ClassVar[str] = "Gradient of the mean loss"
    agrees: ClassVar[str] = (
        "Always, to rounding: the derivative of a mean is the mean of the derivatives."
    )

    def gradient(
        self, objective: FiniteSum, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss and its gradient, by another path through the code."""
        if isinstance(objective, Objective):
            return gradient_of_mean_loss(objective, theta, rows)
        survey = objective.only(rows).survey(theta, np.zeros((0, len(theta))))
        return survey.loss, survey.gradient


@dataclass(frozen=True)
class SumOfGradients(Recipe):
    """The gradients added up and not divided: the mean times the batch size.

    With the learning rate divided by the batch size it is the same step of SGD and
    of momentum, as long as the batch size stays.
    """

    name: ClassVar[str] = "sum"
    title: ClassVar[str] = "Sum of the gradients"
    agrees: ClassVar[str] = "In direction always, in length with one example."

    def times(self, b: int) -> float | None:
        """Return b."""
        return float(b)

    def gradient(
        self, objective: FiniteSum, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss and the sum of the gradients."""
        loss, gradient = objective.gradient(theta, rows)
        return loss, gradient * len(rows)


@dataclass(frozen=True)
class Accumulated(Recipe):
    """The gradients added up a few examples at a time and divided at the end.

    A last, smaller micro-batch counts for as many examples as it has.
    """

    name: ClassVar[str] = "accumulated"
    title: ClassVar[str] = "Accumulated in micro-batches"
    agrees: ClassVar[str] = "Always, to rounding, whatever the size of a micro-batch."
    micro_batch: int = knob(
        2,
        Whole(1, 1_000_000, log=True),
        "Micro-batch",
        "How many examples are in memory at once.",
    )

    def rounds(self, b: int) -> int:
        """Return the number of micro-batches."""
        return -(-b // self.micro_batch)

    def gradient(
        self, objective: FiniteSum, theta: Array, rows: Rows
    ) -> tuple[float, Array]:
        """Return the mean loss and the mean gradient, one micro-batch at a time."""
        total, gradients = 0.0, np.zeros(len(theta))
        for start in range(0, len(rows), self.micro_batch):
            some = rows[start : start + self.micro_batch]
            loss, gradient = objective.gradient(theta, some)
            total += loss * len(some)
            gradients += gradient * len(some)
        return total / len(rows), gradients / len(rows)


@dataclass(frozen=True)
class OneByOne(Recipe):
    """An update after every single example, each from where the last one led.

    With SGD at a small learning rate the b updates lead about b times as far as one
    averaged update. `gradient` is the mean at θ itself; `step` is what is made.
    """

    name: ClassVar[str] = "one_by_one"
    title: ClassVar[str] = "One update after each example"
    agrees: ClassVar[str] = (
        "With one example; with more it goes about as many times as far as there are "
        "examples, at the same small learning rate."
    )

    def rounds(self, b: int) -> int:
        """Return one for each example."""
        return b

    def times(self, b: int) -> float | None:
        """Return 1 for one example; with more each has a step of its own."""
        return 1.0 if b == 1 else None

    def step(
        self,
        objective: FiniteSum,
        rows: Rows,
        optimizer: Optimizer,
        memory: State,
        here: Here,
    ) -> Taken:
        """Return b updates in turn as one.

        Returns
        -------
        Taken
            Its gradient is the mean of the b gradients met on the way, its update
            where they led from θ.
        """
        theta, noise = here.theta, here.noise
        loss, _ = objective.gradient(theta, rows)
        met, moved = np.zeros(len(theta)), np.zeros(len(theta))
        for i in range(len(rows)):
            now = here._replace(theta=theta + moved, noise=noise._replace(part=i))
            _, gradient = objective.gradient(now.theta, rows[i : i + 1])
            update, memory = optimizer.update(gradient, memory, now)
            met, moved = met + gradient, moved + update
        return Taken(loss, met / len(rows), moved, memory)


RECIPES: dict[str, type[Recipe]] = {
    recipe.name: recipe
    for recipe in (
        MeanOfGradients,
        GradientOfMeanLoss,
        SumOfGradients,
        Accumulated,
        OneByOne,
        MeanError,
        MeanErrorSlope,
        LastExample,
        MeanExample,
        SignedError,
        LossAsError,
    )
}


def recipes_for(objective_is_network: bool) -> list[type[Recipe]]:
    """Return the recipes that go with a network, or with any finite sum."""
    return [r for r in RECIPES.values() if objective_is_network or not r.networks_only]
