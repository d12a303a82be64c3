"""Runs of formulas, end to end: long ones, bad ends, and the claims they are for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, SumOfGradients, recipes_for
from gdviz.core.functions import (
    FUNCTIONS,
    Formulas,
    GivenGradients,
    PlusAndMinus,
    SquareAndCube,
)
from gdviz.core.optimizers import HeavyBall
from gdviz.core.portrait import BARS
from gdviz.session.scene import Descent, Scene
from gdviz.session.words import numbers, sentence
from tests.session.asking import Screen

ALL = [kind() for kind in FUNCTIONS.values()]
BOTH = Descent(2, 0.1)


def test_the_cube_by_hand() -> None:
    screen = Screen(
        Scene(data=SquareAndCube(), descent=replace(BOTH, learning_rate=0.05))
    )
    x = 1.5
    for _ in range(200):
        screen.ask(steps=1)
        x -= 0.05 * (2 * x + 3 * x**2) / 2
        assert screen.now.record.theta[0] == pytest.approx(x, rel=1e-12)
    assert x == pytest.approx(0.0, abs=1e-4)
    screen.ask(steps=800)
    assert screen.now.record.theta[0] == pytest.approx(0.0, abs=1e-20)
    assert screen.now.full.loss == pytest.approx(0.0, abs=1e-40)


@pytest.mark.parametrize(("size", "order"), [(1, "shuffled"), (2, "replacement")])
@pytest.mark.parametrize("data", ALL, ids=lambda data: data.name)
def test_five_thousand_steps(data: Formulas, order: str, size: int) -> None:
    ball = HeavyBall(0.5)
    descent = Descent(size, 0.001, order, optimizer=ball)
    ghosts = (replace(descent, recipe=SumOfGradients()),)
    screen = Screen(Scene(data=data, descent=descent, ghosts=ghosts))
    screen.ask(steps=5000)
    screen.gather()
    assert screen.run.newest == 5000
    assert [ghost.step for ghost in screen.now.ghosts] == [5000]
    steps, losses = screen.run.batch_losses(10**6)
    assert steps.tolist() == list(range(5001))
    assert np.isfinite(losses).all()
    before = screen.now.record.theta.tobytes()
    for step in (4999, 2500, 1, 0, 5000):
        screen.ask(seek=step)
        assert screen.run.step == step
    assert screen.now.record.theta.tobytes() == before
    assert screen.run.trail().shape == (5000, 2)


def test_a_line_falls_for_ever() -> None:
    screen = Screen(Scene(data=GivenGradients(), descent=BOTH), 5000)
    expected = -500 * np.array([1.35, 0.15, 0.0, -0.2, -0.8])
    assert screen.now.record.theta == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert screen.now.record.theta[2] == 0.0  # this weight was never moved
    assert screen.now.full.loss == pytest.approx(-500 * 2.525)
    assert not screen.now.diverged


def test_one_example_at_a_time_moves_the_third_weight() -> None:
    thirds = []
    screen = Screen(Scene(data=GivenGradients(), descent=Descent(1, 0.1, "file")))
    for _ in range(4):
        screen.ask(steps=1)
        thirds.append(float(screen.now.record.theta[2]))
    assert thirds == pytest.approx([-0.11, 0.0, -0.11, 0.0], abs=1e-15)
    ball = replace(BOTH, optimizer=HeavyBall(0.9))
    screen = Screen(
        Scene(data=GivenGradients(), descent=replace(ball, batch_size=1)), 3
    )
    screen.down(batch_size=2)
    third = screen.now.record.theta[2]
    screen.ask(steps=1)
    assert screen.now.record.theta[2] != third  # momentum still moves it


def test_a_loss_of_zero_is_no_place_to_rest() -> None:
    screen = Screen(Scene(data=PlusAndMinus(), descent=BOTH))
    now = screen.now
    assert now.record.loss == now.full.loss == 0.0
    assert now.record.gradient.tolist() == [1.5]
    assert now.record.losses.tolist() in ([2.0, -2.0], [-2.0, 2.0])
    screen.ask(steps=1)
    assert screen.now.record.theta.tolist() == [1.0 - 0.15]
    screen.ask(steps=1000)
    assert screen.now.record.theta.tolist() == pytest.approx([-0.5])  # 2x + 1 = 0


@pytest.mark.parametrize("name", [kind.name for kind in recipes_for(False)])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_the_cube_has_no_bottom(name: str, optimizer: str) -> None:
    ball = HeavyBall(0.3)
    descent = Descent(2, 0.1, recipe=RECIPES[name]())
    if optimizer == "momentum":
        descent = replace(descent, optimizer=ball)
    scene = Scene(data=SquareAndCube(x=-5.0), descent=descent)
    screen = Screen(scene, 5000)
    now, last = screen.now, screen.run.step
    assert now.diverged
    assert 3 < last == screen.run.newest < 100
    assert now.record.theta[0] < -1e20
    assert np.isfinite(now.record.theta).all()
    assert np.isfinite(screen.run.trail()).all()
    screen.rest()
    said = sentence(screen.run)
    assert said.startswith(f"Diverged at step <b>{last}</b>: the loss has no lowest")
    assert said.endswith("No learning rate helps: start elsewhere.")
    assert all(numbers(screen.run).values())
    again = screen.ask(steps=10)
    assert (again.made, again.snapshot, again.newest) == (None, None, last)
    assert not screen.rest()[-1].busy
    screen.ask(seek=0)
    assert screen.now.record.theta.tolist() == [-5.0]
    assert not screen.now.diverged
    screen.down(learning_rate=1e-6)
    screen.ask(steps=50)
    assert (screen.run.step, screen.now.diverged) == (50, False)


@pytest.mark.parametrize("data", ALL, ids=lambda data: data.name)
@pytest.mark.parametrize("size", [1, 2])
def test_all_there_is_to_see(data: Formulas, size: int) -> None:
    screen = Screen(Scene(data=data, descent=Descent(size, 0.01)), 2)
    screen.rest(chosen=1)
    run, now = screen.run, screen.now
    assert run.facts.formulas == tuple(term.formula for term in data.terms())
    assert run.facts.task == "formulas"
    assert run.facts.parameters == data.names()
    assert (run.facts.classes, run.facts.notes) == ((), ())
    assert now.portrait.kind == BARS
    assert (now.ledger, now.gap, now.test_loss) == (None, None, None)
    assert (run.curves is not None) == (len(data.names()) == 1)
    assert run.surface is not None
    assert run.surface.finest
    assert run.own_surface is not None
    assert run.check is not None
    assert run.check.holds
    assert sentence(run).startswith("Next: ")
    for values in (run.surface.values, run.own_surface.values):
        assert np.isfinite(values).all()


@pytest.mark.parametrize("data", ALL, ids=lambda data: data.name)
def test_one_may_be_held_out(data: Formulas) -> None:
    screen = Screen(Scene(data=data, held_out=0.5, descent=Descent(1, 0.01)), 3)
    both = data.terms()
    theta = screen.now.record.theta
    losses = [float(term.value(theta)) for term in both]
    told = [screen.now.full.loss, screen.now.test_loss]
    assert sorted(told) == pytest.approx(sorted(losses))  # type: ignore[type-var]
    assert screen.run.facts.n_examples == screen.run.facts.n_held_out == 1
    screen.ask(chosen=0)
    assert screen.now.chosen is not None
    assert screen.now.chosen.loss == pytest.approx(screen.now.full.loss)
    assert screen.now.portrait.batch.tolist() == screen.now.portrait.points.tolist()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (9, 1), (100, 3), (3, 100)])
def test_gradients_of_any_shape_run(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(shape).standard_normal(shape)
    data = GivenGradients(tuple(map(tuple, rows.tolist())))
    screen = Screen(Scene(data=data, descent=Descent(100, 0.5)), 8)
    assert screen.now.record.theta == pytest.approx(-4 * rows.mean(axis=0), abs=1e-14)
    assert screen.run.check is not None
    assert screen.run.check.holds
