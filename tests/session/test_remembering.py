"""What an optimizer's memory adds to a step, and how it is drawn beside gradients."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.models import MLP
from gdviz.core.optimizers import (
    OPTIMIZERS,
    SGD,
    SGLD,
    AdaGrad,
    Adam,
    HeavyBall,
    Lion,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
)
from gdviz.core.schedules import Cosine, StepDecay
from gdviz.core.wrongs import LastExample, MeanError
from gdviz.session.geometry import angle
from gdviz.session.remembering import letters, own_rates, remembered, turning
from gdviz.session.scene import Descent, Scene
from gdviz.session.table import step_rows
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.session.snapshot import Snapshot

LINE = Scene(data=LineWithNoise(n_examples=20))
NET = Scene(data=Moons(n_examples=20), model=MLP((3,)))
DIRECTED = {"momentum", "nesterov", "lion"} | {
    "adam", "amsgrad", "adamw", "nadam", "adamax",
}  # fmt: skip


def now(optimizer: Optimizer, scene: Scene = LINE, steps: int = 5) -> Snapshot:
    descent = Descent(4, 0.02, optimizer=optimizer)
    return Screen(replace(scene, descent=descent), steps).now


@pytest.mark.parametrize("scene", [LINE, NET])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_who_remembers_a_direction(name: str, scene: Scene) -> None:
    optimizer = OPTIMIZERS[name]()
    snapshot = now(optimizer, scene)
    drawn = snapshot.arrows.memory
    assert (drawn is not None) == (name in DIRECTED) == bool(letters(optimizer))
    assert ("memory" in snapshot.arrows.shares) == (name in DIRECTED)
    if drawn is None:
        return
    record = snapshot.record
    vector = remembered(optimizer, record.memory, record.after.memory)
    assert vector is not None
    assert drawn == pytest.approx(-snapshot.plane.along(vector))
    part = np.linalg.norm(drawn) / np.linalg.norm(vector)
    assert snapshot.arrows.shares["memory"] == pytest.approx(part)


def test_the_velocity_kept_and_the_gradient_make_the_step() -> None:
    arrows = now(HeavyBall(0.7)).arrows
    assert arrows.memory is not None
    whole = (arrows.mean + arrows.memory) * arrows.rate
    assert whole == pytest.approx(arrows.update, rel=1e-12)
    ahead = now(Nesterov(0.7)).arrows
    assert ahead.memory is not None
    whole = (ahead.mean + 0.7 * (ahead.mean + ahead.memory)) * ahead.rate
    assert whole == pytest.approx(ahead.update, rel=1e-12)


def test_at_the_start_nothing_is_kept() -> None:
    arrows = now(HeavyBall(), steps=0).arrows
    assert arrows.memory is not None
    assert not arrows.memory.any()


def test_the_first_moment_without_its_bias_is_a_mean_of_gradients() -> None:
    arrows = now(Adam(), steps=0).arrows
    assert arrows.memory == pytest.approx(arrows.mean)  # of a single gradient
    screen = Screen(replace(LINE, descent=Descent(4, 0.02, optimizer=Adam(beta1=0.5))))
    met = []
    for _ in range(3):
        met.append(screen.now.record.gradient)
        screen.ask(steps=1)
    met.append(screen.now.record.gradient)
    weights = 0.5 ** np.arange(4)[::-1]
    mean = weights @ np.array(met) / weights.sum()
    memory = screen.now.arrows.memory
    assert memory == pytest.approx(-screen.now.plane.along(mean), rel=1e-12)


def test_a_velocity_of_scaled_gradients_is_drawn_as_a_part_of_the_step() -> None:
    assert now(RMSProp()).arrows.memory is None
    snapshot = now(RMSProp(momentum=0.5))
    arrows, record = snapshot.arrows, snapshot.record
    kept = -record.rate * 0.5 * record.memory["velocity"]
    assert arrows.memory is not None
    assert arrows.memory * arrows.rate == pytest.approx(snapshot.plane.along(kept))
    assert letters(RMSProp(momentum=0.5)) == "momentum: −μ v"
    assert letters(RMSProp()) == ""
    plain = now(Lion())
    kept = plain.record.memory["first_moment"]
    assert plain.arrows.memory == pytest.approx(-plain.plane.along(kept))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradients_are_drawn_in_the_measure_of_the_step(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    snapshot = now(optimizer, NET)
    record = snapshot.record
    one_rate = name in {"sgd", "momentum", "nesterov", "sgld"}
    assert own_rates(optimizer) == (not one_rate)
    if one_rate:
        assert snapshot.arrows.rate == record.rate
    else:
        length = np.linalg.norm(record.gradient) * snapshot.arrows.rate
        assert length == pytest.approx(np.linalg.norm(record.update))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_by_how_much_the_step_is_turned(name: str) -> None:
    snapshot = now(OPTIMIZERS[name](), NET)
    record = snapshot.record
    assert snapshot.turn == angle(record.update, -record.handed)
    assert snapshot.turned == (name != "sgd")
    assert turning(snapshot) == (
        f"Δθ is {snapshot.turn:.0f}° off −ĝ" if name != "sgd" else ""
    )


def test_of_another_recipe_it_is_turned_from_what_is_handed_over() -> None:
    descent = Descent(4, 0.02, optimizer=AdaGrad(), recipe=LastExample())
    snapshot = Screen(replace(NET, descent=descent), 3).now
    assert turning(snapshot).endswith(" off −h")


def test_a_learning_rate_of_zero_stops_and_breaks_nothing() -> None:
    ended = Cosine(length=3)
    for optimizer in (SGD(), Adam(), RMSProp(momentum=0.5), SGLD(), Lion()):
        descent = Descent(4, 0.1, optimizer=optimizer, schedule=ended)
        ghost = replace(descent, recipe=MeanError())
        screen = Screen(replace(NET, descent=descent, ghosts=(ghost,)), 5)
        (seen,) = screen.gather()
        record, arrows = screen.now.record, screen.now.arrows
        assert record.rate == 0
        assert not record.update.any()
        for array in (arrows.update, arrows.mean, seen.vector, seen.arrow):
            assert np.isfinite(array).all()
        assert seen.vector.any()
        assert arrows.memory is None or np.isfinite(arrows.memory).all()


def test_the_rate_of_a_step_is_that_of_its_schedule() -> None:
    descent = Descent(4, 0.1, optimizer=Adam(), schedule=StepDecay(every=2, gamma=0.5))
    screen = Screen(replace(LINE, descent=descent))
    for step in range(6):
        assert screen.now.record.rate == 0.1 * 0.5 ** (step // 2)
        screen.ask(steps=1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_table_of_a_step_has_rows_of_one_length(name: str) -> None:
    descent = Descent(4, 0.02, optimizer=OPTIMIZERS[name]())
    _, rows = step_rows(replace(NET, descent=descent), None, 3)
    head, *table = rows
    assert {len(row) for row in table} == {len(head)}
    counts = {row[0]: row[-13:] for row in table if row[0].startswith("updates")}
    memory = OPTIMIZERS[name]().init(np.zeros(13))
    assert counts.keys() == (
        {"updates before", "updates after"} if "updates" in memory else set()
    )
    for what, numbers in counts.items():
        first = {"updates before": 3.0, "updates after": 4.0}[what]
        assert numbers == [first, *[""] * 12]


def test_names_of_what_is_remembered() -> None:
    assert letters(SGD()) == ""
    assert letters(NAdam()) == "first moment: −m′"
    assert letters(HeavyBall()) == "momentum: −β v"
