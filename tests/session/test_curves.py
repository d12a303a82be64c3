"""Curves over the only parameter: of every example, of the batch and of all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.batches import FRESH, ORDERS
from gdviz.core.datasets import Iris, LineWithNoise, Moons, TwoPoints
from gdviz.core.functions import GivenGradients, PlusAndMinus, SquareAndCube
from gdviz.core.losses import AbsoluteError, Huber
from gdviz.core.models import MLP, Linear
from gdviz.core.planes import Region
from gdviz.session.curves import MOST_CURVES, Curves, Draughtsman
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.core.sums import FiniteSum

REGION = Region(-2.0, 5.0, 0.0, 1.0)
LINE = Scene(data=LineWithNoise(n_examples=10), model=Linear(False))
SCENES = {
    "two points": Scene(data=TwoPoints(), model=Linear(False)),
    "line": LINE,
    "absolute": replace(LINE, loss=AbsoluteError()),
    "huber": replace(LINE, loss=Huber()),
    "cube": Scene(data=SquareAndCube()),
    "plus": Scene(data=PlusAndMinus()),
    "given": Scene(data=GivenGradients(rows=((2.0,), (-3.0,), (0.5,)))),
}


def check(curves: Curves | None, trainer: Trainer, region: Region) -> Curves:
    """Compare each curve with the losses at some places of it."""
    assert curves is not None
    rows = trainer.pending.rows
    source: FiniteSum = trainer.pending.fresh or trainer.objective
    everyone = np.arange(trainer.objective.n_examples)
    assert curves.rows.tolist() == rows[:MOST_CURVES].tolist()
    assert curves.grid.tolist() == np.linspace(region.left, region.right, 257).tolist()
    assert len(curves.examples) == len(curves.rows)
    for i in (0, 1, 100, 128, 255, 256):
        theta = curves.grid[i : i + 1]
        each, all_of = (
            source.losses(theta, rows),
            trainer.objective.losses(theta, everyone),
        )
        size = max(np.abs(each).max(), np.abs(all_of).max())
        close = {"rtol": 1e-12, "atol": 1e-14 * size}
        assert_allclose(curves.examples[:, i], each[:MOST_CURVES], **close)
        assert_allclose(curves.batch[i], each.mean(), **close)
        assert_allclose(curves.full[i], all_of.mean(), **close)
    if len(rows) <= MOST_CURVES:
        size = np.abs(curves.examples).max()
        mean = curves.examples.mean(axis=0)
        assert_allclose(curves.batch, mean, rtol=1e-12, atol=1e-14 * size)
    return curves


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize("order", ["shuffled", "replacement", "file"])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_mean_of_the_curves_is_the_batchs(
    scene: Scene, order: str, size: int
) -> None:
    trainer = Trainer(replace(scene, descent=Descent(size, 0.01, order)))
    draughtsman = Draughtsman()
    for region in (REGION, Region(1.0, 1.5, 0.0, 1.0)):
        for _ in range(3):
            check(draughtsman.draw(trainer, region), trainer, region)
            trainer.advance(1)


@pytest.mark.parametrize("size", [1, 3, 10])
def test_curves_of_fresh_examples(size: int) -> None:
    trainer = Trainer(replace(LINE, descent=Descent(size, 0.01, FRESH)))
    draughtsman, seen = Draughtsman(), set()
    for step in (0, 1, 2, 1, 0, 2):
        trainer.advance(max(0, step - trainer.newest))
        trainer.seek(step)
        curves = check(draughtsman.draw(trainer, REGION), trainer, REGION)
        seen.add((step, curves.batch.tobytes()))
    assert len(seen) == 3


def test_of_a_large_batch_the_first_are_drawn_and_all_averaged() -> None:
    data = LineWithNoise(n_examples=900)
    trainer = Trainer(replace(LINE, data=data, descent=Descent(500, 0.01)))
    curves = check(Draughtsman().draw(trainer, REGION), trainer, REGION)
    assert len(curves.examples) == MOST_CURVES == 64
    assert np.abs(curves.examples.mean(axis=0) - curves.batch).max() > 1e-3


@pytest.mark.parametrize(
    "scene",
    [
        Scene(),
        Scene(data=GivenGradients()),
        Scene(data=Iris(), model=Linear(False)),
        Scene(data=Moons(), model=MLP((1,))),
    ],
)
def test_only_where_theta_is_a_single_number(scene: Scene) -> None:
    assert Draughtsman().draw(Trainer(scene), REGION) is None
    assert Screen(scene).run.curves is None


def test_they_are_drawn_again_only_for_something_new() -> None:
    trainer, draughtsman = Trainer(replace(LINE, descent=Descent(10))), Draughtsman()
    first = draughtsman.draw(trainer, REGION)
    assert draughtsman.draw(trainer, REGION) is first
    trainer.adopt(replace(trainer.scene, descent=Descent(10, 0.01)))
    assert draughtsman.draw(trainer, REGION) is first  # θ and η are not in them
    trainer.adopt(replace(trainer.scene, descent=Descent(3)))
    second = draughtsman.draw(trainer, REGION)
    assert second is not first
    assert first is not None
    assert second is not None
    assert second.full is first.full
    wider = Region(-9.0, 9.0, 0.0, 1.0)
    assert check(draughtsman.draw(trainer, wider), trainer, wider) is not second


@pytest.mark.parametrize("order", ORDERS)
def test_the_screen_has_those_of_its_step(order: str) -> None:
    scene = replace(LINE, descent=Descent(4, 0.02, order))
    screen, trainer = Screen(scene), Trainer(scene)
    region = screen.run.facts.start_region
    for steps in (0, 1, 4):
        screen.ask(steps=steps)
        trainer.advance(steps)
        curves = check(screen.run.curves, trainer, region)
        assert curves.grid[0] <= screen.now.record.theta[0] <= curves.grid[-1]
    screen.ask(seek=2, region=REGION)
    trainer.seek(2)
    check(screen.run.curves, trainer, REGION)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_slopes_of_the_curves_are_the_gradients(scene: Scene) -> None:
    trainer, step = Trainer(replace(scene, descent=Descent(2, 0.01))), 1e-6
    x, rows = trainer.state.theta[0], trainer.pending.rows
    region = Region(x - 128 * step, x + 128 * step, 0.0, 1.0)
    curves = Draughtsman().draw(trainer, region)
    assert curves is not None
    assert curves.grid[128] == pytest.approx(x, abs=1e-12)
    rises = curves.examples[:, 129] - curves.examples[:, 127]
    gradients = trainer.objective.gradients(trainer.state.theta, rows)[:, 0]
    assert_allclose(rises / (2 * step), gradients, rtol=1e-7, atol=1e-8)
    rise = curves.batch[129] - curves.batch[127]
    assert rise / (2 * step) == pytest.approx(gradients.mean(), rel=1e-7, abs=1e-8)
