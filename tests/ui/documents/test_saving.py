"""Scene files in the window: opened, changed and saved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gdviz.session.scene import Scene
from gdviz.session.scenefile import ENDING, read_document, write_document
from gdviz.session.trainer import Trainer
from tests.ui.conftest import rest
from tests.ui.documents.hands import (
    CTRL,
    SHIFT,
    change,
    dialog_of,
    name_file,
    open_file,
    press,
    rate_in,
    run_of,
    told,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


def test_a_new_window_has_no_file_and_nothing_to_save(window: Window) -> None:
    assert window.windowTitle() == "[*]New scene — gdviz"
    assert not window.isWindowModified()
    assert window.windowFilePath() == ""


def test_opening_goes_to_the_step_that_was_shown(window: Window, file: Path) -> None:
    run = run_of(window)
    assert (run.step, run.newest) == (2, 5)
    assert window.windowTitle() == "[*]one.json — gdviz"
    assert window.windowFilePath() == str(file)
    assert not window.isWindowModified()


def test_what_is_saved_comes_back_bit_for_bit(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    change(qtbot, window)
    window.player.forward()
    rest(qtbot, window)
    window.player.forward()
    rest(qtbot, window)
    window.player.seek(4)
    rest(qtbot, window)
    before = run_of(window).snapshot
    press(qtbot, window, Qt.Key.Key_S)
    name_file(qtbot, window, tmp_path / "two.json")
    assert window.windowTitle() == "[*]two.json — gdviz"
    assert "Saved two.json." in window.footer.note.text()
    press(qtbot, window, Qt.Key.Key_N)
    rest(qtbot, window)
    assert window.windowTitle() == "[*]New scene — gdviz"
    assert (run_of(window).newest, run_of(window).snapshot.scene.seed) == (0, 58)
    open_file(qtbot, window, tmp_path / "two.json")
    after = run_of(window).snapshot
    assert (after.step, run_of(window).newest) == (4, 5)
    assert (after.record.theta == before.record.theta).all()
    assert (after.scene, after.course) == (before.scene, before.course)


def test_steps_do_not_modify_but_settings_do(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    press(qtbot, window, Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier)
    rest(qtbot, window)
    window.player.forward()
    rest(qtbot, window)
    assert not window.isWindowModified()
    change(qtbot, window)
    assert window.isWindowModified()
    change(qtbot, window, learning_rate=0.05)
    assert not window.isWindowModified()


def test_edit_save_edit_undo_redo(window: Window, qtbot: QtBot, file: Path) -> None:
    marks = []
    change(qtbot, window)
    marks.append(window.isWindowModified())
    press(qtbot, window, Qt.Key.Key_S)
    rest(qtbot, window)
    marks.append(window.isWindowModified())
    assert rate_in(file) == 0.2
    change(qtbot, window, learning_rate=0.3)
    marks.append(window.isWindowModified())
    press(qtbot, window, Qt.Key.Key_Z)
    rest(qtbot, window)
    marks.append(window.isWindowModified())
    press(qtbot, window, Qt.Key.Key_Z, CTRL | SHIFT)
    rest(qtbot, window)
    marks.append(window.isWindowModified())
    assert marks == [True, False, True, False, True]
    press(qtbot, window, Qt.Key.Key_Z)
    rest(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Z)
    rest(qtbot, window)
    assert window.isWindowModified()  # the file has 0.2


def test_a_new_seed_taken_back_is_still_the_same_file(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    press(qtbot, window, Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier)
    rest(qtbot, window)
    assert window.isWindowModified()
    press(qtbot, window, Qt.Key.Key_Z)
    rest(qtbot, window)
    assert window.documents.path == file
    assert not window.isWindowModified()
    assert (run_of(window).step, run_of(window).newest) == (2, 5)


def test_another_path_with_other_settings_is_a_change(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    change(qtbot, window)
    first, second = (path.number for path in window.player.paths.all)
    window.player.return_to(first)
    rest(qtbot, window)
    assert not window.isWindowModified()
    window.player.return_to(second)
    rest(qtbot, window)
    assert window.isWindowModified()


def test_saving_over_itself_again_and_again(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    for rate in (0.2, 0.3):
        change(qtbot, window, learning_rate=rate)
        press(qtbot, window, Qt.Key.Key_S, CTRL | SHIFT)
        name_file(qtbot, window, file)
        assert rate_in(file) == rate
        assert not window.isWindowModified()
    assert os.listdir(file.parent) == ["one.json"]


def test_save_as_leaves_the_old_file_alone(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    old = file.read_bytes()
    change(qtbot, window)
    press(qtbot, window, Qt.Key.Key_S, CTRL | SHIFT)
    assert dialog_of(window).defaultSuffix() == "json"
    assert dialog_of(window).directory().absolutePath() == str(file.parent)
    name_file(qtbot, window, file.with_name("other"))
    assert file.read_bytes() == old
    other = file.with_name("other.json")
    assert rate_in(other) == 0.2
    assert window.documents.path == other
    assert list(window.memory.recent[:2]) == [str(other), str(file)]


def test_a_first_file_gets_the_ending_by_which_a_desktop_knows_it(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    press(qtbot, window, Qt.Key.Key_S)
    assert dialog_of(window).defaultSuffix() == ENDING[1:]
    assert dialog_of(window).selectedFiles()[0].endswith(f"/scene{ENDING}")
    name_file(qtbot, window, tmp_path / "mine")
    assert window.documents.path == tmp_path / f"mine{ENDING}"
    press(qtbot, window, Qt.Key.Key_S, CTRL | SHIFT)
    assert dialog_of(window).defaultSuffix() == ENDING[1:]


def test_a_name_without_suffix_replaces_no_file_unasked(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    old = file.read_bytes()
    change(qtbot, window)
    press(qtbot, window, Qt.Key.Key_S, CTRL | SHIFT)
    name_file(qtbot, window, file.with_suffix(""))
    assert "one.json is there already" in told(qtbot, window)
    assert file.read_bytes() == old


def test_a_dialog_that_is_cancelled_saves_nothing(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    press(qtbot, window, Qt.Key.Key_S)
    dialog_of(window).reject()
    rest(qtbot, window)
    assert os.listdir(tmp_path) == []
    assert window.documents.path is None


def test_what_is_typed_and_not_yet_taken_in_is_saved_too(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    window.activateWindow()
    field = window.panel.learning_rate.number
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "0.4")
    qtbot.keyClick(field, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not window.isWindowModified() and rate_in(file) == 0.4)
    rest(qtbot, window)
    assert run_of(window).snapshot.scene.descent.learning_rate == 0.4


def test_a_scene_still_on_its_way_is_saved_whole(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    trainer = Trainer(Scene())
    trainer.advance(900)
    trainer.adopt(trainer.scene.down(learning_rate=0.1))
    trainer.advance(100)
    write_document(file, Scene(), trainer.course)
    window.open_scene(str(file))
    qtbot.waitUntil(lambda: run_of(window).step > 5)
    assert run_of(window).step < 1000
    window.documents.save()
    qtbot.waitUntil(lambda: "Saved" in window.footer.note.text())
    assert read_document(file).course == trainer.course
    rest(qtbot, window)


def test_one_who_goes_another_way_is_not_brought_to_the_step_shown(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    trainer = Trainer(Scene())
    trainer.advance(900)
    trainer.seek(3)
    write_document(file, Scene(), trainer.course)
    window.open_scene(str(file))
    qtbot.waitUntil(lambda: run_of(window).newest > 5)
    window.player.seek(1)
    rest(qtbot, window)
    assert run_of(window).step == 1
    window.player.play()
    qtbot.waitUntil(lambda: run_of(window).step > 1)
    window.player.play(False)
    rest(qtbot, window)
    assert run_of(window).step > 1
    assert window.player.resumed is None
