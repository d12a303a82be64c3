"""What a schedule is, and the knobs that several wear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from gdviz.core.knobs import Real, Spec, Whole, knob

MOST = 1_000_000


def length_knob(tip: str) -> Any:
    """Declare over how many steps a schedule goes."""
    return knob(1000, Whole(1, MOST, log=True), "Length", tip)


def floor_knob() -> Any:
    """Declare where a schedule ends."""
    tip = "Where it ends, as a share of the learning rate."
    return knob(0.0, Real(0.0, 1.0), "Floor", tip, off=0.0)


@dataclass(frozen=True)
class Schedule(Spec):
    """What the learning rate is multiplied by from step to step."""

    warmup: int = knob(
        0,
        Whole(0, MOST),
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
