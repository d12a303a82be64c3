"""What cannot be opened, and what a file notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from gdviz.core.datasets import LineWithNoise, OwnTable
from gdviz.session.scene import Scene
from gdviz.session.scenefile import to_json, write_document
from tests.ui.conftest import rest
from tests.ui.documents.hands import (
    change,
    entry,
    name_file,
    open_file,
    press,
    run_of,
    told,
    unasked,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


BROKEN = {
    "no JSON": "{",
    "no scene": "[]",
    "newer": '{"gdviz": 99}',
    "unknown": '{"gdviz": 1, "sed": 3}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_changes_nothing(
    window: Window, qtbot: QtBot, file: Path, text: str
) -> None:
    change(qtbot, window)
    before, broken = run_of(window), file.with_name("broken.json")
    broken.write_text(text)
    open_file(qtbot, window, broken)
    assert told(qtbot, window).startswith("broken.json: ")
    assert window.player.run is before
    assert window.documents.path == file
    assert window.isWindowModified()
    assert window.undo.undo_action.isEnabled()
    assert str(broken) not in window.memory.recent


def test_a_scene_that_the_worker_refuses_changes_nothing(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    before, empty = run_of(window), file.with_name("empty.json")
    scene = Scene(data=LineWithNoise(n_examples=1), held_out=0.9)
    empty.write_text(to_json(scene))
    open_file(qtbot, window, empty)
    told(qtbot, window)
    assert window.player.run is before
    assert window.documents.path == file


def test_what_waited_for_a_change_that_is_refused_is_not_done(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    gone = OwnTable(path=str(file.with_name("gone.csv")), target="y")
    before = file.stat()
    window.panel.choose(data=gone, loss=None)
    window.documents.save()
    qtbot.waitUntil(lambda: not unasked(window))
    assert "gone.csv" in told(qtbot, window)
    window.player.seek(3)
    rest(qtbot, window)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
    )


def test_notes_of_a_file_are_told(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    table, scene = tmp_path / "own.csv", tmp_path / "s.json"
    table.write_text("x,y\n1,2\n2,4\n3,7\n")
    write_document(scene, Scene(data=OwnTable(path=str(table), target="y")))
    table.write_text("x,y\n1,2\n2,4\n3,6\n")
    open_file(qtbot, window, scene)
    assert "own.csv is not the table" in told(qtbot, window)
    assert window.documents.path == scene


def test_an_own_table_is_kept_inside_by_choice(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    inside = entry(window, "Keep own table")
    assert not inside.isEnabled()
    table, scene = tmp_path / "own.csv", tmp_path / "s.json"
    table.write_text("x,y\n1,2\n2,4\n3,7\n")
    window.panel.choose(data=OwnTable(path=str(table), target="y"), loss=None)
    rest(qtbot, window)
    assert (inside.isEnabled(), inside.isChecked()) == (True, False)
    press(qtbot, window, Qt.Key.Key_S)
    name_file(qtbot, window, scene)
    assert '"text"' not in scene.read_text()
    inside.trigger()
    assert window.isWindowModified()
    press(qtbot, window, Qt.Key.Key_S)
    rest(qtbot, window)
    assert not window.isWindowModified()
    table.unlink()
    open_file(qtbot, window, scene)
    assert run_of(window).facts.n_examples == 3
    assert (inside.isEnabled(), inside.isChecked()) == (False, True)
