"""The rescue: what it offers was made step by step, and its words are true."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import LineWithNoise
from gdviz.core.functions import SquareAndCube
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS, HeavyBall
from gdviz.core.schedules import Constant, StepDecay
from gdviz.session.badend import SEARCHING, bad_end, offer, way_out, why_it_ends
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.rescue import CHECKED, PARTS, Rescue, Rescuer, _go_back, search
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.words import sentence
from gdviz.session.writing import rounded
from tests.session.asking import Screen

TEN = Scene(data=LineWithNoise(n_examples=10))
FAR = 100_000


def down(scene: Scene, *args: object, **others: object) -> Scene:
    return replace(scene, descent=Descent(*args, **others))  # type: ignore[arg-type]


def ended(scene: Scene, *changes: tuple[int, float]) -> Trainer:
    """Return a trainer at the end of a path; the rate changes at some steps."""
    trainer = Trainer(scene)
    for step, rate in changes:
        trainer.advance(step - trainer.step)
        trainer.adopt(trainer.scene.down(learning_rate=rate))
    trainer.advance(FAR)
    assert trainer.diverged
    return trainer


def found(trainer: Trainer) -> Rescue:
    with np.errstate(all="ignore"):
        last = [*search(trainer)][-1]
    assert last is not None
    return last


def loss_after(trainer: Trainer, step: int, rate: float) -> float:
    """Return the loss when the same path goes on from a step at another rate."""
    other = trainer.branch()
    other.seek(step)
    other.adopt(other.scene.down(learning_rate=rate))
    other.advance(CHECKED)
    if other.diverged:
        return np.inf
    with np.errstate(all="ignore"):
        loss = other.objective.loss(other.state.theta)
    return float(loss) if np.isfinite(loss) else np.inf


WAYS = {
    "plain": down(TEN, 4, 3.0),
    "whole": down(TEN, 10, 1.0),
    "one": down(TEN, 1, 2.0),
    "fresh": down(TEN, 4, 3.0, order="fresh"),
    "drawn anew": down(TEN, 4, 3.0, order="replacement"),
    "network": replace(down(TEN, 4, 30.0), model=MLP((6,), "relu")),
    "momentum": down(TEN, 4, 2.0, optimizer=HeavyBall()),
    "sum": down(TEN, 4, 2.0, recipe=RECIPES["sum"]()),
    "scheduled": down(TEN, 4, 3.0, schedule=StepDecay(every=1000)),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_rate_found_was_made_step_by_step(name: str) -> None:
    trainer = ended(WAYS[name])
    rescue = found(trainer)
    assert rescue.rate is not None
    assert rescue.steps == CHECKED
    assert rescue.after == loss_after(trainer, rescue.step, rescue.rate)
    assert rescue.after < rescue.before < np.inf
    at = trainer.branch()
    at.seek(rescue.step)
    assert rescue.before == at.objective.loss(at.state.theta)


@pytest.mark.parametrize("name", WAYS)
def test_no_larger_rate_that_was_tried_holds(name: str) -> None:
    trainer = ended(WAYS[name])
    rescue, rate = found(trainer), trainer.scene.descent.learning_rate
    tried = [float(f"{rate / part:.2g}") for part in PARTS[: rescue.tried]]
    assert tried[-1] == rescue.rate
    for larger in tried[:-1]:
        assert loss_after(trainer, rescue.step, larger) >= rescue.before


@pytest.mark.parametrize("name", WAYS)
def test_the_search_leaves_the_trainer_as_it_is(name: str) -> None:
    trainer = ended(WAYS[name])
    pending, course, step = trainer.pending, trainer.course, trainer.step
    found(trainer)
    assert (trainer.pending, trainer.step) == (pending, step)
    assert trainer.course == course
    assert trainer.diverged
    trainer.seek(0)
    trainer.seek(step)
    assert trainer.pending.rows.tolist() == pending.rows.tolist()
    assert np.array_equal(trainer.pending.update, pending.update, equal_nan=True)


def test_a_rate_raised_on_the_way_is_left_where_it_was_raised() -> None:
    trainer = ended(down(TEN, 10, 0.05), (50, 1.0))
    assert found(trainer).step == 50
    assert found(ended(down(TEN, 10, 1.0))).step == 0


def test_the_good_step_is_the_low_point_before_the_end() -> None:
    """A rate that warms up goes down first, until it is too large."""
    schedule = Constant(warmup=400)
    trainer = ended(down(TEN, 10, 3.0, schedule=schedule))
    rescue = found(trainer)
    start = trainer.branch()
    start.seek(0)
    assert 0 < rescue.step < trainer.step
    assert rescue.before < float(start.objective.loss(start.state.theta)) / 2


class Known:
    """A path of which the loss at each step is given."""

    def __init__(self, losses: dict[int, float]) -> None:
        self.losses, self.step = losses, 0
        self.objective, self.state, self.theta = self, self, None

    def seek(self, step: int) -> None:
        self.step = step

    def loss(self, _: None) -> float:
        return self.losses[self.step]


WALKS = [
    # where it ended, the losses at the start and 1, 2, 4, … steps before the end
    (30, {0: 9.0, 14: 3.0, 22: 2.0, 26: 4.0, 28: 50.0, 29: 900.0}, 22),
    (30, {0: 9.0, 14: 1.0, 22: 2.5, 26: 2.0, 28: 50.0, 29: 900.0}, 26),
    (30, {0: 9.0, 14: 1.0, 22: 2.0, 26: 2.0, 28: 50.0, 29: 900.0}, 26),
    (30, {0: 9.0, 14: 12.0, 22: 11.0, 26: 10.0, 28: 50.0, 29: 900.0}, 0),
    (30, {0: 1.0, 14: 2.0, 22: 3.0, 26: 4.0, 28: 5.0, 29: 6.0}, 0),
]


@pytest.mark.parametrize(("end", "losses", "good"), WALKS)
def test_the_walk_back_ends_where_the_loss_first_rises(
    end: int, losses: dict[int, float], good: int
) -> None:
    """A little is enough, even if it falls again farther back."""
    path = Known(losses)
    for _ in _go_back(cast("Trainer", path), end, losses[0]):
        pass
    assert path.step == good


def test_after_a_change_in_a_calm_place_the_loss_may_stay() -> None:
    """At the bottom nothing falls any further; what holds is what stays near."""
    trainer = ended(down(TEN, 10, 0.3), (400, 3.0))
    rescue = found(trainer)
    assert rescue.rate is not None
    assert rescue.after <= 1.5 * rescue.before


def test_a_recipe_that_leads_away_is_not_called_saved() -> None:
    trainer = ended(down(TEN, 4, 0.3, recipe=RECIPES["loss_as_error"]()))
    rescue = found(trainer)
    assert rescue.rate is None
    assert rescue.tried == len(PARTS)


def screen(scene: Scene) -> Screen:
    made = Screen(scene, steps=5000)
    made.rest()
    assert made.now.diverged
    return made


def test_the_desk_brings_it_once_all_is_at_rest() -> None:
    made = screen(WAYS["plain"])
    rescue = found(ended(WAYS["plain"]))
    assert offer(made.run)
    made.ask(seek=3)
    assert offer(made.run) == ""
    assert made.last.rescue is None
    made.ask(seek=made.run.newest)
    assert made.run.rescue == rescue  # it is not searched for again
    assert not made.last.busy


def test_another_end_has_another_rescue() -> None:
    made = screen(WAYS["whole"])
    first = made.run.rescue
    assert first is not None
    made.ask(seek=0)
    made.down(learning_rate=8.0)
    made.ask(steps=5000)
    made.rest()
    assert made.now.diverged
    assert made.run.rescue is not None
    assert made.run.rescue != first


def test_until_it_is_found_the_words_say_so() -> None:
    desk = Desk()
    run = Run(desk.answer(Question(1, WAYS["plain"], steps=5000, until=np.inf)))
    run.take_in(desk.answer(Question(1, until=0.0)))
    if run.rescue is None:
        assert SEARCHING in sentence(run)
    run.busy, run.rescue = True, None
    assert bad_end(run).endswith(SEARCHING)
    assert offer(run) == ""


def test_a_search_that_breaks_off_is_over() -> None:
    trainer, rescuer = ended(WAYS["plain"]), Rescuer()
    with np.errstate(all="ignore"):
        rescuer.go_on(trainer, 0.0)
    assert rescuer.due(trainer)
    rescuer._work = iter(())
    nothing = rescuer.go_on(trainer, 0.0)
    assert nothing is not None
    assert nothing.rate is None
    assert not rescuer.due(trainer)


# What is said of it ----------------------------------------------------------------


def test_the_words_name_limit_rate_and_losses() -> None:
    run = screen(WAYS["whole"]).run
    rescue = run.rescue
    assert rescue is not None
    assert rescue.sharpness is not None
    assert sentence(run) == (
        f"Diverged at step <b>{run.step:,}</b>: η = 1 is above "
        f"2/λ = {2 / rescue.sharpness:.3g}, the full-batch limit. "
        f"<b>η = {rescue.rate:g}</b> holds: loss {rounded(rescue.before, 3)} → "
        f"{rounded(rescue.after, 3)} in 200 steps."
    )
    assert offer(run) == f"Go on from step {rescue.step} with η = {rescue.rate:g}"


def test_the_limit_said_is_that_of_the_good_step() -> None:
    """Where the path ends the curvature may be anything."""
    run = screen(WAYS["network"]).run
    assert run.rescue is not None
    assert run.rescue.sharpness is not None
    limit = 2 / run.rescue.sharpness
    assert f"2/λ = {rounded(limit, 3)}, the full-batch limit" in why_it_ends(run)


def test_a_chance_that_grows_is_named() -> None:
    scene = down(TEN, 1, 0.55)
    run = screen(scene).run
    assert run.noisy_limit is not None
    assert why_it_ends(run) == (
        f"η = 0.55 is above {run.noisy_limit:.3g}, the mean-square limit for batches "
        "of one."
    )


def test_a_recipe_that_leads_away_is_named() -> None:
    run = screen(down(TEN, 4, 0.3, recipe=RECIPES["loss_as_error"]())).run
    title = RECIPES["loss_as_error"].title
    assert why_it_ends(run) == (
        f"“{title}” is not the gradient of the loss: it need not lead down."
    )
    assert way_out(run) == (
        "None of 8 smaller rates holds. Reset, or choose other settings."
    )
    assert offer(run) == ""


def test_a_loss_without_a_lowest_point_is_named() -> None:
    run = screen(Scene(data=SquareAndCube(x=-5.0), descent=Descent(2, 0.1))).run
    rescue = run.rescue
    assert rescue is not None
    assert rescue.end < 0
    assert rescue.bottomless
    assert why_it_ends(run).startswith("the loss has no lowest point, it fell from −50")
    assert way_out(run) == "No learning rate helps: start elsewhere."
    assert offer(run) == ""


def test_one_example_that_overflows_is_named() -> None:
    made = screen(WAYS["one"])
    run, record = made.run, made.now.record
    run.rescue, run.noisy_limit = None, None
    run._sharpness.latest = None
    run._sharpness.cut(-1)
    losses = np.array([1.0, np.inf, 2.0])
    rows = np.array([4, 7, 9])
    run.snapshot = replace(
        run.snapshot, record=replace(record, losses=losses, rows=rows)
    )
    assert why_it_ends(run) == ("the loss of one example overflows, that of row 8.")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_cause_that_is_not_known_is_not_made_up(name: str) -> None:
    scene = down(TEN, 4, 20.0, optimizer=OPTIMIZERS[name]())
    made = Screen(scene, steps=3000)
    made.rest()
    if not made.now.diverged:
        assert made.run.rescue is None
        return
    said = why_it_ends(made.run)
    known = scene.descent.optimizer.bound is not None
    assert ("limit" in said) == known
    assert "20" in said
