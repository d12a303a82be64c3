"""What the screen remembers of a run, against the run made again from the start."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.batches import SHORT_LAST, Cursor
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.models import MLP, Linear
from gdviz.core.planes import Region, parameter_plane
from gdviz.session import losscurve
from gdviz.session import run as run_module
from gdviz.session import trail as trail_module
from gdviz.session.desk import Desk
from gdviz.session.history import Checkpoints, State
from gdviz.session.losscurve import LossCurve
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.stage import Stage
from gdviz.session.trail import Trail
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.models import Model

    Array = NDArray[np.float64]

LINE = Scene(data=LineWithNoise(n_examples=10))
NET = Scene(data=Moons(n_examples=12), held_out=0.25, model=MLP((2,)))
ALL = 10**6  # bins enough to leave a curve as it is


@dataclass
class Told:
    """A desk, what it told a run, and the plan by which to check it."""

    scene: Scene
    desk: Desk = field(default_factory=Desk)
    plan: dict[int, Descent] = field(default_factory=dict)
    shown: set[int] = field(default_factory=lambda: {0})

    def __post_init__(self) -> None:
        self.run = Run(self.desk.answer(Question(1, self.scene, until=0.0)))

    def ask(
        self,
        steps: int = 0,
        seek: int | None = None,
        scene: Scene | None = None,
        region: Region | None = None,
    ) -> None:
        step = self.run.step if seek is None else min(max(seek, 0), self.run.newest)
        if scene is not None and scene.descent != self.run.snapshot.scene.descent:
            assert seek is None
            self.plan = {at: old for at, old in self.plan.items() if at < step}
            self.plan[step] = scene.descent
            self.shown = {at for at in self.shown if at <= step}
        question = Question(1, scene, seek, steps, 0.0 if not steps else np.inf, region)
        self.run.take_in(self.desk.answer(question))
        self.shown.add(self.run.step)
        assert self.run.step == step + steps

    def change(self, **descent: object) -> Scene:
        scene = self.run.snapshot.scene
        return replace(scene, descent=replace(scene.descent, **descent))  # type: ignore[arg-type]

    def truth(self) -> tuple[Array, Array, Array, Array]:
        """Return θ, batch loss, full loss and test loss at every step known."""
        trainer = Trainer(self.scene)
        thetas, batch, full, test = [], [], [], []
        for step in range(self.run.newest + 1):
            if step in self.plan:
                descent = self.plan[step]
                trainer.adopt(replace(trainer.scene, descent=descent))
            theta = trainer.state.theta
            thetas.append(theta)
            batch.append(trainer.pending.loss)
            full.append(trainer.objective.loss(theta))
            test.append(trainer.test.loss(theta) if trainer.test else np.nan)
            trainer.advance(1)
        return np.array(thetas), np.array(batch), np.array(full), np.array(test)

    def settle(self, region: Region) -> None:
        while self.run.busy:
            self.ask(region=region)

    def check(self) -> None:
        run = self.run
        thetas, batch, full, test = self.truth()
        steps, losses = run.batch_losses(ALL)
        length = run.newest + (run.step == run.newest)
        assert steps.tolist() == list(range(length))
        assert losses.tolist() == batch[:length].tolist()
        trail = run.snapshot.plane.project(thetas[: run.step : run.stride])
        assert_allclose(run.trail(), trail, rtol=1e-13, atol=1e-15)
        seen = sorted(self.shown)
        full_steps, full_losses, test_steps, test_losses = run.seen_losses(ALL)
        assert full_steps.tolist() == test_steps.tolist() == seen
        assert_allclose(full_losses, full[seen], rtol=1e-12)
        assert_allclose(test_losses, test[seen], rtol=1e-12)


@pytest.mark.parametrize("scene", [LINE, NET])
@pytest.mark.parametrize("seed", range(4))
def test_any_mix_is_remembered_as_it_was(
    scene: Scene, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "_MOST_TRAIL", 64)
    rng, told = np.random.default_rng(seed), Told(scene)
    names = [*told.run.facts.parameters[:2], ""]
    for _ in range(25):
        deed = rng.integers(5)
        if deed <= 1:
            told.ask(int(rng.integers(40)))
        elif deed == 2:
            told.ask(int(rng.integers(5)), seek=int(rng.integers(told.run.newest + 1)))
        elif deed == 3:
            told.ask(scene=told.change(batch_size=int(rng.integers(1, 9))))
        else:
            other = replace(told.run.snapshot.scene, plane_x=str(rng.choice(names)))
            told.ask(scene=other)
        told.check()


@pytest.mark.parametrize("steps", [1, 4, 14, 20, 60])
def test_a_change_and_steps_in_one_question(steps: int) -> None:
    told = Told(LINE)
    told.ask(20)
    told.ask(seek=6)
    told.ask(steps, scene=told.change(batch_size=9, learning_rate=0.01))
    assert told.run.newest == 6 + steps
    told.check()


def test_the_trail_is_thinned_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "MOST_NUMBERS", 0)
    told = Told(NET)
    versions, strides = [], []
    for count in (10, 1300, 7, 900, 1):
        told.ask(count)
        told.check()
        versions.append(told.run.version)
        strides.append(told.run.stride)
        assert len(told.run.trail()) <= 1000
    assert strides == sorted(strides)
    assert strides[-1] > strides[0] == 1
    assert versions[-1] > versions[0]
    told.ask(seek=700)
    told.check()
    told.ask(scene=told.change(batch_size=2))
    told.check()
    told.ask(600)
    told.check()


def test_the_version_goes_up_with_every_cut_only() -> None:
    told = Told(LINE)
    told.ask(9)
    told.ask(seek=2)
    told.ask(3)
    assert told.run.version == 0
    told.ask(scene=told.change(batch_size=1))
    assert told.run.version == 1
    told.ask(5)
    assert told.run.version == 1


def test_a_new_run_knows_step_zero() -> None:
    run = Told(NET).run
    assert (run.step, run.newest, run.number) == (0, 0, 1)
    assert (run.version, run.stride) == (0, 1)
    assert run.trail().shape == (0, 2)
    steps, losses = run.batch_losses(10)
    assert (steps.tolist(), losses.tolist()) == ([0.0], [run.snapshot.record.loss])
    full_steps, full, _, test = run.seen_losses(10)
    assert full_steps.tolist() == [0.0]
    assert (full.tolist(), test.tolist()) == (
        [run.snapshot.full.loss],
        [run.snapshot.test_loss],
    )


def test_the_last_surface_stays_until_a_newer_one() -> None:
    told = Told(NET)
    region = Region(-1.0, 1.0, -1.0, 1.0)
    told.settle(region)
    first = told.run.surface
    assert first is not None
    assert first.finest
    assert (told.run.region, told.run.surface_step) == (region, 0)
    told.ask(region=region)
    assert told.run.surface is first
    told.ask(7, region=region)
    told.settle(region)
    assert told.run.surface is not first
    assert told.run.surface_step == 7


def test_long_curves_come_as_outlines() -> None:
    told = Told(replace(LINE, descent=Descent(1)))
    told.ask(3000)
    steps, losses = told.run.batch_losses(50)
    _, batch, _, _ = told.truth()
    assert len(steps) == len(losses) <= 102
    assert losses.tolist() == batch[steps.astype(int)].tolist()
    assert (losses.min(), losses.max()) == (batch.min(), batch.max())
    assert (steps[0], steps[-1]) == (0, 3000)


def test_evaluations_are_bounded_and_no_spike_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(losscurve, "RAW", 32)
    monkeypatch.setattr(losscurve, "BUCKETS", 4)
    told = Told(replace(NET, descent=Descent(1, 0.3)))
    for _ in range(400):
        told.ask(1)
    for step in (200, 50, 7, 333):  # shown again: nothing new
        told.ask(seek=step)
    _, _, full, test = told.truth()
    for number, losses in ((0, full), (2, test)):
        steps, values = told.run.seen_losses(ALL)[number : number + 2]
        assert steps.tolist() == sorted(set(steps.tolist()))
        assert_allclose(values, losses[steps.astype(int)], rtol=1e-12)
        assert len(steps) <= 32 + 4 * 4 * 4
        for first, end in ((32, 64), (64, 128), (128, 256), (256, 384)):
            here = values[(first <= steps) & (steps < end)]
            assert_allclose(
                (here.min(), here.max()),
                (losses[first:end].min(), losses[first:end].max()),
                rtol=1e-12,
            )


@pytest.mark.parametrize(
    ("model", "p", "most"),
    [(Linear(), 2, 2**14), (MLP((16, 19)), 375, 699), (MLP((256,) * 8), 461_313, 9)],
)
def test_an_answer_holds_a_bounded_number_of_numbers(
    model: Model, p: int, most: int
) -> None:
    stage = Stage(replace(LINE, model=model, descent=Descent(1, 1e-9)))
    assert len(stage.facts.parameters) == p
    made = stage.train(10**6, np.inf)
    assert made is not None
    assert made.thetas.shape == (most, p)
    assert made.losses.shape == made.seen.shape == (most,)
    assert stage.trainer.step == most
    assert stage.train(0, np.inf) is None


def test_what_steps_leave_aside_is_let_go_at_once() -> None:
    data = LineWithNoise(n_examples=50_000)
    full_batch = Descent(50_000, 0.001)  # every batch is a permutation of its own
    stage = Stage(Scene(data=data, descent=full_batch))
    stage.train(3, np.inf)
    tracemalloc.start()
    stage.train(100, np.inf)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25 * 8 * 50_000


def test_the_history_of_a_million_steps_of_a_small_network_has_room() -> None:
    p, chunk = 354, 800
    tracemalloc.start()
    curve, trail = LossCurve(), Trail(p, run_module._MOST_TRAIL)
    losses, thetas = np.ones(chunk), np.broadcast_to(np.zeros(p), (chunk, p))
    checkpoints = Checkpoints(velocity_state(0, p))
    for first in range(0, 10**6, chunk):
        curve.extend(losses, np.arange(first, first + chunk))
        trail.append(first, thetas)
        for step in range(first, first + chunk, 1 if first < 2**13 else 64):
            checkpoints.keep(velocity_state(step, p))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert checkpoints.stride <= 512
    assert len(trail.flat(parameter_plane(thetas[0], (0, 1), ("",) * p), 10**6)) > 2000
    assert peak < 64 * 2**20


def velocity_state(step: int, p: int) -> State:
    """Return a state of heavy ball."""
    cursor = Cursor(step, step, step, step, step)
    return State(np.zeros(p), "momentum", {"velocity": np.zeros(p)}, cursor)


def test_a_single_parameter_leaves_a_flat_trail() -> None:
    told = Told(replace(LINE, model=Linear(False)))
    told.ask(12)
    told.check()
    assert told.run.trail().shape == (12, 2)
    assert not told.run.trail()[:, 1].any()


def epochs(scene: Scene, plan: dict[int, Descent], steps: int) -> list[int]:
    """Return the epoch of each step of a run, told by its batches alone."""
    trainer, found, used = Trainer(scene), list[int](), set[int]()
    for step in range(steps):
        if step in plan:
            trainer.adopt(replace(trainer.scene, descent=plan[step]))
        rows = set(trainer.pending.rows.tolist())
        last = found[-1] if found else 0
        dropped = len(rows) > 10 - len(used)
        found.append(last + bool(used & rows or len(used) == 10 or dropped))
        used = rows if found[-1] > last else used | rows
        trainer.advance(1)
    return found


PLANS: dict[str, dict[int, int]] = {
    "one size": {0: 4},
    "a divisor": {0: 5},
    "single examples": {0: 1},
    "all": {0: 10},
    "smaller": {0: 7, 2: 1, 9: 3, 17: 2},
    "larger": {0: 1, 6: 4, 9: 10, 12: 9},
}


@pytest.mark.parametrize("order", ["shuffled", "file"])
@pytest.mark.parametrize("short_last", SHORT_LAST)
@pytest.mark.parametrize("sizes", PLANS.values(), ids=PLANS)
def test_where_epochs_begin_and_end(
    order: str, short_last: str, sizes: dict[int, int]
) -> None:
    first = Descent(sizes[0], 0.01, order, short_last)
    plan = {step: replace(first, batch_size=size) for step, size in sizes.items()}
    scene = replace(LINE, descent=first)
    screen = Screen(scene)
    for step in range(40):
        if step in plan and step:
            screen.ask(scene=replace(screen.scene, descent=plan[step]))
        now = {at: descent for at, descent in plan.items() if at <= step}
        truth = epochs(scene, now, step + 30)
        # at rest between two epochs the present one is the one that was finished
        present = truth[step - 1] if step else 0
        began, ends = screen.run.epoch_ends()
        assert began == truth.index(present)
        following = truth[step] + 1
        assert ends == truth.index(following)
        screen.ask(steps=1)


@pytest.mark.parametrize("order", ["replacement", "fresh"])
@pytest.mark.parametrize("sizes", PLANS.values(), ids=PLANS)
def test_without_permutations_epochs_are_counted(
    order: str, sizes: dict[int, int]
) -> None:
    screen, seen = Screen(replace(LINE, descent=Descent(sizes[0], 0.01, order))), 0
    for step in range(30):
        if step in sizes and step:
            screen.down(batch_size=sizes[step])
        size = screen.scene.descent.batch_size
        began, ends = screen.run.epoch_ends()
        after = seen + (ends - step) * size
        assert after - size < (seen // 10 + 1) * 10 <= after
        assert began <= step
        assert began < step or step == 0
        screen.ask(steps=1)
        seen += size
        assert screen.now.record.cursor.seen == seen


@pytest.mark.parametrize("short_last", SHORT_LAST)
def test_epochs_after_looking_back_and_another_order(short_last: str) -> None:
    first = Descent(4, 0.01, short_last=short_last)
    screen = Screen(replace(LINE, descent=first), 3)
    screen.down(order="replacement")
    screen.ask(steps=5)
    screen.down(order="shuffled")
    screen.ask(steps=1)
    assert screen.run.epoch_ends() == {"keep": (8, 11), "drop": (2, 11)}[short_last]
    screen.ask(seek=2)
    assert screen.run.epoch_ends() == {"keep": (0, 3), "drop": (0, 4)}[short_last]
