"""Optimizers: what the mean gradient becomes before it is added to θ.

To add one: a frozen `Optimizer` with `init` and `update`, pure both, and one line
in `OPTIMIZERS`.
"""

from __future__ import annotations

from gdviz.core.optimizers.base import Here, Noise, Optimizer
from gdviz.core.optimizers.plain import SGD, HeavyBall

__all__ = ["OPTIMIZERS", "SGD", "HeavyBall", "Here", "Noise", "Optimizer"]

OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (SGD, HeavyBall)
}
