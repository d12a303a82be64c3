"""Numbers as they are written in sentences and tables."""

from __future__ import annotations

import numpy as np

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
          "ten", "eleven", "twelve")  # fmt: skip


def number(value: float) -> str:
    """Return a number in four digits; never NaN."""
    if not np.isfinite(value):
        return "too large"
    text = f"{value:.4g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return "0" if text == "-0" else text.replace("-", "−")


def rounded(value: float, digits: int) -> str:
    """Return a number rounded to so many digits, at most four."""
    return number(float(f"{value:.{digits}g}"))


def count(n: int) -> str:
    """Return a count in words up to twelve, in digits beyond."""
    return _SMALL[n] if n < len(_SMALL) else f"{n:,}"


def row_name(row: int) -> str:
    """Return the name of an example by its row in the data, counted from 1."""
    return f"row {row + 1:,}"


def degrees(angle: float) -> str:
    """Return an angle in whole degrees, or in two digits where it is small."""
    return f"{angle:.0f}°" if angle >= 1 or angle == 0 else f"{angle:.2g}°"


def vector(values: np.ndarray[tuple[int], np.dtype[np.float64]], most: int = 5) -> str:
    """Return the first few entries of a vector in brackets."""
    shown = ", ".join(number(float(v)) for v in values[:most])
    return f"({shown}, …)" if len(values) > most else f"({shown})"
