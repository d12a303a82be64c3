"""Any step, had again from wherever: equal in every bit to a run that went there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.batches import ORDERS, SHORT_LAST
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.session import history
from gdviz.session.course import as_begun
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.session.snapshot import Snapshot

NET = Scene(data=Moons(n_examples=12), held_out=0.25, model=MLP((2,)))
LINE = Scene(data=LineWithNoise(n_examples=10), model=Linear())
WAYS = list(product(ORDERS, OPTIMIZERS, SHORT_LAST))


@pytest.fixture(autouse=True)
def few_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only eight states have room, so that strides are long."""
    monkeypatch.setattr(history, "MOST_BYTES", 0)
    monkeypatch.setattr(history, "NEAR_BYTES", 0)


def bits(value: Any) -> Any:
    """Return a value such that equal ones are equal in every bit."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.tobytes()
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, Mapping):
        return [(key, bits(value[key])) for key in sorted(value)]
    if isinstance(value, tuple | list):
        return [bits(one) for one in value]
    if is_dataclass(value):
        names = (field.name for field in fields(value))
        return [(name, bits(getattr(value, name))) for name in names]
    return value


def everything(snapshot: Snapshot) -> list[tuple[str, Any]]:
    """Return all there is at a step but what came after it."""
    return [pair for pair in bits(snapshot) if pair[0] != "course"]


class Session:
    """A desk with several paths, each with what the screen knows of it."""

    def __init__(self, scene: Scene) -> None:
        self.desk, self.runs = Desk(), dict[int, Run]()
        self.runs[1] = Run(self.desk.answer(Question(1, scene, until=0.0)))

    def ask(self, number: int, **asked: Any) -> None:
        keep = frozenset(self.runs)
        answer = self.desk.answer(
            Question(number, until=0.0, whole=True, keep=keep, **asked)
        )
        assert not answer.refusal
        self.runs[number].take_in(answer)

    def settle(self, number: int, step: int) -> Snapshot:
        """Return what there is to see at a step once the ghosts are there too."""
        self.ask(number, seek=step)
        run = self.runs[number]
        while any(g.step != step and not g.diverged for g in run.snapshot.ghosts):
            self.ask(number)
        return run.snapshot

    def down(self, number: int, **settings: Any) -> None:
        self.ask(number, scene=self.runs[number].snapshot.scene.down(**settings))

    def branch(self, number: int, step: int, **settings: Any) -> int:
        """Leave a path at a step with other settings, as a new one."""
        self.ask(number, seek=step)
        run, new = self.runs[number], max(self.runs) + 1
        scene = run.snapshot.scene.down(**settings)
        keep = frozenset(self.runs)
        first = self.desk.answer(
            Question(new, scene, step, until=0.0, branch=number, keep=keep)
        )
        self.runs[new] = run.branch(first)
        assert (first.newest, self.runs[new].step) == (step, step)
        return new

    def check(self, number: int, steps: list[int]) -> None:
        """Compare steps, in this order, with a run that goes straight to them."""
        found = {step: everything(self.settle(number, step)) for step in steps}
        course = self.runs[number].snapshot.course
        scene = as_begun(self.runs[number].snapshot)
        fresh = Screen(scene, course=course)
        for step in sorted(found):
            fresh.ask(steps=step - fresh.run.step)
            fresh.gather()
            assert fresh.run.step == step
            assert found[step] == everything(fresh.now)
            assert fresh.now.scene.descent == settings_at(course, step)


def settings_at(course: Any, step: int) -> Descent:
    """Return what was in force at a step of a course."""
    held = [course.start, *(new for at, new in course.changes if at <= step)]
    return held[-1]


@pytest.mark.parametrize(("order", "optimizer", "short_last"), WAYS)
@pytest.mark.parametrize("scene", [NET, LINE], ids=["network", "line"])
def test_every_step_of_a_run_with_live_changes(
    scene: Scene, order: str, optimizer: str, short_last: str
) -> None:
    first = Descent(4, 0.01, order, short_last, optimizer=OPTIMIZERS[optimizer]())
    ghosts = (replace(first, recipe=RECIPES["sum"]()), replace(first, batch_size=3))
    session = Session(replace(scene, descent=first, ghosts=ghosts))
    session.ask(1, steps=41)
    for rate in (0.02, 0.021, 0.025):  # a slider on the move
        session.down(1, learning_rate=rate)
        session.ask(1, steps=1)
    session.ask(1, steps=30)
    others = [name for name in OPTIMIZERS if name != optimizer]
    session.down(1, batch_size=7, optimizer=OPTIMIZERS[others[0]]())
    session.ask(1, steps=40)
    session.down(1, order="replacement" if order == "shuffled" else "shuffled")
    session.ask(1, steps=40)
    newest = session.runs[1].newest
    assert newest == 154
    steps = np.random.default_rng(3).integers(newest + 1, size=6).tolist()
    back = [120, 119, 118]
    session.check(1, [*steps, 0, newest, 41, 42, 43, *back])


def test_checkpoints_are_far_apart_here() -> None:
    session = Session(NET)
    session.ask(1, steps=150)
    trainer = session.desk._stages[1].trainer
    assert trainer._checkpoints.stride >= 16


@pytest.mark.parametrize("scene", [NET, LINE], ids=["network", "line"])
@pytest.mark.parametrize("at", [0, 1, 64, 70, 149, 150])
def test_a_path_and_the_one_that_left_it(scene: Scene, at: int) -> None:
    ghost = replace(scene.descent, recipe=RECIPES["sum"]())
    session = Session(replace(scene, ghosts=(ghost,)))
    session.ask(1, steps=50)
    session.down(1, learning_rate=0.03)
    session.ask(1, steps=100)
    child = session.branch(1, at, batch_size=2, optimizer=OPTIMIZERS["momentum"]())
    session.ask(child, steps=60)
    session.ask(1, seek=150)
    session.ask(1, steps=10)
    session.check(child, [at + 60, at, at + 30, at + 29, max(0, at - 1), 0])
    session.check(1, [160, at, at + 1, at + 2, 3, 151, 150])
    session.check(child, [at + 45, at // 2])
    assert session.runs[child].newest == at + 60
    assert session.runs[1].newest == 160


@pytest.mark.parametrize("seed", range(6))
def test_any_mix_of_steps_changes_and_branches(seed: int) -> None:
    rng = np.random.default_rng(seed)
    session = Session(replace(NET, descent=Descent(3, 0.01)))
    for _ in range(25):
        number = int(rng.choice(list(session.runs)))
        run, deed = session.runs[number], rng.integers(6)
        settings = {
            "learning_rate": float(rng.choice([0.01, 0.02, 0.05])),
            "batch_size": int(rng.integers(1, 10)),
            "order": str(rng.choice(list(ORDERS))),
            "optimizer": OPTIMIZERS[str(rng.choice(list(OPTIMIZERS)))](),
        }
        step = int(rng.integers(run.newest + 1))
        if deed <= 2:
            session.ask(number, steps=int(rng.integers(80)))
        elif deed == 3:
            session.ask(number, seek=step)
        elif deed == 4:
            session.down(number, **settings)
        elif len(session.runs) < 4:
            session.branch(number, step, **settings)
    for number, run in session.runs.items():
        session.check(number, rng.integers(run.newest + 1, size=5).tolist())
