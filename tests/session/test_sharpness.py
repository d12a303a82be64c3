"""Sharpness along a run: right at its step, whoever asks, and cut with the path."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.averaging import OneByOne, SumOfGradients
from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT, SHUFFLED
from gdviz.core.datasets import Digits, Iris, LineWithNoise, Moons, Spirals
from gdviz.core.functions import GivenGradients
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import SGD, HeavyBall
from gdviz.core.stability import mean_square_limit
from gdviz.core.wrongs import MeanError
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import example_files, read_document
from gdviz.session.sharpness import (
    TRACKED,
    Gauge,
    noisy_limit,
    rate_limit,
    sharpness_limit,
)
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen, of_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum

    Array = NDArray[np.float64]

LINE = Scene(data=LineWithNoise(n_examples=20), descent=Descent(4, 0.02))
NET = Scene(data=Moons(n_examples=30), model=MLP((5,)), descent=Descent(30, 0.3))


def eigenvalues(objective: FiniteSum, theta: Array) -> Array:
    hessian = objective.hessian(theta)
    dense = np.array([hessian(unit) for unit in np.eye(len(theta))])
    values: Array = np.linalg.eigvalsh(dense)[::-1]
    return values


@pytest.mark.parametrize("scene", [LINE, NET, replace(NET, held_out=0.3)])
def test_at_rest_it_is_that_of_the_theta_shown(scene: Scene) -> None:
    screen = Screen(scene, 3)
    screen.rest()
    trainer = Trainer(scene)
    trainer.advance(3)
    reading = screen.run.reading
    assert reading is not None
    assert reading.step == 3
    values = eigenvalues(trainer.objective, trainer.state.theta)
    assert reading.top == pytest.approx(values[:1], rel=1e-5)
    assert reading.lowest is None
    assert not screen.rest()[-1].readings  # once is enough


def test_more_of_it_where_it_is_looked_at() -> None:
    screen = Screen(NET)
    screen.rest()
    assert screen.run.reading is not None
    assert len(screen.run.reading.top) == 1
    screen.rest(curvature=True)
    trainer = Trainer(NET)
    values = eigenvalues(trainer.objective, trainer.state.theta)
    assert_allclose(screen.run.reading.top, values[:TRACKED], rtol=1e-5)
    assert screen.run.reading.lowest == pytest.approx(values[-1], abs=0.02 * values[0])
    assert not screen.rest()[-1].readings


def test_over_steps_where_it_is_looked_at() -> None:
    screen = Screen(NET, 400, curvature=True)
    screen.rest(curvature=True)
    steps, values = screen.run.bends(1000)
    trainer = Trainer(NET)
    assert 2 <= len(steps) <= 401
    assert steps[-1] == 400
    assert (np.diff(steps) > 0).all()
    for step, row in zip(steps, values, strict=True):
        trainer.advance(int(step) - trainer.step)
        exact = eigenvalues(trainer.objective, trainer.state.theta)
        assert row[0] == pytest.approx(exact[0], rel=2e-3)
        assert np.abs(row - exact[:TRACKED]).max() < 2e-2 * exact[0]


def test_only_now_and_then_where_nobody_looks() -> None:
    begun, screen = time.perf_counter(), Screen(NET, 400)
    readings = [*screen.last.readings]
    for _ in range(5):
        readings += screen.ask(steps=20, whole=False, until=np.inf).readings
    assert len(readings) <= 2 + (time.perf_counter() - begun) / 0.25
    assert all(len(reading.top) == 1 for reading in readings)


def test_on_the_way_it_stops_at_the_time_and_goes_on_later() -> None:
    trainer, gauge = Trainer(NET), Gauge()
    answers = 0
    while not (made := gauge.take()):
        gauge.follow(trainer, 0.0, watched=True)
        trainer.advance(1)  # the path goes on meanwhile
        answers += 1
    assert answers > 2  # one product at a time
    assert made[0].step == 0
    start = Trainer(NET)
    values = eigenvalues(start.objective, start.state.theta)
    assert np.abs(np.array(made[0].top) - values[:TRACKED]).max() < 2e-3 * values[0]


def test_what_was_begun_is_given_up_where_the_path_leaves_it() -> None:
    trainer, gauge = Trainer(NET), Gauge()
    gauge.follow(trainer, 0.0, watched=True)
    gauge.drop()
    trainer.advance(7)
    gauge.follow(trainer, np.inf, watched=True)
    assert [reading.step for reading in gauge.take()] == [7]


def test_nothing_is_told_of_steps_that_were_dropped_meanwhile() -> None:
    screen = Screen(NET, 60)
    screen.ask(steps=1, whole=False, curvature=True)  # not done in this time
    answer = screen.ask(
        scene=screen.scene.down(learning_rate=0.1), seek=20, steps=5, until=np.inf,
        curvature=True,
    )  # fmt: skip
    assert answer.readings
    assert all(reading.step <= 25 for reading in answer.readings)


def test_going_back_tells_of_the_step_gone_to() -> None:
    screen = Screen(NET, 50)
    screen.rest()
    screen.ask(seek=20)
    screen.rest()
    trainer = Trainer(NET)
    trainer.advance(20)
    assert screen.run.reading is not None
    assert screen.run.reading.step == 20
    values = eigenvalues(trainer.objective, trainer.state.theta)
    assert screen.run.reading.sharpness == pytest.approx(values[0], rel=1e-5)


def test_what_was_dropped_of_a_path_is_forgotten() -> None:
    screen = Screen(NET, 60, curvature=True)
    screen.rest(curvature=True)
    screen.ask(seek=20, curvature=True)
    screen.rest(curvature=True)
    assert screen.run.bends(1000)[0][-1] == 60  # still to be gone to
    screen.ask(scene=screen.scene.down(learning_rate=0.1), curvature=True)
    assert screen.run.bends(1000)[0][-1] <= 20
    screen.ask(seek=10)
    screen.run._cut(5)
    assert screen.run.reading is None


def test_another_path_begins_with_what_is_known_of_its_steps() -> None:
    screen = Screen(NET, 60, curvature=True)
    screen.rest(curvature=True)
    known = screen.run.bends(1000)[0]
    question = Question(
        2, screen.scene.down(learning_rate=0.1), 30, until=0.0, branch=1,
        keep=frozenset({1}), curvature=True,
    )  # fmt: skip
    branch = screen.run.branch(screen.desk.answer(question))
    steps = branch.bends(1000)[0]
    assert steps[steps < 30].tolist() == known[known < 30].tolist()
    assert (steps <= 30).all()
    assert branch.reading is None or branch.reading.step <= 30
    assert screen.run.bends(1000)[0].tolist() == known.tolist()


def test_a_flat_loss_has_no_sharpness() -> None:
    screen = Screen(Scene(data=GivenGradients(), descent=Descent(1, 0.1)))
    screen.rest(curvature=True)
    assert screen.run.reading is not None
    assert screen.run.reading.top == pytest.approx([0.0] * TRACKED, abs=1e-6)


def test_what_overflows_is_not_told() -> None:
    scene = replace(LINE, model=MLP((4,), "identity"), descent=Descent(20, 1e3))
    screen = Screen(scene, 10**6, curvature=True)
    screen.rest(curvature=True)
    assert screen.now.diverged
    assert np.isfinite(screen.run.bends(100)[1]).all()


def test_a_large_sum_is_measured_only_where_it_is_looked_at() -> None:
    scene = Scene(data=Moons(n_examples=20_000), model=MLP((64,)))
    trainer, gauge = Trainer(scene), Gauge()
    assert not gauge.due(trainer, watched=False)
    gauge.follow(trainer, np.inf, watched=False)
    gauge.rest(trainer, np.inf, watched=False)
    assert gauge.take() == ()
    assert gauge.due(trainer, watched=True)


def test_the_first_step_where_the_rate_is_too_high() -> None:
    scene = read_document(example_files()["edge-of-stability"]).scene
    screen = Screen(scene, 900, curvature=True)
    screen.rest(curvature=True)
    steps, values = screen.run.bends(1000)
    limit = 2 / scene.descent.learning_rate
    assert values[0, 0] < limit < values[:, 0].max()
    first = np.flatnonzero(values[:, 0] > limit)[0]
    assert screen.run.crossing() == (steps[first], values[first, 0])
    screen.ask(seek=0)
    assert screen.run.crossing() is None


@pytest.mark.parametrize(
    ("descent", "limit"),
    [
        (Descent(4, 0.1), 20.0),
        (Descent(4, 0.1, optimizer=HeavyBall(0.5)), 30.0),
        (Descent(4, 0.1, recipe=SumOfGradients()), 5.0),
        (Descent(99, 0.1, recipe=SumOfGradients()), 2.0),  # no more than there are
        (Descent(99, 0.1, REPLACEMENT, recipe=SumOfGradients()), 20 / 99),
        (Descent(4, 0.1, recipe=OneByOne()), None),
        (Descent(1, 0.1, recipe=OneByOne()), 20.0),
        (Descent(4, 0.1, recipe=MeanError()), None),
    ],
)
def test_limits(descent: Descent, limit: float | None) -> None:
    assert sharpness_limit(descent, 10) == (limit and pytest.approx(limit))
    rate = rate_limit(descent, 4.0, 10)
    assert rate == (limit and pytest.approx(0.1 * limit / 4))
    assert rate_limit(descent, 0.0, 10) is None
    assert rate_limit(descent, -1.0, 10) is None


@pytest.mark.parametrize(
    ("descent", "b"),
    [
        (Descent(4, 0.1), 4),
        (Descent(4, 0.1, REPLACEMENT), 4),
        (Descent(20, 0.1, REPLACEMENT), 20),
        (Descent(20, 0.1), None),  # all: nothing is left to chance
        (Descent(4, 0.1, FILE_ORDER), None),
        (Descent(4, 0.1, FRESH), None),
        (Descent(4, 0.1, optimizer=HeavyBall()), None),
        (Descent(4, 0.1, recipe=MeanError()), None),
    ],
)
def test_limits_of_batches(descent: Descent, b: int | None) -> None:
    objective = of_network(Trainer(LINE).objective)
    expected = b and mean_square_limit(objective, b, descent.order == REPLACEMENT)
    assert noisy_limit(objective, descent) == expected
    if b:
        summed = replace(descent, recipe=SumOfGradients())
        assert expected is not None
        assert noisy_limit(objective, summed) == pytest.approx(expected / b)


def test_the_limit_of_batches_follows_the_settings() -> None:
    screen = Screen(LINE)
    objective = of_network(Trainer(LINE).objective)
    assert screen.run.noisy_limit == mean_square_limit(objective, 4)
    screen.down(batch_size=2)
    assert screen.run.noisy_limit == mean_square_limit(objective, 2)
    screen.down(optimizer=HeavyBall())
    assert screen.run.noisy_limit is None
    screen.down(optimizer=SGD())
    assert screen.run.noisy_limit == mean_square_limit(objective, 2)


@pytest.mark.parametrize(
    "scene",
    [
        Scene(data=Digits(), model=Linear(), loss=SquaredError()),
        Scene(data=Iris(), model=Linear(), descent=Descent(7, 0.1, SHUFFLED)),
        Scene(data=Spirals(), model=MLP((4,))),
    ],
)
def test_where_it_is_not_known_there_is_none(scene: Scene) -> None:
    trainer = Trainer(scene)
    assert noisy_limit(trainer.objective, trainer.scene.descent) is None


def test_the_path_is_the_same_bit_for_bit_whoever_looks() -> None:
    looked, alone = Screen(NET, 300, curvature=True), Screen(NET, 300)
    looked.rest(curvature=True)
    assert looked.now.record.theta.tolist() == alone.now.record.theta.tolist()
    assert isinstance(looked.run, Run)
