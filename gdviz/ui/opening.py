"""Opening files: tables, scenes and lessons, each asked for if it is not named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from gdviz.core.refused import Refused
from gdviz.core.tables import preview
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scenefile import ENDING, example_files, read_document
from gdviz.ui.panels.table import TableDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData

    from gdviz.ui.window import Window

_SCENES = "Scenes (*.json)"
_TABLES = (".csv", ".tsv", ".txt")
_KINDS = "a scene (.json), a lesson (.md) or a table (.csv, .tsv, .txt)"


def table(window: Window, path: str) -> None:
    """Ask for a CSV file and its target column, and start a run on it."""
    if not path:
        _ask(window, "Open a table", "Tables (*.csv *.tsv *.txt)", window.open_table)
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
    if path:
        window.documents.open(path)
    else:
        _ask(window, "Open a scene", _SCENES, window.open_scene)


def example(window: Window, name: str) -> None:
    """Start a run of a shipped scene; it has no file that could be written over."""
    try:
        document = read_document(example_files()[name])
    except Refused as refusal:
        window.refuse(str(refusal))
    else:
        window.documents.leave(lambda: window.documents.show(document))


def lesson(window: Window, name: str, number: int = 0) -> None:
    """Open a page of a shipped lesson, or of a lesson file; -1 is the last one."""
    if not name:
        _ask(window, "Open a lesson", "Lessons (*.md)", window.open_lesson)
        return
    try:
        window.lectern.open(read_lesson(name, MEASURES), number)
    except Refused as refusal:
        window.refuse(str(refusal))


def dropped(window: Window, mime: QMimeData) -> None:
    """Open a file that was dropped on the window, by its kind."""
    path, refusal = in_hand(mime)
    if refusal:
        window.refuse(refusal)
    elif path.suffix.lower() == ".json":
        window.open_scene(str(path))
    elif path.suffix.lower() == ".md":
        window.open_lesson(str(path))
    else:
        window.open_table(str(path))


def in_hand(mime: QMimeData) -> tuple[Path, str]:
    """Return the file that is dragged, and why it cannot be opened if it cannot."""
    urls = mime.urls()
    path = Path(urls[0].toLocalFile()) if urls else Path()
    if len(urls) != 1:
        return path, f"These are {len(urls):,} files; drop one at a time."
    if not urls[0].isLocalFile():
        where = "this is elsewhere; save it first, then drop the file."
        return path, f"Only a file on this computer can be opened: {where}"
    if path.is_dir():
        return path, f"{path.name} is a folder; drop {_KINDS}."
    if path.suffix.lower() not in (".json", ".md", *_TABLES):
        return path, f"{path.name} cannot be opened; drop {_KINDS}."
    return path, ""


def ask_where(window: Window, path: Path, then: Callable[[Path], object]) -> None:
    """Ask for the file to save a scene in; an existing one is asked for."""
    dialog = _dialog(window, "Save the scene", _SCENES)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    suffix = ENDING if path.name.endswith(ENDING) else path.suffix
    dialog.setDefaultSuffix(suffix.lstrip("."))
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.fileSelected.connect(
        lambda chosen: _save_as(window, Path(chosen), suffix, then)
    )
    dialog.open()


def _save_as(
    window: Window, path: Path, suffix: str, then: Callable[[Path], object]
) -> None:
    """Go on with the path, which has a suffix; no other file is replaced unasked."""
    whole = path if path.suffix else path.with_name(path.name + suffix)
    if whole != path and os.path.exists(whole):
        window.refuse(f"{whole.name} is there already; choose it by its whole name.")
    else:
        then(whole.absolute())


def _ask(window: Window, title: str, kind: str, then: Callable[[str], object]) -> None:
    """Ask for a file to open, without waiting for the answer."""
    dialog = _dialog(window, title, kind)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setDirectory(str(window.documents.folder()))
    dialog.fileSelected.connect(then)
    dialog.open()


def _dialog(window: Window, title: str, kind: str) -> QFileDialog:
    dialog = QFileDialog(window, title)
    dialog.setNameFilters([kind, "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
