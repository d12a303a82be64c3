"""A measure: how a live number is found, and what its argument names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.session.run import Run

    Array = NDArray[np.float64]
    Find = Callable[[Run, str], float]

EXAMPLE, PARAMETER, GHOST = "example", "parameter", "ghost"


@dataclass(frozen=True)
class Entry:
    """One measure.

    Attributes
    ----------
    find : function of (run, argument)
        Raises LookupError or ValueError where there is no such number.
    argument : text
        What the argument names; empty if there is none.
    means : text
        What the number is, for those who write lessons.
    """

    find: Find
    argument: str
    means: str


def place_in_batch(run: Run, argument: str) -> int:
    """Return the place in the batch that an argument counts from 1."""
    place = int(argument) - 1
    if not 0 <= place < len(run.snapshot.record.losses):
        raise LookupError(argument)
    return place


def index_of(run: Run, name: str) -> int:
    """Return the place of a parameter in θ."""
    return run.facts.parameters.index(name.strip())


def entry_of(vector: Callable[[Run], Array]) -> Find:
    """Return a measure of one entry of a vector of shape (p,)."""
    return lambda run, name: float(vector(run)[index_of(run, name)])
