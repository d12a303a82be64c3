"""Opening files: tables, scenes and lessons, each asked for if it is not named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from gdviz.core.refused import Refused
from gdviz.core.tables import preview
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scenefile import read_scene
from gdviz.ui.panels.table import TableDialog

if TYPE_CHECKING:
    from gdviz.ui.window import Window


def table(window: Window, path: str) -> None:
    """Ask for a CSV file and its target column, and start a run on it."""
    path = path or _asked(window, "Open a table", "Tables (*.csv *.tsv *.txt)")
    if not path:
        return
    try:
        dialog = TableDialog(preview(path), window)
    except Refused as refusal:
        window.refuse(str(refusal))
        return
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(
        lambda: window.panel.choose(data=dialog.chosen(), loss=None)
    )
    dialog.open()


def scene(window: Window, path: str) -> None:
    """Start a run of a scene file."""
    path = path or _asked(window, "Open a scene", "Scenes (*.json)")
    if not path:
        return
    try:
        window.player.open(read_scene(path))
    except Refused as refusal:
        window.refuse(str(refusal))


def lesson(window: Window, name: str) -> None:
    """Open the first page of a shipped lesson, or of a lesson file."""
    name = name or _asked(window, "Open a lesson", "Lessons (*.md)")
    if not name:
        return
    try:
        window.lectern.open(read_lesson(name, MEASURES))
    except Refused as refusal:
        window.refuse(str(refusal))


def _asked(window: Window, title: str, kind: str) -> str:
    kinds = f"{kind};;All files (*)"
    return QFileDialog.getOpenFileName(window, title, "", kinds)[0]
