"""The axes of the losses: decades up, whole steps across."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg

_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class DecadeAxis(pg.AxisItem):
    """An axis of log₁₀ values that names decades, and 2 and 5 where there is room.

    Attributes
    ----------
    plain : bool
        Whether the values are themselves: losses given by formulas may be negative.
    """

    plain = False

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:
        """Return the positions to name, few enough for the height."""
        if self.plain:
            return super().tickValues(low, high, size)
        decades = np.arange(np.floor(low), np.ceil(high) + 1)
        steps: list[int] = [1, 2, 5] if high - low < size / 56 else [1]
        steps = list(range(1, 10)) if high - low < 0.5 else steps
        stride = max(1, int(np.ceil(len(decades) * 22 / max(size, 1.0))))
        marks = [d + np.log10(s) for d in decades[::stride] for s in steps]
        return [(1.0, [m for m in marks if low <= m <= high])]

    def tickStrings(self, values: list[float], *how: Any) -> list[str]:
        """Return plain numbers near 1 and powers of ten beyond."""
        if self.plain:
            return super().tickStrings(values, *how)
        return [_name(value) for value in values]


class StepAxis(pg.AxisItem):
    """An axis of whole steps.

    Attributes
    ----------
    whole : bool
        Whether there is nothing between two of them; epochs have parts.
    """

    whole = True

    def tickSpacing(self, low: float, high: float, size: float) -> list[Any]:
        """Return the usual spacings, but none finer than a step."""
        spacings = super().tickSpacing(low, high, size)
        if not self.whole:
            return spacings
        return [(s, o) for s, o in spacings if s >= 1] or [(1.0, 0)]


def _name(exponent: float) -> str:
    if -3.5 < exponent < 4.5:
        return f"{10.0**exponent:.3g}" if exponent < 3 else f"{10.0**exponent:,.0f}"
    decade = math.floor(exponent + 1e-9)
    times = round(10.0 ** (exponent - decade))
    power = "10" + str(decade).translate(_DIGITS)
    return power if times == 1 else f"{times}·{power}"
