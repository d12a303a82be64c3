"""Files by menus, keys and dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QMenu,
)

from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import read_document, to_json
from gdviz.ui import keys
from gdviz.ui.window import Window
from tests.ui.conftest import rest
from tests.ui.documents.hands import (
    box_of,
    dialog_of,
    entry,
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
