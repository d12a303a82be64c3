"""Measures of curvature and memory, held to truths of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.formulas.bowls import Bowl
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import SGD, Adam, HeavyBall, Nesterov
from gdviz.session.lessons.measures import value
from gdviz.session.lessons.text import Measure
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen, network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.optimizers import Optimizer
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

TOLD = {
    *("sharpness", "eigenvalue", "rate limit", "sharpness limit", "limit share"),
    *("noisy limit", "kept"),
    *("velocity", "old velocity", "first moment", "second moment", "own rate"),
    *("ghost batch", "ghost step"),
}
STEPS, RATE = 5, 0.02
NET = Scene(
    data=Moons(n_examples=20), model=MLP((2,)), descent=Descent(20, RATE, "file")
)
BOWL = Scene(data=Bowl(condition=30.0), descent=Descent(16, RATE, "file"))


def at(scene: Scene, steps: int = STEPS) -> Run:
    screen = Screen(scene, steps, curvature=True)
    screen.gather()
    screen.rest(curvature=True)
    return screen.run


def found(run: Run, name: str, argument: str = "") -> float:
    return value(run, Measure(name, argument))


def by(optimizer: Optimizer, scene: Scene = NET) -> Scene:
    return scene.down(optimizer=optimizer)


def bends(scene: Scene) -> Array:
    """Return the eigenvalues of the Hessian by differences of gradients, falling."""
    trainer = Trainer(scene)
    trainer.advance(STEPS)
    objective, theta, h = network(trainer), trainer.state.theta, 1e-5
    rows = np.arange(objective.n_examples)

    def slope(at: Array) -> Array:
        return objective.gradients(at, rows).mean(axis=0)

    nudges = h * np.eye(len(theta))
    hessian = np.array([slope(theta + e) - slope(theta - e) for e in nudges]) / (2 * h)
    return np.array(np.linalg.eigvalsh((hessian + hessian.T) / 2)[::-1], np.float64)


def test_eigenvalues_are_those_of_the_hessian() -> None:
    run, truth = at(NET), bends(NET)
    assert found(run, "sharpness") == pytest.approx(truth[0], rel=1e-5)
    for place in (1, 2, 3):
        told = found(run, "eigenvalue", str(place))
        assert told == pytest.approx(truth[place - 1], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("wrong", ["", "0", "4", "-1", "1.5", "x", "²", "1,1"])
def test_there_are_three_eigenvalues(wrong: str) -> None:
    run = at(NET)
    assert np.isnan(found(run, "eigenvalue", wrong))
    assert np.isnan(found(run, "kept", wrong))


@pytest.mark.parametrize(
    ("optimizer", "bound"),
    [(SGD(), 2.0), (HeavyBall(0.5), 3.0), (Nesterov(0.5), 1.5)],
)
def test_the_limits_are_bounds_of_rate_times_sharpness(
    optimizer: Optimizer, bound: float
) -> None:
    run = at(by(optimizer))
    sharpness = bends(by(optimizer))[0]
    assert found(run, "rate limit") == pytest.approx(bound / sharpness, rel=1e-5)
    assert found(run, "sharpness limit") == pytest.approx(bound / RATE)
    share = RATE * sharpness / bound
    assert found(run, "limit share") == pytest.approx(share, rel=1e-5)


def test_a_sum_has_a_lower_limit() -> None:
    mean, sum_ = at(NET), at(NET.down(recipe=RECIPES["sum"](), learning_rate=1e-3))
    limit = 2 / found(sum_, "sharpness") / 20
    assert found(sum_, "rate limit") == pytest.approx(limit)
    kept = 1 - 20 * 1e-3 * found(sum_, "sharpness")
    assert found(sum_, "kept", "1") == pytest.approx(kept)
    assert found(mean, "rate limit") > limit


def test_a_step_keeps_so_much_of_the_distance() -> None:
    run = at(BOWL, 3)
    theta, after = run.snapshot.record.theta, run.snapshot.record.after.theta
    flat = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])  # the bowl's angle
    steep = np.array([-flat[1], flat[0]])
    for place, way in (("1", steep), ("2", flat)):
        kept = (after @ way) / (theta @ way)
        assert found(run, "kept", place) == pytest.approx(kept, rel=1e-5)


@pytest.mark.parametrize("optimizer", [Adam(), HeavyBall(0.5), SGD(weight_decay=0.1)])
def test_nothing_is_said_of_what_is_kept_by_other_methods(optimizer: Optimizer) -> None:
    run = at(by(optimizer))
    assert found(run, "sharpness") > 0
    assert np.isnan(found(run, "kept", "1"))


def test_there_is_no_limit_for_adam() -> None:
    run = at(by(Adam()))
    for name in ("rate limit", "sharpness limit", "limit share"):
        assert np.isnan(found(run, name))


def test_the_limit_of_single_examples() -> None:
    descent = Descent(1, 0.01, "replacement")
    scene = Scene(LineWithNoise(n_examples=12), model=Linear(False), descent=descent)
    run, trainer = at(scene, 2), Trainer(scene)
    bend = 2 * network(trainer).examples.inputs[:, 0] ** 2
    # E[(1 − ηh)²] = 1: the mean square of the distance neither grows nor shrinks
    limit = 2 * bend.mean() / (bend**2).mean()
    assert found(run, "noisy limit") == pytest.approx(limit)
    assert found(run, "noisy limit") < found(run, "rate limit")
    assert np.isnan(found(at(NET), "noisy limit"))


def test_of_another_step_nothing_is_known() -> None:
    screen = Screen(NET, STEPS, curvature=True)
    screen.rest(curvature=True)
    screen.run.snapshot = Screen(NET, STEPS + 1).run.snapshot
    for name in ("sharpness", "rate limit", "limit share"):
        assert np.isnan(found(screen.run, name))


def slopes(scene: Scene) -> Array:
    """Return the batch gradients of all steps and of the pending one."""
    trainer, kept = Trainer(scene), []
    for _ in range(STEPS + 1):
        rows = trainer.pending.rows
        kept.append(network(trainer).gradients(trainer.state.theta, rows).mean(axis=0))
        trainer.advance(1)
    return np.array(kept)


@pytest.mark.parametrize("optimizer", [HeavyBall(0.7), Nesterov(0.7)])
def test_a_velocity_is_a_fading_sum_of_gradients(optimizer: Optimizer) -> None:
    scene = by(optimizer).down(batch_size=3)
    run, gradients = at(scene), slopes(scene)
    weights = 0.7 ** np.arange(STEPS + 1)[::-1]
    old = 0.7 ** np.arange(STEPS)[::-1] @ gradients[:-1]
    for i, name in enumerate(run.facts.parameters):
        assert found(run, "velocity", name) == pytest.approx(weights @ gradients[:, i])
        assert found(run, "old velocity", name) == pytest.approx(old[i])


def test_moments_are_weighted_means_of_gradients_and_squares() -> None:
    scene = by(Adam(0.8, 0.95)).down(batch_size=3)
    run, gradients = at(scene), slopes(scene)
    age = np.arange(STEPS + 1)[::-1]
    for i, name in enumerate(run.facts.parameters):
        first = np.average(gradients[:, i], weights=0.8**age)
        second = np.average(gradients[:, i] ** 2, weights=0.95**age)
        assert found(run, "first moment", name) == pytest.approx(first)
        assert found(run, "second moment", name) == pytest.approx(second)
        rate = RATE / (np.sqrt(second) + 1e-8)
        assert found(run, "own rate", name) == pytest.approx(rate)
        assert found(run, "update", name) == pytest.approx(-rate * first)


def test_plain_descent_has_one_rate_and_no_memory() -> None:
    run = at(NET)
    name = run.facts.parameters[0]
    assert found(run, "own rate", name) == RATE
    for memory in ("velocity", "old velocity", "first moment", "second moment"):
        assert np.isnan(found(run, memory, name))
    assert np.isnan(found(at(by(HeavyBall(0.5))), "second moment", name))
    assert np.isnan(found(at(by(Adam())), "velocity", name))


def test_a_ghost_tells_its_batch_size_and_its_steps() -> None:
    fast = replace(NET.descent, batch_size=5)
    run = at(replace(NET, ghosts=(fast,)))
    assert found(run, "ghost batch", "1") == 5
    assert found(run, "ghost step", "1") == STEPS
    screen = Screen(replace(NET, ghosts=(fast,), pace="examples"), STEPS)
    screen.rest()
    assert found(screen.run, "ghost step", "1") == 4 * STEPS
