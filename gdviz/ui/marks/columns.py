"""Columns: which bars are drawn of a record, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.snapshot import Record

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

MOST_EXAMPLES, MOST_WEIGHTS = 8, 24
MEAN, HANDED = 0.34, 0.17  # widths, of the room of a group
_GROUP, _GAP, _EXAMPLE = 0.86, 0.03, 0.2
_NARROWEST = 2.5  # pixels


@dataclass(frozen=True, eq=False)
class Columns:
    """A group of columns for each weight; group j is centred on j.

    Attributes
    ----------
    weights : ndarray of shape (g,)
        Which entries of θ, rising.
    places : ndarray of shape (m,)
        Which examples of the batch, each with a narrow column.
    handed : bool
        Whether there is one more column after the mean's.
    """

    weights: Places
    places: Places
    handed: bool

    @property
    def width(self) -> float:
        """Width of an example's column."""
        room = _GROUP - MEAN - _GAP - self._extra
        return min(room / max(len(self.places), 1), _EXAMPLE)

    @property
    def left(self) -> float:
        """Where the first column of a group begins."""
        return -(len(self.places) * self.width + _GAP + MEAN + self._extra) / 2

    @property
    def mean(self) -> Array:
        """Middles of the means' columns, of shape (g,)."""
        first = self.left + len(self.places) * self.width + _GAP
        return np.arange(len(self.weights), dtype=np.float64) + (first + MEAN / 2)

    @property
    def last(self) -> Array:
        """Middles of the columns of what the recipe hands on, of shape (g,)."""
        return self.mean + MEAN / 2 + _GAP + HANDED / 2

    @property
    def examples(self) -> Array:
        """Middles of the examples' columns, of shape (m, g)."""
        count = np.arange(len(self.places), dtype=np.float64)
        within = self.left + self.width * (count + 0.5)
        return within[:, None] + np.arange(len(self.weights), dtype=np.float64)

    def at(self, x: float) -> tuple[int, int] | None:
        """Return which example (of `places`) and which group has a column at x."""
        group = round(x) if np.isfinite(x) else -1
        column = int((x - group - self.left) // self.width) if group >= 0 else -1
        inside = 0 <= column < len(self.places) and group < len(self.weights)
        return (column, group) if inside else None

    @property
    def _extra(self) -> float:
        return HANDED + _GAP if self.handed else 0.0


def columns(record: Record, chosen: int, handed: bool, width: float) -> Columns:
    """Return the columns that suit a record.

    Parameters
    ----------
    chosen : int
        Place of an example that must be among them; -1 if there is none.
    handed : bool
    width : float
        Of the plot, in pixels.
    """
    weights = _largest(record.gradient)
    group = width / len(weights)
    fitting = int((_GROUP - MEAN - _GAP) * group / _NARROWEST)
    count = min(MOST_EXAMPLES, max(fitting, 1), len(record.gradients))
    places = np.arange(count)
    if chosen >= count:
        places[-1] = chosen
    return Columns(weights, places, handed)


def _largest(gradient: Array) -> Places:
    """Return the indices of the largest entries, rising; of all where they are few."""
    if len(gradient) <= MOST_WEIGHTS:
        return np.arange(len(gradient))
    sizes = np.nan_to_num(np.abs(gradient), posinf=np.inf)
    return np.sort(np.argpartition(-sizes, MOST_WEIGHTS)[:MOST_WEIGHTS])
