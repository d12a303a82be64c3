"""What a step leaves: its own arrays, and whether it is finite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.batches import DROP, FILE_ORDER
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.losses import AbsoluteError
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session.scene import Descent, Scene
from gdviz.session.stepping import Step, finite
from gdviz.session.trainer import Trainer


def arrays(step: Step) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    memory = [*step.memory.values(), *step.after.memory.values()]
    return [step.gradient, step.update, step.after.theta, *memory]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_stays_as_it_was_when_others_follow(optimizer: str) -> None:
    descent = Descent(8, 0.05, optimizer=OPTIMIZERS[optimizer]())
    trainer = Trainer(Scene(data=Moons(), model=MLP((4,)), descent=descent))
    steps = trainer.advance(6)
    before = [array.tolist() for step in steps for array in arrays(step)]
    trainer.advance(30)
    trainer.seek(2)
    trainer.objective.gradients(trainer.state.theta + 1.0, np.arange(8))
    assert [array.tolist() for step in steps for array in arrays(step)] == before


def test_parameters_whose_squares_overflow_are_finite() -> None:
    scene = Scene(data=LineWithNoise(), loss=AbsoluteError(), start=(1e99, 0.0))
    trainer = Trainer(scene)
    assert trainer.pending.finite
    huge = np.array([1e200, -1e300])
    with np.errstate(over="ignore"):  # as while training
        assert np.isinf(huge @ huge)
        assert finite(huge)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("other", [0.0, 1.0, 1e200])
def test_one_entry_that_is_not_finite_is_enough(bad: float, other: float) -> None:
    for at in range(3):
        theta = np.full(3, other)
        theta[at] = bad
        with np.errstate(over="ignore"):
            assert not finite(theta)


def test_an_overflow_is_told() -> None:
    trainer = Trainer(Scene(data=LineWithNoise(), descent=Descent(4, 1e6)))
    steps = trainer.advance(1000)
    assert all(step.finite for step in steps)
    assert trainer.diverged
    assert np.isfinite(trainer.state.theta).all()
    last = trainer.pending
    assert last.finite == bool(
        np.isfinite(last.loss) and np.isfinite(last.after.theta).all()
    )


def test_batches_are_drawn_as_the_settings_now_say() -> None:
    scene = Scene(data=LineWithNoise(n_examples=10), descent=Descent(3))
    trainer = Trainer(scene)
    trainer.advance(2)
    trainer.adopt(replace(scene, descent=Descent(3, order=FILE_ORDER)))
    assert trainer.pending.rows.tolist() == [6, 7, 8]
    trainer.advance(1)
    assert trainer.pending.rows.tolist() == [9]
    trainer.adopt(replace(scene, descent=Descent(3, order=FILE_ORDER, short_last=DROP)))
    assert trainer.pending.rows.tolist() == [0, 1, 2]
