"""Schedules that only fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gdviz.core.knobs import Real, Whole, knob
from gdviz.core.schedules.base import MOST, Schedule, floor_knob, length_knob


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The learning rate falls by a factor every so many steps, and stays between.

    γ^⌊t/k⌋ at step t: PyTorch's `StepLR`.
    """

    name: ClassVar[str] = "step"
    title: ClassVar[str] = "Steps"
    every: int = knob(
        100, Whole(1, MOST, log=True), "Every", "After how many steps it falls."
    )
    gamma: float = knob(
        0.1, Real(1e-3, 1.0, log=True), "Factor γ", "What it is multiplied by."
    )

    def shape(self, step: int) -> float:
        """Return γ^⌊t/k⌋."""
        return float(self.gamma ** (step // self.every))


@dataclass(frozen=True)
class Exponential(Schedule):
    """The learning rate falls by the same factor at every step.

    γ^t at step t: PyTorch's `ExponentialLR`.
    """

    name: ClassVar[str] = "exponential"
    title: ClassVar[str] = "Exponential"
    gamma: float = knob(
        0.999, Real(1e-3, 1.0, log=True), "Factor γ", "What each step multiplies it by."
    )

    def shape(self, step: int) -> float:
        """Return γ^t."""
        return float(self.gamma**step)


@dataclass(frozen=True)
class Polynomial(Schedule):
    """The learning rate falls to its floor by a power of the way left.

    f + (1 − f)(1 − t/T)^p up to step T and f from then on: with f = 0 PyTorch's
    `PolynomialLR`, a straight line for p = 1.
    """

    name: ClassVar[str] = "polynomial"
    title: ClassVar[str] = "Polynomial"
    length: int = length_knob("In how many steps it falls.")
    power: float = knob(1.0, Real(0.01, 10.0, log=True), "Power", "1: a straight line.")
    floor: float = floor_knob()

    def shape(self, step: int) -> float:
        """Return f + (1 − f)(1 − t/T)^p."""
        left = 1.0 - min(step, self.length) / self.length
        return self.floor + (1.0 - self.floor) * float(left**self.power)


@dataclass(frozen=True)
class InversePower(Schedule):
    """The learning rate falls by a power of the step, ever more slowly.

    (1 + t/τ)^(−κ). For 1/2 < κ ≤ 1 the rates add up to infinity and their squares do
    not: the conditions of Robbins & Monro 1951. Welling & Teh 2011 have a (b + t)^(−γ)
    for ε, which is this with κ = γ, τ = b and ε at step 0 of a b^(−γ). In PyTorch a
    `LambdaLR`.
    """

    name: ClassVar[str] = "inverse"
    title: ClassVar[str] = "Inverse power (Robbins–Monro)"
    tau: float = knob(
        100.0,
        Real(1.0, 1e6, log=True),
        "Time τ",
        "After how many steps it has fallen to 2 to the power −κ.",
    )
    kappa: float = knob(
        1.0,
        Real(0.0, 2.0),
        "Power κ",
        "Above 1/2 and up to 1 noise dies out and no place is out of reach.",
    )

    def shape(self, step: int) -> float:
        """Return (1 + t/τ)^(−κ)."""
        return float((1.0 + step / self.tau) ** -self.kappa)
