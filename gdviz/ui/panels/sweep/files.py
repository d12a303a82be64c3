"""A map as a table in a file: the same as `gdviz sweep` writes and reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gdviz.core.refused import Refused
from gdviz.session.files import replacing
from gdviz.session.sweep import read_sweep
from gdviz.session.sweep.rows import columns, header, row
from gdviz.ui.export.texts import as_lines
from gdviz.ui.panels.sweep.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

_KIND, _SUFFIX, _NAME = "Sweeps (*.csv)", "csv", "sweep.csv"
MOST_AXES = 2


def read(path: Path) -> Grid:
    """Return the map in a file.

    Raises
    ------
    Refused
        The sentence names the file.
    """
    try:
        sweep, outcomes = read_sweep(path)
    except OSError as fault:
        raise Refused(f"{path.name} cannot be read: {fault.strerror}.") from fault
    if len(sweep.axes) > MOST_AXES:
        raise Refused(
            f"{path.name} goes over {len(sweep.axes)} settings; a map shows 1 or 2."
        )
    grid = Grid(sweep)
    grid.take(outcomes)
    return grid


def write(grid: Grid, path: Path) -> None:
    """Write a map to a file, whole or not at all; cells not known are left out.

    Raises
    ------
    Refused
        The sentence names the file and the remedy.
    """
    known = [grid.outcomes[cell] for cell in sorted(grid.outcomes)]
    named = header(grid.sweep, path.absolute().parent)
    with replacing(path, "utf-8") as file:
        file.write(f"{named}\n")
        file.writelines(as_lines([columns(grid.sweep), *map(row, known)]))


def ask_open(parent: QWidget, then: Callable[[Path], object]) -> None:
    """Ask for a file to read, without waiting for the answer."""
    dialog = _dialog(parent, "Open a sweep map", then)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def ask_save(parent: QWidget, then: Callable[[Path], object]) -> None:
    """Ask for a file to write."""
    dialog = _dialog(parent, "Save the sweep map", then)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(_SUFFIX)
    dialog.selectFile(_NAME)
    dialog.open()


def _dialog(parent: QWidget, title: str, then: Callable[[Path], object]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setNameFilters([_KIND, "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    return dialog
