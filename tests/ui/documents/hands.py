"""What a person does with files in a window, and what the window then says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMenu,
    QMessageBox,
)

from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scenefile import read_document
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAction
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LESSON = next(iter(lesson_files()))


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
