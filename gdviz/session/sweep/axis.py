"""An axis of a sweep: one knob and its values, and the words they are typed in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from math import isclose, isfinite, log
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.knobs import Real, Whole, short
from gdviz.core.refused import Refused
from gdviz.session.sweep.places import resolve, sweepable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdviz.session.scene import Scene

MOST_VALUES = 1024
FORMS = "log:1e-3:1:16, lin:0:1:5, 1,2,8 or 1,2,4,…,256"
_DOTS = ("…", "...")


@dataclass(frozen=True)
class Axis:
    """A knob and the values it takes, one after the other.

    Attributes
    ----------
    place : text
        Dotted, such as ``descent.learning_rate``.
    values : tuple of numbers
    """

    place: str
    values: tuple[float, ...]

    @property
    def name(self) -> str:
        """The last word of the place."""
        return self.place.rpartition(".")[2]


def parse_axis(text: str, scene: Scene) -> Axis:
    """Return the axis that a text such as ``learning_rate=log:1e-3:1:16`` describes.

    Whole numbers are rounded, and no value comes twice. The values are those typed
    one by one, `log:first:last:count` in equal ratios, `lin:first:last:count` in equal
    steps, or a progression such as ``1,2,4,…,256`` that goes on as it began.

    Raises
    ------
    Refused
        The sentence names the place and the remedy.
    """
    name, equals, listed = text.partition("=")
    if not equals or not name.strip() or not listed.strip():
        raise Refused(f"{short(text)!r} is no axis; write KNOB=VALUES, such as "
                      "learning_rate=log:1e-3:1:16.")  # fmt: skip
    place = resolve(name.strip(), scene)
    kind = sweepable(scene)[place].kind
    assert isinstance(kind, Real | Whole)
    return Axis(place, values_of(listed, place, kind))


def values_of(text: str, place: str, kind: Real | Whole) -> tuple[float, ...]:
    """Return the values that a text describes, each one checked by the knob."""
    head, colon, rest = text.strip().partition(":")
    made = _spaced(head.strip(), rest, place) if colon else _listed(text, place)
    if isinstance(kind, Whole) and (colon or any(dots in text for dots in _DOTS)):
        made = [float(round(value)) for value in made]
    return tuple(dict.fromkeys(kind.check(v, place) for v in made))


def _spaced(head: str, rest: str, place: str) -> list[float]:
    """Return the values of log:first:last:count or lin:first:last:count."""
    parts = rest.split(":")
    if head not in ("log", "lin") or len(parts) != 3:
        raise Refused(f"{place}: {short(head + ':' + rest)!r} is not known; write "
                      f"values as {FORMS}.")  # fmt: skip
    first, last = (_number(part, place) for part in parts[:2])
    count = int(
        Whole(1, MOST_VALUES).check(_number(parts[2], place), f"{place}: count")
    )
    if head == "log" and not (first > 0 and last > 0):
        raise Refused(f"{place}: log needs two numbers above 0; use lin for others.")
    with np.errstate(all="ignore"):  # far apart: the knob says so
        made = (np.geomspace if head == "log" else np.linspace)(first, last, count)
    return [first, *made[1:-1].tolist(), last][:count]


def _listed(text: str, place: str) -> list[float]:
    """Return the values between commas, dots filled in."""
    parts = [part.strip() for part in text.split(",")]
    dots = [i for i, part in enumerate(parts) if part in _DOTS]
    if not dots:
        made = [_number(part, place) for part in parts]
    elif len(dots) == 1 and 2 <= dots[0] == len(parts) - 2:
        *before, last = (_number(p, place) for p in parts if p not in _DOTS)
        made = [*before, *_progression(before, last, place)]
    else:
        raise Refused(f"{place}: '…' must stand once, after at least two numbers and "
                      "before the last, such as 1,2,4,…,256.")  # fmt: skip
    if len(made) > MOST_VALUES:
        raise Refused(f"{place}: at most {MOST_VALUES:,} values, not {len(made):,}.")
    return made


def _progression(before: Sequence[float], last: float, place: str) -> list[float]:
    """Return what comes after some numbers that grow by one ratio or one step."""
    *_, a, b = before
    how = _grows(before)
    count = 0 if how is None else _count(a, b, last, how)
    if how is None or not count:
        raise Refused(
            f"{place}: {', '.join(f'{v:g}' for v in before)}, … does not come to "
            f"{last:g} by one ratio or one step; write the values out."
        )
    if len(before) + count > MOST_VALUES:
        raise Refused(f"{place}: at most {MOST_VALUES:,} values; take fewer.")
    steps = range(1, count)
    made = [b * (b / a) ** i if how == "ratio" else b + (b - a) * i for i in steps]
    return [*made, last]


def _grows(before: Sequence[float]) -> str | None:
    """Return whether the numbers grow by one ratio, one step, or neither.

    Two numbers grow by their ratio if it is whole, such as 1, 2; else by a step.
    """
    pairs = list(pairwise(before))
    a, b = pairs[0]
    if a == b:
        return None
    ratio = a != 0 and b / a > 0 and all(isclose(y, x * b / a) for x, y in pairs)
    step = all(isclose(y - x, b - a, rel_tol=1e-9) for x, y in pairs)
    if ratio and step:  # only two numbers
        larger, smaller = max(abs(a), abs(b)), min(abs(a), abs(b))
        return "ratio" if isclose(larger / smaller % 1, 0) else "step"
    return "ratio" if ratio else "step" if step else None


def _count(a: float, b: float, last: float, how: str) -> int:
    """Return how many values lead from b to the last one; 0 if none do."""
    if how == "ratio":
        far = log(last / b) / log(b / a) if last / b > 0 else 0.0
    else:
        far = (last - b) / (b - a)
    near = round(far) if isfinite(far) else 0  # too far apart for numbers
    return near if near > 0 and isclose(far, near, rel_tol=1e-6) else 0


def _number(text: str, place: str) -> float:
    with suppress(ValueError):
        if isfinite(value := float(text)):
            return value
    raise Refused(f"{place}: {short(text)!r} is not a number; write values as {FORMS}.")
