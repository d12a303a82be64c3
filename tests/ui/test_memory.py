"""Settings that are kept: their values, and the file they lie in."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gdviz.core.refused import Refused
from gdviz.ui.folder import usual_folder
from gdviz.ui.marks import legend
from gdviz.ui.memory import Memory
from gdviz.ui.settings import Settings, from_text, to_text, with_recent
from gdviz.ui.stride import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication


LESSON = "what-is-averaged"

FULL = Settings(
    theme="light",
    geometry=b"\x01\xd9",
    layout=b"abc",
    panels=frozenset({"scene"}),
    marks=frozenset({legend.MEAN, legend.CHAIN}),
    arrows="true",
    speed="flat out",
    unit=EPOCH,
    solid=True,
    recent=("/a/b.json", "/c/\udcff.json"),
    lesson=LESSON,
    page=3,
    file="/a/b.json",
    written=12,
)


@pytest.mark.parametrize("known", [Settings(), FULL])
def test_settings_are_the_same_again(known: Settings) -> None:
    assert from_text(to_text(known)) == known


def test_what_is_missing_is_as_usual() -> None:
    assert from_text('{"gdviz": 1}') == Settings()


WRONG = [
    ("", "not JSON"),
    ("[]", "object"),
    ("{}", "gdviz"),
    ('{"gdviz": 2}', "gdviz"),
    ('{"gdviz": 1, "theme": "pink"}', "theme"),
    ('{"gdviz": 1, "theme": ["dark"]}', "theme"),
    ('{"gdviz": 1, "geometry": "é"}', "geometry"),
    ('{"gdviz": 1, "layout": "a"}', "layout"),
    ('{"gdviz": 1, "layout": 7}', "layout"),
    ('{"gdviz": 1, "marks": ["mean", "none"]}', "marks"),
    ('{"gdviz": 1, "marks": "mean"}', "marks"),
    ('{"gdviz": 1, "speed": 0}', "speed"),
    ('{"gdviz": 1, "speed": NaN}', "speed"),
    ('{"gdviz": 1, "speed": true}', "speed"),
    ('{"gdviz": 1, "unit": null}', "unit"),
    ('{"gdviz": 1, "solid": 1}', "solid"),
    ('{"gdviz": 1, "recent": {"a": 1}}', "recent"),
    ('{"gdviz": 1, "recent": [1]}', "recent"),
    ('{"gdviz": 1, "page": -1}', "page"),
    ('{"gdviz": 1, "page": 1e999}', "page"),
    ('{"gdviz": 1, "window": 1}', "window"),
    ('{"gdviz": 1, "page": ' + "9" * 5000 + "}", "not JSON"),
    ("[" * 100_000, "not JSON"),
]


@pytest.mark.parametrize(("text", "place"), WRONG)
def test_what_is_wrong_is_refused_by_its_place(text: str, place: str) -> None:
    with pytest.raises(Refused, match=place):
        from_text(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(st.sampled_from(list(json.loads(to_text(FULL)))), JSON)
@example("recent", ["\ud800"])
def test_any_value_at_any_place_is_taken_or_refused(place: str, value: object) -> None:
    tree = json.loads(to_text(FULL)) | {place: value}
    try:
        known = from_text(json.dumps(tree))
    except Refused:
        return
    assert from_text(to_text(known)) == known


def test_recent_files_are_ten_and_each_stands_once() -> None:
    recent: tuple[str, ...] = ()
    for number in (*range(12), 5):
        recent = with_recent(f"/{number}", recent)
    assert recent == ("/5", "/11", "/10", "/9", "/8", "/7", "/6", "/4", "/3", "/2")


def test_without_a_folder_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    memory = Memory()
    memory.add_recent("a.json")
    memory.write(theme="dark")
    assert memory.recent == (str(tmp_path / "a.json"),)
    assert list(tmp_path.iterdir()) == []


def test_recent_files_are_written_at_once(tmp_path: Path) -> None:
    Memory(tmp_path / "x/y").add_recent("/a/b.json")
    memory = Memory(tmp_path / "x/y")
    assert memory.recent == ("/a/b.json",)
    memory.clear_recent()
    assert Memory(tmp_path / "x/y").recent == ()


def test_two_windows_share_the_recent_files(tmp_path: Path) -> None:
    first, second = Memory(tmp_path), Memory(tmp_path)
    first.add_recent("/1")
    second.add_recent("/2")
    first.write(theme="dark")
    assert Memory(tmp_path).recent == ("/2", "/1")
    second.clear_recent()
    first.write(theme="light")
    assert Memory(tmp_path).recent == ()


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.write()
    assert list(tmp_path.iterdir()) == []
    memory.add_recent("/1")
    os.utime(tmp_path / "settings.json", (1, 1))
    memory.add_recent("/1")
    memory.write()
    assert (tmp_path / "settings.json").stat().st_mtime == 1


BROKEN: dict[str, Callable[[Path], object]] = {
    "no JSON": lambda file: file.write_text("{"),
    "wrong": lambda file: file.write_text('{"gdviz": 1, "theme": 3}'),
    "bytes": lambda file: file.write_bytes(b"\xff\x00" * 40),
    "empty": lambda file: file.touch(),
    "folder": lambda file: (file / "in it").mkdir(parents=True),
    "huge": lambda file: file.write_text(to_text(Settings()) + " " * 300_000),
    "pipe": os.mkfifo,
    "link": lambda file: file.symlink_to("nowhere"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_set_aside(tmp_path: Path, kind: str) -> None:
    file, aside = tmp_path / "settings.json", tmp_path / "settings.json.broken"
    BROKEN[kind](file)
    (tmp_path / "settings.json.broken-2").touch()
    memory = Memory(tmp_path)
    assert memory.settings == Settings()
    assert os.path.lexists(aside)
    assert not os.path.lexists(file)
    said = memory.complain()
    assert "settings.json.broken" in said
    assert len(said) < 300
    assert said.isprintable()
    assert memory.complain() == ""
    memory.write(theme="dark")
    assert Memory(tmp_path).settings.theme == "dark"
    file.unlink()
    BROKEN[kind](file)
    Memory(tmp_path)
    assert os.path.lexists(tmp_path / "settings.json.broken-3")


def test_a_file_that_breaks_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.add_recent("/1")
    (tmp_path / "settings.json").write_text("mine")
    memory.add_recent("/2")
    assert (tmp_path / "settings.json.broken").read_text() == "mine"
    assert Memory(tmp_path).recent == ("/2", "/1")


def test_what_cannot_be_set_aside_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "settings.json").write_text("{")
    monkeypatch.setattr(Path, "rename", rename)
    memory = Memory(tmp_path)
    memory.add_recent("/1")
    memory.write(theme="dark")
    assert memory.recent == ("/1",)
    assert (tmp_path / "settings.json").read_text() == "{"
    assert "nothing is remembered" in memory.complain()


def test_a_folder_that_cannot_be_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    memory = Memory(tmp_path / "file" / "gdviz")
    for number in range(3):
        memory.add_recent(f"/{number}")
    assert memory.recent == ("/2", "/1", "/0")
    assert memory.complain().count("cannot remember") == 1


def test_it_lies_where_the_system_wants_it(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert usual_folder() == tmp_path / qapp.applicationName()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_bytes_that_changed_never_crash(tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(to_text(FULL).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        cut = data.draw(st.integers(0, 5))
        raw[place : place + cut] = data.draw(st.binary(max_size=5))
    file = tmp_path / "settings.json"
    file.write_bytes(raw)
    memory = Memory(tmp_path)
    if file.exists():
        assert memory.settings == from_text(raw.decode())
    else:
        aside = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        assert aside.read_bytes() == raw
        assert memory.settings == Settings()
        for each in tmp_path.iterdir():
            each.unlink()
