"""Scene files in the window: opened, changed, saved, asked about, dropped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QMenu,
    QMessageBox,
)

from gdviz.core.datasets import LineWithNoise, OwnTable
from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import read_document, to_json, write_document
from gdviz.session.trainer import Trainer
from gdviz.ui import keys
from gdviz.ui.panels.table import TableDialog
from gdviz.ui.window import Window
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SAVE, DISCARD = QMessageBox.StandardButton.Save, QMessageBox.StandardButton.Discard
CANCEL = QMessageBox.StandardButton.Cancel
LESSON = next(iter(lesson_files()))


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Iterator[Window]:
    """The window as it first opens; it closes without a question."""
    made = open_window()
    yield made
    made.documents.path = None
    assert made.documents.may_close()


@pytest.fixture
def file(window: Window, qtbot: QtBot, tmp_path: Path) -> Path:
    """A file that the window has open, with 5 steps, at step 2."""
    path = tmp_path / "one.json"
    trainer = Trainer(Scene())
    trainer.advance(5)
    trainer.seek(2)
    write_document(path, Scene(), trainer.course)
    open_file(qtbot, window, path)
    return path


def open_file(qtbot: QtBot, window: Window, path: Path) -> None:
    window.open_scene(str(path))
    rest(qtbot, window)


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def change(qtbot: QtBot, window: Window, **settings: object) -> None:
    window.panel.choose_descent(**(settings or {"learning_rate": 0.2}))
    rest(qtbot, window)


def press(qtbot: QtBot, window: Window, key: Qt.Key, held: object = CTRL) -> None:
    QApplication.processEvents()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.surface.setFocus()
    qtbot.keyClick(window.surface, key, held)


def box_of(window: Window) -> QMessageBox:
    boxes = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 1
    return boxes[0]


def unasked(window: Window) -> bool:
    return not any(box.isVisible() for box in window.findChildren(QMessageBox))


def answer(qtbot: QtBot, window: Window, button: QMessageBox.StandardButton) -> None:
    qtbot.mouseClick(box_of(window).button(button), Qt.MouseButton.LeftButton)
    if window.isVisible():
        rest(qtbot, window)


def told(qtbot: QtBot, window: Window) -> str:
    """What a box says; it is put away."""
    box = box_of(window)
    words = box.text()
    box.accept()
    rest(qtbot, window)
    return words


def dialog_of(window: Window) -> QFileDialog:
    found = [d for d in window.findChildren(QFileDialog) if d.isVisible()]
    assert len(found) == 1
    return found[0]


def name_file(qtbot: QtBot, window: Window, path: Path) -> None:
    """Choose a file in the dialog as a person does, but for the question of Qt."""
    dialog = dialog_of(window)
    dialog.fileSelected.emit(str(path))
    dialog.done(1)
    rest(qtbot, window)


def rate_in(path: Path) -> float:
    course = read_document(path).course
    assert course is not None
    return (course.changes[-1][1] if course.changes else course.start).learning_rate


def entry(window: Window, words: str) -> QAction:
    """The entry of a menu that begins with these words."""
    for menu in window.menus.findChildren(QMenu):
        for action in menu.actions():
            if action.text().startswith(words):
                return action
    raise AssertionError(words)


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
    assert "own.csv has changed" in told(qtbot, window)
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


def closes(window: Window) -> bool:
    return window.close()


def test_a_changed_file_is_asked_about_before_the_window_goes(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    change(qtbot, window)
    assert not closes(window)
    assert "one.json" in box_of(window).text()
    answer(qtbot, window, CANCEL)
    assert window.isVisible()
    window.player.forward()
    rest(qtbot, window)  # the worker is still there
    assert run_of(window).newest == 3


def test_discarded_the_window_goes_and_the_file_stays(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    old = file.read_bytes()
    change(qtbot, window)
    assert not closes(window)
    answer(qtbot, window, DISCARD)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert file.read_bytes() == old


def test_saved_the_window_goes(window: Window, qtbot: QtBot, file: Path) -> None:
    change(qtbot, window)
    assert not closes(window)
    answer(qtbot, window, SAVE)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert rate_in(file) == 0.2


def test_asked_twice_there_is_one_question(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    change(qtbot, window)
    assert not closes(window)
    assert not closes(window)
    answer(qtbot, window, CANCEL)
    assert unasked(window)
    assert window.isVisible()


def test_a_change_on_its_way_is_asked_about_too(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    window.panel.choose_descent(learning_rate=0.2)
    assert not closes(window)
    qtbot.waitUntil(lambda: not unasked(window))
    answer(qtbot, window, CANCEL)


def test_a_change_typed_but_not_taken_in_is_asked_about_too(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    window.activateWindow()
    field = window.panel.learning_rate.number
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "1")
    assert not closes(window)
    qtbot.waitUntil(lambda: not unasked(window))
    answer(qtbot, window, CANCEL)


def test_without_a_file_or_a_change_the_window_just_goes(
    window: Window, qtbot: QtBot
) -> None:
    change(qtbot, window)
    assert window.isWindowModified()
    assert closes(window)


def test_an_unchanged_file_goes_without_a_question(window: Window, file: Path) -> None:
    assert closes(window)


def shut(folder: Path) -> None:
    folder.rename(folder.with_name("gone"))


def test_a_save_that_fails_loses_nothing(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    press(qtbot, window, Qt.Key.Key_S)
    name_file(qtbot, window, folder / "x.json")
    change(qtbot, window)
    shut(folder)
    assert not closes(window)
    answer(qtbot, window, SAVE)
    assert "x.json" in told(qtbot, window)
    assert window.isVisible()
    assert window.isWindowModified()
    window.player.forward()
    rest(qtbot, window)
    assert run_of(window).step == 4
    press(qtbot, window, Qt.Key.Key_S, CTRL | SHIFT)
    name_file(qtbot, window, tmp_path / "x.json")
    assert rate_in(tmp_path / "x.json") == 0.2
    assert not window.isWindowModified()


OTHERS = {
    "new": lambda w, p: entry(w, "New").trigger(),
    "scene": lambda w, p: w.open_scene(str(p)),
    "lesson": lambda w, p: w.open_lesson(LESSON),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_changed_file_is_asked_about_before_another_is_opened(
    window: Window, qtbot: QtBot, file: Path, other: Callable[[Window, Path], None]
) -> None:
    second = file.with_name("second.json")
    second.write_text(to_json(Scene(seed=2)))
    change(qtbot, window)
    before, title = run_of(window), window.windowTitle()
    other(window, second)
    answer(qtbot, window, CANCEL)
    assert window.player.run is before
    assert window.windowTitle() == title
    other(window, second)
    answer(qtbot, window, SAVE)
    assert rate_in(file) == 0.2
    assert window.player.run is not before
    assert window.windowTitle() != title
    assert not window.isWindowModified()


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_an_unchanged_file_gives_way_at_once(
    window: Window, qtbot: QtBot, file: Path, other: Callable[[Window, Path], None]
) -> None:
    second = file.with_name("second.json")
    second.write_text(to_json(Scene(seed=2)))
    before = run_of(window)
    other(window, second)
    rest(qtbot, window)
    assert unasked(window)
    assert window.player.run is not before


@pytest.mark.parametrize(
    ("name", "asks"), [("new", True), ("scene", True), ("lesson", False)]
)
def test_a_changed_scene_without_a_file(
    window: Window, qtbot: QtBot, tmp_path: Path, name: str, asks: bool
) -> None:
    second = tmp_path / "second.json"
    second.write_text(to_json(Scene(seed=2)))
    change(qtbot, window)
    OTHERS[name](window, second)
    rest(qtbot, window)
    assert unasked(window) is not asks
    if asks:
        answer(qtbot, window, SAVE)
        name_file(qtbot, window, tmp_path / "kept.json")
        assert rate_in(tmp_path / "kept.json") == 0.2
        assert window.documents.path == (second if name == "scene" else None)


def test_a_page_is_never_asked_about(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_lesson(LESSON)
    rest(qtbot, window)
    assert window.lectern.lesson is not None
    assert window.windowTitle() == f"[*]{window.lectern.lesson.title} — gdviz"
    change(qtbot, window)
    assert not window.isWindowModified()
    second = tmp_path / "second.json"
    second.write_text(to_json(Scene(seed=2)))
    open_file(qtbot, window, second)
    assert unasked(window)
    assert window.windowTitle() == "[*]second.json — gdviz"
    change(qtbot, window)
    window.lectern.turn(1)
    answer(qtbot, window, CANCEL)
    assert window.documents.path == second
    assert window.lectern.number == 0


def test_a_page_saved_is_a_file(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_lesson(LESSON)
    rest(qtbot, window)
    press(qtbot, window, Qt.Key.Key_S)
    name_file(qtbot, window, tmp_path / "page.json")
    assert window.windowTitle() == "[*]page.json — gdviz"
    change(qtbot, window)
    assert window.isWindowModified()


def test_a_table_keeps_the_file_and_is_a_change_of_it(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    table = file.with_name("own.csv")
    table.write_text("x,y\n" + "\n".join(f"{i},{2 * i}" for i in range(9)))
    window.open_table(str(table))
    assert unasked(window)
    dialog = window.findChild(TableDialog)
    assert isinstance(dialog, TableDialog)
    dialog.accept()
    rest(qtbot, window)
    assert window.documents.path == file
    assert window.isWindowModified()


def test_recent_files_are_offered_newest_first(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    second = file.with_name("a&b.json")
    second.write_text(to_json(Scene(seed=2)))
    open_file(qtbot, window, second)
    menu = entry(window, "Open recent").menu()
    assert isinstance(menu, QMenu)
    assert menu.isEnabled()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert texts == ["a&&b.json", "one.json", "", "Clear list"]
    assert menu.actions()[1].toolTip() == str(file)
    menu.actions()[1].trigger()
    rest(qtbot, window)
    assert window.documents.path == file
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions()][:2] == ["one.json", "a&&b.json"]


def test_a_recent_file_that_is_gone_is_named(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    before = run_of(window)
    file.unlink()
    menu = entry(window, "Open recent").menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert "one.json: there is no such file" in told(qtbot, window)
    assert window.player.run is before


def test_the_list_of_recent_files_can_be_cleared(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    menu = entry(window, "Open recent").menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    assert not window.memory.recent
    assert not menu.isEnabled()


def test_the_dialog_to_open_gives_the_file(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "second.json"
    path.write_text(to_json(Scene(seed=2)))
    press(qtbot, window, Qt.Key.Key_O)
    assert dialog_of(window).directory().exists()
    name_file(qtbot, window, path)
    assert window.documents.path == path
    assert run_of(window).snapshot.scene.seed == 2


@pytest.mark.parametrize(
    ("key", "title"),
    [(Qt.Key.Key_T, "Open a table"), (Qt.Key.Key_L, "Open a lesson")],
)
def test_other_dialogs_wait_for_nobody(
    window: Window, qtbot: QtBot, key: Qt.Key, title: str
) -> None:
    press(qtbot, window, key)
    assert dialog_of(window).windowTitle() == title
    dialog_of(window).reject()


def mime_of(*urls: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls(
        [QUrl(url) if "//" in url else QUrl.fromLocalFile(url) for url in urls]
    )
    return mime


def drop(window: Window, mime: QMimeData) -> bool:
    """Drag something to the window as its frame gets it, and let it go there."""
    frame = window.windowHandle()
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), copy, mime, left, none)
    QApplication.sendEvent(frame, enter)
    if not enter.isAccepted():
        return False
    let_go = QDropEvent(QPointF(300, 300), copy, mime, left, none)
    QApplication.sendEvent(frame, let_go)
    return let_go.isAccepted()


def test_a_scene_is_dropped(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Second.JSON"
    path.write_text(to_json(Scene(seed=2)))
    assert drop(window, mime_of(str(path)))
    rest(qtbot, window)
    assert window.documents.path == path


def test_a_lesson_is_dropped(window: Window, qtbot: QtBot) -> None:
    assert drop(window, mime_of(str(lesson_files()[LESSON])))
    rest(qtbot, window)
    assert window.lectern.reading


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".CSV"])
def test_a_table_is_dropped(
    window: Window, qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"own{suffix}"
    path.write_text("x,y\n1,2\n2,4\n3,7\n")
    assert drop(window, mime_of(str(path)))
    dialog = window.findChild(TableDialog)
    assert isinstance(dialog, TableDialog)
    cancel = dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)


UNWANTED = {
    "several": (("/a.json", "/b.json"), "2 files; drop one at a time"),
    "elsewhere": (("https://example.org/a.json",), "Only a file on this computer"),
    "unknown": (("/picture.png",), "picture.png cannot be opened; drop a scene"),
    "gone": (("/not/there.json",), "there.json: there is no such file"),
}


@pytest.mark.parametrize(("urls", "sentence"), UNWANTED.values(), ids=UNWANTED)
def test_what_cannot_be_opened_is_said(
    window: Window, qtbot: QtBot, urls: tuple[str, ...], sentence: str
) -> None:
    before = run_of(window)
    assert drop(window, mime_of(*urls))
    assert sentence in told(qtbot, window)
    assert window.player.run is before


def test_a_folder_is_no_file(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert drop(window, mime_of(str(tmp_path)))
    assert "is a folder" in told(qtbot, window)


def test_text_is_left_to_the_fields(window: Window) -> None:
    mime = QMimeData()
    mime.setText("0.3")
    assert not drop(window, mime)


def test_while_dragging_the_footer_says_what_would_be_opened(window: Window) -> None:
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none, mime = Qt.KeyboardModifier.NoModifier, mime_of("/some/own.csv")
    enter = QDragEnterEvent(QPoint(9, 9), copy, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window.footer.note.text() == "Let go to open own.csv."
    QApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())
    assert window.footer.note.text() == ""


def test_a_dropped_scene_is_not_moved_away(window: Window, tmp_path: Path) -> None:
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    mime = mime_of(str(tmp_path))
    let_go = QDropEvent(QPointF(9, 9), both, mime, left, none)
    let_go.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(window.windowHandle(), let_go)
    assert let_go.dropAction() == Qt.DropAction.CopyAction
    box_of(window).accept()


def test_nothing_is_dropped_while_a_question_is_open(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.tell("Wait.")
    assert not drop(window, mime_of(str(tmp_path / "a.json")))
    assert told(qtbot, window) == "Wait."


def test_every_file_and_edit_entry_works_before_there_is_a_run(qtbot: QtBot) -> None:
    window = Window("dark")
    qtbot.addWidget(window, before_close_func=lambda _: window.hide())
    window.show()
    for name in ("Undo", "Redo", "Keep own table"):
        entry(window, name).trigger()
    entry(window, "Save").trigger()
    assert "no scene to save" in box_of(window).text()
    box_of(window).accept()
    entry(window, "New").trigger()
    rest(qtbot, window)
    assert run_of(window).step == 0
    assert window.close()


def test_saving_while_the_first_scene_is_on_its_way(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = Window("dark")
    qtbot.addWidget(window, before_close_func=lambda _: window.hide())
    window.show()
    window.player.open(Scene(descent=Descent(learning_rate=0.3)))
    entry(window, "Save").trigger()
    dialog_of(window).fileSelected.emit(str(tmp_path / "a.json"))
    dialog_of(window).done(1)
    qtbot.waitUntil((tmp_path / "a.json").exists)
    rest(qtbot, window)
    assert rate_in(tmp_path / "a.json") == 0.3
    assert window.close()


def test_while_playing_everything_is_saved_up_to_now(
    window: Window, qtbot: QtBot, file: Path
) -> None:
    window.player.play()
    qtbot.waitUntil(lambda: run_of(window).step > 6)
    entry(window, "Save").trigger()
    qtbot.waitUntil(lambda: "Saved" in window.footer.note.text())
    assert window.player.playing
    course = read_document(file).course
    assert course is not None
    assert course.steps > 6
    window.player.play(False)
    rest(qtbot, window)


def test_a_name_with_a_mark_in_it_is_shown_as_it_is(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "a[*]b.json"
    path.write_text(to_json(Scene()))
    open_file(qtbot, window, path)
    assert window.windowTitle() == "[*]a[*][*]b.json — gdviz"


def test_the_sheet_lists_every_key_of_the_menus(window: Window) -> None:
    keys.sheet(window)
    sheet = next(d for d in window.findChildren(QDialog) if d.isVisible())
    text = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for menu in window.menus.findChildren(QMenu):
        for action in menu.actions():
            for shortcut in action.shortcuts():
                assert shortcut.toString() in text, action.text()
    sheet.reject()
