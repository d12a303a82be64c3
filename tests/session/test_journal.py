"""The journal: a document on disk that outlasts its process, and only that."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gdviz.core.datasets import Moons, OwnTable
from gdviz.core.losses import Logistic, SquaredError
from gdviz.core.models import MLP
from gdviz.core.refused import Refused
from gdviz.session.course import Course
from gdviz.session.journal import Journal, lost
from gdviz.session.lock import Lock
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import Document
from gdviz.session.trainer import Trainer

SCENE = Scene(Moons(), model=MLP((3,)), loss=Logistic(), descent=Descent(8, 0.1))
FASTER = replace(SCENE.descent, learning_rate=0.2)
COURSE = Course(SCENE.descent, ((5, FASTER),), 12, 9)
TABLE = "a,b\n1,2\n2,3\n3,5\n"

_DYING = """
import os, sys
from pathlib import Path
from tests.session.test_journal import COURSE, SCENE
from gdviz.session.journal import Journal
from gdviz.session.scenefile import Document
journal = Journal(Path(sys.argv[1]))
journal.write(Document(SCENE, COURSE))
journal.wait()
print(journal.file.name, flush=True)
sys.stdin.read()  # until it is killed
"""


def dying(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Return a process that has written a document, and the file's name."""
    process = subprocess.Popen(
        [sys.executable, "-c", _DYING, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def killed(folder: Path, scene: Scene = SCENE, course: Course = COURSE) -> Path:
    """Leave a document as a killed process does, and return its file."""
    journal = Journal(folder)
    journal.write(Document(scene, course))
    assert not abandoned(journal).fault()
    return journal.file


def abandoned(journal: Journal) -> Journal:
    """Let go of a journal as the death of its process does."""
    journal.wait()
    assert journal._lock is not None
    journal._lock._file.close()
    return journal


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_living_document_is_nobody_elses(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(Document(SCENE, COURSE))
    journal.wait()
    assert journal.file.exists()
    assert list(lost(tmp_path)) == []
    journal.close()
    assert names(tmp_path) == []


def test_another_process_lives_until_it_is_killed(tmp_path: Path) -> None:
    process, name = dying(tmp_path)
    try:
        assert names(tmp_path) == [name, name.replace(".json", ".lock")]
        assert list(lost(tmp_path)) == []
    finally:
        process.kill()
        process.communicate()
    (found,) = lost(tmp_path)
    assert found.file.name == name
    document = found.read()
    assert (document.scene, document.course) == (SCENE, COURSE)
    found.discard()
    assert names(tmp_path) == []


def test_whoever_comes_second_finds_nothing_until_the_first_lets_go(
    tmp_path: Path,
) -> None:
    killed(tmp_path)
    (first,) = lost(tmp_path)
    assert list(lost(tmp_path)) == []
    first.release()
    (second,) = lost(tmp_path)
    second.discard()
    assert list(lost(tmp_path)) == []


def test_the_newest_is_found_first(tmp_path: Path) -> None:
    files = [killed(tmp_path) for _ in range(3)]
    for age, file in zip((30, 10, 20), files, strict=True):
        os.utime(file, (time.time() - age,) * 2)
    found = list(lost(tmp_path))
    assert [left.file for left in found] == [files[1], files[2], files[0]]
    for left in found:
        left.release()


def test_only_as_many_are_held_as_are_looked_at(tmp_path: Path) -> None:
    killed(tmp_path)
    killed(tmp_path)
    first = next(lost(tmp_path))
    (second,) = lost(tmp_path)
    assert first.file != second.file
    first.release()
    second.release()


def test_nothing_is_made_before_the_first_writing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "runs")
    assert list(lost(tmp_path / "runs")) == []
    journal.close()
    assert names(tmp_path) == []


def test_the_newest_writing_holds(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for steps in range(12, 15):
        journal.write(Document(SCENE, replace(COURSE, steps=steps)))
    abandoned(journal)
    (found,) = lost(tmp_path)
    assert found.read().course == replace(COURSE, steps=14)
    found.release()


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("not a folder")
    journal = Journal(tmp_path / "runs")
    journal.write(Document(SCENE, COURSE))
    journal.wait()
    assert "runs" in journal.fault()
    assert journal.fault().endswith(".")
    journal.close()
    assert names(tmp_path) == ["runs"]


def test_a_file_that_is_no_scene_is_refused_and_can_be_discarded(
    tmp_path: Path,
) -> None:
    file = killed(tmp_path)
    file.write_bytes(b'{"gdviz": 2, "seed": "\xff')
    (found,) = lost(tmp_path)
    with pytest.raises(Refused, match=file.name):
        found.read()
    found.discard()
    assert names(tmp_path) == []


def own(path: str, text: str = "") -> Scene:
    data = OwnTable(path, "b", text=text)
    return Scene(data, loss=SquaredError(), descent=Descent(2, 0.1))


@pytest.mark.parametrize("name", ["house.csv", "odd näme/../x y.csv", "", "a" * 300])
def test_a_table_in_the_scene_is_written_once_beside_it(
    tmp_path: Path, name: str
) -> None:
    scene, journal = own(name, TABLE), Journal(tmp_path)
    for steps in (1, 2):
        journal.write(Document(scene, Course(scene.descent, (), steps)))
        journal.wait()
        assert not journal.fault()
        (beside,) = tmp_path.glob(f"{journal.file.stem}-*")
        if steps == 1:
            beside.write_text(TABLE + "4,7\n")
    assert "4,7" in beside.read_text(), "written a second time"
    assert "1,2" not in journal.file.read_text()
    beside.write_text(TABLE)
    abandoned(journal)
    (found,) = lost(tmp_path)
    data = found.read().scene.data
    assert isinstance(data, OwnTable)
    assert data.text == TABLE
    found.discard()
    assert names(tmp_path) == []


def test_another_table_in_the_scene_takes_the_place_of_the_first(
    tmp_path: Path,
) -> None:
    journal, more = Journal(tmp_path), TABLE + "4,7\n"
    for text in (TABLE, more):
        scene = own("house.csv", text)
        journal.write(Document(scene, Course(scene.descent)))
    abandoned(journal)
    (found,) = lost(tmp_path)
    data = found.read().scene.data
    assert isinstance(data, OwnTable)
    assert (data.path, data.text) == ("house.csv", more)
    found.release()


def test_an_own_table_that_changed_is_named(tmp_path: Path) -> None:
    table = tmp_path / "house.csv"
    table.write_text(TABLE)
    scene, runs = own(str(table)), tmp_path / "runs"
    killed(runs, scene, Course(scene.descent))
    table.write_text(TABLE + "4,7\n")
    (found,) = lost(runs)
    document = found.read()
    assert document.scene == scene
    assert "is not the table" in document.notes[0]
    table.unlink()
    with pytest.raises(Refused, match=r"house\.csv"):
        found.read()
    found.release()


@pytest.mark.parametrize("content", [None, b"a,b\n4,7\n5,5\n"])
def test_a_table_that_changed_during_the_run_is_kept(
    tmp_path: Path, content: bytes | None
) -> None:
    table, journal = tmp_path / "house.csv", Journal(tmp_path / "runs")
    table.write_text(TABLE)
    scene = Trainer(own(str(table))).scene
    for steps in (1, 2):
        journal.write(Document(scene, Course(scene.descent, (), steps)))
        journal.wait()
        beside = list(journal.file.parent.glob(f"{journal.file.stem}-*"))
        assert (len(beside), journal.fault()) == (steps - 1, "")
        table.unlink(missing_ok=True) if content is None else table.write_bytes(content)
    journal.write(Document(own("other.csv", "a,b\n1,1\n"), Course(scene.descent)))
    journal.write(Document(scene, Course(scene.descent, (), 3)))
    abandoned(journal)
    (found,) = lost(tmp_path / "runs")
    document = found.read()
    data = document.scene.data
    assert isinstance(data, OwnTable)
    assert (data.text, data.target, document.notes) == (TABLE, "b", ())
    assert document.course is not None
    assert document.course.steps == 3
    found.discard()


def test_leftovers_of_long_ago_are_removed(tmp_path: Path) -> None:
    kept = killed(tmp_path)
    old, new = (".gdviz-1.part", "9.lock"), (".gdviz-2.part", "8.lock")
    for name in (*old, *new):
        (tmp_path / name).touch()
    for name in (*old, kept.with_suffix(".lock").name):
        os.utime(tmp_path / name, (time.time() - 1e4,) * 2)
    (found,) = lost(tmp_path)
    stay = {*new, kept.name, kept.with_suffix(".lock").name}
    assert set(names(tmp_path)) == stay
    found.release()


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    first = Lock.take(tmp_path / "x.lock")
    assert first is not None
    assert Lock.take(tmp_path / "x.lock") is None
    first.release()
    assert names(tmp_path) == []
    second = Lock.take(tmp_path / "x.lock")
    assert second is not None
    second.release()


def test_a_lock_on_a_removed_file_is_none(tmp_path: Path) -> None:
    """A process that waited for a lock must not hold what is no name any more."""
    held = Lock.take(tmp_path / "x.lock")
    (tmp_path / "x.lock").unlink()
    other = Lock.take(tmp_path / "x.lock")
    assert held is not None
    assert other is not None
    assert (tmp_path / "x.lock").exists()
    other.release()
    held.release()


def test_there_is_no_lock_where_nothing_can_be_written(tmp_path: Path) -> None:
    assert Lock.take(tmp_path / "none" / "x.lock") is None


def test_what_is_left_makes_the_very_same_steps(tmp_path: Path) -> None:
    trainer = Trainer(SCENE)
    for steps, rate in ((40, 0.3), (25, 0.02), (30, 0.1)):
        trainer.advance(steps)
        down = replace(trainer.scene.descent, learning_rate=rate)
        trainer.adopt(replace(trainer.scene, descent=down))
    trainer.advance(17)
    scene = replace(trainer.scene, descent=trainer.course.start)
    killed(tmp_path, scene, trainer.course)
    (found,) = lost(tmp_path)
    document = found.read()
    again = Trainer(document.scene, document.course)
    assert document.course is not None
    again.advance(document.course.steps)
    found.release()
    assert again.step == trainer.step
    assert (again.state.theta == trainer.state.theta).all()
    assert (again.pending.update == trainer.pending.update).all()
    assert np.array_equal(again.pending.rows, trainer.pending.rows)
