"""Memory: few checkpoints, exact replay, and a tape of the settings."""

from __future__ import annotations

import numpy as np
import pytest

from gdviz.core.batches import Cursor
from gdviz.core.datasets import TwoPoints
from gdviz.core.models import Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.session.history import MOST_CHECKPOINTS, Checkpoints, State, Tape
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer


def state(step: int) -> State:
    return State(np.array([float(step)]), "sgd", {}, Cursor(step))


def kept(checkpoints: Checkpoints, newest: int) -> list[int]:
    """Return the steps that are kept, seen from outside."""
    found = (checkpoints.before(step).cursor.step for step in range(newest + 1))
    return sorted(set(found))


@pytest.mark.parametrize("newest", [0, 1, 255, 256, 257, 5000, 100_000])
def test_few_are_kept_and_evenly(newest: int) -> None:
    checkpoints = Checkpoints(state(0))
    for step in range(1, newest + 1):
        checkpoints.keep(state(step))
    steps, stride = kept(checkpoints, newest), checkpoints.stride
    assert steps == list(range(0, newest + 1, stride))
    assert len(steps) <= MOST_CHECKPOINTS
    assert stride == 1 or 2 * len(steps) >= MOST_CHECKPOINTS
    for step in range(0, newest + 1, 97):
        assert 0 <= step - checkpoints.before(step).cursor.step < stride


def test_what_was_kept_is_handed_out_itself() -> None:
    states = [state(step) for step in range(40)]
    checkpoints = Checkpoints(states[0])
    for one in states[1:]:
        checkpoints.keep(one)
        checkpoints.keep(state(one.cursor.step))  # walked over again: no news
    assert all(checkpoints.before(step) is states[step] for step in range(40))
    assert checkpoints.before(1000) is states[39]


def test_forgetting_leaves_the_steps_before() -> None:
    checkpoints = Checkpoints(state(0))
    for step in range(1, 5000):
        checkpoints.keep(state(step))
    stride = checkpoints.stride
    checkpoints.forget_after(1000)
    assert kept(checkpoints, 5000) == list(range(0, 1001, stride))
    new = state(1000 // stride * stride + stride)
    checkpoints.keep(new)
    assert checkpoints.before(4999) is new
    checkpoints.forget_after(0)
    assert kept(checkpoints, 5000) == [0]


def test_large_states_are_kept_in_smaller_number() -> None:
    many = np.zeros(100_000)
    checkpoints = Checkpoints(State(many, "momentum", {"velocity": many}, Cursor()))
    for step in range(1, 2000):
        checkpoints.keep(State(many, "momentum", {"velocity": many}, Cursor(step)))
    steps = kept(checkpoints, 2000)
    assert 2 * len(many) * len(steps) <= 2**22
    assert steps == list(range(0, 2000, checkpoints.stride))


def test_a_long_run_is_replayed_exactly_from_any_checkpoint() -> None:
    descent = Descent(1, 0.01, "replacement", optimizer=HeavyBall())
    trainer = Trainer(Scene(data=TwoPoints(), model=Linear(False), descent=descent))
    thetas, velocities = [trainer.state.theta[0]], [0.0]
    while len(thetas) <= 100_000:
        for made in trainer.advance(5000):
            thetas.append(made.after.theta[0])
            velocities.append(made.after.memory["velocity"][0])
    assert trainer.newest == 100_000
    assert len(set(thetas)) > 90_000
    rng = np.random.default_rng(2)
    some = [0, 1, 511, 512, 99_999, 100_000, *rng.integers(100_001, size=80)]
    for step in map(int, some):
        trainer.seek(step)
        assert trainer.state.theta[0] == thetas[step]
        assert trainer.state.memory.get("velocity", [0.0])[0] == velocities[step]


@pytest.mark.parametrize("seed", range(5))
def test_the_tape_says_which_settings_were_in_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = Descent(1)
    tape, truth = Tape(first), [first] * 60
    for size in range(2, 30):
        step, descent = int(rng.integers(50)), Descent(size)
        tape.change(step, descent)
        truth[step:] = [descent] * (60 - step)
        assert [tape.at(at) for at in range(60)] == truth


@pytest.mark.parametrize("seed", range(5))
def test_a_tape_goes_on_as_another_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tapes = [Tape(Descent(1)), Tape(Descent(2))]
    truths = [[Descent(1)] * 60, [Descent(2)] * 60]
    for size in range(3, 40):
        step, which = int(rng.integers(50)), int(rng.integers(2))
        if rng.random() < 0.7:
            tapes[which].change(step, Descent(size))
            truths[which][step:] = [Descent(size)] * (60 - step)
        else:
            tapes[which].join(step, tapes[1 - which])
            truths[which][step:] = truths[1 - which][step:]
        for tape, truth in zip(tapes, truths, strict=True):
            assert [tape.at(at) for at in range(60)] == truth


def test_a_tape_with_a_setting_of_its_own() -> None:
    tape = Tape(Descent(1))
    tape.change(5, Descent(2, 0.1))
    tape.change(9, Descent(2, 0.2, "file"))
    other = tape.with_settings({"learning_rate": 0.5, "order": "fresh"})
    sizes = [1] * 5 + [2] * 15
    assert [other.at(s) for s in range(20)] == [Descent(b, 0.5, "fresh") for b in sizes]
    other.change(7, Descent(3))
    assert [tape.at(step).batch_size for step in range(20)] == sizes
