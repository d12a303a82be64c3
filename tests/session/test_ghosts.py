"""Ghosts: each is the very run it would be alone, whatever is done to the main one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.averaging import RECIPES, Accumulated, recipes_for
from gdviz.core.batches import FRESH, ORDERS
from gdviz.core.datasets import Iris, LineWithNoise, Moons
from gdviz.core.functions import FUNCTIONS, SquareAndCube
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall
from gdviz.core.refused import Refused
from gdviz.session import companions, history, logbook
from gdviz.session.scene import MOST_GHOSTS, Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.ghosts import Ghost

    Array = NDArray[np.float64]
    Plan = dict[int, Descent]

TEN = Scene(data=LineWithNoise(n_examples=10), model=MLP((2,)))
NETS = {
    "line": TEN,
    "linear": replace(TEN, model=Linear()),
    "moons": Scene(data=Moons(n_examples=30), model=MLP((3,)), held_out=0.2),
    "iris": Scene(data=Iris()),
}
WAYS = list(product(RECIPES, ORDERS, OPTIMIZERS))


def other(descent: Descent, name: str, **settings: Any) -> Descent:
    return replace(descent, recipe=RECIPES[name](), **settings)


def haunted(scene: Scene, *names: str) -> Scene:
    """Return the scene with a ghost for each of these recipes."""
    return replace(scene, ghosts=tuple(other(scene.descent, n) for n in names))


def alone(scene: Scene, plan: Plan, steps: int) -> Trainer:
    """Return a trainer that has gone down the path of this plan without company."""
    trainer = Trainer(replace(scene, descent=plan[0], ghosts=()))
    for step in range(steps + 1):
        if step in plan:
            trainer.adopt(replace(trainer.scene, descent=plan[step]))
        if step < steps:
            assert len(trainer.advance(1)) == 1
    return trainer


def path(scene: Scene, plan: Plan, steps: int) -> list[Array]:
    trainer = alone(scene, plan, steps)
    thetas = []
    for step in range(steps):
        trainer.seek(step)
        thetas.append(trainer.state.theta)
    return thetas


def bits(thetas: list[Array]) -> list[bytes]:
    return [theta.tobytes() for theta in thetas]


@pytest.mark.parametrize(("name", "order", "optimizer"), WAYS)
def test_a_ghost_is_the_run_it_would_be_alone(
    name: str, order: str, optimizer: str
) -> None:
    descent = Descent(4, 0.03, order, optimizer=OPTIMIZERS[optimizer]())
    main = "mean_error" if name == "mean" else "mean"
    scene = replace(TEN, descent=other(descent, main))
    screen = Screen(replace(scene, ghosts=(other(descent, name),)))
    for steps in (1, 5, 6):
        screen.ask(steps=steps)
    (ghost,) = screen.gather()
    trainer = alone(scene, {0: other(descent, name)}, 12)
    assert (ghost.step, ghost.diverged) == (12, False)
    assert ghost.theta.tobytes() == trainer.state.theta.tobytes()
    assert ghost.loss == trainer.objective.loss(trainer.state.theta)
    thetas = path(scene, {0: other(descent, name)}, 12)
    assert_allclose(ghost.path, screen.now.plane.project(np.stack(thetas)), atol=1e-15)
    own = screen.now.record.theta
    assert own.tobytes() == alone(scene, {0: scene.descent}, 12).state.theta.tobytes()
    assert ghost.distance == pytest.approx(np.sqrt(((ghost.theta - own) ** 2).sum()))


@pytest.mark.parametrize("recipe", recipes_for(False), ids=lambda kind: kind.name)
@pytest.mark.parametrize("formulas", FUNCTIONS)
@pytest.mark.parametrize("order", ["shuffled", "replacement", "file"])
def test_ghosts_of_formulas(order: str, formulas: str, recipe: type) -> None:
    descent = Descent(1, 0.01, order, optimizer=HeavyBall(0.5))
    scene = Scene(data=FUNCTIONS[formulas](), descent=descent)
    mine = replace(descent, batch_size=2, recipe=recipe())
    screen = Screen(replace(scene, ghosts=(mine,)), 15)
    (ghost,) = screen.gather()
    trainer = alone(scene, {0: mine}, 15)
    assert ghost.theta.tobytes() == trainer.state.theta.tobytes()


@pytest.mark.parametrize("scene", NETS.values(), ids=NETS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("optimizer", [SGD(), HeavyBall()])
def test_right_ghosts_stay_on_the_path_to_rounding(
    scene: Scene, order: str, optimizer: SGD | HeavyBall
) -> None:
    descent = Descent(5, 0.02, order, optimizer=optimizer)
    rights = [other(descent, "mean_loss")]
    rights += [replace(descent, recipe=Accumulated(m)) for m in (1, 2, 7)]
    screen = Screen(replace(scene, descent=descent, ghosts=tuple(rights)), 150)
    assert len(screen.gather()) == 4
    theta = screen.now.record.theta
    for ghost in screen.now.ghosts:
        assert ghost.step == 150
        assert np.abs(ghost.theta - theta).max() < 1e-11
        assert ghost.vector == pytest.approx(screen.now.record.gradient, abs=1e-13)
        assert ghost.ratio == pytest.approx(1.0)
        assert ghost.angle == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("scene", NETS.values(), ids=NETS)
@pytest.mark.parametrize("order", ["shuffled", FRESH])
def test_what_is_seen_of_a_ghost(scene: Scene, order: str) -> None:
    names = [name for name in RECIPES if name != "mean"]
    descent = Descent(4, 0.02, order)
    screen = Screen(haunted(replace(scene, descent=descent), *names), 6)
    screen.gather()
    now, trainer = screen.now, alone(scene, {0: descent}, 6)
    source, rows = trainer.pending.fresh or trainer.objective, trainer.pending.rows
    mean = source.gradient(trainer.state.theta, rows)[1]
    for name, ghost in zip(names, now.ghosts, strict=True):
        assert ghost.descent == other(trainer.scene.descent, name)
        made = ghost.descent.recipe.gradient(source, trainer.state.theta, rows)[1]
        if name == "one_by_one":  # what it makes of the batch, not of its start
            at = trainer.state.theta
            for row in rows:
                at = at - 0.02 * source.gradient(at, np.array([row]))[1]
            made = (trainer.state.theta - at) / 0.02
        assert_allclose(ghost.vector, made, rtol=1e-10, atol=1e-12)
        lengths = np.linalg.norm(made), np.linalg.norm(mean)
        cosine = np.clip(made @ mean / np.prod(lengths), -1, 1)
        assert ghost.angle == pytest.approx(np.degrees(np.arccos(cosine)), abs=1e-4)
        assert ghost.ratio == pytest.approx(lengths[0] / lengths[1])
        flat = now.plane.directions @ made
        assert_allclose(ghost.arrow, -flat, rtol=1e-9, atol=1e-12)
        assert_allclose(ghost.here, now.plane.project(ghost.theta))
        for array in (ghost.vector, ghost.theta, ghost.arrow):
            assert not array.flags.writeable


SLIDES: list[dict[str, Any]] = [
    {"batch_size": 7},
    {"learning_rate": 0.01},
    {"order": "replacement"},
    {"optimizer": HeavyBall(0.5)},
    {"batch_size": 2, "order": FRESH},
    {"short_last": "drop"},
]


@pytest.mark.parametrize("name", ["sum", "one_by_one", "mean_error", "mean_example"])
@pytest.mark.parametrize("late", [False, True])
def test_a_ghost_added_later_goes_through_all_that_happened(
    name: str, late: bool
) -> None:
    first = Descent(4, 0.02)
    screen, plan = Screen(replace(TEN, descent=first)), {0: first}
    if not late:
        screen.ask(scene=haunted(screen.scene, name))
    for settings in SLIDES:
        screen.ask(steps=6)
        screen.down(**settings)
        plan[screen.run.step] = screen.scene.descent
    screen.ask(steps=5)
    if late:
        screen.ask(scene=haunted(screen.scene, name))
    (ghost,) = screen.gather()
    assert len(plan) == len({*plan.values()}) == 7
    mine = {step: other(descent, name) for step, descent in plan.items()}
    trainer = alone(TEN, mine, 41)
    assert ghost.theta.tobytes() == trainer.state.theta.tobytes()
    assert ghost.descent == trainer.scene.descent
    assert len(ghost.path) == 41
    for step in (40, 3, 12, 0, 31, 41):
        screen.ask(seek=step)
        (ghost,) = screen.gather()
        trainer.seek(step)
        assert ghost.step == step
        assert ghost.theta.tobytes() == trainer.state.theta.tobytes()
        assert screen.scene.ghosts == (trainer.scene.descent,) == (ghost.descent,)
        assert len(ghost.path) == step


def test_a_ghost_that_lags_still_follows_what_was_set_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gdviz.session.stage._CATCHING_UP", 0.0)
    scene = haunted(replace(TEN, descent=Descent(4, 0.02)), "sum")
    screen, plan = Screen(scene), {0: scene.descent}
    for rate in (0.01, 0.02, 0.005):
        screen.ask(steps=20)  # the ghost makes one of them
        screen.down(learning_rate=rate)
        plan[screen.run.step] = replace(scene.descent, learning_rate=rate)
    assert screen.now.ghosts[0].step < 20
    assert screen.now.ghosts[0].descent.learning_rate == 0.005
    assert screen.last.busy
    screen.ask(steps=10)
    (ghost,) = screen.gather()
    mine = {step: other(descent, "sum") for step, descent in plan.items()}
    expected = alone(TEN, mine, 70).state.theta
    assert ghost.theta.tobytes() == expected.tobytes()
    assert len(ghost.path) == 70


def test_a_ghost_that_lags_follows_its_own_changes_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gdviz.session.stage._CATCHING_UP", 0.0)
    first = Descent(4, 0.02)
    screen, plan = (
        Screen(haunted(replace(TEN, descent=first), "sum"), 20),
        dict[int, Descent](),
    )
    for rate in (0.005, 0.02):
        own = other(first, "sum", learning_rate=rate)
        screen.ask(scene=replace(screen.scene, ghosts=(own,)))
        plan[screen.run.step] = own
        screen.ask(steps=20)
    assert screen.now.ghosts[0].step < 20
    (ghost,) = screen.gather()
    expected = alone(TEN, {0: other(first, "sum"), **plan}, 60).state.theta
    assert ghost.theta.tobytes() == expected.tobytes()


@pytest.mark.parametrize("back", [0, 7, 25, 30, 44])
def test_another_way_in_the_past_is_another_way_for_ghosts(back: int) -> None:
    first = Descent(4, 0.02)
    strange = other(first, "one_by_one", learning_rate=0.004)
    scene = replace(TEN, descent=first, ghosts=(other(first, "sum"), strange))
    screen = Screen(scene, 25)
    screen.down(batch_size=7)
    screen.ask(steps=20)
    screen.gather()
    screen.ask(seek=back)
    screen.down(learning_rate=0.03)  # which the second ghost has not: it stays as it is
    screen.ask(steps=30)
    plans: list[Plan] = [{0: first}, {0: other(first, "sum")}, {0: strange}]
    for plan in plans:
        if back >= 25:
            plan[25] = replace(plan[0], batch_size=7)
        before = plan[25] if back >= 25 else plan[0]
        rate = 0.004 if before.learning_rate == 0.004 else 0.03
        plan[back] = replace(before, learning_rate=rate)
    screen.gather()
    found = [screen.now.record.theta, *(ghost.theta for ghost in screen.now.ghosts)]
    expected = [alone(TEN, plan, back + 30).state.theta for plan in plans]
    assert bits(found) == bits(expected)


def test_a_ghost_with_a_rate_of_its_own_keeps_it() -> None:
    first = Descent(4, 0.05)
    own = other(first, "sum", learning_rate=0.0125)
    screen = Screen(replace(TEN, descent=first, ghosts=(own,)), 3)
    screen.down(learning_rate=0.08)
    assert screen.scene.ghosts == (own,)
    screen.down(batch_size=2, optimizer=HeavyBall())
    followed = replace(own, batch_size=2, optimizer=HeavyBall())
    assert screen.scene.ghosts == (followed,)
    screen.ask(steps=4)
    (ghost,) = screen.gather()
    assert ghost.descent == followed
    trainer = alone(TEN, {0: own, 3: followed}, 7)
    assert ghost.theta.tobytes() == trainer.state.theta.tobytes()


def test_after_a_seek_sliders_move_what_was_in_force_there() -> None:
    screen = Screen(haunted(replace(TEN, descent=Descent(4, 0.02)), "sum"), 10)
    screen.down(learning_rate=0.001)
    screen.ask(steps=10)
    screen.ask(seek=4)
    assert screen.scene.ghosts[0].learning_rate == 0.02
    screen.ask(scene=replace(screen.scene, plane_x="b2[1]"))  # no news for any path
    assert screen.run.newest == 20
    screen.ask(seek=20)
    (ghost,) = screen.gather()
    assert ghost.descent.learning_rate == 0.001
    screen.ask(seek=4)
    screen.down(learning_rate=0.005)
    assert screen.scene.ghosts[0].learning_rate == 0.005
    screen.ask(steps=9)
    (ghost,) = screen.gather()
    slow = Descent(4, 0.005, recipe=RECIPES["sum"]())
    trainer = alone(TEN, {0: other(Descent(4, 0.02), "sum"), 4: slow}, 13)
    assert ghost.theta.tobytes() == trainer.state.theta.tobytes()


def test_a_ghost_alone_may_change_in_the_past() -> None:
    first = Descent(4, 0.02)
    drop: dict[str, Any] = {"batch_size": 6}
    screen = Screen(haunted(replace(TEN, descent=first), "sum"), 10)
    screen.down(**drop)
    screen.ask(steps=10)
    screen.ask(seek=5)
    changed = replace(screen.scene.ghosts[0], learning_rate=0.004)
    screen.ask(scene=replace(screen.scene, ghosts=(changed,)))
    assert screen.run.newest == 20  # the run itself is as it was
    screen.ask(seek=20)
    (ghost,) = screen.gather()
    plan = {0: other(first, "sum"), 5: changed, 10: replace(changed, **drop)}
    expected = alone(TEN, plan, 20).state.theta
    assert ghost.theta.tobytes() == expected.tobytes()
    assert screen.now.record.theta.tobytes() == (
        alone(TEN, {0: first, 10: replace(first, **drop)}, 20).state.theta.tobytes()
    )


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_the_others_stay_when_one_is_removed(gone: int) -> None:
    first = Descent(4, 0.02)
    ghosts = [other(first, "sum", learning_rate=rate) for rate in (0.01, 0.002, 0.003)]
    screen = Screen(replace(TEN, descent=first, ghosts=tuple(ghosts)), 12)
    before = [ghost.theta.tobytes() for ghost in screen.gather()]
    del ghosts[gone], before[gone]
    screen.ask(scene=replace(screen.scene, ghosts=tuple(ghosts)))
    assert [ghost.theta.tobytes() for ghost in screen.now.ghosts] == before
    screen.ask(scene=replace(screen.scene, ghosts=tuple(reversed(ghosts))))
    assert [ghost.theta.tobytes() for ghost in screen.now.ghosts] == before[::-1]
    screen.ask(scene=replace(screen.scene, ghosts=()))
    assert screen.now.ghosts == ()
    assert screen.scene.ghosts == ()


def test_the_main_one_and_doubles_are_no_ghosts() -> None:
    first = Descent(4, 0.02)
    twice = other(first, "sum")
    screen = Screen(replace(TEN, descent=first, ghosts=(twice, first, twice)))
    assert list(screen.scene.ghosts) == [twice]
    assert len(screen.now.ghosts) == 1
    screen.ask(scene=replace(screen.scene, descent=twice))  # a ghost becomes the run
    assert not screen.scene.ghosts
    slow = replace(first, learning_rate=0.001)
    screen = Screen(replace(TEN, descent=first, ghosts=(slow,)), 3)
    screen.down(batch_size=99)
    assert [g.batch_size for g in screen.scene.ghosts] == [10]
    assert screen.last.moved == (
        "There are 10 examples to learn from: the batch size is now 10, not 99.",
    )
    screen.ask(scene=replace(screen.scene, descent=screen.scene.ghosts[0]))
    assert not screen.scene.ghosts


def test_twelve_at_most() -> None:
    many = [Descent(4, 0.01 * k) for k in range(1, 14)]
    with pytest.raises(Refused, match=r"^ghosts must be at most 12\.$"):
        Scene(ghosts=tuple(many))
    scene = replace(TEN, descent=Descent(4, 0.3), ghosts=tuple(many[:MOST_GHOSTS]))
    screen = Screen(scene, 5)
    found = screen.gather()
    expected = [alone(TEN, {0: own}, 5).state.theta for own in many[:12]]
    assert bits([ghost.theta for ghost in found]) == bits(expected)


def test_a_ghost_that_diverges_says_so_and_the_run_goes_on() -> None:
    line = Scene(data=LineWithNoise(n_examples=10), descent=Descent(4, 0.02))
    wild = replace(line.descent, learning_rate=3.0)
    screen = Screen(replace(line, ghosts=(wild, other(line.descent, "sum"))))
    for _ in range(40):
        screen.ask(steps=40)
    screen.gather()
    first, second = screen.now.ghosts
    last = alone_to_its_end(line, wild)
    assert (first.diverged, first.step) == (True, last.step)
    assert first.theta.tobytes() == last.state.theta.tobytes()
    assert np.isfinite(first.here).all()
    assert (second.diverged, second.step) == (False, 1600)
    assert (screen.run.step, screen.now.diverged) == (1600, False)
    assert not screen.rest()[-1].busy
    screen.ask(seek=last.step - 1)
    first, second = screen.gather()
    assert (first.diverged, first.step) == (False, last.step - 1)
    screen.ask(seek=last.step)
    assert screen.gather()[0].diverged
    screen.ask(seek=1600)
    assert screen.gather()[0].diverged
    screen.ask(seek=10)  # before it is too late
    slow = replace(wild, learning_rate=0.01)
    screen.ask(scene=replace(screen.scene, ghosts=(slow,)))
    screen.ask(seek=1600)
    (first,) = screen.gather()
    assert (first.diverged, first.step) == (False, 1600)


def alone_to_its_end(scene: Scene, descent: Descent) -> Trainer:
    trainer = Trainer(replace(scene, descent=descent, ghosts=()))
    trainer.advance(10**6)
    assert trainer.diverged
    return trainer


def test_a_run_that_diverges_leaves_its_ghosts_at_its_end() -> None:
    line = Scene(data=LineWithNoise(n_examples=10), descent=Descent(4, 3.0))
    calm = replace(line.descent, learning_rate=0.02)
    screen = Screen(replace(line, ghosts=(calm,)), 10**6)
    (ghost,) = screen.gather()
    assert screen.now.diverged
    assert (ghost.step, ghost.diverged) == (screen.run.step, False)
    expected = alone(line, {0: calm}, ghost.step).state.theta
    assert ghost.theta.tobytes() == expected.tobytes()
    assert not screen.rest()[-1].busy


def test_long_paths_are_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "MOST_POINTS", 64)
    monkeypatch.setattr(companions, "_SLICE", 7)
    line = replace(TEN, model=Linear(), descent=Descent(4, 0.02))
    mine = other(line.descent, "sum")
    screen = Screen(replace(line, ghosts=(mine,)), 500)
    (ghost,) = screen.gather()
    thetas = np.stack(path(line, {0: mine}, 500))
    assert_allclose(ghost.path, screen.now.plane.project(thetas[::8]), atol=1e-15)
    screen.ask(seek=121)
    (ghost,) = screen.gather()
    assert_allclose(ghost.path, screen.now.plane.project(thetas[:121:8]), atol=1e-15)


def test_a_ghost_is_at_once_where_it_has_been_before() -> None:
    screen = Screen(haunted(replace(TEN, descent=Descent(4, 0.02)), "sum"), 3000)
    (ghost,) = screen.gather()
    newest = ghost.theta.tobytes()
    for step in (0, 2999, 17, 1500, 3000):
        screen.ask(seek=step)
        assert screen.now.ghosts[0].step == step
    assert screen.now.ghosts[0].theta.tobytes() == newest
    screen.ask(seek=100)
    screen.down(batch_size=3)
    screen.ask(steps=500)
    assert screen.now.ghosts[0].step == 101  # nor any further


@dataclass
class Haunted:
    """A screen, and the plan by which each of its paths can be had alone."""

    screen: Screen
    main: dict[int, Descent]
    ghosts: list[dict[int, Descent]] = field(default_factory=list)
    rate: float = 0.001

    @property
    def step(self) -> int:
        return self.screen.run.step

    def at(self, plan: Plan) -> Descent:
        return plan[max(step for step in plan if step <= self.step)]

    def cut(self, plan: Plan, descent: Descent) -> Plan:
        return {s: d for s, d in plan.items() if s < self.step} | {self.step: descent}

    def down(self, **settings: Any) -> None:
        now = self.at(self.main)
        if replace(now, **settings) == now:
            return
        self.ghosts = [
            self.cut(plan, replace(mine, **followed))
            for plan in self.ghosts
            for mine in [self.at(plan)]
            for followed in [
                {
                    k: v
                    for k, v in settings.items()
                    if getattr(mine, k) == getattr(now, k)
                }
            ]
        ]
        self.main = self.cut(self.main, replace(now, **settings))
        self.screen.down(**settings)

    def add(self, name: str) -> None:
        self.rate += 0.0001  # no two alike
        own: dict[str, Any] = {
            "recipe": RECIPES[name](),
            "learning_rate": self.rate,
        }
        self.ghosts.append({s: replace(d, **own) for s, d in self.main.items()})
        self.show()

    def remove(self, place: int) -> None:
        del self.ghosts[place]
        self.show()

    def show(self) -> None:
        scene = self.screen.scene
        ghosts = tuple(self.at(plan) for plan in self.ghosts)
        self.screen.ask(scene=replace(scene, ghosts=ghosts))

    def check(self) -> None:
        found: list[Ghost] = list(self.screen.gather())
        plans = [self.main, *self.ghosts]
        thetas = [self.screen.now.record.theta, *(ghost.theta for ghost in found)]
        trainers = [alone(TEN, plan, self.step) for plan in plans]
        assert bits(thetas) == bits([t.state.theta for t in trainers])
        settings = [self.screen.scene.descent, *self.screen.scene.ghosts]
        assert settings == [self.at(plan) for plan in plans]
        for ghost, plan in zip(found, self.ghosts, strict=True):
            flat = [
                self.screen.now.plane.project(t) for t in path(TEN, plan, self.step)
            ]
            assert_allclose(ghost.path, np.reshape(flat, (-1, 2)), atol=1e-14)


ODDS = [0.3, 0.18, 0.22, 0.06, 0.12, 0.06, 0.06]


def slides(rng: np.random.Generator) -> dict[str, Any]:
    """Return where some sliders were moved."""
    moved = {
        "batch_size": int(rng.integers(1, 11)),
        "order": str(rng.choice(list(ORDERS))),
        "learning_rate": float(rng.choice([0.01, 0.02])),
        "optimizer": HeavyBall(float(rng.choice([0.5, 0.8]))),
    }
    return {key: value for key, value in moved.items() if rng.random() < 0.5}


@pytest.mark.parametrize("seed", range(12))
def test_any_mix_of_deeds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 0)
    monkeypatch.setattr(history, "NEAR_BYTES", 0)
    rng = np.random.default_rng(seed)
    first = Descent(4, 0.01)
    haunted = Haunted(Screen(replace(TEN, descent=first)), {0: first})
    names = [name for name in RECIPES if name != "mean"]
    for _ in range(40):
        match rng.choice(len(ODDS), p=ODDS):
            case 0:
                haunted.screen.ask(steps=int(rng.integers(1, 12)))
            case 1:
                newest = haunted.screen.run.newest
                haunted.screen.ask(seek=int(rng.integers(newest + 1)))
            case 2:
                haunted.down(**slides(rng))
            case 3:
                plane = str(rng.choice(["b1[1]", "W2[1,1]"]))
                scene = replace(haunted.screen.scene, plane_x=plane)
                haunted.screen.ask(scene=scene)
            case 4 if len(haunted.ghosts) < 4:
                haunted.add(str(rng.choice(names)))
            case 5 if haunted.ghosts:
                haunted.remove(int(rng.integers(len(haunted.ghosts))))
            case 6:
                haunted.check()
    haunted.check()


def test_ghosts_of_the_cube_fall_at_their_own_pace() -> None:
    data = SquareAndCube(x=-5.0)
    first = Descent(2, 0.01)
    scene = Scene(data=data, descent=replace(first, learning_rate=1e-4))
    ghosts = (first, other(first, "sum"))
    screen = Screen(replace(scene, ghosts=ghosts), 60)
    screen.rest()  # a step at a time: the last answer knows of no step, but of the end
    mean, total = screen.now.ghosts
    assert not screen.now.diverged
    assert mean.diverged
    assert total.diverged
    assert total.step < mean.step < 60
    assert mean.theta[0] < -5
