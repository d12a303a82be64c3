"""From what a run came to, to a shade between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.ui.marks.heat import Shades

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_SPAN = 100.0  # from there on shades are even steps of the logarithm
_LEAST_POWER = 0.25
_REACH = 2.0  # decades above the median that are told apart, at least


@dataclass(frozen=True)
class Decades:
    """Shades that are even in the logarithm, from `low` to `high`."""

    low: float
    high: float

    def shade(self, values: Array) -> Array:
        """Return shades between 0 and 1; what is not positive is lowest."""
        low, high = np.log10(self.low), np.log10(self.high)
        logs = np.log10(np.maximum(values, self.low))
        return np.clip((logs - low) / (high - low), 0.0, 1.0)

    def value(self, shade: Array) -> Array:
        """Return the values of shades."""
        low, high = np.log10(self.low), np.log10(self.high)
        return 10.0 ** (low + (high - low) * shade)


Scale = Shades | Decades


def scale_of(values: Array) -> Scale:
    """Return the scale that suits these values.

    It is one of decades where they span some. A few that are far above the others
    take the end of the scale: they would leave one colour to all the rest.

    Parameters
    ----------
    values : ndarray
        Those that are not finite are left out.
    """
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0]
    if not positive.size or (finite < 0).any():
        return _mild(_near(finite))
    kept = 10.0 ** _near(np.log10(positive), _REACH)
    if kept.max() > _SPAN * kept.min():
        return Decades(float(kept.min()), float(kept.max()))
    return _mild(kept)


def _mild(values: Array) -> Shades:
    """Return shades that do not blow up the smallest differences."""
    made = Shades.of(values)
    return replace(made, power=max(made.power, _LEAST_POWER))


def _near(values: Array, least: float = 0.0) -> Array:
    """Return the values that are no further above the median than the lowest below.

    Parameters
    ----------
    values : ndarray
    least : float
        So far above the median all are kept.
    """
    middle = float(np.median(values))
    reach = max(middle - float(values.min()), least)
    near = values[values <= middle + reach]
    return near if reach > 0 else values
