"""What a file tells of a run: all of it comes back, and what is wrong is named."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gdviz.core.averaging import RECIPES, Accumulated
from gdviz.core.batches import ORDERS
from gdviz.core.datasets import (
    Dataset,
    Iris,
    LineWithNoise,
    Moons,
    OwnTable,
    TwoGaussians,
)
from gdviz.core.functions import SOURCES
from gdviz.core.losses import LOSSES
from gdviz.core.models import MLP, MODELS
from gdviz.core.optimizers import OPTIMIZERS, SGD, HeavyBall
from gdviz.core.refused import Refused
from gdviz.session.course import Course, as_begun
from gdviz.session.coursefile import MOST_CHANGES, MOST_STEPS
from gdviz.session.desk import Desk
from gdviz.session.fitting import fit
from gdviz.session.loading import load
from gdviz.session.questions import Question
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import (
    Document,
    document,
    from_json,
    read_document,
    to_json,
    write_document,
)
from gdviz.session.trainer import Trainer
from tests.session.strategies import small, specs, values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gdviz.core.knobs import Kind
    from gdviz.session.scenetree import Tree

FIRST = Descent(6, 0.1, optimizer=HeavyBall(0.5), recipe=Accumulated(3))
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def courses(
    start: Descent, of: Callable[[Kind], st.SearchStrategy[Any]], most: int
) -> st.SearchStrategy[Course]:
    """Return courses from these settings on, of at most so many steps."""

    def changed(steps: int) -> st.SearchStrategy[Course]:
        one = st.tuples(st.integers(1, max(1, steps)), specs(Descent, of))
        some = st.lists(one, max_size=5 * (steps > 0), unique_by=lambda pair: pair[0])
        return st.builds(
            Course,
            st.just(start),
            some.map(lambda pairs: tuple(sorted(pairs, key=lambda pair: pair[0]))),
            st.just(steps),
            st.integers(0, steps),
        )

    return st.integers(0, most).flatmap(changed)


@given(specs(Scene), st.data())
def test_any_course_survives_the_round_trip(scene: Scene, data: st.DataObject) -> None:
    course = data.draw(st.none() | courses(scene.descent, values, MOST_STEPS))
    text = to_json(scene, course)
    read = document(text)
    assert (read.scene, read.course) == (scene, course)
    assert to_json(read.scene, read.course) == text
    assert "course" not in read.places


def path_of(trainer: Trainer, steps: int) -> list[list[float]]:
    """Return θ at every step from the start on."""
    thetas = [trainer.state.theta]
    thetas += [step.after.theta for step in trainer.advance(steps)]
    return [theta.tolist() for theta in thetas]


@SLOW
@given(specs(Scene, small), st.data())
def test_what_is_read_goes_the_same_way_bit_for_bit(
    scene: Scene, data: st.DataObject
) -> None:
    course = data.draw(courses(scene.descent, small, 12))
    try:
        trainer = Trainer(scene, course)
    except Refused:
        assume(False)
    path = path_of(trainer, course.steps + 2)
    read = document(to_json(scene, course))
    assert path_of(Trainer(read.scene, read.course), course.steps + 2) == path
    # and once more from what the run itself says, which may have ended badly before
    made = trainer.course
    begun = replace(trainer.scene, descent=made.start)
    again = document(to_json(begun, made))
    changes = tuple(change for change in made.changes if change[0] <= made.steps)
    assert (again.scene, again.course) == (begun, replace(made, changes=changes))
    assert path_of(Trainer(again.scene, again.course), made.steps) == path


def test_a_run_with_live_changes_comes_back_from_its_file(tmp_path: Path) -> None:
    scene = Scene(Moons(60), model=MLP((4,)), descent=FIRST)
    trainer = Trainer(scene)
    for moved in ({"learning_rate": 0.3}, {"batch_size": 1}, {"optimizer": SGD()}):
        trainer.advance(40)
        trainer.adopt(replace(trainer.scene, descent=replace(FIRST, **moved)))
    trainer.advance(40)
    trainer.seek(50)
    begun = replace(trainer.scene, descent=trainer.course.start)
    write_document(tmp_path / "own.json", begun, trainer.course)
    read = read_document(tmp_path / "own.json")
    assert (read.course, read.notes) == (trainer.course, ())
    assert read.course is not None
    assert (read.course.steps, read.course.shown) == (160, 50)
    again = Trainer(read.scene, read.course)
    path = path_of(again, 160)
    trainer.seek(0)
    assert path == path_of(trainer, 160)
    assert len(path) == 161
    plain = path_of(Trainer(read.scene), 160)
    assert plain[:41] == path[:41]
    assert plain[41] != path[41]


TABLE = "x,y\n" + "".join(f"{x},{x * x}\n" for x in range(12))
LEARNT: list[Dataset] = [LineWithNoise(), TwoGaussians(), Iris()]
EACH: list[Scene] = [
    *(
        Scene(data=SOURCES[name](), descent=Descent(learning_rate=1e-3))
        for name in SOURCES
        if name != OwnTable.name
    ),
    Scene(data=OwnTable("t.csv", "y", text=TABLE)),
    *(Scene(model=MODELS[name]()) for name in MODELS),
    *(Scene(data, loss=LOSSES[name]()) for name in LOSSES for data in LEARNT),
    *(Scene(descent=Descent(optimizer=OPTIMIZERS[name]())) for name in OPTIMIZERS),
    *(Scene(descent=Descent(recipe=RECIPES[name]())) for name in RECIPES),
    *(Scene(descent=Descent(order=name)) for name in ORDERS),
    *(Scene(ghosts=(Descent(recipe=RECIPES[name]()),)) for name in RECIPES),
    Scene(start=(0.1 + 0.2, -1e-17)),
]


@pytest.mark.parametrize("scene", EACH, ids=range(len(EACH)))
def test_every_entry_of_every_registry_goes_the_same_way(scene: Scene) -> None:
    scene, _ = fit(scene, load(scene))
    first = scene.descent
    kinds = [name for name in OPTIMIZERS if name != first.optimizer.name]
    after = replace(first, optimizer=OPTIMIZERS[kinds[0]](), learning_rate=1 / 3)
    later = replace(after, batch_size=1 + first.batch_size // 2)
    course = Course(first, ((7, after), (9, later)), 20, 8)
    read = document(to_json(scene, course))
    assert (read.scene, read.course) == (scene, course)
    again = Trainer(read.scene, read.course)
    path = path_of(Trainer(scene, course), 25)
    assert path_of(again, 25) == path
    assert path_of(Trainer(scene), 25)[8:] != path[8:]


COURSE = Course(
    FIRST,
    (
        (120, replace(FIRST, learning_rate=0.25)),
        (130, replace(FIRST, learning_rate=0.25, optimizer=HeavyBall(0.8))),
        (200, replace(FIRST, batch_size=1, order="file")),
        (500, replace(FIRST, batch_size=1, order="file", optimizer=SGD())),
    ),
    500,
    137,
)


def test_the_course_is_small_and_readable() -> None:
    text = to_json(Scene(descent=FIRST), COURSE)
    assert text.endswith(
        '  "plane_y": "",\n'
        '  "course": {"steps": 500, "shown": 137, "changes": [\n'
        '    {"at": 120, "learning_rate": 0.25},\n'
        '    {"at": 130, "optimizer": {"name": "momentum", "beta": 0.8, '
        '"weight_decay": 0.0}},\n'
        '    {"at": 200, "batch_size": 1, "learning_rate": 0.1, "order": "file", '
        '"optimizer": {"name": "momentum", "beta": 0.5, "weight_decay": 0.0}},\n'
        '    {"at": 500, "optimizer": {"name": "sgd", "weight_decay": 0.0}}\n'
        "  ]}\n"
        "}\n"
    )
    assert document(text).course == COURSE
    assert '"course": {"steps": 0, "shown": 0, "changes": []}\n' in to_json(
        Scene(), Course(Descent())
    )
    assert "course" not in to_json(Scene())


def whole(course: object, **scene: object) -> str:
    return json.dumps({"gdviz": 2, **scene, "course": course})


def course_in(course: Tree, **scene: object) -> Course:
    read = document(whole(course, **scene)).course
    assert read is not None
    return read


MOMENTUM = {"optimizer": {"name": "momentum", "beta": 0.5}}


@pytest.mark.parametrize(
    ("course", "read"),
    [
        ({}, Course(Descent())),
        ({"steps": 7}, Course(Descent(), (), 7, 7)),
        ({"steps": 7.0, "shown": 0}, Course(Descent(), (), 7, 0)),
        (
            {"steps": 7, "changes": [{"at": 1}, {"at": 7, "batch_size": 9}]},
            Course(Descent(), ((1, Descent()), (7, Descent(9))), 7, 7),
        ),
        (
            {"steps": 3, "changes": [{"at": 2, **MOMENTUM}]},
            Course(Descent(), ((2, Descent(optimizer=HeavyBall(0.5))),), 3, 3),
        ),
    ],
)
def test_what_a_course_leaves_out_is_usual(course: Tree, read: Course) -> None:
    assert course_in(course) == read


def test_a_change_stands_on_the_one_before() -> None:
    changes = [
        {"at": 1, "batch_size": 9},
        {"at": 2, "optimizer": {"beta": 0.25}},
        {"at": 3, "optimizer": {"name": "sgd"}},
        {"at": 4, "optimizer": {"name": "momentum"}},
    ]
    course = course_in({"steps": 9, "changes": changes}, descent=MOMENTUM)
    assert [descent for _, descent in course.changes] == [
        Descent(9, optimizer=HeavyBall(0.5)),
        Descent(9, optimizer=HeavyBall(0.25)),
        Descent(9),
        Descent(9, optimizer=HeavyBall()),
    ]


def change(**settings: object) -> object:
    """Return a course whose second change is this."""
    return {"steps": 9, "changes": [{"at": 1}, settings]}


REFUSED: dict[str, tuple[object, str]] = {
    "null is none": ([], "course must be an object in braces."),
    "a number": (500, "course must be an object in braces."),
    "a word": ("long", "course must be an object in braces."),
    "a key": (
        {"step": 5},
        "there is no setting 'course.step'; did you mean course.steps?",
    ),
    "a start": ({"start": {}}, "there is no setting 'course.start'"),
    "steps in words": ({"steps": "9"}, "course.steps must be a whole number, not '9'."),
    "steps yes": ({"steps": True}, "course.steps must be a whole number, not True."),
    "steps null": ({"steps": None}, "course.steps must be a whole number, not None."),
    "steps list": ({"steps": [9]}, "course.steps must be a whole number, not [9]."),
    "half steps": ({"steps": 0.5}, "course.steps must be a whole number, not 0.5."),
    "back": ({"steps": -1}, "course.steps must lie between 0 and 1000000000000"),
    "far": ({"steps": 10**18}, "course.steps must lie between 0 and 1000000000000"),
    "far float": ({"steps": 1e18}, "course.steps must lie between 0 and"),
    "shown late": ({"steps": 5, "shown": 6}, "course.shown must lie between 0 and 5"),
    "shown early": ({"steps": 5, "shown": -1}, "course.shown must lie between 0 and 5"),
    "shown words": ({"shown": "all"}, "course.shown must be a whole number"),
    "changes object": ({"changes": {}}, "course.changes must be a list of objects in"),
    "changes null": ({"changes": None}, "course.changes must be a list of objects in"),
    "a change alone": (
        {"steps": 3, "changes": [3]},
        "course.changes[0] must be an object in braces.",
    ),
    "a null change": (
        {"steps": 3, "changes": [{"at": 1}, None]},
        "course.changes[1] must be an object in braces.",
    ),
    "no step": (change(batch_size=2), "course.changes[1].at is missing"),
    "step 0": (
        {"steps": 3, "changes": [{"at": 0}]},
        "course.changes[0].at must lie between 1 and 3, not 0.",
    ),
    "no steps at all": (
        {"changes": [{"at": 1}]},
        "course.changes[0].at must be at most course.steps, 0, not 1.",
    ),
    "late": (change(at=10), "course.changes[1].at must lie between 1 and 9, not 10."),
    "twice": (change(at=1), "course.changes[1].at must be above 1, the one before it"),
    "step words": (change(at="2"), "course.changes[1].at must be a whole number"),
    "half a step": (change(at=2.5), "course.changes[1].at must be a whole number"),
    "step yes": (change(at=True), "course.changes[1].at must be a whole number"),
    "unknown": (
        change(at=2, batchsize=2),
        "no setting 'course.changes[1].batchsize'; did you mean "
        "course.changes[1].batch_size?",
    ),
    "the seed": (change(at=2, seed=2), "no setting 'course.changes[1].seed'"),
    "the data": (change(at=2, data={}), "no setting 'course.changes[1].data'"),
    "ghosts": (change(at=2, ghosts=[]), "no setting 'course.changes[1].ghosts'"),
    "batch size": (
        change(at=2, batch_size=0),
        "course.changes[1].batch_size must lie between 1 and 1000000, not 0.",
    ),
    "rate null": (
        change(at=2, learning_rate=None),
        "course.changes[1].learning_rate must be a number, not None.",
    ),
    "optimizer by name": (
        change(at=2, optimizer="sgd"),
        "course.changes[1].optimizer must be an object in braces.",
    ),
    "no such optimizer": (
        change(at=2, optimizer={"name": "sdg"}),
        "course.changes[1].optimizer.name must be one of sgd",
    ),
    "its knob": (
        change(at=2, optimizer={"name": "momentum", "beta": 2}),
        "course.changes[1].optimizer.beta must lie between 0 and 0.999, not 2.",
    ),
    "another's knob": (
        change(at=2, optimizer={"beta": 0.5}),
        "there is no setting 'course.changes[1].optimizer.beta'",
    ),
    "recipe null": (
        change(at=2, recipe=None),
        "course.changes[1].recipe must be an object in braces.",
    ),
}


@pytest.mark.parametrize(("course", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_refused_by_its_place(course: object, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        from_json(whole(course))
    said = str(caught.value)
    assert sentence in said
    assert said.endswith((".", "?"))


@given(
    st.recursive(st.integers() | st.text() | st.none() | st.floats(), st.lists),
    st.sampled_from(["steps", "shown", "changes", "at", "batch_size", "optimizer"]),
)
def test_no_value_gets_past_as_anything_but_a_refusal(value: object, key: str) -> None:
    course: Tree = {"steps": 9, "changes": [{"at": 1}]}
    (course if key in ("steps", "shown", "changes") else course["changes"][0])[key] = (
        value
    )
    try:
        from_json(whole(course))
    except Refused as fault:
        assert str(fault)  # noqa: PT017


def test_a_course_of_another_start_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="step 0"):
        to_json(Scene(), Course(FIRST))


def many(count: int) -> Course:
    two = (Descent(2), Descent(3))
    return Course(
        Descent(), tuple((i, two[i % 2]) for i in range(1, count + 1)), count, count
    )


def test_no_more_changes_than_a_file_holds() -> None:
    with pytest.raises(Refused, match="changed 100,001 times, and a scene file holds"):
        to_json(Scene(), many(MOST_CHANGES + 1))
    listed = [{"at": 1}] * (MOST_CHANGES + 1)
    with pytest.raises(Refused, match=r"course.changes must be at most 100,000\."):
        document(whole({"steps": 5, "changes": listed}))


def test_as_many_changes_as_a_file_holds_come_back(tmp_path: Path) -> None:
    course = many(MOST_CHANGES)
    write_document(tmp_path / "own.json", Scene(), course)
    assert read_document(tmp_path / "own.json") == Document(
        Scene(), course, document(to_json(Scene())).places
    )


HOSTILE = {
    "a million changes": '"changes": [' + '{"at":1},' * 999_999 + '{"at":2}]',
    "more steps than can be": '"steps": 1' + "0" * 18,
    "nested changes": '"changes": ' + "[" * 100_000 + "]" * 100_000,
    "nested objects": '"changes": [' + '{"optimizer":' * 50_000 + "1" + "}" * 50_000,
    "a long number": '"steps": ' + "9" * 1_000_000,
    "a long float": '"steps": 0.1' + "9" * 1_000_000,
    "not a number": '"shown": NaN',
    "twice": '"steps": 1, "steps": 2',
    "twice in a change": '"steps": 9, "changes": [{"at": 1, "at": 2}]',
    "a long key": '"' + "k" * 1_000_000 + '": 1',
    "empty lists": '"changes": [' + "[]," * 2_600_000 + "[]]",
}


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_soon(tmp_path: Path, inside: str) -> None:
    path = tmp_path / "own.json"
    path.write_text('{"gdviz": 2, "course": {' + inside + "}}")
    start = time.perf_counter()
    with pytest.raises(Refused) as caught:
        read_document(path)
    assert time.perf_counter() - start < 20  # a second or two where nothing else runs
    said = str(caught.value)
    assert said.startswith("own.json: ")
    assert len(said) < 700
    assert said.isprintable()


def test_what_a_snapshot_says_is_a_document() -> None:
    """`as_begun` and the course are what is saved; nothing is lost on the way."""
    desk = Desk()
    desk.answer(Question(1, scene=Scene(descent=FIRST), until=0.0))
    snapshot = desk.answer(Question(1, steps=5, until=0.0)).snapshot
    assert snapshot is not None
    assert snapshot.course.steps
    read = document(to_json(as_begun(snapshot), snapshot.course))
    assert (read.scene, read.course) == (as_begun(snapshot), snapshot.course)
    again = Trainer(read.scene, read.course)
    again.advance(snapshot.course.shown)
    assert again.state.theta.tolist() == snapshot.record.theta.tolist()
