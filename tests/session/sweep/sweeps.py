"""Sweeps to be run by tests, and what came of them compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.datasets import Moons
from gdviz.core.models import MLP
from gdviz.session.fitting import fit
from gdviz.session.loading import load
from gdviz.session.scene import Scene
from gdviz.session.sweep import Axis, Outcome, Sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gdviz.session.sweep import Cell


def fitted(scene: Scene) -> Scene:
    return fit(scene, load(scene))[0]


def moons(
    rates: int = 3,
    sizes: tuple[int, ...] = (1, 4, 30),
    steps: int | None = 60,
    **more: Any,
) -> Sweep:
    """Return a sweep of learning rates and batch sizes on a small network."""
    scene = fitted(Scene(data=Moons(n_examples=100), model=MLP((4,)), seed=3))
    axes = (
        Axis("descent.learning_rate", tuple(np.geomspace(0.01, 0.5, rates).tolist())),
        Axis("descent.batch_size", sizes),
    )
    return Sweep(scene, axes, steps=steps, **more)


def by_cell(outcomes: Iterable[Outcome]) -> dict[Cell, Outcome]:
    found = list(outcomes)
    made = {outcome.cell: outcome for outcome in found}
    assert len(made) == len(found), "a cell came twice"
    return made


def assert_same(a: Mapping[Cell, Outcome], b: Mapping[Cell, Outcome]) -> None:
    """Compare all but the time."""
    assert a.keys() == b.keys()
    for cell, outcome in a.items():
        told(outcome)
        assert told(outcome) == told(b[cell])


def told(outcome: Outcome) -> tuple[Any, ...]:
    o = outcome
    return (o.values, o.final, o.best, o.steps_to_target, o.best_per_examples,
            o.diverged, o.steps, o.fault)  # fmt: skip
