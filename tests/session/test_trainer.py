"""The trainer: one path, the same from wherever one comes to a step of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.batches import FRESH, ORDERS, SHORT_LAST
from gdviz.core.datasets import Dataset, LineWithNoise, Moons, TwoPoints
from gdviz.core.examples import Examples
from gdviz.core.losses import Hinge, SquaredError
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall
from gdviz.core.refused import Refused
from gdviz.session import history
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import network, of_network

if TYPE_CHECKING:
    Plan = dict[int, Descent]

TEN = LineWithNoise(n_examples=10)
WAYS = list(product(ORDERS, OPTIMIZERS, SHORT_LAST))


@dataclass(frozen=True)
class Pairs(Dataset):
    """Given numbers, whatever their size."""

    pairs: tuple[tuple[float, float], ...] = ()

    def examples(self, seed: int) -> Examples:
        x, y = np.array(self.pairs).T
        return Examples(x[:, None].copy(), y.copy(), ("x",))


def line(**descent: object) -> Scene:
    return Scene(data=TEN, descent=replace(Descent(), **descent))  # type: ignore[arg-type]


def mark(trainer: Trainer) -> tuple[object, ...]:
    """Return all there is at a step, bit for bit."""
    states = trainer.state, trainer.pending.after
    pending, fresh = trainer.pending, trainer.pending.fresh
    arrays = [pending.rows, pending.gradient, pending.update]
    for state in states:
        arrays += [state.theta, *(state.memory[key] for key in sorted(state.memory))]
    if fresh is not None:
        arrays += [of_network(fresh).inputs, of_network(fresh).targets]
    return (
        trainer.scene,
        pending.loss,
        *(
            (state.optimizer, state.cursor, tuple(sorted(state.memory)))
            for state in states
        ),
        *((array.shape, array.tobytes()) for array in arrays),
    )


def straight(scene: Scene, plan: Plan, steps: int) -> list[tuple[object, ...]]:
    """Return the marks of steps 0 to `steps` of a run that never looks back."""
    trainer, marks = Trainer(scene), []
    for step in range(steps + 1):
        if step in plan:
            trainer.adopt(replace(trainer.scene, descent=plan[step]))
        marks.append(mark(trainer))
        assert len(trainer.advance(1)) == 1
    return marks


@pytest.mark.parametrize(("order", "optimizer", "short_last"), WAYS)
def test_one_by_one_or_all_at_once(order: str, optimizer: str, short_last: str) -> None:
    scene = line(
        batch_size=4,
        order=order,
        optimizer=OPTIMIZERS[optimizer](),
        short_last=short_last,
    )
    many, single = Trainer(scene), Trainer(scene)
    made = many.advance(11)
    ones = [single.advance(1)[0] for _ in range(11)]
    assert [step.after.cursor.step for step in made] == list(range(1, 12))
    assert mark(many) == mark(single)
    assert [step.loss for step in made] == [step.loss for step in ones]
    assert (many.step, many.newest, many.diverged) == (11, 11, False)


@pytest.mark.parametrize(("order", "optimizer", "short_last"), WAYS)
def test_every_step_can_be_had_again(
    order: str, optimizer: str, short_last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 0)
    monkeypatch.setattr(history, "NEAR_BYTES", 0)
    scene = line(
        batch_size=4,
        order=order,
        optimizer=OPTIMIZERS[optimizer](),
        short_last=short_last,
    )
    trainer, marks = Trainer(scene), straight(scene, {}, 40)
    assert len(set(marks)) == 41
    trainer.advance(40)
    for step in [*np.random.default_rng(0).integers(41, size=25).tolist(), 0, 40]:
        trainer.seek(step)
        assert (trainer.step, trainer.newest) == (step, 40)
        assert mark(trainer) == marks[step]


def test_a_step_adds_its_update_to_theta() -> None:
    trainer = Trainer(line(batch_size=3, learning_rate=0.25))
    theta, pending = trainer.state.theta.copy(), trainer.pending
    loss, gradient = trainer.objective.gradient(theta, pending.rows)
    made = trainer.advance(1)
    assert made == [pending]
    assert pending.loss == loss
    assert pending.gradient.tolist() == gradient.tolist()
    assert trainer.state.theta.tolist() == (theta - 0.25 * gradient).tolist()


@pytest.mark.parametrize(("wanted", "found"), [(-5, 0), (99, 7), (7, 7), (3, 3)])
def test_seek_stays_on_the_path(wanted: int, found: int) -> None:
    trainer = Trainer(line())
    trainer.advance(7)
    trainer.seek(wanted)
    assert (trainer.step, trainer.newest) == (found, 7)


def choices(rng: np.random.Generator) -> Descent:
    optimizers = [SGD(), HeavyBall(0.5), HeavyBall(0.9)]
    return Descent(
        int(rng.integers(1, 11)),
        float(rng.choice([0.01, 0.03, 0.1])),
        str(rng.choice(list(ORDERS))),
        str(rng.choice(list(SHORT_LAST))),
        optimizers[rng.integers(3)],
    )


@pytest.mark.parametrize("seed", range(8))
def test_any_mix_of_steps_seeks_and_changes_is_the_straight_run(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 0)
    monkeypatch.setattr(history, "NEAR_BYTES", 0)
    rng, scene = np.random.default_rng(seed), line()
    trainer, plan, newest, step = Trainer(scene), dict[int, Descent](), 0, 0
    for _ in range(40):
        deed = rng.integers(3)
        if deed == 0:
            step += len(trainer.advance(int(rng.integers(1, 9))))
            newest = max(newest, step)
        elif deed == 1:
            step = int(rng.integers(newest + 1))
            trainer.seek(step)
        elif (descent := choices(rng)) != trainer.scene.descent:
            plan = {at: old for at, old in plan.items() if at < step}
            plan[step], newest = descent, step
            trainer.adopt(replace(trainer.scene, descent=descent))
        assert (trainer.step, trainer.newest) == (step, newest)
        assert mark(trainer) == straight(scene, plan, step)[step]
    marks = straight(scene, plan, newest)
    for step in rng.permutation(newest + 1).tolist():
        trainer.seek(step)
        assert mark(trainer) == marks[step]


@pytest.mark.parametrize(
    "change",
    [
        Descent(3),
        Descent(4, 0.01),
        Descent(optimizer=HeavyBall()),
        Descent(order=FRESH),
        Descent(order="file"),
        Descent(short_last="drop"),
    ],
)
def test_a_change_in_the_past_cuts_the_future(change: Descent) -> None:
    scene = line()
    trainer = Trainer(scene)
    trainer.advance(20)
    trainer.seek(6)
    theta = trainer.state.theta.tobytes()
    trainer.adopt(replace(trainer.scene, descent=change))
    assert (trainer.step, trainer.newest) == (6, 6)
    assert trainer.state.theta.tobytes() == theta
    trainer.seek(20)
    assert trainer.step == 6
    trainer.advance(5)
    marks = straight(scene, {6: change}, 11)
    for step in (11, 5, 6, 7, 0):
        trainer.seek(step)
        assert mark(trainer) == marks[step]
        assert trainer.scene.descent == (change if step >= 6 else Descent())


@pytest.mark.parametrize("step", [0, 3, 9])
def test_the_same_settings_change_nothing(step: int) -> None:
    trainer = Trainer(line())
    trainer.advance(9)
    trainer.seek(step)
    pending, before = trainer.pending, mark(trainer)
    trainer.adopt(replace(trainer.scene, descent=replace(trainer.scene.descent)))
    assert trainer.pending is pending
    assert (mark(trainer), trainer.newest, trainer.moved) == (before, 9, {})


def test_another_plane_cuts_nothing() -> None:
    trainer = Trainer(line())
    trainer.advance(9)
    trainer.seek(4)
    trainer.adopt(replace(trainer.scene, plane_x="b"))
    assert (trainer.step, trainer.newest, trainer.scene.plane_x) == (4, 9, "b")
    trainer.seek(0)
    assert trainer.scene.plane_x == "b"


def test_the_clock_stops_it() -> None:
    trainer = Trainer(line())
    assert len(trainer.advance(1000, until=0.0)) == 1
    begun = time.perf_counter()
    made = trainer.advance(10**9, until=begun + 0.05)
    assert 1 < len(made) == trainer.step - 1
    assert 0.05 <= time.perf_counter() - begun < 1.0
    assert trainer.advance(0) == []


@pytest.mark.parametrize("optimizer", [SGD(), HeavyBall()])
@pytest.mark.parametrize("order", ORDERS)
def test_it_stops_at_the_last_finite_step(
    order: str, optimizer: SGD | HeavyBall
) -> None:
    trainer = Trainer(line(learning_rate=3.0, order=order, optimizer=optimizer))
    made = trainer.advance(10**6)
    last = trainer.step
    assert 10 < last == len(made) == trainer.newest
    assert all(step.finite for step in made)
    assert trainer.diverged
    assert np.isfinite(trainer.state.theta).all()
    after, rows = trainer.pending.after.theta, np.arange(10)
    with np.errstate(all="ignore"):
        loss, gradient = trainer.objective.gradient(after, rows)
        grown = np.abs([*after, loss, *(after - 3.0 * gradient)])
    assert not grown.max() < 1e300
    assert trainer.advance(5) == []
    trainer.seek(last - 1)
    assert (trainer.diverged, trainer.newest) == (False, last)
    trainer.seek(last)
    assert (trainer.diverged, trainer.step) == (True, last)


@pytest.mark.parametrize(("batch_size", "back"), [(10, 0), (4, 20)])
def test_a_lower_rate_goes_on(batch_size: int, back: int) -> None:
    trainer = Trainer(line(batch_size=batch_size, learning_rate=3.0))
    trainer.advance(10**6)
    trainer.seek(trainer.step - back)
    there, loss = trainer.step, trainer.pending.loss
    trainer.adopt(replace(trainer.scene, descent=Descent(batch_size, 0.01)))
    assert (trainer.step, trainer.diverged) == (there, False)
    assert len(trainer.advance(500)) == 500
    assert 1e200 < loss < np.inf
    assert trainer.pending.loss < 1e-3 * loss
    before = mark(trainer)
    trainer.seek(there)
    assert (trainer.diverged, trainer.pending.loss) == (False, loss)
    trainer.seek(there + 500)
    assert mark(trainer) == before


def test_a_higher_rate_at_a_bad_end_loses_no_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 0)
    monkeypatch.setattr(history, "NEAR_BYTES", 0)
    data = Pairs(41 * ((1.0, 2.0),) + ((1e152, 4.0),))
    trainer = Trainer(Scene(data=data, descent=Descent(1, 1e-12, "file")))
    assert len(trainer.advance(100)) == 41
    trainer.adopt(replace(trainer.scene, descent=Descent(1, 1e6, "file")))
    assert trainer.advance(1) == []
    before = mark(trainer)
    trainer.seek(0)
    trainer.seek(41)
    assert (trainer.step, trainer.newest, trainer.diverged) == (41, 41, True)
    assert mark(trainer) == before


def test_what_does_not_fit_is_moved_and_said() -> None:
    trainer = Trainer(Scene(data=TwoPoints(), loss=Hinge()))
    assert trainer.moved.keys() == {"loss", "descent.batch_size"}
    assert trainer.scene.descent.batch_size == 2
    assert network(trainer).loss_kind == SquaredError()
    trainer.adopt(replace(trainer.scene, descent=Descent(order=FRESH)))
    assert trainer.moved.keys() == {"descent.batch_size", "descent.order"}
    assert trainer.scene.descent == Descent(2)
    assert len(trainer.advance(3)) == 3
    trainer.adopt(replace(trainer.scene, descent=Descent(1)))
    assert trainer.moved == {}
    assert trainer.scene.descent == Descent(1)


@pytest.mark.parametrize("value", [1e200, -3e160, 1e308])
def test_data_that_overflow_at_once_are_refused(value: float) -> None:
    data = Pairs(((value, 1.0), (2.0, value), (3.0, 4.0)))
    with pytest.raises(Refused, match="overflows at the start"):
        Trainer(Scene(data=data))


def test_every_seed_is_a_seed() -> None:
    paths = []
    for seed in (0, 1, 0):
        trainer = Trainer(Scene(data=TEN, seed=seed))
        start = trainer.state.theta.tolist(), network(trainer).targets.tolist()
        made = trainer.advance(5)
        paths.append((start, [step.rows.tolist() for step in made]))
    assert paths[0] == paths[2]
    assert paths[0][0] != paths[1][0]
    assert paths[0][1] != paths[1][1]


def test_fresh_examples_are_new_at_every_step() -> None:
    trainer = Trainer(line(order=FRESH, batch_size=3))
    made = trainer.advance(6)
    seen = [of_network(step.fresh).inputs[0].tolist() for step in made if step.fresh]
    assert len(seen) == 6
    assert len(np.unique(seen)) == 18
    assert all(len(step.rows) == 3 for step in made)


def test_held_out_examples_are_never_trained_on() -> None:
    scene = Scene(data=Moons(n_examples=40), held_out=0.25, model=MLP((3,)))
    trainer, split = Trainer(scene), load(scene)
    assert trainer.test is not None
    assert split.test is not None
    assert (trainer.objective.n_examples, trainer.test.n_examples) == (30, 10)
    assert trainer.test.examples.inputs.tolist() == split.test.inputs.tolist()
    rows = {int(row) for step in trainer.advance(8) for row in step.rows}
    assert rows == set(range(30))


def test_steps_follow_each_other() -> None:
    trainer = Trainer(line(batch_size=7))
    made = trainer.advance(9)
    assert [len(step.rows) for step in made] == [7, 3] * 4 + [7]
    for one, two in pairwise(made):
        difference = two.after.theta - one.after.theta
        np.testing.assert_allclose(difference, two.update, rtol=1e-9, atol=1e-15)
