"""Schedules in cycles: along half a cosine, or up and down again."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import ClassVar

from gdviz.core.knobs import Choice, Flag, Real, Whole, knob
from gdviz.core.schedules.base import Schedule, floor_knob, length_knob


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
    length: int = length_knob("In how many steps it falls.")
    floor: float = floor_knob()
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
    length: int = length_knob("How many steps the cycle has.")
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
