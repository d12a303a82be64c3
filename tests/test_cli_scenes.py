"""Scene files on the command line: their course, their table, options on top."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gdviz.cli import train
from gdviz.cli.flags import scene_parser
from gdviz.cli.scenes import document_of, steps_of
from gdviz.core.datasets import Moons, OwnTable
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.core.refused import Refused
from gdviz.session.course import Course
from gdviz.session.fitting import fit
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import write_document
from gdviz.session.trainer import Trainer
from tests.terminal import Terminal

if TYPE_CHECKING:
    from argparse import Namespace

TABLE = "x,y\n" + "".join(f"{i % 7},{0.1 * i * i}\n" for i in range(30))
FIRST = Descent(4, 0.1)
COURSE = Course(
    FIRST,
    (
        (20, replace(FIRST, learning_rate=0.3)),
        (30, Descent(1, 0.3, optimizer=HeavyBall(0.5))),
    ),
    50,
    25,
)
SCENE = Scene(Moons(40), model=MLP((3,)), descent=FIRST)


@pytest.fixture
def gdviz(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TABLE)
    write_document("own.json", SCENE, COURSE)
    return Terminal(capsys)


def typed(*words: str) -> Namespace:
    return scene_parser("train", "[--steps N]", "", "").parse_args(list(words))


def theta(steps: int, scene: Scene = SCENE, course: Course | None = COURSE) -> Any:
    trainer = Trainer(scene, course)
    trainer.advance(steps)
    return trainer.state.theta.tolist()


def test_a_course_is_made_again_bit_for_bit(gdviz: Terminal) -> None:
    made, said = gdviz.trained("own.json")
    assert (made["steps"], said) == (50, "")
    assert made["theta"] == theta(50) != theta(50, course=None)


@pytest.mark.parametrize("steps", [0, 10, 25, 200])
def test_fewer_steps_and_more(gdviz: Terminal, steps: int) -> None:
    made, _ = gdviz.trained("own.json", "--steps", str(steps))
    assert made["steps"] == steps
    assert made["theta"] == theta(steps)
    if steps == 200:  # the last settings hold
        longer = replace(COURSE, steps=200, changes=COURSE.changes)
        assert made["theta"] == theta(200, course=longer)


def test_the_table_of_a_course_has_its_steps(gdviz: Terminal) -> None:
    gdviz.trained("own.json", "-o", "path.csv")
    with open("path.csv", newline="") as file:
        head, *rows = csv.reader(file)
    first = len(head) - len(theta(0))
    assert [int(row[0]) for row in rows] == list(range(51))
    for step in (0, 20, 21, 31, 50):
        assert [float(cell) for cell in rows[step][first:]] == theta(step)


def test_slices_change_nothing(
    gdviz: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "_SLICE_NUMBERS", 1)
    assert gdviz.trained("own.json")[0]["theta"] == theta(50)


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["--seed", "59"], "--seed"),
        (["--batch-size", "2"], "--batch-size"),
        (["--learning-rate", "0.2", "--seed", "1"], "--learning-rate and --seed"),
        (["--dataset", "circles"], "--dataset"),
        (["--no-standardise", "--data", "t.csv", "--target", "y"], "--data"),
    ],
)
def test_other_settings_leave_the_course_out_and_say_so(
    gdviz: Terminal, capsys: pytest.CaptureFixture[str], words: list[str], flags: str
) -> None:
    document = document_of(typed("own.json", *words))
    said = capsys.readouterr().err
    assert document.course is None
    assert said.startswith("gdviz: note: ")
    assert flags in said
    assert "it is another run: the file's course is left out.\n" in said
    done = gdviz("train", "own.json", *words)
    assert done.code == 2
    assert "--steps is missing; say how many, or name a scene file" in done.err
    made, _ = gdviz.trained("own.json", *words, "--steps", "5")
    assert made["theta"] == theta(5, document.scene, None)


def test_the_same_settings_keep_the_course(gdviz: Terminal) -> None:
    words = ["--seed", "58", "--batch-size", "4", "--dataset", "moons"]
    made, said = gdviz.trained("own.json", *words)
    assert said == ""
    assert made["theta"] == theta(50)


def test_nothing_says_how_many_steps(gdviz: Terminal) -> None:
    write_document("still.json", SCENE, Course(FIRST))
    write_document("plain.json", SCENE)
    for words in (["still.json"], ["plain.json"], [], ["--dataset", "moons"]):
        done = gdviz("train", *words)
        assert done == (
            2,
            "",
            "gdviz: --steps is missing; say how many, or name a scene file whose "
            "course does.\n",
        )


def test_the_step_looked_at_is_for_pictures(gdviz: Terminal) -> None:
    words = typed("own.json")
    assert steps_of(words, document_of(words)) == 50
    assert steps_of(words, document_of(words), shown=True) == 25
    words = typed("own.json", "--steps", "7")
    assert steps_of(words, document_of(words), shown=True) == 7
    with pytest.raises(Refused, match=r"--steps must be a whole number, not 'x'\."):
        steps_of(typed("--steps", "x"), document_of(typed()))


def test_the_document_is_fit_for_its_data(gdviz: Terminal) -> None:
    file = {"gdviz": 2, "descent": {"batch_size": 4}, "course": {"steps": 9}}
    Path("own.json").write_text(json.dumps(file))
    document = document_of(typed("own.json"))
    assert document.scene == fit(Scene(), load(Scene()))[0]
    assert document.course == Course(document.scene.descent, (), 9, 9)
    Path("own.json").write_text(json.dumps({"gdviz": 2, "course": {"steps": 9}}))
    assert document_of(typed("own.json", "--seed", "0")).course is None


def test_a_setting_that_is_moved_for_the_data_moves_the_start_of_the_course(
    gdviz: Terminal,
) -> None:
    data = {"name": "two-points"}
    file = {"gdviz": 2, "data": data, "course": {"steps": 9}}
    Path("own.json").write_text(json.dumps(file))
    made, said = gdviz.trained("own.json")
    assert "the batch size is now 2, not 4" in said
    assert made["steps"] == 9
    document = document_of(typed("own.json"))
    assert document.course is not None
    assert document.course.start == document.scene.descent
    assert document.course.start.batch_size == 2


# --- own data


def own() -> Scene:
    return replace(Scene(), data=OwnTable("t.csv", "y"))


def test_a_changed_table_is_told_and_trained_all_the_same(
    gdviz: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    write_document("own.json", own())
    assert gdviz.trained("own.json", "--steps", "3")[1] == ""
    Path("t.csv").write_text(TABLE.replace("6,", "5,"))
    words = typed("own.json", "--steps", "3")
    assert "t.csv is not the table" in document_of(words).notes[0]
    capsys.readouterr()
    _, said = gdviz.trained("own.json", "--steps", "3")
    assert said == (
        "gdviz: note: t.csv is not the table that this scene was saved with; its path "
        "will be another one.\n"
    )


def test_a_missing_table_is_refused(gdviz: Terminal, tmp_path: Path) -> None:
    write_document("own.json", own())
    Path("t.csv").unlink()
    done = gdviz("train", "own.json", "--steps", "3")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"gdviz: own.json: there is no table {tmp_path}")
    assert done.err.count("\n") == 1


def test_an_embedded_table_is_trained_without_its_file(gdviz: Terminal) -> None:
    before, _ = gdviz.trained("--data", "t.csv", "--target", "y", "--steps", "30")
    write_document("own.json", own(), Course(Descent(), (), 30, 30), embed=True)
    Path("t.csv").unlink()
    made, said = gdviz.trained("own.json", "-o", "path.csv")
    assert (made, said) == (before, "")
    assert gdviz.trained("own.json", "-o", "t.csv")[0] == before  # a free name


def test_another_table_takes_the_place_of_an_embedded_one(gdviz: Terminal) -> None:
    write_document("own.json", own(), embed=True)
    Path("two.csv").write_text("x,y\n1,2\n3,4\n5,1\n2,2\n")
    document = document_of(typed("own.json", "--data", "two.csv"))
    assert document.scene.data == OwnTable("two.csv", "y")
    kept = document_of(typed("own.json", "--target", "x"))
    assert kept.scene.data == OwnTable("t.csv", "x", text=TABLE)


def test_what_is_wrong_in_a_course_is_named(gdviz: Terminal) -> None:
    changes = [{"at": 1}, {"at": 2, "batch_size": 0}]
    file = {"gdviz": 2, "course": {"steps": 9, "changes": changes}}
    Path("own.json").write_text(json.dumps(file))
    assert gdviz("train", "own.json") == (
        2,
        "",
        "gdviz: own.json: course.changes[1].batch_size must lie between 1 and "
        "1000000, not 0.\n",
    )
