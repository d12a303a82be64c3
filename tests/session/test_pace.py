"""Racers keep pace by updates or by examples, fair by construction, exact."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT, SHUFFLED
from gdviz.core.datasets import LineWithNoise
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS, HeavyBall
from gdviz.session import history
from gdviz.session.companions import ByExamples
from gdviz.session.scene import EXAMPLES, UPDATES, Descent, Scene
from gdviz.session.trainer import Trainer
from tests.session.asking import Screen

SCENE = Scene(data=LineWithNoise(n_examples=10), model=MLP((2,)), pace=EXAMPLES)
SIZES = (1, 2, 3, 8, 10)
FAR = 2**62


def sizes(descent: Descent, *batches: int, **settings: Any) -> Scene:
    """Return the scene raced by the same descent at other batch sizes."""
    ghosts = tuple(replace(descent, batch_size=m) for m in batches)
    return replace(SCENE, descent=descent, ghosts=ghosts, **settings)


def alone(scene: Scene, descent: Descent) -> Trainer:
    return Trainer(replace(scene, descent=descent, ghosts=()))


def up_to(trainer: Trainer, seen: int) -> Trainer:
    """Make steps as long as they use no more examples than these: a slow reference."""
    while trainer.pending.after.cursor.seen <= seen and trainer.advance(1):
        pass
    return trainer


def rows_of(trainer: Trainer, steps: int) -> list[int]:
    return [int(row) for step in trainer.advance(steps) for row in step.rows]


@pytest.mark.parametrize("order", [SHUFFLED, FILE_ORDER])
@pytest.mark.parametrize("size", [2, 5, 10])
def test_every_batch_size_takes_the_same_permutations(order: str, size: int) -> None:
    descent = Descent(size, 0.01, order)
    trainer = alone(SCENE, descent)
    one = trainer.beside(replace(descent, batch_size=1))
    for _ in range(3):  # epochs
        for _ in range(10 // size):
            assert rows_of(one, size) == rows_of(trainer, 1)


@pytest.mark.parametrize("order", [SHUFFLED, FILE_ORDER, REPLACEMENT, FRESH])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_by_examples_a_racer_is_the_run_it_would_be_alone(
    order: str, name: str
) -> None:
    descent = Descent(4, 0.01, order, optimizer=OPTIMIZERS[name]())
    scene = sizes(descent, *SIZES)
    screen = Screen(scene, 13)
    ready(screen)
    seen = screen.now.record.cursor.seen
    for size, ghost in zip(SIZES, screen.now.ghosts, strict=True):
        own = up_to(alone(scene, replace(descent, batch_size=size)), seen)
        assert ghost.step == own.step
        assert ghost.theta.tobytes() == own.state.theta.tobytes()
        assert ghost.loss == own.objective.loss(own.state.theta)


def test_eight_updates_of_one_example_while_eight_make_one() -> None:
    screen = Screen(sizes(Descent(8, 0.01, short_last="drop"), 1, 2, 4))
    screen.ask(steps=1)
    ready(screen)
    assert [ghost.step for ghost in screen.now.ghosts] == [8, 4, 2]


@pytest.mark.parametrize("pace", [UPDATES, EXAMPLES])
@pytest.mark.parametrize("kept", [None, 0])
def test_going_back_and_forth_is_exact(
    pace: str, kept: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kept is not None:
        monkeypatch.setattr(history, "MOST_BYTES", kept)
        monkeypatch.setattr(history, "NEAR_BYTES", kept)
    descent = Descent(4, 0.02, optimizer=HeavyBall(0.8))
    screen = Screen(sizes(descent, 1, 3, 10, pace=pace))
    seen = []
    for step in range(61):
        if step:
            screen.ask(steps=1)
        ready(screen)
        seen.append(told(screen))
    for step in (59, 58, 3, 0, 31, 30, 60, 17):
        screen.ask(seek=step)
        ready(screen)
        assert told(screen) == seen[step]


def ready(screen: Screen) -> None:
    """Ask until every racer stands where it should, and look at nothing else."""
    end = time.perf_counter() + 30
    screen.ask()
    stage = screen.desk._stages[1]
    while stage.ghosts.late(stage.trainer):
        assert time.perf_counter() < end
        screen.ask()


def told(screen: Screen) -> list[tuple[int, bytes]]:
    return [(ghost.step, ghost.theta.tobytes()) for ghost in screen.now.ghosts]


class Reference:
    """By examples, worked out as slowly and plainly as can be: one trainer each."""

    def __init__(self, scene: Scene) -> None:
        self.main = alone(scene, scene.descent)
        self.others = [alone(scene, ghost) for ghost in scene.ghosts]

    def step(self, many: int) -> None:
        for _ in range(many):
            self.main.advance(1)
            for other in self.others:
                up_to(other, self.main.state.cursor.seen)

    def down(self, scene: Scene) -> None:
        self.main.adopt(replace(self.main.scene, descent=scene.descent))
        for other, ghost in zip(self.others, scene.ghosts, strict=True):
            other.adopt(replace(other.scene, descent=ghost))
            up_to(other, self.main.state.cursor.seen)

    @property
    def told(self) -> list[tuple[int, bytes]]:
        return [(t.step, t.state.theta.tobytes()) for t in self.others]


SLIDES: list[dict[str, Any]] = [
    {"learning_rate": 0.005},
    {"batch_size": 2},
    {"optimizer": HeavyBall(0.5)},
    {"batch_size": 9, "order": FRESH},
    {"order": REPLACEMENT, "batch_size": 3},
    {"short_last": "drop"},
]


@pytest.mark.parametrize("patient", [True, False])
@pytest.mark.parametrize("late", [True, False])
def test_settings_changed_on_the_way_hold_from_where_each_stood(
    patient: bool, late: bool
) -> None:
    descent = Descent(4, 0.02)
    scene = sizes(descent, 1, 7, 10)
    screen = Screen(replace(scene, ghosts=() if late else scene.ghosts))
    slow, marks = Reference(scene), dict[int, list[tuple[int, bytes]]]()
    scenes = scene
    for many, settings in zip((5, 1, 7, 3, 4, 6), SLIDES, strict=True):
        screen.ask(steps=many)
        slow.step(many)
        marks[screen.run.step] = slow.told
        if patient:
            ready(screen)
        screen.down(**settings)
        scenes = scenes.down(**settings)
        slow.down(scenes)
        marks[screen.run.step] = slow.told
    screen.ask(steps=9)
    slow.step(9)
    if late:
        screen.ask(scene=replace(screen.scene, ghosts=scenes.ghosts))
    ready(screen)
    assert screen.scene.ghosts == scenes.ghosts
    assert told(screen) == slow.told
    for step in (26, 13, 0, 20, 5, 6, 35):
        screen.ask(seek=step)
        ready(screen)
        if step in marks:
            assert told(screen) == marks[step], step
    assert told(screen) == slow.told


@pytest.mark.parametrize("back", [0, 3, 11, 12, 19, 24])
def test_another_way_in_the_past_is_another_way_for_racers(back: int) -> None:
    descent = Descent(4, 0.02)
    scene = sizes(descent, 1, 10)
    screen, slow = Screen(scene, 12), Reference(scene)
    slow.step(min(back, 12))
    ready(screen)
    screen.down(learning_rate=0.01)
    then = screen.scene
    screen.ask(steps=12)
    ready(screen)
    if back >= 12:
        slow.down(then)
        slow.step(back - 12)
    screen.ask(seek=back)
    screen.down(batch_size=3)
    slow.down(screen.scene)
    screen.ask(steps=15)
    slow.step(15)
    ready(screen)
    assert told(screen) == slow.told


def test_only_one_racer_changes() -> None:
    descent = Descent(4, 0.02)
    screen, slow = Screen(sizes(descent, 1, 10), 8), Reference(sizes(descent, 1, 10))
    slow.step(8)
    ready(screen)
    first, second = screen.scene.ghosts
    scene = replace(screen.scene, ghosts=(replace(first, learning_rate=0.001), second))
    screen.ask(scene=scene)
    slow.down(scene)
    screen.ask(steps=8)
    slow.step(8)
    ready(screen)
    assert told(screen) == slow.told


def test_a_racer_that_waited_waits_again_on_the_way_back() -> None:
    scene = sizes(Descent(4, 0.02), 10)
    screen = Screen(scene, 2)
    ready(screen)
    quick = replace(scene.ghosts[0], batch_size=2)
    screen.ask(scene=replace(screen.scene, ghosts=(quick,)))
    for step, steps in ((2, 4), (1, 0), (2, 4), (0, 0)):
        screen.ask(seek=step)
        ready(screen)
        assert [ghost.step for ghost in screen.now.ghosts] == [steps]


def test_of_two_changes_at_one_step_the_last_one_holds() -> None:
    screen = Screen(sizes(Descent(4, 0.02), 1), 5)
    slow = Reference(sizes(Descent(4, 0.02), 1))
    slow.step(5)
    for rate in (0.01, 0.001):
        ghost = replace(screen.scene.ghosts[0], learning_rate=rate)
        screen.ask(scene=replace(screen.scene, ghosts=(ghost,)))
        ready(screen)
    slow.down(screen.scene)
    screen.ask(steps=5)
    slow.step(5)
    ready(screen)
    assert told(screen) == slow.told


def test_the_pace_is_changed_live_and_back() -> None:
    descent = Descent(4, 0.02)
    screen = Screen(sizes(descent, 1, 10, pace=UPDATES), 10)
    ready(screen)
    by_updates = told(screen)
    for pace in (EXAMPLES, UPDATES):
        answer = screen.ask(scene=replace(screen.scene, pace=pace))
        assert answer.facts is None  # it is the same run
        ready(screen)
        steps = [ghost.step for ghost in screen.now.ghosts]
        assert steps == ([10, 10] if pace == UPDATES else [34, 3])
    assert told(screen) == by_updates


def test_one_that_diverges_stops_no_other() -> None:
    descent = Descent(4, 0.01)
    scene = sizes(descent, 1, 10)
    wild = replace(descent, batch_size=1, learning_rate=1e4)
    screen = Screen(replace(scene, ghosts=(wild, *scene.ghosts)), 30)
    ready(screen)
    bad, *good = screen.now.ghosts
    assert bad.diverged
    assert not any(ghost.diverged for ghost in good)
    seen = screen.now.record.cursor.seen
    own = up_to(alone(scene, good[0].descent), seen)
    assert good[0].theta.tobytes() == own.state.theta.tobytes()
    assert bad.step < good[0].step
    assert np.isfinite(bad.loss)


def test_a_path_that_branches_takes_its_racers_with_it() -> None:
    descent = Descent(4, 0.02)
    scene, slow = sizes(descent, 1, 10), Reference(sizes(descent, 1, 10))
    main = alone(scene, descent)
    main.advance(9)
    main.adopt(main.scene.down(learning_rate=0.01))
    slow.step(9)
    slow.down(scene.down(learning_rate=0.01))
    main.advance(5)
    slow.step(5)
    racers = [ByExamples(main, g) for g in scene.down(learning_rate=0.01).ghosts]
    for racer in racers:
        racer.follow(main, np.inf)
        assert not racer.late(main)
    found = [(r.trainer.step, r.trainer.state.theta.tobytes()) for r in racers]
    assert found == slow.told


def test_the_lowest_rows_are_of_the_racer_itself() -> None:
    descent = Descent(4, 0.02)
    trainer = alone(SCENE, descent)
    trainer.advance(40)
    seen = [trainer.seen_at(step) for step in range(41)]
    for target in (0, 1, 3, 4, 17, seen[-1], 10**6):
        trainer.seek_seen(target, FAR)
        assert trainer.step == int(np.searchsorted(seen, target, side="right")) - 1
    trainer.seek_seen(10**6, 12)
    assert trainer.step == 12
