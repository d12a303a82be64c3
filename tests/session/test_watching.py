"""One arithmetic, whoever watches: the path is the same to the last bit."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, recipes_for
from gdviz.core.batches import FRESH, ORDERS
from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.examples import FORMULAS
from gdviz.core.functions import GivenGradients, SquareAndCube
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.core.planes import Region
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 24
BALL = HeavyBall(0.8)
SCENES = {
    "one parameter": Scene(data=LineWithNoise(n_examples=10), model=Linear(False)),
    "line": Scene(data=LineWithNoise(n_examples=10), descent=Descent(4, 0.05)),
    "momentum": Scene(
        data=Moons(n_examples=40),
        model=MLP((4,)),
        held_out=0.3,
        descent=Descent(5, 0.1, optimizer=BALL),
    ),
    "fresh": Scene(
        data=Moons(n_examples=40), model=MLP((4,)), descent=Descent(5, 0.1, FRESH)
    ),
    "large batch": Scene(
        data=LineWithNoise(n_examples=3000), descent=Descent(1500, 0.01)
    ),
    "iris": Scene(data=Iris(), model=MLP((5, 3), "relu"), descent=Descent(9, 0.1)),
    "one by one": Scene(
        data=Moons(n_examples=40),
        descent=Descent(6, 0.02, recipe=RECIPES["one_by_one"]()),
    ),
    "cube": Scene(data=SquareAndCube(), descent=Descent(1, 0.02)),
    "given": Scene(data=GivenGradients(), descent=Descent(2, 0.1, optimizer=BALL)),
}


def unwatched(scene: Scene) -> list[bytes]:
    """Return θ before each step of a trainer that nobody looks at."""
    trainer, thetas = Trainer(scene), []
    for _ in range(STEPS):
        thetas.append(trainer.state.theta.tobytes())
        assert len(trainer.advance(1)) == 1
    return [*thetas, trainer.state.theta.tobytes()]


def watched(screen: Screen, **asked: object) -> list[bytes]:
    """Return θ before each step as the answers tell it."""
    thetas = []
    while screen.run.newest < STEPS:
        rest = STEPS - screen.run.newest
        answer = screen.ask(**{"steps": min(5, rest), **asked})
        assert answer.made is not None
        thetas += [theta.tobytes() for theta in answer.made.thetas]
    return [*thetas, screen.now.record.theta.tobytes()]


def plain(scene: Scene) -> list[bytes]:
    return watched(Screen(scene))


def by_single_steps(scene: Scene) -> list[bytes]:
    return watched(Screen(scene), steps=1)


def in_no_time(scene: Scene) -> list[bytes]:
    return watched(Screen(scene), whole=False)


def with_ghosts(scene: Scene) -> list[bytes]:
    first = scene.descent
    slow = replace(first, learning_rate=first.learning_rate / 7, batch_size=1)
    every = [replace(first, recipe=kind()) for kind in RECIPES.values()]
    screen = Screen(replace(scene, ghosts=(slow, *every)))
    assert len(screen.now.ghosts) >= 4
    thetas = watched(screen, until=time.perf_counter() + 0.5)
    screen.gather()
    return [*thetas[:-1], screen.now.record.theta.tobytes()]


def with_an_example(scene: Scene) -> list[bytes]:
    screen, thetas, rng = Screen(scene), [], np.random.default_rng(0)
    while screen.run.newest < STEPS:
        chosen = int(rng.integers(screen.run.facts.n_examples))
        answer = screen.ask(steps=1, chosen=chosen)
        assert answer.made is not None
        assert (screen.now.chosen is not None) or scene.descent.order == FRESH
        thetas.append(answer.made.thetas[0].tobytes())
    return [*thetas, screen.now.record.theta.tobytes()]


def with_costs_and_checks(scene: Scene) -> list[bytes]:
    screen = Screen(scene)
    kinds = recipes_for(screen.run.facts.task != FORMULAS)
    names = tuple(kind.name for kind in kinds)
    thetas = watched(screen, costs=names, whole=True)
    assert screen.run.costs.keys() == set(names)
    assert screen.run.check is not None
    assert screen.run.check.holds
    return thetas


def with_surfaces_and_curves(scene: Scene) -> list[bytes]:
    region = Region(-1.0, 1.0, -2.0, 2.0)
    screen = Screen(scene)
    return watched(screen, region=region, until=time.perf_counter() + 0.5, chosen=1)


def looking_back(scene: Scene) -> list[bytes]:
    screen, thetas, rng = Screen(scene), [], np.random.default_rng(1)
    for step in range(STEPS):
        screen.ask(seek=int(rng.integers(step + 1)), chosen=0)
        answer = screen.ask(seek=step)
        thetas.append(screen.now.record.theta.tobytes())
        answer = screen.ask(steps=1)
        assert answer.made is not None
        assert answer.made.thetas[0].tobytes() == thetas[-1]
    return [*thetas, screen.now.record.theta.tobytes()]


def in_another_plane(scene: Scene) -> list[bytes]:
    screen, thetas = Screen(scene), []
    for step in range(STEPS):
        names = screen.run.facts.parameters
        plane = names[step % len(names)]
        screen.ask(scene=replace(screen.scene, plane_x=plane))
        answer = screen.ask(steps=1)
        assert answer.made is not None
        thetas.append(answer.made.thetas[0].tobytes())
    return [*thetas, screen.now.record.theta.tobytes()]


@pytest.mark.parametrize(
    "look",
    [
        plain,
        by_single_steps,
        in_no_time,
        with_ghosts,
        with_an_example,
        with_costs_and_checks,
        with_surfaces_and_curves,
        looking_back,
        in_another_plane,
    ],
)
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_looking_changes_nothing(
    scene: Scene, look: Callable[[Scene], list[bytes]]
) -> None:
    assert look(scene) == unwatched(scene)


@pytest.mark.parametrize("order", ORDERS)
def test_ghosts_come_and_go_unnoticed(order: str) -> None:
    scene = replace(SCENES["momentum"], descent=Descent(5, 0.1, order))
    screen, thetas, rng = Screen(scene), [], np.random.default_rng(2)
    while screen.run.newest < STEPS:
        some = rng.choice([n for n in RECIPES if n != "mean"], 3, replace=False)
        ghosts = tuple(replace(scene.descent, recipe=RECIPES[n]()) for n in some)
        screen.ask(scene=replace(screen.scene, ghosts=ghosts))
        answer = screen.ask(steps=1)
        assert answer.made is not None
        thetas.append(answer.made.thetas[0].tobytes())
    assert [*thetas, screen.now.record.theta.tobytes()] == unwatched(scene)
