"""Optimizers: what the mean gradient becomes before it is added to θ.

To add one: a frozen `Optimizer` with `init` and `update`, pure both, and one line
in `OPTIMIZERS`.
"""

from __future__ import annotations

from gdviz.core.optimizers.adagrad import AdaDelta, AdaGrad, RMSProp
from gdviz.core.optimizers.adam import Adam, Adamax, AdamW, AMSGrad, NAdam
from gdviz.core.optimizers.base import Here, Noise, Optimizer
from gdviz.core.optimizers.langevin import SGLD
from gdviz.core.optimizers.lion import Lion
from gdviz.core.optimizers.plain import SGD, HeavyBall, Nesterov

__all__ = [
    "OPTIMIZERS", "SGD", "SGLD", "AMSGrad", "AdaDelta", "AdaGrad", "Adam", "AdamW",
    "Adamax", "HeavyBall", "Here", "Lion", "NAdam", "Nesterov", "Noise", "Optimizer",
    "RMSProp",
]  # fmt: skip

OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.name: optimizer
    for optimizer in (
        SGD, HeavyBall, Nesterov, Lion, SGLD,
        AdaGrad, RMSProp, AdaDelta, Adam, AMSGrad, AdamW, NAdam, Adamax,
    )
}  # fmt: skip
