"""Schedules: the learning rate as a function of the step.

To add one: a frozen `Schedule` with `shape`, and one line in `SCHEDULES`.
"""

from __future__ import annotations

from gdviz.core.schedules.base import Constant, Schedule
from gdviz.core.schedules.cycles import Cosine, OneCycle
from gdviz.core.schedules.decays import (
    Exponential,
    InversePower,
    Polynomial,
    StepDecay,
)

__all__ = [
    "SCHEDULES", "Constant", "Cosine", "Exponential", "InversePower", "OneCycle",
    "Polynomial", "Schedule", "StepDecay",
]  # fmt: skip

SCHEDULES: dict[str, type[Schedule]] = {
    schedule.name: schedule
    for schedule in (
        Constant, StepDecay, Exponential, Polynomial, InversePower, Cosine, OneCycle,
    )
}  # fmt: skip
