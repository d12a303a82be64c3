"""The desk: one answer per question, and a run that refusals leave alone."""

from __future__ import annotations

import pickle
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gdviz.core.averaging import Accumulated, SumOfGradients
from gdviz.core.datasets import Iris, LineWithNoise, Moons, OwnTable
from gdviz.core.functions import GivenGradients, SquareAndCube
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.planes import Region
from gdviz.core.wrongs import MeanError
from gdviz.session.desk import Desk
from gdviz.session.questions import Answer, Question
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.viewing import Viewer
from tests.session.asking import Screen

if TYPE_CHECKING:
    from gdviz.core.landscape import Surface

LINE = Scene(data=LineWithNoise(n_examples=12))
NET = Scene(data=Moons(n_examples=30), model=MLP((3,)))
MISSING = Scene(data=OwnTable(path="/no/such/table.csv", target="y"))


def opened(scene: Scene, run: int = 1) -> tuple[Desk, Answer]:
    desk = Desk()
    return desk, desk.answer(Question(run, scene, until=0.0))


def rest(desk: Desk, run: int = 1, region: Region | None = None) -> list[Answer]:
    """Ask until nothing is under way."""
    answers, end = [desk.answer(Question(run, until=0.0, region=region))], 10.0
    end += time.perf_counter()
    while answers[-1].busy:
        assert time.perf_counter() < end
        answers.append(desk.answer(Question(run, until=0.0, region=region)))
    return answers


def check_surface(surface: Surface, trainer: Trainer) -> None:
    region, size = surface.region, len(surface.values)
    u, v = np.meshgrid(
        np.linspace(region.left, region.right, size),
        np.linspace(region.bottom, region.top, size),
    )
    places = (
        Viewer(trainer).plane(trainer).lift(np.column_stack([u.ravel(), v.ravel()]))
    )
    losses = trainer.objective.loss_at(places).reshape(size, size)
    assert_allclose(surface.values, losses, rtol=1e-12)


@pytest.mark.parametrize(
    ("scene", "facts"),
    [
        (LINE, (12, 0, "regression", (), ("w", "b"), "1 → 1, 2 parameters", 0)),
        (
            replace(LINE, held_out=0.25, model=Linear(False)),
            (9, 3, "regression", (), ("w",), "1 → 1, 1 parameter", 0),
        ),
        (
            Scene(data=Iris(), model=MLP((2,), bias=False), loss=SquaredError()),
            (
                150,
                0,
                "many classes",
                ("setosa", "versicolor", "virginica"),
                (
                    *(f"W1[{unit},{i}]" for unit in (1, 2) for i in (1, 2, 3, 4)),
                    *(f"W2[{unit},{i}]" for unit in (1, 2, 3) for i in (1, 2)),
                ),
                "4 → 2 → 3, 14 parameters",
                1,
            ),
        ),
    ],
)
def test_the_first_answer_says_what_the_run_is_of(
    scene: Scene, facts: tuple[object, ...]
) -> None:
    desk, first = opened(scene, 7)
    said = first.facts
    assert said is not None
    shown = (
        said.n_examples,
        said.n_held_out,
        said.task,
        said.parameters,
        said.architecture,
    )
    assert shown == (*facts[:3], *facts[4:6])
    assert said.classes == facts[3]
    assert len(said.notes) == facts[6]
    assert first.snapshot is not None
    assert (first.run, first.newest, first.refusal, first.made) == (7, 0, "", None)
    assert first.snapshot.scene == Trainer(scene).scene
    region = said.start_region
    here = first.snapshot.arrows.here
    assert region.left < here[0] < region.right
    if len(said.parameters) > 1:
        assert region.bottom < here[1] < region.top
    assert desk.answer(Question(7, until=0.0)).facts is None


def test_updates_are_told_with_theta_before_each() -> None:
    desk, _ = opened(LINE)
    trainer = Trainer(LINE)
    for count in (3, 1, 5):
        thetas = list[list[float]]()
        losses, first = list[float](), trainer.step
        for _ in range(count):
            thetas.append(trainer.state.theta.tolist())
            losses.append(trainer.advance(1)[0].loss)
        answer = desk.answer(Question(1, steps=count))
        assert answer.made is not None
        assert answer.made.first == first
        assert answer.made.losses.tolist() == losses
        assert answer.made.thetas.tolist() == thetas
        assert answer.newest == trainer.newest
        assert answer.snapshot is not None
        assert answer.snapshot.record.theta.tolist() == trainer.state.theta.tolist()


@pytest.mark.parametrize(
    "question",
    [
        Question(2, MISSING),
        Question(2, replace(MISSING, data=OwnTable())),
        Question(2, Scene(data=LineWithNoise(n_examples=1), held_out=0.9)),
    ],
)
def test_a_refusal_leaves_the_present_run(question: Question) -> None:
    desk, _ = opened(LINE)
    desk.answer(Question(1, steps=4))
    refused = desk.answer(question)
    assert refused.run == 2
    assert refused.refusal.endswith(".")
    assert (refused.facts, refused.snapshot, refused.made) == (None, None, None)
    after = desk.answer(Question(1, steps=2))
    assert (after.refusal, after.newest, after.run) == ("", 6, 1)
    assert after.facts is None
    assert after.made is not None
    assert after.made.first == 4
    again = desk.answer(Question(3, LINE))
    assert again.facts is not None
    assert again.newest == 0


def test_too_little_memory_is_a_refusal_too() -> None:
    class Vast(LineWithNoise):
        def examples(self, seed: int) -> None:  # type: ignore[override]
            raise MemoryError

    refused = Desk().answer(Question(1, Scene(data=Vast())))
    assert "not enough memory" in refused.refusal


def test_another_number_is_another_run() -> None:
    desk, _ = opened(LINE)
    desk.answer(Question(1, steps=4))
    other = desk.answer(Question(2, NET))
    assert (other.run, other.newest) == (2, 0)
    assert other.facts is not None
    assert other.snapshot is not None
    assert other.snapshot.scene.model == NET.model
    same = desk.answer(Question(3, NET))  # started afresh
    assert same.snapshot is not None
    assert same.snapshot.record.theta.tolist() == other.snapshot.record.theta.tolist()


def test_no_snapshot_where_nothing_changed() -> None:
    desk, first = opened(NET)
    assert first.snapshot is not None
    scene = first.snapshot.scene
    still = (
        Question(1, until=0.0),
        Question(1, scene, until=0.0),
        Question(1, seek=0, until=0.0),
        Question(1, until=0.0, region=Region(0, 1, 0, 1)),
    )
    changed = (
        Question(1, steps=1, whole=True),
        Question(1, seek=0, until=0.0),
        Question(1, replace(scene, descent=Descent(2)), until=0.0),
        Question(1, replace(scene, descent=Descent(2), plane_x="b1[1]"), until=0.0),
    )
    for question in changed:
        assert all(desk.answer(same).snapshot is None for same in still[:1])
        assert desk.answer(question).snapshot is not None
    desk, _ = opened(NET)
    assert [desk.answer(question).snapshot for question in still] == [None] * 4


def test_a_bad_end_is_news() -> None:
    desk, _ = opened(replace(LINE, descent=Descent(4, 3.0)))
    answer = desk.answer(Question(1, steps=10**6))
    assert answer.snapshot is not None
    assert answer.snapshot.diverged
    again = desk.answer(Question(1, steps=10))
    assert (again.made, again.snapshot, again.newest) == (None, None, answer.newest)


def test_what_was_moved_is_told_with_the_scene() -> None:
    desk, first = opened(replace(LINE, descent=Descent(500)))
    assert len(first.moved) == 1
    assert "the batch size is now 12, not 500" in first.moved[0]
    assert desk.answer(Question(1, until=0.0)).moved == ()
    assert first.snapshot is not None
    moved = desk.answer(Question(1, replace(LINE, descent=Descent(99)), until=0.0))
    assert "not 99" in moved.moved[0]
    assert desk.answer(Question(1, first.snapshot.scene, until=0.0)).moved == ()


@pytest.mark.parametrize("scene", [LINE, NET, replace(NET, model=Linear(False))])
def test_at_rest_the_surface_is_finest_and_true(scene: Scene) -> None:
    desk, first = opened(scene)
    assert first.facts is not None
    assert first.busy
    answers = [first, *rest(desk)]
    surfaces = [answer.surface for answer in answers if answer.surface]
    sizes = [len(surface.values) for surface in surfaces]
    assert sizes == sorted(sizes)
    assert surfaces[-1].finest
    assert all(surface.region == first.facts.start_region for surface in surfaces)
    check_surface(surfaces[-1], Trainer(scene))
    assert not answers[-1].busy
    assert desk.answer(Question(1, until=0.0)).surface is None


def test_the_region_asked_for_is_followed() -> None:
    desk, _ = opened(NET)
    for region in (Region(-1, 1, -2, 2), Region(0, 0.1, 5, 5.1)):
        answers = rest(desk, region=region)
        surfaces = [answer.surface for answer in answers if answer.surface]
        assert {surface.region for surface in surfaces} == {region}
        assert surfaces[-1].finest
        assert all(answer.region == region for answer in answers)
        check_surface(surfaces[-1], Trainer(NET))


def test_after_training_the_surface_goes_through_theta_now() -> None:
    desk, _ = opened(NET)
    steps = 0
    for _ in range(30):
        until = time.perf_counter() + 0.005
        answer = desk.answer(Question(1, steps=10**6, until=until))
        steps = answer.newest
    assert answer.busy
    answers = [answer for answer in rest(desk) if answer.surface]
    last = answers[-1]
    assert last.surface is not None
    assert last.surface.finest
    assert last.surface_step == steps > 30
    trainer = Trainer(NET)
    trainer.advance(steps)
    check_surface(last.surface, trainer)


def test_an_answer_keeps_to_its_time() -> None:
    desk, _ = opened(NET)
    begun = time.perf_counter()
    answer = desk.answer(Question(1, steps=10**9, until=begun + 0.05))
    assert 0.03 <= time.perf_counter() - begun < 1.0
    assert answer.made is not None
    assert len(answer.made.losses) > 10


def test_questions_and_answers_may_cross_a_process() -> None:
    desk, first = opened(NET)
    answer = desk.answer(Question(1, replace(NET, descent=Descent(3)), steps=5))
    for value in (Question(1, NET, region=Region(0, 1, 0, 1)), first, answer):
        assert pickle.loads(pickle.dumps(value)).run == 1


FAR_AWAY = Scene(
    data=Moons(), model=MLP((1,), "relu"), loss=SquaredError(), start=(1e100,) * 5
)
GHOSTLY = replace(
    NET, ghosts=(Descent(recipe=SumOfGradients()), Descent(recipe=MeanError()))
)


@pytest.mark.parametrize("scene", [LINE, GHOSTLY, Scene(data=SquareAndCube())])
def test_costs_are_measured_where_they_are_asked_for(scene: Scene) -> None:
    desk, first = opened(scene)
    assert first.costs == {}
    asked = ("sum", "mean", "accumulated")
    answer = desk.answer(Question(1, until=0.0, costs=asked))
    assert tuple(answer.costs) == asked
    assert all(cost.seconds > 0 < cost.peak for cost in answer.costs.values())
    assert answer.costs["mean"].difference == 0.0
    assert desk.answer(Question(1, until=0.0)).costs == {}
    whole = desk.answer(Question(2, scene, until=0.0, costs=asked))
    assert tuple(whole.costs) == asked


def test_costs_are_those_of_the_ghosts_settings() -> None:
    data = LineWithNoise(n_examples=4000)
    rough, fine = Accumulated(2000), Accumulated(20)
    peaks = []
    for recipe in (rough, fine):
        scene = Scene(
            data=data,
            model=MLP((32,)),
            descent=Descent(4000, 1e-3),
            ghosts=(Descent(4000, 1e-3, recipe=recipe),),
        )
        answer = Desk().answer(Question(1, scene, until=0.0, costs=("accumulated",)))
        peaks.append(answer.costs["accumulated"].peak)
    assert peaks[0] > 10 * peaks[1]


def test_costs_that_cannot_be_measured_are_left_out() -> None:
    asked = ("mean_error", "mean", "no such", "")
    for scene, measured in (
        (LINE, ["mean_error", "mean"]),
        (Scene(data=SquareAndCube()), ["mean"]),
    ):
        desk, _ = opened(scene)
        answer = desk.answer(Question(1, until=0.0, costs=asked))
        assert (list(answer.costs), answer.refusal) == (measured, "")


@pytest.mark.parametrize("chosen", [None, 0, 11, 12, -1, 10**9])
def test_an_example_asked_for_is_named_in_the_answer(chosen: int | None) -> None:
    desk, _ = opened(LINE)
    answer = desk.answer(Question(1, until=0.0, steps=1, chosen=chosen))
    assert answer.chosen == chosen
    assert answer.snapshot is not None
    seen = answer.snapshot.chosen
    there = chosen is not None and 0 <= chosen < 12
    assert (seen.row if seen else None) == (chosen if there else None)


@pytest.mark.parametrize(
    "question",
    [
        Question(2, MISSING, chosen=2, costs=("mean",), steps=3),
        Question(2, Scene(data=GivenGradients(), held_out=0.9)),
        Question(2, Scene(data=SquareAndCube(), held_out=0.8), chosen=1),
        Question(2, FAR_AWAY, costs=("mean",)),
        Question(2, replace(MISSING, ghosts=GHOSTLY.ghosts)),
    ],
)
def test_a_refusal_leaves_ghosts_selection_and_costs(question: Question) -> None:
    kept, other = Screen(GHOSTLY, 6), Screen(GHOSTLY, 6)
    for screen in (kept, other):
        screen.gather()
        screen.rest(chosen=3)
    refused = kept.desk.answer(question)
    assert refused.refusal.endswith(".")
    assert (refused.kept, refused.snapshot, refused.costs) == (-1, None, {})
    assert (refused.curves, refused.own_surface, refused.check) == (None, None, None)
    again = kept.ask(chosen=3)
    assert (again.snapshot, again.busy, again.facts) == (None, False, None)
    assert again.own_surface is kept.run.own_surface
    for screen in (kept, other):
        screen.ask(steps=5, chosen=4)
        screen.gather()
    assert kept.run.newest == other.run.newest == 11
    for mine, theirs in zip(kept.now.ghosts, other.now.ghosts, strict=True):
        assert mine.theta.tolist() == theirs.theta.tolist()
        assert mine.path.tolist() == theirs.path.tolist()


@pytest.mark.parametrize("scene", [LINE, GHOSTLY, Scene(data=SquareAndCube())])
def test_all_that_is_told_may_cross_a_process(scene: Scene) -> None:
    screen = Screen(scene, 4)
    for asked in ({"costs": ("mean",)}, {"chosen": 1}, {"steps": 2, "chosen": 0}):
        screen.gather()
        screen.rest(chosen=1)
        answer = screen.ask(**{"steps": 1, **asked})
        copied = pickle.loads(pickle.dumps(answer))
        assert copied.snapshot.scene == answer.snapshot.scene  # type: ignore[union-attr]
        assert copied.newest == answer.newest


def test_a_question_that_must_be_whole_waits_for_no_ghost() -> None:
    wild = replace(GHOSTLY, descent=Descent(4, 0.05))
    screen = Screen(wild)
    begun = time.perf_counter()
    answer = screen.ask(steps=300, until=begun)
    assert answer.newest == 300
    assert answer.busy
    assert {ghost.step for ghost in screen.now.ghosts} == {1}
    screen.gather()
    assert {ghost.step for ghost in screen.now.ghosts} == {300}


def test_with_ghosts_an_answer_keeps_to_its_time() -> None:
    many = tuple(replace(NET.descent, recipe=Accumulated(m)) for m in range(1, 13))
    screen = Screen(replace(NET, ghosts=many))
    newest = 0
    for _ in range(10):
        begun = time.perf_counter()
        answer = screen.ask(steps=10**6, until=begun + 0.05, whole=False)
        assert time.perf_counter() - begun < 1.0
        assert answer.newest > newest
        newest = answer.newest
    assert len(screen.gather()) == 12
