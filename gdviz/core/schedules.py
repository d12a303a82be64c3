"""Schedules: the learning rate as a function of the step.

To add one: a frozen `Schedule` with `shape`, and one line in `SCHEDULES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gdviz.core.knobs import Spec, Whole, knob


@dataclass(frozen=True)
class Schedule(Spec):
    """What the learning rate is multiplied by from step to step."""

    warmup: int = knob(
        0,
        Whole(0, 1_000_000),
        "Warm-up",
        "Over how many steps the learning rate first rises, in a straight line.",
    )

    def factor(self, step: int) -> float:
        """Return what multiplies the learning rate in the update made from a step.

        A warm-up of w steps multiplies by 1/w, 2/w, …, 1; then the shape begins.
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


SCHEDULES: dict[str, type[Schedule]] = {
    schedule.name: schedule for schedule in (Constant,)
}
