"""What came of one cell of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True)
class Outcome:
    """What came of one cell.

    Full losses are known at a bounded set of steps: see `marks`. Best losses and
    steps to a loss are told by these.

    Attributes
    ----------
    cell : tuple of ints
        Which value of each axis.
    values : tuple of numbers
        These values.
    final : float
        Mean loss over all training examples after the last step; of a diverged run
        after its last finite step.
    best : float
        The lowest full loss.
    steps_to_target : int or None
        The first known step whose full loss is at most the target.
    best_per_examples : float
        The lowest full loss within the number of examples that all cells may see.
    diverged : int or None
        The last finite step of a run that overflows.
    steps : int
        How many updates were to be made.
    seconds : float
        Time of its stack, shared out evenly.
    fault : text
        Why there is no run, in a sentence.
    """

    cell: tuple[int, ...]
    values: tuple[float, ...]
    final: float = nan
    best: float = nan
    steps_to_target: int | None = None
    best_per_examples: float = nan
    diverged: int | None = None
    steps: int = 0
    seconds: float = 0.0
    fault: str = ""
