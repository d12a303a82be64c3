"""Memory: few checkpoints, exact replay, and a tape of the settings."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.batches import Cursor
from gdviz.core.datasets import TwoPoints
from gdviz.core.models import Linear
from gdviz.core.optimizers import HeavyBall
from gdviz.session import history
from gdviz.session.history import Checkpoints, State, Tape
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable


def state(step: int, p: int = 1, **memory: int) -> State:
    """Return a state with so many numbers."""
    arrays = {name: np.full(size, float(step)) for name, size in memory.items()}
    return State(np.full(p, float(step)), "sgd", arrays, Cursor(step))


def filled(newest: int, p: int = 1, **memory: int) -> Checkpoints:
    """Return checkpoints of a path that went straight to a step."""
    checkpoints = Checkpoints(state(0, p, **memory))
    for step in range(1, newest + 1):
        checkpoints.keep(state(step, p, **memory))
    return checkpoints


def kept(checkpoints: Checkpoints, newest: int) -> list[int]:
    """Return the steps that are kept, seen from outside."""
    found = (checkpoints.before(step).cursor.step for step in range(newest + 1))
    return sorted(set(found))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let so many states of p numbers have room, and so many near ones."""

    def let(most: int, near: int, p: int = 1) -> None:
        size = state(0, p).size
        monkeypatch.setattr(history, "MOST_BYTES", most * size)
        monkeypatch.setattr(history, "NEAR_BYTES", near * size)

    return let


@pytest.fixture
def tight(room: Callable[..., None]) -> None:
    """Let 64 states have room, and 16 near ones."""
    room(64, 16)


@pytest.mark.parametrize("newest", [0, 1, 63, 64, 65, 500, 5000])
@pytest.mark.usefixtures("tight")
def test_as_many_as_have_room_are_kept_and_evenly(newest: int) -> None:
    checkpoints = filled(newest)
    stride, steps = checkpoints.stride, kept(checkpoints, newest)
    assert stride == 1 << max(0, (newest // 64).bit_length())
    even = set(range(0, newest + 1, stride))
    assert even <= set(steps)
    assert len(even) <= 64
    assert len(set(steps) - even) <= 16
    assert stride == 1 or 2 * len(even) >= 64


@pytest.mark.usefixtures("tight")
def test_what_was_kept_is_handed_out_itself() -> None:
    states = [state(step) for step in range(40)]
    checkpoints = Checkpoints(states[0])
    for one in states[1:]:
        checkpoints.keep(one)
        checkpoints.keep(state(one.cursor.step))  # walked over again: no news
    assert all(checkpoints.before(step) is states[step] for step in range(40))
    assert checkpoints.before(1000) is states[39]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("tight")
def test_whatever_is_walked_over_no_later_step_is_handed_out(seed: int) -> None:
    rng, newest = np.random.default_rng(seed), 3000
    checkpoints = filled(newest)
    for _ in range(300):
        step = int(rng.integers(newest + 1))
        found = checkpoints.before(step)
        at = found.cursor.step
        assert step - checkpoints.stride < at <= step
        assert found.theta[0] == at
        for between in range(at + 1, step + 1):
            checkpoints.keep(state(between))
        if rng.random() < 0.1:
            newest = int(rng.integers(newest + 1))
            checkpoints.forget_after(newest)


def walk_back(checkpoints: Checkpoints, step: int, count: int) -> list[int]:
    """Go back step by step; return how many steps each one took."""
    took = []
    for target in range(step - 1, step - 1 - count, -1):
        at = checkpoints.before(target).cursor.step
        took.append(target - at)
        for between in range(at + 1, target + 1):
            checkpoints.keep(state(between))
    return took


@pytest.mark.parametrize(("near", "fine"), [(128, 1), (127, 2), (64, 2), (16, 8)])
def test_going_back_takes_a_stride_once_and_then_hardly_a_step(
    near: int, fine: int, room: Callable[..., None]
) -> None:
    room(64, near)
    checkpoints = filled(4000)
    assert checkpoints.stride == 64
    took = walk_back(checkpoints, 2048, 512)
    assert sum(steps > fine - 1 for steps in took) == 8
    assert sum(steps >= 64 - fine for steps in took) == 8


@pytest.mark.parametrize(("near", "fine"), [(128, 1), (64, 2), (32, 4)])
def test_to_and_fro_over_a_checkpoint_both_sides_stay_near(
    near: int, fine: int, room: Callable[..., None]
) -> None:
    room(64, near)
    checkpoints = filled(4000)
    walk_back(checkpoints, 2048 + 64, 128)  # over both sides of step 2048
    for step in (2047, 2049, 2040, 2060, 1985, 2110):
        assert step - fine < checkpoints.before(step).cursor.step <= step


def test_forgetting_leaves_the_steps_before(
    room: Callable[..., None],
) -> None:
    room(64, 64)
    checkpoints = filled(1999)
    assert checkpoints.stride == 32
    walk_back(checkpoints, 1010, 5)
    checkpoints.forget_after(1000)
    near = list(range(993, 1001))
    assert set(near) <= set(kept(checkpoints, 2000))
    assert max(kept(checkpoints, 2000)) == 1000
    new = state(1024)
    checkpoints.keep(new)
    assert checkpoints.before(4999) is new
    checkpoints.forget_after(0)
    assert kept(checkpoints, 5000) == [0]


def test_a_branch_shares_the_states_and_goes_its_own_way(
    room: Callable[..., None],
) -> None:
    room(64, 64)
    parent = filled(1999)
    walk_back(parent, 1010, 5)
    before = {step: parent.before(step) for step in range(2000)}
    child = parent.copy(1000)
    assert all(child.before(step) is before[step] for step in range(1001))
    others = {step: state(step) for step in range(1001, 2000)}
    for other in others.values():
        child.keep(other)
    assert child.before(1999) is others[1999]
    assert all(parent.before(step) is before[step] for step in before)
    parent.forget_after(10)
    assert child.before(1999) is others[1999]
    assert child.before(992) is before[992]


@pytest.mark.parametrize(("p", "memory"), [(354, {}), (354, {"velocity": 354})])
def test_a_million_steps_of_a_small_network_lie_a_few_hundred_apart(
    p: int, memory: dict[str, int]
) -> None:
    one = state(0, p, **memory)
    checkpoints = Checkpoints(one)
    for step in range(1, 10**6 + 1):
        if step % 64 == 0 or step < 8192:  # those that may be kept
            later = State(one.theta, "sgd", one.memory, Cursor(step))
            checkpoints.keep(later)
    assert checkpoints.stride <= 512
    held = len({id(checkpoints.before(step)) for step in range(0, 10**6 + 1, 64)})
    assert held * one.size < 29 * 2**20


@pytest.mark.parametrize(
    ("p", "memory"), [(1, {}), (354, {}), (354, {"m": 354, "v": 354})]
)
def test_the_size_of_a_state_is_what_it_takes(p: int, memory: dict[str, int]) -> None:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    states = [
        State(
            np.zeros(p),
            "sgd",
            {name: np.zeros(size) for name, size in memory.items()},
            Cursor(step, step, step, step, step),
        )
        for step in range(1000, 2000)
    ]
    taken = (tracemalloc.get_traced_memory()[0] - before) / len(states)
    tracemalloc.stop()
    assert 0.75 * taken < states[0].size < 1.25 * taken


def test_large_states_are_kept_in_small_number() -> None:
    checkpoints = filled(500, 500_000)
    stride = checkpoints.stride
    assert history.FEWEST / 2 < len(range(0, 501, stride)) <= history.FEWEST
    assert len(kept(checkpoints, 500)) <= 2 * history.FEWEST


def test_a_larger_memory_later_on_counts_too(
    room: Callable[..., None],
) -> None:
    room(100, 20, 50)
    checkpoints = filled(90, 50)
    assert checkpoints.stride == 1
    for step in range(91, 1000):
        checkpoints.keep(state(step, 50, velocity=450))
    sizes = [checkpoints.before(s).size for s in kept(checkpoints, 1000)]
    most = history.MOST_BYTES + history.FEWEST * max(sizes)
    assert sum(sizes) <= most


def test_a_long_run_is_replayed_exactly_from_any_checkpoint(
    room: Callable[..., None],
) -> None:
    room(256, 64)
    descent = Descent(1, 0.01, "replacement", optimizer=HeavyBall())
    trainer = Trainer(Scene(data=TwoPoints(), model=Linear(False), descent=descent))
    thetas, velocities = [trainer.state.theta[0]], [0.0]
    while len(thetas) <= 30_000:
        for made in trainer.advance(5000):
            thetas.append(made.after.theta[0])
            velocities.append(made.after.memory["velocity"][0])
    assert trainer.newest == 30_000
    assert len(set(thetas)) > 27_000
    rng = np.random.default_rng(2)
    some = [0, 1, 127, 128, 29_999, 30_000, *rng.integers(30_001, size=60)]
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
