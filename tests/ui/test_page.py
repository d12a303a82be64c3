"""What a clicker shows of a page before it turns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.ui.panels.page import PageSheet

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def sheet(qtbot: QtBot) -> PageSheet:
    """A page with a question, as high as it needs."""
    shown = PageSheet()
    qtbot.addWidget(shown)
    shown.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    shown.resize(320, 200)
    shown.show_page(read_lesson("what-is-averaged", MEASURES).pages[0])
    shown.show()
    QApplication.processEvents()
    hide(shown, 0)
    return shown


def hide(sheet: PageSheet, points: int) -> None:
    """Make it so low that its last points are out of sight."""
    more = sheet.verticalScrollBar().maximum() - points
    sheet.resize(sheet.width(), sheet.height() + more)
    QApplication.processEvents()
    assert sheet.verticalScrollBar().maximum() == points


@pytest.mark.parametrize(("points", "kept"), [(0, 1), (22, 1), (23, 2), (150, 2)])
def test_a_page_is_turned_when_its_words_are_read(
    sheet: PageSheet, points: int, kept: int
) -> None:
    hide(sheet, points)
    shown = 0
    while sheet.go_on():
        shown += 1
        if sheet.asked.button.isChecked():
            break
        QApplication.processEvents()
    assert shown == kept  # the rest of the page if any is missed, then the answer


def test_going_back_shows_the_beginning_first(sheet: PageSheet) -> None:
    assert not sheet.go_back()
    hide(sheet, 60)
    assert sheet.go_on()
    assert sheet.go_back()
    assert sheet.verticalScrollBar().value() == 0
    assert not sheet.go_back()
