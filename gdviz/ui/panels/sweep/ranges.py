"""Ranges that suit a setting as it stands, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.knobs import Real, Whole

if TYPE_CHECKING:
    from gdviz.core.knobs import Knob

_POINTS = 16
_BELOW, _ABOVE = 50.0, 20.0  # a rate of 0.05 is amid 0.001 and 1
_MANY = 3  # values written out before an ellipsis


def suggested(worn: Knob, value: float, most: float) -> str:
    """Return a range around a value.

    Parameters
    ----------
    worn : Knob
    value : number
        That of the scene.
    most : float
        No whole number on a scale of logarithms is larger: that of the examples.
    """
    kind = worn.kind
    assert isinstance(kind, Real | Whole)
    if isinstance(kind, Whole):
        return _powers(kind, most) if kind.log else _whole(kind, value)
    if kind.log and value > 0:
        low, high = max(value / _BELOW, kind.low), min(value * _ABOVE, kind.high)
        return f"log:{low:.2g}:{high:.2g}:{_POINTS}"
    low, high = _around(kind, float(value))
    return f"lin:{low:.3g}:{high:.3g}:{_POINTS}"


def _powers(kind: Whole, most: float) -> str:
    """Return the powers of two up to the largest that there are examples for."""
    powers = [2**i for i in range(31) if kind.low <= 2**i <= min(kind.high, most)]
    if len(powers) <= _MANY + 1:
        return ",".join(map(str, powers or [kind.low]))
    return f"{','.join(map(str, powers[:_MANY]))},…,{powers[-1]}"


def _whole(kind: Whole, value: float) -> str:
    low = int(min(max(value, kind.low), kind.high))
    high = min(low + _POINTS - 1, kind.high)
    return f"lin:{low}:{high}:{high - low + 1}"


def _around(kind: Real, value: float) -> tuple[float, float]:
    """Return the whole range of a setting, or a part of it around the value."""
    if kind.high - kind.low <= 1.0:
        return kind.low, kind.high
    reach = abs(value) or 1.0
    return max(value - reach, kind.low), min(value + reach, kind.high)
