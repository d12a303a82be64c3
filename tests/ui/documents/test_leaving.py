"""Changes are asked about before they are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QMessageBox,
)

from gdviz.session.scene import Scene
from gdviz.session.scenefile import to_json
from gdviz.ui.panels.table import TableDialog
from tests.ui.conftest import rest
from tests.ui.documents.hands import (
    CTRL,
    LESSON,
    SHIFT,
    box_of,
    change,
    entry,
    name_file,
    open_file,
    press,
    rate_in,
    run_of,
    told,
    unasked,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


SAVE, DISCARD = QMessageBox.StandardButton.Save, QMessageBox.StandardButton.Discard
CANCEL = QMessageBox.StandardButton.Cancel


def answer(qtbot: QtBot, window: Window, button: QMessageBox.StandardButton) -> None:
    qtbot.mouseClick(box_of(window).button(button), Qt.MouseButton.LeftButton)
    if window.isVisible():
        rest(qtbot, window)


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
