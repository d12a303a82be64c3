"""What a recipe costs: the time and the memory of one batch, measured."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.recipe import Recipe
    from gdviz.core.sums import FiniteSum

_ROUNDS, _ENOUGH = 7, 0.2  # timings, or seconds


@dataclass(frozen=True)
class Cost:
    """Of one batch.

    Attributes
    ----------
    seconds : float
        Median of some rounds.
    peak : int
        Bytes held at the same time, at most, beside θ and the examples: the least of
        some rounds, since other threads are counted too.
    difference : float
        Largest difference to the mean of the gradients, in an entry.
    """

    seconds: float
    peak: int
    difference: float


def cost(
    recipe: Recipe,
    objective: FiniteSum,
    theta: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> Cost:
    """Measure what a recipe costs on these examples.

    The examples are taken out first, so that no buffer of an earlier pass is there.
    """
    rows = np.asarray(rows)
    apart, all_rows = objective.only(rows), np.arange(len(rows))
    mean = apart.gradient(theta, all_rows)[1]
    made = recipe.gradient(objective.only(rows), theta, all_rows)[1]
    peak = min(_peak(recipe, objective.only(rows), theta) for _ in range(_ROUNDS))
    difference = float(np.abs(made - mean).max())
    return Cost(_seconds(recipe, apart, theta, all_rows), peak, difference)


def _peak(recipe: Recipe, fresh: FiniteSum, theta: NDArray[np.float64]) -> int:
    """Return the most bytes held; other threads may add theirs, never take away."""
    rows = np.arange(fresh.n_examples)
    tracemalloc.start()
    try:
        recipe.gradient(fresh, theta, rows)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _seconds(
    recipe: Recipe,
    objective: FiniteSum,
    theta: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> float:
    times: list[float] = []
    while len(times) < _ROUNDS and sum(times) < _ENOUGH:
        begun = time.perf_counter()
        recipe.gradient(objective, theta, rows)
        times.append(time.perf_counter() - begun)
    return median(times)
