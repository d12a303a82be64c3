"""The dialog of a table: what its settings do stands at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from gdviz.core.tables import preview
from gdviz.ui.panels.table import TableDialog

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NOTES = {"Automatic: classes for text": "task", "Number columns get": "standardise"}


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> TableDialog:
    file = tmp_path / "own.csv"
    file.write_text("a,b\n1,2\n3,5\n")
    dialog = TableDialog(preview(str(file)))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize("start", NOTES)
def test_what_a_setting_does_stands_at_it(dialog: TableDialog, start: str) -> None:
    control = getattr(dialog, NOTES[start])
    (note,) = [n for n in dialog.findChildren(QLabel) if n.text().startswith(start)]
    assert note.isVisible()
    assert note.height() >= note.heightForWidth(note.width())  # not cut
    gap = note.y() - control.geometry().bottom()
    assert 0 < gap < note.fontMetrics().height()


def test_the_word_before_a_setting_leads_to_it(dialog: TableDialog) -> None:
    (label,) = [n for n in dialog.findChildren(QLabel) if n.text() == "Predict"]
    assert label.buddy() is dialog.task
