"""The user's own table beside a scene file, or inside it."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gdviz.core.datasets import OwnTable
from gdviz.core.refused import Refused
from gdviz.session import scenefile, scenetext, tablefile
from gdviz.session.course import Course
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene, needs_restart
from gdviz.session.scenefile import (
    document,
    from_json,
    read_document,
    to_json,
    write_document,
)
from gdviz.session.scenetext import LARGEST
from gdviz.session.tablefile import embedded
from gdviz.session.trainer import Trainer

TABLE = "width,height\n" + "".join(f"{i / 7},{i * i % 11}\n" for i in range(30))
posix = pytest.mark.skipif(os.name != "posix", reason="no such files here")


def own(path: Path | str, text: str = "") -> Scene:
    return Scene(OwnTable(str(path), "height", "numbers", text=text))


def placed(folder: Path, name: str, text: str = "x,height\n1,2\n3,4.5\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def data_in(file: Path) -> dict[str, object]:
    data = json.loads(file.read_text(encoding="utf-8"))["data"]
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("scenes/t.csv", "t.csv"),
        ("scenes/deep/er/t.csv", "deep/er/t.csv"),
        ("t.csv", "../t.csv"),
        ("tables/t.csv", "../tables/t.csv"),
        ("scenes/..t.csv", "..t.csv"),
        ("scenes/ä \u2215 t.csv", "ä \u2215 t.csv"),
    ],
)
def test_a_table_near_the_file_moves_with_it(
    tmp_path: Path, table: str, named: str
) -> None:
    home = tmp_path / "a"
    scene = own(placed(home, table))
    (home / "scenes").mkdir(exist_ok=True)
    file = home / "scenes" / "own.json"
    assert write_document(file, scene) == ()
    assert data_in(file)["path"] == named
    read = read_document(file)
    assert (read.scene, read.notes) == (scene, ())
    shutil.move(home, tmp_path / "b")
    moved = read_document(tmp_path / "b" / "scenes" / "own.json")
    assert moved.scene == own(tmp_path / "b" / table)
    assert moved.notes == ()
    assert len(moved.scene.data.examples(0)) == 2


def test_a_table_elsewhere_keeps_its_whole_path(tmp_path: Path) -> None:
    scene = own(placed(tmp_path, "far/away/t.csv"))
    placed(tmp_path, "a/scenes/x")
    file = tmp_path / "a" / "scenes" / "own.json"
    write_document(file, scene)
    assert data_in(file)["path"] == str(tmp_path / "far" / "away" / "t.csv")
    shutil.copy(file, tmp_path / "other.json")
    assert read_document(tmp_path / "other.json").scene == scene


def test_a_path_from_here_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(tmp_path, "t.csv")
    monkeypatch.chdir(tmp_path)
    write_document("own.json", own("t.csv"))
    assert data_in(tmp_path / "own.json")["path"] == "t.csv"
    monkeypatch.chdir("/")
    read = read_document(tmp_path / "own.json")
    assert read.scene == own(tmp_path / "t.csv")


@posix
def test_a_way_up_through_a_link_is_not_cut_short(tmp_path: Path) -> None:
    """From a linked folder, `..` leads elsewhere than its name says."""
    placed(tmp_path, "real/scenes/x")
    near = placed(tmp_path, "real/t.csv")
    placed(tmp_path, "links/t.csv", "x,height\n0,0\n0,0\n")
    (tmp_path / "links" / "scenes").symlink_to(tmp_path / "real" / "scenes")
    file = tmp_path / "links" / "scenes" / "own.json"
    file.write_text('{"gdviz": 2, "data": {"name": "csv", "path": "../t.csv"}}')
    data = read_document(file).scene.data
    assert isinstance(data, OwnTable)
    assert Path(data.path).samefile(near)
    scene = own(tmp_path / "links" / "t.csv")
    write_document(file, scene)
    assert read_document(file).scene == scene


def test_the_checksum_is_of_the_bytes(tmp_path: Path) -> None:
    table = placed(tmp_path, "t.csv", "x,height\r\n1,2\r\n3,4\n" + "5,6\n" * 500_000)
    write_document(tmp_path / "own.json", own(table))
    total = hashlib.sha256(table.read_bytes()).hexdigest()
    assert data_in(tmp_path / "own.json")["sha256"] == total


def test_a_changed_table_is_named_and_opened_all_the_same(tmp_path: Path) -> None:
    table = placed(tmp_path, "flowers.csv")
    file, scene = tmp_path / "own.json", own(table)
    write_document(file, scene)
    table.touch()
    assert read_document(file).notes == ()
    table.write_text("x,height\n1,2\n3,4.6\n")
    read = read_document(file)
    assert read.scene == scene
    assert read.notes == (
        "flowers.csv is not the table that this scene was saved with; its path will "
        "be another one.",
    )
    write_document(file, read.scene)
    assert read_document(file).notes == ()


def test_a_missing_table_is_named_with_its_place(tmp_path: Path) -> None:
    table = placed(tmp_path, "data/flowers.csv")
    write_document(tmp_path / "own.json", own(table))
    table.unlink()
    with pytest.raises(Refused) as caught:
        read_document(tmp_path / "own.json")
    assert str(caught.value) == (
        f"own.json: there is no table {table}; put it there, or correct data.path in "
        "the scene file."
    )


def test_a_scene_is_saved_though_its_table_is_gone(tmp_path: Path) -> None:
    notes = write_document(tmp_path / "own.json", own(tmp_path / "t.csv"))
    assert notes == ("t.csv cannot be read now: the scene file has no checksum of it.",)
    assert data_in(tmp_path / "own.json")["path"] == "t.csv"
    placed(tmp_path, "t.csv")
    assert read_document(tmp_path / "own.json").notes == ()


def test_a_table_too_large_to_sum_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = placed(tmp_path, "t.csv", "x,height\n" + "1,2\n" * 300_000)
    write_document(tmp_path / "small.json", own(table))
    size = table.stat().st_size
    monkeypatch.setattr(tablefile, "MOST_SUMMED", size)
    assert write_document(tmp_path / "own.json", own(table)) == ()
    assert read_document(tmp_path / "small.json").notes == ()
    monkeypatch.setattr(tablefile, "MOST_SUMMED", size - 1)
    notes = write_document(tmp_path / "own.json", own(table))
    assert "t.csv is larger than 1 GB: the scene file has no checksum" in notes[0]
    assert "sha256" not in data_in(tmp_path / "own.json")
    assert "is not the table" in read_document(tmp_path / "small.json").notes[0]


# --- the table inside


def thetas(scene: Scene) -> list[list[float]]:
    return [step.after.theta.tolist() for step in Trainer(scene).advance(30)]


@pytest.mark.parametrize("start", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_embedded_table_needs_no_file(tmp_path: Path, start: str, end: str) -> None:
    lines = ['x,"hei ""ght",ä', "1,2,7", "3,4.5,-1e-17", '2,"1",0.1', "5,4,8", ""]
    table, file = tmp_path / "flowers.csv", tmp_path / "own.json"
    table.write_bytes((start + end.join(lines)).encode())
    scene = Scene(OwnTable(str(table), "x"))
    path = thetas(scene)
    assert write_document(file, scene, embed=True) == ()
    table.unlink()
    read = read_document(file)
    data = read.scene.data
    assert isinstance(data, OwnTable)
    assert (data.path, data.target, read.notes) == ("flowers.csv", "x", ())
    assert "sha256" not in data_in(file)
    assert thetas(read.scene) == path
    (tmp_path / "deep").mkdir()
    for embed in (True, False):  # saved anew, it is as it was
        write_document(tmp_path / "deep" / "own.json", read.scene, embed=embed)
        assert read_document(tmp_path / "deep" / "own.json").scene == read.scene


def test_the_course_of_an_embedded_table_comes_back(tmp_path: Path) -> None:
    descent = Descent(2, 0.1)
    course = Course(descent, ((3, Descent(1, 0.1)),), 9, 4)
    scene = replace(own(placed(tmp_path, "t.csv")), descent=descent)
    write_document(tmp_path / "own.json", scene, course, embed=True)
    assert read_document(tmp_path / "own.json").course == course
    assert to_json(scene, course, embed=True) == (tmp_path / "own.json").read_text()


def test_a_scene_with_its_table_is_a_scene_as_any() -> None:
    scene = own("t.csv", TABLE)
    same, other = own("t.csv", "".join(TABLE)), own("t.csv", TABLE + "1,2\n")
    assert (scene, hash(scene)) == (same, hash(same))
    assert scene != other
    assert needs_restart(scene, other)
    assert not needs_restart(scene, replace(scene, descent=Descent(9)))
    assert scene.data.stamp() is None
    assert pickle.loads(pickle.dumps(scene)) == scene
    assert TABLE[:20] not in repr(scene)
    assert len(load(scene).train) == 30
    assert len(load(other).train) == 31
    assert load(same) is load(same)


def test_embedding_is_for_tables_only(tmp_path: Path) -> None:
    assert to_json(Scene(), embed=True) == to_json(Scene())
    data = OwnTable("t.csv", text=TABLE)
    assert embedded(data) is data
    assert embedded(OwnTable()) == OwnTable()
    assert '"text"' not in to_json(Scene(OwnTable("t.csv")))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "own.json: t.csv: there is no such file; check the path."),
        (b"", "own.json: t.csv: the file is empty; it needs a header line and rows"),
        (b"x,height\n1,\xff\n", "own.json: t.csv: line 2 is not UTF-8 text; save"),
    ],
)
def test_what_cannot_be_embedded(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "t.csv").write_bytes(content)
    file = placed(tmp_path, "own.json", "old")
    with pytest.raises(Refused) as caught:
        write_document(file, own(tmp_path / "t.csv"), embed=True)
    assert str(caught.value).startswith(sentence)
    assert file.read_text() == "old"


LIMIT = 2_000_000


@pytest.mark.parametrize("line", ["1.25,2.5\n", "1,2\n"])
def test_no_larger_table_is_embedded_than_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """A line end takes two bytes in a scene file."""
    for module in (tablefile, scenetext):
        monkeypatch.setattr(module, "MOST_EMBEDDED", LIMIT)
    monkeypatch.setattr(scenetext, "LARGEST", 10_000)
    most = (LIMIT - len("x,height\n") - 3) // (len(line) + 1)
    table, file = placed(tmp_path, "t.csv", "x,height\n" + line * most), "own.json"
    write_document(tmp_path / file, own(table), embed=True)
    assert read_document(tmp_path / file).scene == Scene(embedded(own(table).data))  # type: ignore[arg-type]
    placed(tmp_path, "t.csv", "x,height\n" + line * (most + 1))
    with pytest.raises(Refused, match="the table takes more than 2 MB, too much to be"):
        write_document(tmp_path / file, own(table), embed=True)


def test_a_large_table_inside_is_no_hindrance(tmp_path: Path) -> None:
    table = placed(tmp_path, "t.csv", "x,height\n" + "0.125,0.25\n" * 1_000_000)
    write_document(tmp_path / "own.json", own(table), embed=True)
    assert (tmp_path / "own.json").stat().st_size > LARGEST
    data = read_document(tmp_path / "own.json").scene.data
    assert isinstance(data, OwnTable)
    assert data.text == table.read_text()


# --- what is wrong


def csv(**data: object) -> str:
    return json.dumps({"gdviz": 2, "data": {"name": "csv", **data}})


SUMMED = "0123456789abcdef" * 4
WRONG: dict[str, tuple[str, str]] = {
    "short": (csv(path="t.csv", sha256="ab"), "data.sha256 must be 64 digits from 0"),
    "long": (csv(path="t.csv", sha256=SUMMED + "\n"), "data.sha256 must be 64 digits"),
    "capitals": (csv(path="t.csv", sha256=SUMMED.upper()), "data.sha256 must be 64"),
    "a number": (csv(path="t.csv", sha256=5), "data.sha256 must be 64 digits"),
    "a list": (csv(path="t.csv", sha256=[SUMMED]), "data.sha256 must be 64 digits"),
    "of nothing": (csv(sha256=SUMMED), "there is no setting 'data.sha256'"),
    "of no table": (
        json.dumps({"gdviz": 2, "data": {"name": "iris", "sha256": SUMMED}}),
        "there is no setting 'data.sha256'; known: name, standardise.",
    ),
    "path list": (csv(path=["t.csv"]), "data.path must be a text of at most 4096"),
    "path null": (csv(path=None), "data.path must be a text of at most 4096 letters."),
    "text number": (csv(path="t.csv", text=5), "data.text must be a text of at most"),
    "text list": (csv(path="t.csv", text=["x"]), "data.text must be a text of at most"),
    "text null": (csv(path="t.csv", text=None), "data.text must be a text of at most"),
    "no file": (csv(path="none.csv"), "there is no table "),
    "a null character": (csv(path="a\0b.csv"), "there is no table "),
    "half a pair": (csv(path="\ud800.csv"), "there is no table "),
    "a long name": (csv(path="n" * 4000), "ame too long; check the path."),
    "a folder": (csv(path="."), "a folder or a device; name a table."),
    "a device": (csv(path="/dev/zero", sha256=SUMMED), "a folder or a device; name"),
    "a pipe": (csv(path="pipe", sha256=SUMMED), "a folder or a device; name a table."),
}


@posix
@pytest.mark.parametrize(("text", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_by_its_place(
    tmp_path: Path, text: str, sentence: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    file = placed(tmp_path, "own.json", text)
    with pytest.raises(Refused) as caught:
        read_document(file)
    said = str(caught.value)
    assert said.startswith("own.json: ")
    assert sentence in said
    assert said.endswith(".")
    assert said.isprintable()
    assert len(said) < 700


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("height", "t.csv: 'height' is the only column"),
        ("x,height\n1,2\n", "t.csv: only one row below the header"),
        ("x,height\n1,2\n3,b\n", "t.csv: line 3, column 'height': 'b' is not a number"),
        ("\0" * 50, "t.csv: line 1 is not UTF-8 text"),
        ("x,height\n\ud800,2\n", "t.csv: line 2 is not UTF-8 text"),
        ('x,height\n"1,2\n', "t.csv: line 2: a cell never ends"),
        ("[" * 1000, "t.csv: there is no column 'height'"),
        (" ", "t.csv: the file is empty"),
    ],
)
def test_a_text_that_is_no_table(tmp_path: Path, text: str, sentence: str) -> None:
    file = placed(tmp_path, "own.json", to_json(own("t.csv", text)))
    scene = read_document(file).scene
    with pytest.raises(Refused) as caught:
        Trainer(scene)
    assert str(caught.value).startswith(sentence)


def test_a_table_without_a_name_is_called_the_table() -> None:
    with pytest.raises(Refused, match=r"^the table: "):
        own("", "height").data.examples(0)


@pytest.mark.parametrize(
    "bulk",
    [
        '"text": "t", "x": [' + "[]," * 3_000_000 + "[]]",
        '"text": "t' + '", "' * 3_000_000 + '"',
        '"x\\"text\\": \\"' + '\\"' * 5_000_000 + '": 1',
        '"text": [' + "[]," * 3_000_000 + "[]]",
        '"text": "' + "a" * 64_100_000 + '"',
        '"text": "' + "a" * 9_000_000,
        '"text":' + " " * 9_000_000,
        " " * 73_000_000,
    ],
    ids=range(8),
)
def test_only_one_table_makes_a_file_large(tmp_path: Path, bulk: str) -> None:
    file = tmp_path / "own.json"
    file.write_text('{"gdviz": 2, "data": {"name": "csv", ' + bulk + "}}")
    start = time.perf_counter()
    with pytest.raises(Refused, match=r"file holds at most|larger than 72 MB"):
        read_document(file)
    assert time.perf_counter() - start < 20


def test_a_scene_in_a_lesson_may_bring_its_table_along() -> None:
    tree = scenefile.changes(
        to_json(own("t.csv", TABLE), Course(Descent())), Path("/a")
    )
    assert tree["data"]["text"] == TABLE
    assert tree["data"]["path"] == "t.csv"
    assert "course" not in tree
    named = scenefile.changes('{"data": {"path": "t.csv"}}', Path("/a"))
    assert named == {"data": {"path": "/a/t.csv"}}


def test_without_a_folder_nothing_is_looked_for() -> None:
    text = to_json(own("t.csv"))
    assert from_json(text) == own("t.csv")
    assert document(text, Path("/none")).notes == ()
