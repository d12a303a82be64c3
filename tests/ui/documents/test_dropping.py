"""Files dropped on the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
)

from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scene import Scene
from gdviz.session.scenefile import to_json
from gdviz.ui.panels.table import TableDialog
from tests.ui.conftest import rest
from tests.ui.documents.hands import LESSON, box_of, run_of, told

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


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
