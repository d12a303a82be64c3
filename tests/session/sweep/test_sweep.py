from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES, MeanOfGradients
from gdviz.core.batches import DROP, FILE_ORDER, FRESH, KEEP, REPLACEMENT, SHUFFLED
from gdviz.core.datasets import Iris, LineWithNoise, Moons, OwnTable
from gdviz.core.functions import SOURCES, Formulas
from gdviz.core.losses import Huber
from gdviz.core.models import MLP
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.refused import Refused
from gdviz.core.schedules import SCHEDULES
from gdviz.paths import resource
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene
from gdviz.session.sweep import (
    Axis,
    Outcome,
    Sweep,
    cell_scene,
    cells,
    here,
    run_sweep,
    steps_of,
)
from gdviz.session.sweep.blocks import Block, blocks
from gdviz.session.sweep.marks import MOST_MARKS, marks
from gdviz.session.sweep.working import Progress, work
from gdviz.session.trainer import Trainer
from tests.session.sweep.sweeps import assert_same, by_cell, fitted, moons

RATE, SIZE = "descent.learning_rate", "descent.batch_size"


def opened(sweep: Sweep, outcome: Outcome) -> Trainer:
    trainer = Trainer(cell_scene(sweep, outcome.cell))
    trainer.advance(outcome.steps)
    return trainer


def check_opened(sweep: Sweep, outcomes: dict[Any, Outcome]) -> None:
    """Compare every cell with the run that is opened from it."""
    assert outcomes.keys() == set(cells(sweep))
    for outcome in outcomes.values():
        assert outcome.fault == ""
        trainer = opened(sweep, outcome)
        loss = trainer.objective.loss(trainer.state.theta)
        assert outcome.final == pytest.approx(loss, rel=1e-12, abs=1e-300)
        assert outcome.diverged == (trainer.step if trainer.diverged else None)
        assert steps_of(sweep, outcome.cell) == outcome.steps


def run(sweep: Sweep) -> dict[Any, Outcome]:
    return by_cell(run_sweep(sweep, here()))


def swept(scene: Scene, *axes: Axis, steps: int | None = 40, **more: Any) -> Sweep:
    return Sweep(fitted(scene), axes, steps=steps, **more)


# --- an opened cell is the cell's run


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_opened_cell_ends_where_the_cell_did(optimizer: str) -> None:
    base = moons(rates=2, sizes=(1, 3, 30))
    descent = Descent(optimizer=OPTIMIZERS[optimizer]())
    axes = (Axis(RATE, (0.001, 0.02)), base.axes[1])
    sweep = replace(base, scene=replace(base.scene, descent=descent), axes=axes)
    check_opened(sweep, run(sweep))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("order", [SHUFFLED, REPLACEMENT, FILE_ORDER, FRESH])
def test_with_every_schedule_and_order(schedule: str, order: str) -> None:
    for short_last in (KEEP, DROP):
        descent = Descent(
            order=order, short_last=short_last, schedule=SCHEDULES[schedule](warmup=3)
        )
        base = moons(rates=2, sizes=(7, 60), steps=25)
        sweep = replace(base, scene=replace(base.scene, descent=descent))
        check_opened(sweep, run(sweep))


SCENES = {
    "line": Scene(),
    "huber": Scene(data=LineWithNoise(noise=2.0), loss=Huber()),
    "iris": Scene(data=Iris(), model=MLP((5,)), held_out=0.3),
    "table": Scene(
        data=OwnTable(path=str(resource("data/iris.csv")), target="species")
    ),
    "relu": Scene(data=Moons(60), model=MLP((6, 4), "relu", bias=False)),
    "start": Scene(start=(3.0, -2.0)),
    **{
        name: Scene(data=make())
        for name, make in SOURCES.items()
        if issubclass(make, Formulas)
    },
}


@pytest.mark.parametrize("name", SCENES)
def test_of_every_kind_of_scene(name: str) -> None:
    half = len(load(fitted(SCENES[name])).train) // 2
    sizes = tuple(dict.fromkeys((1, half or 1)))
    sweep = swept(SCENES[name], Axis(RATE, (0.001, 0.003)), Axis(SIZE, sizes))
    check_opened(sweep, run(sweep))


@pytest.mark.parametrize("recipe", RECIPES)
def test_of_every_recipe(recipe: str) -> None:
    scene = Scene(data=Moons(50), model=MLP((3,)),
                  descent=Descent(recipe=RECIPES[recipe]()))  # fmt: skip
    sweep = swept(scene, Axis(RATE, (0.01, 0.1)), steps=15)
    check_opened(sweep, run(sweep))
    stacked = [b.stacked for b in blocks(sweep, cells(sweep)) if isinstance(b, Block)]
    assert set(stacked) == {recipe == MeanOfGradients.name}


@pytest.mark.parametrize(
    "axis",
    [
        Axis("seed", (1, 2, 3)),
        Axis("data.n_examples", (20, 50)),
        Axis("held_out", (0.0, 0.5)),
        Axis("descent.schedule.warmup", (0, 10)),
        Axis("descent.optimizer.weight_decay", (0.0, 0.1)),
    ],
    ids=lambda axis: axis.place,
)
def test_any_knob_can_be_an_axis(axis: Axis) -> None:
    base = moons(rates=2, steps=20)
    sweep = replace(base, axes=(axis, base.axes[0]))
    outcomes = run(sweep)
    check_opened(sweep, outcomes)
    finals = {o.values[0]: o.final for o in outcomes.values() if o.cell[1] == 1}
    assert len(set(finals.values())) == len(axis.values)


def test_one_axis_and_three() -> None:
    base = moons(steps=10)
    check_opened(one := replace(base, axes=base.axes[:1]), run(one))
    axes = (*base.axes, Axis("seed", (1, 2)))
    check_opened(three := replace(base, axes=axes), run(three))


def test_a_diverged_cell_ends_where_its_run_does() -> None:
    sweep = swept(Scene(), Axis(RATE, (0.05, 2.0, 30.0)), Axis(SIZE, (1, 40)),
                  steps=600)  # fmt: skip
    outcomes = run(sweep)
    ends = [outcomes[cell].diverged for cell in cells(sweep)]
    assert [end is None for end in ends] == [True, True, False, False, False, False]
    for outcome in outcomes.values():
        trainer = opened(sweep, outcome)
        assert trainer.step == (600 if outcome.diverged is None else outcome.diverged)
        with np.errstate(all="ignore"):
            loss = trainer.objective.loss(trainer.state.theta)
        assert outcome.final == pytest.approx(loss, rel=1e-9)


def test_a_run_that_overflows_right_after_its_end_has_not_diverged() -> None:
    sweep = swept(Scene(), Axis(RATE, (30.0,)), steps=600)
    (outcome,) = run(sweep).values()
    assert outcome.diverged is not None
    for steps, diverged in (
        (outcome.diverged, None),
        (outcome.diverged + 1, outcome.diverged),
    ):
        again = replace(sweep, steps=steps)
        check_diverged = run(again)[0,].diverged
        assert check_diverged == diverged
        assert opened(again, run(again)[0,]).diverged == (diverged is not None)


# --- what is told of a cell


def brute(sweep: Sweep, outcome: Outcome) -> list[float]:
    """Return the full loss at every step of a cell's run."""
    trainer = Trainer(cell_scene(sweep, outcome.cell))
    found = [trainer.objective.loss(trainer.state.theta)]
    for _ in range(outcome.steps):
        trainer.advance(1)
        found.append(trainer.objective.loss(trainer.state.theta))
    return found


def test_best_losses_and_steps_to_the_target() -> None:
    sweep = moons(rates=3, sizes=(1, 4, 30), steps=90, target=0.45)
    reached = []
    for outcome in run(sweep).values():
        losses = brute(sweep, outcome)
        size = outcome.values[1]
        within = int(90 // size)  # as many examples as batch size 1 sees
        known = marks(90, within)
        assert outcome.best == pytest.approx(min(losses[t] for t in known), rel=1e-12)
        assert outcome.best_per_examples == pytest.approx(
            min(losses[t] for t in known if t <= within), rel=1e-12
        )
        first = next((t for t in known if losses[t] <= 0.45), None)
        assert outcome.steps_to_target == first
        reached.append(first)
    assert None in reached
    assert len(set(reached)) > 3


def test_a_budget_of_examples() -> None:
    sweep = moons(sizes=(1, 7, 30, 100), steps=None, examples=205)
    for outcome in run(sweep).values():
        # epochs of 100 examples, the last batch of an epoch cut short
        wanted = {1: 205, 7: 30, 30: 8, 100: 2}[int(outcome.values[1])]
        assert outcome.steps == wanted
        assert opened(sweep, outcome).state.cursor.seen <= 205
        assert outcome.best_per_examples == outcome.best
    both = replace(sweep, steps=20)
    assert [o.steps for o in run(both).values() if o.cell[0] == 0] == [20, 20, 8, 2]


def test_a_batch_larger_than_the_budget_makes_no_step() -> None:
    outcomes = run(moons(rates=1, sizes=(1, 30), steps=None, examples=20))
    assert outcomes[0, 1].steps == 0
    start = brute(moons(rates=1, sizes=(1, 30)), outcomes[0, 1])[0]
    assert outcomes[0, 1].final == pytest.approx(start)
    assert outcomes[0, 0].steps == 20


@pytest.mark.parametrize("steps", [1, 2, 5, 31, 32, 200, 12345, 10**9])
def test_the_full_loss_is_known_at_a_bounded_number_of_steps(steps: int) -> None:
    known = marks(steps, steps // 3)
    assert len(known) <= MOST_MARKS + 2
    assert known == tuple(sorted(set(known)))
    assert {0, 1, steps // 3, steps} <= set(known)
    assert known[-1] == steps


def test_float32_is_near_but_not_the_same() -> None:
    double, single = run(moons()), run(moons(dtype="float32"))
    for cell, outcome in double.items():
        assert single[cell].final == pytest.approx(outcome.final, rel=1e-3)
    assert any(single[cell].final != double[cell].final for cell in double)


# --- what cannot be run


def test_a_broken_cell_is_told_and_the_others_are_run() -> None:
    sweep = moons(sizes=(1, 100, 101, 5000), rates=2, steps=5)
    outcomes = run(sweep)
    assert len(outcomes) == 8
    for (_, size), outcome in outcomes.items():
        if size < 2:
            assert outcome.fault == ""
        else:
            assert outcome.fault == (
                "There are 100 examples to learn from: descent.batch_size cannot be "
                f"{outcome.values[1]:,}."
            )
            assert np.isnan(outcome.final)


@pytest.mark.parametrize("data", [
    OwnTable(text="x,y\n1e99,1\n2e99,2\n", target="y", standardise=False),
    SOURCES["himmelblau"](),
], ids=["stacked", "alone"])  # fmt: skip
def test_a_start_that_overflows_is_told(data: Any) -> None:
    scene = fitted(Scene(data=data, start=(1e100, 1e100)))
    for outcome in run(Sweep(scene, (Axis(RATE, (0.1, 0.2)),), steps=5)).values():
        assert "at the start" in outcome.fault
        assert outcome.fault.endswith(".")


WRONG: dict[str, dict[str, Any]] = {
    "needs at least one knob": {"axes": ()},
    "comes twice": {"axes": (Axis("seed", (1,)), Axis("seed", (2,)))},
    "has no knob model.depth": {"axes": (Axis("model.depth", (1,)),)},
    "seed needs at least one value": {"axes": (Axis("seed", ()),)},
    "must lie between": {"axes": (Axis("held_out", (2.0,)),)},
    "nothing says how far": {"steps": None},
    "steps must lie between 1 and": {"steps": 0},
    "examples must be a whole number": {"examples": 1.5},
    "target must lie between": {"target": float("nan")},
    "precision must be one of float64, float32": {"dtype": "int"},
    "are too many": {
        "axes": (
            Axis("seed", tuple(range(1000))),
            Axis("data.n_examples", tuple(range(1, 1000))),
        )
    },
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_sweep_is_refused(sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        replace(moons(), **WRONG[sentence])


# --- pieces of work


def test_the_small_batches_share_a_stack_and_the_large_do_not() -> None:
    sweep = moons(rates=16, sizes=(1, 2, 3, 4, 90, 100))
    made = [block for block in blocks(sweep, cells(sweep)) if isinstance(block, Block)]
    sizes = [sorted({t.descent.batch_size for t in block.tasks}) for block in made]
    assert [1, 2, 3, 4] in sizes
    assert not any({1, 100} <= set(some) for some in sizes)
    assert sum(len(block.tasks) for block in made) == 96


def test_cells_that_are_left_over_are_run_too() -> None:
    sweep = moons(rates=4, sizes=(1, 2, 3))
    whole = run(sweep)
    done = [(0, 0), (1, 0), (2, 1)]
    rest = by_cell(run_sweep(sweep, here(), done=done))
    assert rest.keys() == whole.keys() - set(done)
    for cell, outcome in rest.items():
        assert outcome.final == pytest.approx(whole[cell].final, rel=1e-12)


@pytest.mark.parametrize("scene", [None, Scene(data=SOURCES["himmelblau"]())])
def test_in_slices_and_through_a_pickle_it_is_the_same(scene: Scene | None) -> None:
    sweep = moons(steps=200, target=0.5)
    if scene:
        sweep = swept(scene, Axis(RATE, (0.001, 0.002)), steps=200, target=100.0)
    whole, sliced, slices = run(sweep), list[Outcome](), 0
    for block in blocks(sweep, cells(sweep)):
        answer: Any = Progress()
        while isinstance(answer, Progress):
            posted = pickle.loads(pickle.dumps((block, answer)))
            answer = work(posted[0], posted[1], 0.0)
            slices += 1
        sliced += answer
    assert slices > 10
    assert_same(by_cell(sliced), whole)


def test_a_sweep_goes_through_a_pickle() -> None:
    sweep = moons()
    assert pickle.loads(pickle.dumps(sweep)) == sweep
