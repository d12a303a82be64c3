"""When gradients are checked: once for each step at rest, seldom while training."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, recipes_for
from gdviz.core.batches import ORDERS
from gdviz.core.check import Check, check
from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.functions import FUNCTIONS, GivenGradients
from gdviz.core.models import MLP, Linear
from gdviz.session.checking import Checker
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

NET = Scene(data=Moons(n_examples=30), model=MLP((3,)))
SCENES = {
    "net": NET,
    "line": Scene(data=LineWithNoise(n_examples=10)),
    "one weight": Scene(data=LineWithNoise(n_examples=10), model=Linear(False)),
    "iris": Scene(data=Iris()),
    **{name: Scene(data=kind()) for name, kind in FUNCTIONS.items()},
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize("order", ORDERS)
def test_a_step_is_checked_once(scene: Scene, order: str) -> None:
    trainer = Trainer(replace(scene, descent=Descent(4, 0.01, order)))
    checker = Checker()
    for _ in range(3):
        assert checker.due(trainer)
        made = checker.check(trainer, live=False)
        source = trainer.pending.fresh or trainer.objective
        assert made == check(source, trainer.state.theta, trainer.pending.rows)
        assert made is not None
        assert made.holds, made.sentence()
        assert not checker.due(trainer)
        assert checker.check(trainer, live=False) is None
        trainer.advance(1)


def test_another_batch_is_another_step() -> None:
    trainer, checker = Trainer(NET), Checker()
    checker.check(trainer, live=False)
    trainer.adopt(replace(trainer.scene, plane_x="b2[1]"))
    assert not checker.due(trainer)
    trainer.adopt(replace(trainer.scene, descent=Descent(9)))
    assert checker.due(trainer)
    made = checker.check(trainer, live=False)
    assert made is not None
    assert made.n_rows == made.rows_used == 9


def test_while_training_only_now_and_then() -> None:
    trainer, checker = Trainer(NET), Checker()
    made, begun, asked = list[float](), time.perf_counter(), 0
    while time.perf_counter() < begun + 1.1:
        trainer.advance(1)
        asked += 1
        if checker.check(trainer, live=True) is not None:
            made.append(time.perf_counter())
    assert 2 <= len(made) <= 5
    assert asked > 5 * len(made)
    assert np.diff(made).min() >= 0.25
    assert checker.check(trainer, live=False) is not None  # at rest at once


def test_slow_checks_are_made_more_seldom() -> None:
    scene = Scene(data=Moons(n_examples=4000), model=MLP((64,)))
    trainer = Trainer(replace(scene, descent=Descent(4000)))
    checker = Checker()
    begun = time.perf_counter()
    assert checker.check(trainer, live=True) is not None
    done = time.perf_counter()
    trainer.advance(1)
    while checker.check(trainer, live=True) is None:
        time.sleep(0.01)
    pause = max(0.25, 10 * (done - begun))  # a tenth of the time goes into checks
    assert time.perf_counter() - done >= 0.85 * pause


@pytest.mark.parametrize("name", RECIPES)
def test_the_mean_is_checked_whatever_is_made_of_it(name: str) -> None:
    scene = replace(NET, descent=Descent(4, 0.02, recipe=RECIPES[name]()))
    screen, plain = Screen(scene), Trainer(replace(NET, descent=Descent(4, 0.02)))
    rows, theta = plain.pending.rows, plain.state.theta
    assert screen.run.check == check(plain.objective, theta, rows)
    for _ in range(3):
        assert screen.ask(steps=1).check is not None
        assert screen.run.check is screen.last.check
        assert screen.run.check is not None
        assert screen.run.check.holds


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_the_desk_is_busy_until_the_step_is_checked(scene: Scene) -> None:
    screen = Screen(scene)
    screen.rest()
    assert not screen.last.busy
    while screen.ask(steps=1, whole=False).check is not None:
        pass  # as while playing: now a check was just made
    before, answers = screen.run.check, [screen.last]
    assert screen.last.check is None
    while answers[-1].busy:
        answers.append(screen.ask(whole=False))
    made = [answer.check for answer in answers if answer.check]
    assert len(made) == 1
    assert screen.run.check is made[0]
    assert screen.run.check is not before
    assert screen.ask().check is None  # it stays the last one
    assert screen.run.check is made[0]


def test_no_number_is_no_agreement() -> None:
    scene = Scene(data=LineWithNoise(n_examples=10), descent=Descent(4, 3.0))
    screen = Screen(scene, 10**6)
    assert screen.now.diverged
    assert isinstance(screen.run.check, Check)
    assert screen.run.check.sentence().endswith(".")
    assert not screen.rest()[-1].busy


@pytest.mark.parametrize("kind", recipes_for(False), ids=lambda kind: kind.name)
def test_the_largest_slopes_are_checked_without_a_warning(kind: type) -> None:
    data = GivenGradients(rows=((1e100, -1.0), (1e99, 3e-300)))
    screen = Screen(Scene(data=data, descent=Descent(2, 1e6, recipe=kind())), 3)
    assert screen.run.check is not None
    assert screen.run.check.sentence().endswith(".")
