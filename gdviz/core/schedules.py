"""Schedules: the learning rate as a function of the step.

To add one: a frozen `Schedule` with `shape`, and one line in `SCHEDULES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Any, ClassVar

from gdviz.core.knobs import Choice, Flag, Real, Spec, Whole, knob

_MOST = 1_000_000


def _length(tip: str) -> Any:
    """Declare over how many steps a schedule goes."""
    return knob(1000, Whole(1, _MOST, log=True), "Length", tip)


def _floor() -> Any:
    """Declare where a schedule ends."""
    tip = "Where it ends, as a share of the learning rate."
    return knob(0.0, Real(0.0, 1.0), "Floor", tip, off=0.0)


@dataclass(frozen=True)
class Schedule(Spec):
    """What the learning rate is multiplied by from step to step."""

    warmup: int = knob(
        0,
        Whole(0, _MOST),
        "Warm-up",
        "Over how many steps the learning rate first rises, in a straight line.",
        off=0,
    )

    def factor(self, step: int) -> float:
        """Return what multiplies the learning rate in the update made from a step.

        A warm-up of w steps multiplies by 1/w, 2/w, …, 1; then the shape begins
        (Goyal et al. 2017, section 2.2; in PyTorch `LinearLR` and then another by
        `SequentialLR`).
        """
        if step < self.warmup:
            return (step + 1) / self.warmup * self.shape(0)
        return self.shape(step - self.warmup)

    def shape(self, step: int) -> float:
        """Return the same without a warm-up."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Schedule):
    """The learning rate stays as it is."""

    name: ClassVar[str] = "constant"
    title: ClassVar[str] = "Constant"

    def shape(self, step: int) -> float:
        """Return 1."""
        return 1.0


@dataclass(frozen=True)
class StepDecay(Schedule):
    """The learning rate falls by a factor every so many steps, and stays between.

    γ^⌊t/k⌋ at step t: PyTorch's `StepLR`.
    """

    name: ClassVar[str] = "step"
    title: ClassVar[str] = "Steps"
    every: int = knob(
        100, Whole(1, _MOST, log=True), "Every", "After how many steps it falls."
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
    length: int = _length("In how many steps it falls.")
    power: float = knob(1.0, Real(0.01, 10.0, log=True), "Power", "1: a straight line.")
    floor: float = _floor()

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


@dataclass(frozen=True)
class Cosine(Schedule):
    """The learning rate falls to its floor along half a cosine.

    f + (1 − f)(1 + cos(π t/T))/2 (Loshchilov & Hutter 2017, eq. 5). With restarts it
    begins anew after T steps, and each time T is multiplied: PyTorch's
    `CosineAnnealingWarmRestarts`. Without it stays at f from step T on, where
    `CosineAnnealingLR` would rise again.
    """

    name: ClassVar[str] = "cosine"
    title: ClassVar[str] = "Cosine"
    length: int = _length("In how many steps it falls.")
    floor: float = _floor()
    restarts: bool = knob(
        False,
        Flag(),
        "Restarts",
        "Begin anew whenever the floor is reached.",
        off=False,
    )
    growth: int = knob(
        1,
        Whole(1, 10),
        "Growth",
        "What the length is multiplied by at each restart.",
    )

    def idle(self) -> frozenset[str]:
        """Return the growth, where nothing begins anew."""
        return frozenset() if self.restarts else frozenset({"growth"})

    def shape(self, step: int) -> float:
        """Return f + (1 − f)(1 + cos(π t/T))/2."""
        t, length = self.place(step)
        if t >= length:
            return self.floor
        return self.floor + (1.0 - self.floor) * (1.0 + cos(pi * t / length)) / 2.0

    def place(self, step: int) -> tuple[int, int]:
        """Return the steps since the last restart, and how many it takes to the next.

        Without restarts the first may be larger than the second.
        """
        length = self.length
        if self.restarts and self.growth == 1:
            return step % length, length
        while self.restarts and step >= length:
            step -= length
            length *= self.growth
        return step, length


@dataclass(frozen=True)
class OneCycle(Schedule):
    """The learning rate rises to its full value and falls to next to nothing.

    From 1/d at step 0 to 1 at step rT − 1, then to 1/(d D) at step T − 1, where it
    stays (Smith & Topin 2018, here in two phases): PyTorch's `OneCycleLR` with
    `max_lr` the learning rate and `cycle_momentum` off. T is its `total_steps`.
    """

    name: ClassVar[str] = "one_cycle"
    title: ClassVar[str] = "One cycle"
    length: int = _length("How many steps the cycle has.")
    rise: float = knob(0.3, Real(0.0, 1.0), "Rise", "The share of it that goes up.")
    curve: str = knob(
        "cosine",
        Choice(("cosine", "linear"), ("Half a cosine", "A straight line")),
        "Curve",
        "How it goes from one value to the next.",
    )
    start_divisor: float = knob(
        25.0, Real(1.0, 1e6, log=True), "Start ÷", "The start is the peak over this."
    )
    end_divisor: float = knob(
        1e4, Real(1.0, 1e9, log=True), "End ÷", "The end is the start over this."
    )

    def shape(self, step: int) -> float:
        """Return the way up, the way down, or what is left after it."""
        peak, last = self.rise * self.length - 1.0, self.length - 1.0
        start = 1.0 / self.start_divisor
        end = start / self.end_divisor
        if step <= peak and peak > 0:
            return self._between(start, 1.0, step / peak)
        if step >= last:
            return end
        return self._between(1.0, end, (step - peak) / (last - peak))

    def _between(self, first: float, then: float, share: float) -> float:
        if self.curve == "linear":
            return first + (then - first) * share
        return then + (first - then) * (1.0 + cos(pi * share)) / 2.0


SCHEDULES: dict[str, type[Schedule]] = {
    schedule.name: schedule
    for schedule in (
        Constant, StepDecay, Exponential, Polynomial, InversePower, Cosine, OneCycle,
    )
}  # fmt: skip
