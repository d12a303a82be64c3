"""How the time of an answer is shared, by a clock that goes on by itself."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP
from gdviz.session.scene import Scene
from gdviz.session.stage import Stage
from gdviz.session.stepping import Step
from gdviz.session.trainer import Trainer

LINE = Scene(data=LineWithNoise(n_examples=12))
NET = Scene(data=Moons(n_examples=30), model=MLP((3,)))
TICK = 1e-3


class Clock:
    """A clock that goes on by one tick whenever it is read."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time and let it go on."""
        self.now += TICK
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "perf_counter", made)
    return made


def made_in_a_second(stage: Stage, clock: Clock) -> int:
    made = stage.train(10**6, clock.now + 1.0)
    assert made is not None
    return len(made.losses)


def at_rest(scene: Scene, clock: Clock) -> Stage:
    """Return a stage whose surface is finished, and that has no check to make."""
    stage = Stage(scene)
    stage.draw(None, clock.now)
    while stage.canvas.busy:
        stage.draw(None, clock.now + 1.0)
    stage.checker._next = np.inf
    return stage


@pytest.mark.parametrize(
    ("telling", "least", "most"),
    [(0.0, 980, 1000), (0.2, 780, 800), (0.4, 580, 600), (0.9, 480, 500)],
)
def test_steps_leave_time_to_tell_of_them(
    telling: float, least: int, most: int, clock: Clock
) -> None:
    stage = at_rest(LINE, clock)
    for _ in range(60):
        stage.told(telling)
    assert least <= made_in_a_second(stage, clock) <= most


def test_steps_leave_time_for_a_check_that_is_due(clock: Clock) -> None:
    stage = at_rest(LINE, clock)
    stage.checker._cost = 0.25
    free = made_in_a_second(stage, clock)
    stage.checker._next = 0.0
    assert free - made_in_a_second(stage, clock) == pytest.approx(250, abs=5)


def test_a_surface_has_its_share_only_while_there_is_work_on_it(clock: Clock) -> None:
    stage = at_rest(NET, clock)
    alone = made_in_a_second(stage, clock)
    assert alone > 980
    stage.draw(None, clock.now)  # θ has moved on long ago: one is begun
    assert stage.canvas.working
    assert made_in_a_second(stage, clock) == pytest.approx(0.65 * alone, abs=5)


def test_a_surface_that_waits_for_its_turn_takes_no_time(clock: Clock) -> None:
    stage = at_rest(NET, clock)
    stage.train(1, np.inf)
    clock.now = stage.canvas._begun + 0.05
    stage.draw(None, clock.now)
    assert stage.canvas.busy
    assert not stage.canvas.working
    assert made_in_a_second(stage, clock) > 980
    assert stage.canvas.working  # its turn has come


def test_ghosts_leave_that_time_too(clock: Clock) -> None:
    ghost = replace(LINE.descent, learning_rate=0.01)
    stage = at_rest(replace(LINE, ghosts=(ghost,)), clock)
    for _ in range(60):
        stage.told(0.4)
    begun = clock.now
    made_in_a_second(stage, clock)
    assert clock.now == pytest.approx(begun + 0.3, abs=0.01)  # one of two
    stage.trainer.advance(5000)
    clock.now = begun + 0.3
    stage.follow(begun + 1.0, live=True)
    assert stage.ghosts.late(stage.trainer)
    assert clock.now == pytest.approx(begun + 0.6, abs=0.02)


def test_a_step_equals_itself_alone_and_stays_as_it_is() -> None:
    one, other = Trainer(LINE).pending, Trainer(LINE).pending
    for a, b in ((one, other), (one.after, other.after)):
        same = a
        assert a == same
        assert not a != same  # noqa: SIM202
        assert a != b
        assert not a == b  # noqa: SIM201
        assert len({a, b, same}) == 2
    with pytest.raises(AttributeError):
        one.loss = 0.0  # type: ignore[misc]
    assert isinstance(one, Step)


def test_data_of_any_scale_share_one_layout() -> None:
    scene = Scene(data=LineWithNoise(), model=MLP((3,)), loss=SquaredError())
    assert Trainer(scene).objective.names is Trainer(scene).objective.names
