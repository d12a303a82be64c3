"""Expressions: formulas that read in letters and in numbers and can be worked out.

Letters, numbers and worth come from one tree, so that none can contradict another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Callable

    Pen = Callable[["Value"], str]  # how a single value is written
    Function = Callable[..., float]

SUM, PRODUCT, POWER, ATOM = range(4)  # the later binds tighter
MOST_TERMS = 6


def letters(value: Value) -> str:
    """Write the name of a value."""
    return value.name


def numbers(value: Value) -> str:
    """Write a value in four digits."""
    return value.name if value.constant else number(value.value)


class Expression:
    """A part of a formula."""

    def write(self, pen: Pen, most: int = MOST_TERMS) -> str:
        """Return it as text; of sums of more than `most` terms a few."""
        raise NotImplementedError

    def worth(self) -> float:
        """Return its value."""
        raise NotImplementedError

    def size(self) -> float:
        """Return how large it would be if nothing in it cancelled."""
        raise NotImplementedError

    def inside(self, pen: Pen, most: int, least: int) -> str:
        """Return it as a part of another, in brackets if it binds too loosely."""
        text = self.write(pen, most)
        return text if self.tightness(text) >= least else f"({text})"

    def tightness(self, text: str) -> int:
        """Return how tightly it binds as it is written."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Value(Expression):
    """A number with a name; a constant, such as 2, is its own name."""

    name: str
    value: float
    constant: bool = False

    def write(self, pen: Pen, most: int = MOST_TERMS) -> str:
        """Return the name or the number."""
        return pen(self)

    def worth(self) -> float:
        """Return the number."""
        return float(self.value)

    def size(self) -> float:
        """Return it without its sign."""
        return abs(self.worth())

    def tightness(self, text: str) -> int:
        """Return how tightly it binds: −2, 2e3 and `too large` need brackets."""
        if text.startswith("−") or text == "too large":
            return SUM
        return PRODUCT if text[0].isdigit() and "e" in text else ATOM


ZERO, ONE, TWO, HALF = (
    Value(n, v, True) for n, v in (("0", 0.0), ("1", 1.0), ("2", 2.0), ("½", 0.5))
)


@dataclass(frozen=True, eq=False)
class Sum(Expression):
    """Terms made when they are needed: there may be thousands.

    Attributes
    ----------
    count : int
    term : function of the place
    found : function or None
        Adds up terms above 0 in a faster way.
    """

    count: int
    term: Callable[[int], Expression]
    found: Callable[[], float] | None = None

    def write(self, pen: Pen, most: int = MOST_TERMS) -> str:
        """Return the terms, or the first three and the last."""
        if self.count <= most:
            return " + ".join(self._term(i, pen, most) for i in range(self.count))
        first = " + ".join(self._term(i, pen, most) for i in range(3))
        last = self._term(self.count - 1, pen, most)
        return f"{first} + … {self.count - 4:,} more … + {last}"

    def worth(self) -> float:
        """Return the sum."""
        if self.found is not None:
            return float(self.found())
        return sum(self.term(i).worth() for i in range(self.count))

    def size(self) -> float:
        """Return the sum of the sizes."""
        if self.found is not None:
            return float(self.found())
        return sum(self.term(i).size() for i in range(self.count))

    def tightness(self, text: str) -> int:
        """Return that it binds loosely."""
        return SUM

    def _term(self, i: int, pen: Pen, most: int) -> str:
        return self.term(i).inside(pen, most, PRODUCT if i else SUM)


@dataclass(frozen=True, eq=False)
class Operation(Expression):
    """Some parts put together.

    Attributes
    ----------
    pattern : text
        With {} in the place of each part.
    binds : int
    parts : tuple of Expression
    least : tuple of ints
        How tightly each part has to bind to stand without brackets.
    found : function
        From the values of the parts to the value.
    sized : function or None
        From the sizes of the parts to the size; None: that of the value.
    """

    pattern: str
    binds: int
    parts: tuple[Expression, ...]
    least: tuple[int, ...]
    found: Function
    sized: Function | None = None

    def write(self, pen: Pen, most: int = MOST_TERMS) -> str:
        """Return the pattern with its parts."""
        pairs = zip(self.parts, self.least, strict=True)
        return self.pattern.format(*(p.inside(pen, most, least) for p, least in pairs))

    def worth(self) -> float:
        """Return the value."""
        with np.errstate(all="ignore"):
            return float(self.found(*(part.worth() for part in self.parts)))

    def tightness(self, text: str) -> int:
        """Return how tightly it binds."""
        return self.binds

    def size(self) -> float:
        """Return the size."""
        if self.sized is None:
            return abs(self.worth())
        return float(self.sized(*(part.size() for part in self.parts)))


@dataclass(frozen=True, eq=False)
class Stable(Expression):
    """Reads as another, and is worked out in a way that does not overflow."""

    shown: Expression
    found: Callable[[], float]

    def write(self, pen: Pen, most: int = MOST_TERMS) -> str:
        """Return what it reads as."""
        return self.shown.write(pen, most)

    def worth(self) -> float:
        """Return the value."""
        with np.errstate(all="ignore"):
            return float(self.found())

    def size(self) -> float:
        """Return the size of the value."""
        return abs(self.worth())

    def tightness(self, text: str) -> int:
        """Return how tightly that binds."""
        return self.shown.tightness(text)
