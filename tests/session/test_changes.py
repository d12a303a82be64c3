"""Names of changes, and what a scene file says of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from gdviz.core.averaging import RECIPES
from gdviz.core.batches import FRESH
from gdviz.core.datasets import LineWithNoise, Moons, OwnTable
from gdviz.core.functions import SOURCES
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.changes import (
    Stand,
    changes,
    document_of,
    in_force,
    last_settings,
    name_of,
)
from gdviz.session.course import Course
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import from_json, to_json
from tests.session.strategies import specs

FIRST = Scene(loss=SquaredError())
OTHER = replace(Descent(), recipe=RECIPES["sum"]())
TABLE = OwnTable(path="/some/where/own.csv", target="y")
NAMES: dict[str, tuple[Scene, Scene]] = {
    "learning rate 0.05 → 0.1": (FIRST, FIRST.down(learning_rate=0.1)),
    "learning rate 0.05 → 0.05000001": (FIRST, FIRST.down(learning_rate=0.05000001)),
    "batch size 4 → 1,000": (FIRST, FIRST.down(batch_size=1000)),
    "order Reshuffled → Fresh draws": (FIRST, FIRST.down(order=FRESH)),
    "seed 58 → 0": (FIRST, replace(FIRST, seed=0)),
    "held out 0 → 0.25": (FIRST, replace(FIRST, held_out=0.25)),
    "start at drawn → 0.5, −1": (FIRST, replace(FIRST, start=(0.5, -1))),
    "noise 0.5 → 2": (FIRST, replace(FIRST, data=LineWithNoise(noise=2))),
    "data Line with noise → Moons": (FIRST, replace(FIRST, data=Moons())),
    "data Line with noise → own.csv": (FIRST, replace(FIRST, data=TABLE)),
    "data own.csv → new.csv": (
        replace(FIRST, data=TABLE),
        replace(FIRST, data=replace(TABLE, path="new.csv")),
    ),
    "target y → x": (
        replace(FIRST, data=TABLE),
        replace(FIRST, data=replace(TABLE, target="x")),
    ),
    "standardise on → off": (
        replace(FIRST, data=TABLE),
        replace(FIRST, data=replace(TABLE, standardise=False)),
    ),
    "model Linear → Network (MLP)": (FIRST, replace(FIRST, model=MLP())),
    "hidden layers 8 → 5, 3": (
        replace(FIRST, model=MLP()),
        replace(FIRST, model=MLP((5, 3))),
    ),
    "loss Squared error → none": (FIRST, replace(FIRST, loss=None)),
    "optimiser SGD → Heavy-ball momentum": (FIRST, FIRST.down(optimizer=HeavyBall())),
    "plane as usual → (b, w)": (FIRST, replace(FIRST, plane_x="b", plane_y="w")),
    "plane (b, w) → (·, w)": (
        replace(FIRST, plane_x="b", plane_y="w"),
        replace(FIRST, plane_y="w"),
    ),
    "adding ghost “Sum of the gradients”": (FIRST, replace(FIRST, ghosts=(OTHER,))),
    "removing ghost “Sum of the gradients”": (replace(FIRST, ghosts=(OTHER,)), FIRST),
    "learning rate 0.05 → 0.1 and 2 more": (
        FIRST,
        replace(FIRST.down(learning_rate=0.1, order=FRESH), plane_x="b"),
    ),
    "": (FIRST, FIRST),
}


@pytest.mark.parametrize(("name", "scenes"), NAMES.items(), ids=NAMES)
def test_a_change_is_named_in_the_words_of_the_form(
    name: str, scenes: tuple[Scene, Scene]
) -> None:
    assert name_of(*scenes) == name


def test_ghosts_that_follow_the_descent_are_no_change_of_their_own() -> None:
    before = replace(FIRST, ghosts=(OTHER,))
    after = before.down(learning_rate=0.1)
    assert after.ghosts != before.ghosts
    assert name_of(before, after) == "learning rate 0.05 → 0.1"


def test_a_ghost_that_takes_the_place_of_another() -> None:
    by_one = replace(Descent(), recipe=RECIPES["one_by_one"]())
    before, after = replace(FIRST, ghosts=(OTHER,)), replace(FIRST, ghosts=(by_one,))
    assert name_of(before, after) == "ghosts"


def test_what_a_person_chose_gives_the_name_not_what_was_moved_for_it() -> None:
    wanted = FIRST.down(learning_rate=0.1)
    after = wanted.down(batch_size=2)
    assert name_of(FIRST, after) == "batch size 4 → 2 and 1 more"
    assert name_of(FIRST, after, wanted) == "learning rate 0.05 → 0.1 and 1 more"
    refused = FIRST.down(order=FRESH)
    assert name_of(FIRST, after, refused) == "batch size 4 → 2 and 1 more"


def test_a_long_name_is_cut() -> None:
    long = replace(TABLE, path="/" + "a" * 200 + ".csv")
    name = name_of(FIRST, replace(FIRST, data=long))
    assert len(name) == 56
    assert name.endswith("a…")


def test_long_lists_that_differ_where_they_are_cut() -> None:
    widths = (10, 10, 100, 10, 1, 1)
    wide, wider = Scene(model=MLP(widths)), Scene(model=MLP((*widths, 1)))
    assert name_of(wide, wider) == "hidden layers"


def test_only_numbers_slide() -> None:
    after = replace(FIRST.down(learning_rate=0.1, order=FRESH), seed=1, held_out=0.5)
    slides = {change.place: change.slides for change in changes(FIRST, after)}
    assert slides == {
        "held_out": True,
        "seed": False,
        "descent.learning_rate": True,
        "descent.order": False,
    }


@settings(max_examples=30)
@given(specs(Scene), specs(Scene))
def test_any_two_scenes_differ_in_words_if_they_differ(a: Scene, b: Scene) -> None:
    bare, other = replace(a, ghosts=()), replace(b, ghosts=())
    assert bool(name_of(bare, other)) is (bare != other)
    assert name_of(a, b).isprintable()
    assert name_of(a, a) == ""


def test_every_source_has_a_name() -> None:
    for source in SOURCES.values():
        if source is not LineWithNoise:
            named = name_of(FIRST, replace(FIRST, data=source()))
            assert named == f"data Line with noise → {source.title}"


FAST = replace(Descent(), learning_rate=0.1)
FASTER = replace(Descent(), learning_rate=0.2)
COURSE = Course(Descent(), ((2, FAST), (4, FASTER)), steps=6, shown=3)


@pytest.mark.parametrize(
    ("step", "rate"), [(0, 0.05), (1, 0.05), (2, 0.1), (3, 0.1), (4, 0.2), (9, 0.2)]
)
def test_the_settings_in_force_at_a_step(step: int, rate: float) -> None:
    assert in_force(COURSE, step).learning_rate == rate


def run_at(shown: int, steps: int = 6) -> Run:
    """A run of that course over a scene with a ghost, made so far and looked at."""
    desk, scene = Desk(), Scene(ghosts=(OTHER,))
    run = Run(desk.answer(Question(1, scene, course=COURSE)))
    run.take_in(desk.answer(Question(1, steps=steps, whole=True)))
    run.take_in(desk.answer(Question(1, seek=shown)))
    return run


def test_the_settings_chosen_last_are_the_same_whichever_step_is_shown() -> None:
    last = last_settings(run_at(6).snapshot)
    assert last.descent.learning_rate == 0.2
    assert last.ghosts[0].learning_rate == 0.2
    for shown in (0, 2, 5):
        assert last_settings(run_at(shown).snapshot) == last


def test_where_a_run_would_stand_at_another_step() -> None:
    run = run_at(1)
    here, there = Stand.of(run), Stand.of(run, 4)
    assert here.scene == run.snapshot.scene
    assert (here.course.shown, there.course.shown) == (1, 4)
    assert there.scene == run_at(4).snapshot.scene
    assert there.begun == here.begun
    assert here.begun.descent == Descent()


def test_a_file_says_how_far_the_run_went() -> None:
    document = document_of(run_at(3).snapshot)
    assert document.course == COURSE
    assert from_json(to_json(document.scene, document.course)) == document.scene


def test_steps_still_being_made_again_are_kept_in_the_file() -> None:
    document = document_of(run_at(1, steps=1).snapshot, resumed=COURSE)
    assert document.course == COURSE


def test_a_file_never_ends_before_its_last_change() -> None:
    course = document_of(run_at(1, steps=3).snapshot).course
    assert course is not None
    assert (course.steps, course.shown) == (4, 1)
