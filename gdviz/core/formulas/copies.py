"""Noisy copies of one function: what makes a finite sum of it.

A tilted copy is ℓᵢ(θ) = f(θ) + cᵢ·θ, and the tilts sum to exactly 0: their mean is f,
and its minima stay where they are. A shifted copy is ℓᵢ(θ) = f(θ − cᵢ): their mean is
another function, with minima of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gdviz.core.examples import Examples
from gdviz.core.formulas.copysum import MOST_SEARCHED, SHIFTED, TILTED, CopySum
from gdviz.core.formulas.formula import formula
from gdviz.core.formulas.terms import Formulas, Term
from gdviz.core.knobs import Choice, Real, Whole, knob

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.formulas.formula import Formula

    Array = NDArray[np.float64]

_GRAIN = 2.0**-20  # of the noise: offsets are whole multiples of about this
_MOST_TOLD = 10_000  # copies, each with its own tilt or shift in words
_START = "Where the descent begins."


def start(value: float, letter: str = "x") -> float:
    """Declare where a descent begins along one axis."""
    made: float = knob(value, Real(-1e6, 1e6), f"Start {letter}", _START)
    return made


@dataclass(frozen=True)
class Copies(Formulas):
    """Noisy copies of one function, as many as there are to be examples."""

    usual: ClassVar[float] = 0.0  # start of parameters that have no knob
    x: float = start(1.0)
    y: float = start(1.0, "y")
    copies: int = knob(
        16,
        Whole(1, 100_000, log=True),
        "Copies",
        "How many noisy copies of the function are averaged; 1 is the plain function.",
    )
    noise: float = knob(
        1.0,
        Real(0.0, 1e6),
        "Noise",
        "How far the copies differ: standard deviation of their tilts or shifts.",
    )
    kind: str = knob(
        TILTED,
        Choice((TILTED, SHIFTED), ("Tilted", "Shifted")),
        "Copies are",
        "Tilted: each has a slope of its own added, and their mean is the function "
        "itself. Shifted: each is moved, and the minima of their mean are other ones.",
    )

    def text(self) -> str:
        """Return the function, as the parser reads it."""
        raise NotImplementedError

    @property
    def function(self) -> Formula:
        """The function itself."""
        return formula(self.text())

    def known(self) -> tuple[tuple[float, ...], ...]:
        """Return the minima of the function itself, as far as they are known."""
        return ()

    def idle(self) -> frozenset[str]:
        """Return the starts of letters that do not occur, and noise of nothing."""
        noise = {"noise", "kind"} if self.copies == 1 else set()
        return frozenset(({"x", "y"} - set(self.names())) | noise)

    def names(self) -> tuple[str, ...]:
        """Return the letters in the function."""
        return self.function.names

    def start(self) -> tuple[float, ...]:
        """Return x and y, and the usual number for any other parameter."""
        own = {"x": self.x, "y": self.y}
        return tuple(own.get(name, self.usual) for name in self.names())

    def terms(self) -> tuple[Term, ...]:
        """Return the function itself."""
        return (Term.of(self.text()),)

    def term(self, row: Array) -> Term:
        """Return one copy: its inputs are its number and its tilt or shift."""
        f, c = self.function, row[1:]
        if not c.any():
            return Term.of(self.text())
        (words,) = self._words(c[None])
        if self.kind == SHIFTED:
            slopes = tuple(f"∂f/∂{name}{words[1:]}" for name in f.names)
            return Term(
                "", words, slopes, lambda t: f.value(t - c),
                lambda t: f.gradient(t - c), lambda t: f.hessian(t - c),
            )  # fmt: skip
        slopes = tuple(
            f"{slope} {_signed(by)}" for slope, by in zip(f.derivatives, c, strict=True)
        )
        return Term(
            "", words, slopes, lambda t: f.value(t) + t @ c,
            lambda t: f.gradient(t) + c, f.hessian,
        )  # fmt: skip

    def examples(self, seed: int) -> Examples:
        """Return one example for each copy: its number, and its tilt or shift."""
        names, n = self.names(), self.copies
        c = offsets((n, len(names)), self.noise, seed)
        whole = f"f({', '.join(names)})"
        letters = self.function.letters
        told = (letters if not c.any() else f"{whole}, {self.kind}",) * n
        if c.any() and n <= _MOST_TOLD:
            told = self._words(c)
        note = {
            TILTED: f"Each example is {whole} and a tilt; the tilts sum to 0.",
            SHIFTED: f"Each example is {whole} shifted; the shifts sum to 0.",
        }[self.kind]
        if self.kind == SHIFTED and n > MOST_SEARCHED:
            note += f" Minima are not looked for beyond {MOST_SEARCHED:,} copies."
        return Examples(
            np.column_stack([np.arange(n, dtype=np.float64), c]),
            np.zeros(n),
            ("copy", *(f"{self.kind} by {name}" for name in names)),
            "loss",
            notes=(f"{whole} = {letters}.", *((note,) if c.any() else ())),
            formulas=told,
        )

    def summed(self, examples: Examples) -> CopySum:
        """Return the mean of these copies."""
        return CopySum(examples, self)

    def _words(self, c: Array) -> tuple[str, ...]:
        """Return copies in letters: those with these tilts or shifts, (n, p)."""
        names = self.names()
        if self.kind == SHIFTED:
            pattern, c = f"f({', '.join(f'{name} {{}}' for name in names)})", -c
        else:
            dots = ("·" if len(name) > 1 else "" for name in names)
            tilts = (f"{{}}{dot}{name}" for dot, name in zip(dots, names, strict=True))
            pattern = f"f({', '.join(names)}) {' '.join(tilts)}"
        columns = ([_signed(by) for by in column] for column in c.T.tolist())
        return tuple(map(pattern.format, *columns))


def _signed(value: float) -> str:
    """Return a number to be added, behind its sign."""
    return f"{'−' if value < 0 else '+'} {abs(value):.3g}"


def offsets(shape: tuple[int, int], noise: float, seed: int) -> Array:
    """Return random offsets whose columns sum to exactly 0, in whatever order.

    They are whole multiples of one power of two, and small ones: no sum of them is
    ever rounded.

    Parameters
    ----------
    shape : pair of ints
    noise : float
        Their standard deviation.
    seed : int
    """
    if shape[0] == 1 or noise == 0:
        return np.zeros(shape)
    unit = 2.0 ** max(-900, math.floor(math.log2(noise))) * _GRAIN
    drawn = np.random.default_rng((seed, 0xC0B1E5)).standard_normal(shape)
    whole = np.rint(drawn * (noise / unit)).astype(np.int64)
    each, left = np.divmod(whole.sum(axis=0), shape[0])
    whole -= each
    for column, rest in zip(whole.T, left, strict=True):
        column[:rest] -= 1
    made: Array = whole * np.float64(unit)
    return made
