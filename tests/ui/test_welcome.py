"""The welcome page: once, over the plot, with four ways that lead somewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton, QWidget

from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scene import Scene
from gdviz.ui import app
from gdviz.ui.folder import SETTINGS
from gdviz.ui.panels.welcome import QUIZ
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.panels.welcome import Welcome
    from gdviz.ui.start import What
    from gdviz.ui.window import Window


def _focused() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def _is(window: Window, size: QSize) -> bool:
    return window.size() == size


@pytest.fixture
def page(window: Window) -> Welcome:
    window.welcome.open()
    return window.welcome


@pytest.fixture
def begin(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Window]]:
    """Open windows as `gdviz` does, one after the other, with one folder."""
    monkeypatch.setattr(app, "usual_folder", lambda: tmp_path)
    starts = []

    def beginning(what: What = None, fresh: bool = False) -> Window:
        start = app.opened(what, "dark", fresh)
        starts.append(start)
        rest(qtbot, start.window)
        return start.window

    yield beginning
    for start in starts:
        start.window.documents.close()
        start.finish()
        start.window.deleteLater()


def test_the_first_start_shows_it_and_no_other_does(
    begin: Callable[..., Window], tmp_path: Path
) -> None:
    window = begin()
    assert window.welcomes
    assert window.welcome.isVisible()
    assert (tmp_path / SETTINGS).exists()  # even if it is killed now
    assert not begin().welcomes


def test_who_asks_for_something_is_not_asked(begin: Callable[..., Window]) -> None:
    assert not begin(Scene()).welcomes
    assert not begin(None, fresh=True).welcomes


def test_a_window_of_a_test_or_a_picture_has_none(window: Window) -> None:
    assert not window.welcomes
    assert "welcome" not in vars(window)


def test_the_menu_shows_it_again(window: Window) -> None:
    (entry,) = (a for a in window.findChildren(QAction) if a.text() == "Welcome")
    entry.trigger()
    assert window.welcome.isVisible()
    window.welcome.leave()
    entry.trigger()
    assert window.welcome.isVisible()


def test_it_lies_over_the_plot_inside_the_window(
    page: Welcome, window: Window, qtbot: QtBot
) -> None:
    for size in (QSize(1280, 800), QSize(1024, 640), QSize(900, 560)):
        window.resize(size)
        qtbot.waitUntil(partial(_is, window, size))
        QApplication.processEvents()
        place = page.geometry()
        assert window.rect().contains(place)
        middle = window.centre.mapTo(window, window.centre.rect().center())
        assert place.contains(middle)
        assert place.bottom() < window.footer.y()


def test_the_first_way_has_the_focus_and_arrows_go_on(page: Welcome) -> None:
    ways = list(page.ways.values())
    assert ways[0].hasFocus()
    for way in (*ways[1:], ways[0]):
        QTest.keyClick(_focused(), Qt.Key.Key_Down)
        assert way.hasFocus()
    QTest.keyClick(ways[0], Qt.Key.Key_Up)
    assert ways[-1].hasFocus()


def test_tab_reaches_every_way_and_the_rest_of_the_window(
    page: Welcome, window: Window
) -> None:
    seen = list[QWidget]()
    for _ in range(200):
        now = _focused()
        if seen and now is seen[0]:
            break
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert set(page.ways.values()) <= set(seen)
    assert window.transport.buttons["play"] in seen
    assert window.surface not in seen  # it is covered


def test_escape_leaves_and_the_plot_has_the_keys(
    page: Welcome, window: Window, qtbot: QtBot
) -> None:
    QTest.keyClick(page.ways["lesson"], Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert window.surface.hasFocus()
    assert window.player.run is not None
    step = window.player.run.step
    QTest.keyClick(window.surface, Qt.Key.Key_Right)
    rest(qtbot, window)
    assert window.player.run.step == step + 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_the_first_way_is_the_first_lesson(
    key: Qt.Key, page: Welcome, window: Window, qtbot: QtBot
) -> None:
    QTest.keyClick(page.ways["lesson"], key)
    rest(qtbot, window)
    assert not page.isVisible()
    assert window.lectern.lesson is not None
    assert window.lectern.lesson.name == next(iter(lesson_files()))
    assert not window.player.playing


def test_the_quiz_is_a_lesson_that_asks(
    page: Welcome, window: Window, qtbot: QtBot
) -> None:
    page.ways["quiz"].click()
    rest(qtbot, window)
    assert not page.isVisible()
    assert window.lectern.lesson is not None
    assert window.lectern.lesson.name == QUIZ
    assert any(one.predict for one in window.lectern.lesson.pages)


def test_own_data_asks_for_the_file(page: Welcome, window: Window) -> None:
    page.ways["table"].click()
    assert not page.isVisible()
    (dialog,) = window.findChildren(QFileDialog)
    assert "csv" in " ".join(dialog.nameFilters())
    dialog.reject()


def test_just_looking_changes_nothing(page: Welcome, window: Window) -> None:
    scene = window.player.scene
    page.ways["look"].click()
    assert not page.isVisible()
    assert window.player.scene == scene
    assert window.surface.hasFocus()
    assert not window.findChildren(QDialog)


@pytest.mark.parametrize("act", ["play", "edit", "scene", "lesson"])
def test_it_makes_way_for_whatever_is_begun(
    act: str, page: Welcome, window: Window, qtbot: QtBot
) -> None:
    if act == "play":
        window.player.play()
    elif act == "edit":
        window.panel.choose_descent(batch_size=7)
    elif act == "scene":
        window.player.open(Scene(seed=3))
    else:
        window.open_lesson("sum-or-mean")
    qtbot.waitUntil(lambda: not page.isVisible())
    window.player.play(False)


def test_every_way_says_where_it_leads(page: Welcome) -> None:
    assert page.findChildren(QPushButton) == list(page.ways.values())
    for way in page.ways.values():
        assert way.accessibleName() == way.text()
        assert way.toolTip() == way.accessibleDescription() != ""


def test_a_new_scene_puts_the_lesson_away(qtbot: QtBot, window: Window) -> None:
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    window.documents.new()
    rest(qtbot, window)
    assert not window.lectern.reading
    assert not window.panel.isHidden()
    assert window.docks["scene"].isVisible()


def test_after_a_lesson_is_chosen_the_plot_has_the_keys(
    qtbot: QtBot, window: Window
) -> None:
    window.activateWindow()
    button = window.transport.lessons
    button.setFocus()
    assert button.hasFocus()
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    assert window.focusWidget() is window.centre.chart
    window.lesson.next.setFocus()
    window.lectern.turn(1)
    rest(qtbot, window)
    assert window.focusWidget() is window.lesson.next  # who clicks on keeps clicking


def test_a_note_has_the_whole_line(window: Window) -> None:
    window.resize(1024, 640)
    window.footer.say("Something was done.")
    assert window.footer.light.isHidden()
    window.footer.forget()
    assert window.footer.light.isVisible()
