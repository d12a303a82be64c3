"""What of a running window can be a picture: its plots and panels as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from gdviz.session.changes import document_of
from gdviz.ui import docks
from gdviz.ui.docks import CENTRE
from gdviz.ui.export.sheet import Sheet
from gdviz.ui.export.subjects import ALL_PLOTS, LABELS, VIEWS, WINDOW, Look, Subject
from gdviz.ui.plots import PLOTS

if TYPE_CHECKING:
    from gdviz.ui.window import Window


def seen(window: Window) -> list[str]:
    """Return the views that are on the screen, the whole window first."""
    return [view for view in (*VIEWS, docks.SWEEP) if _cells(window, view)]


def sheet_of(window: Window, view: str) -> Sheet:
    """Return what is on the screen of a view; of the window if it is not there."""
    run = window.player.run
    step = f", step {run.step:,}" if run is not None else ""
    cells = _cells(window, view) or [window]
    title = f"gdviz: {LABELS[view]}{step}"
    return Sheet.around(cells, window.style_.ground, title)


def focused(window: Window) -> str:
    """Return the view of the plot or panel with the focus, or else the window's."""
    focus: QWidget | None = QApplication.focusWidget() or window.focusWidget()
    for view in seen(window)[2:]:
        if focus and any(
            cell is focus or cell.isAncestorOf(focus) for cell in _cells(window, view)
        ):
            return view
    return WINDOW


def look_of(window: Window, view: str, size: tuple[int, int], theme: str) -> Look:
    """Return how a film looks that is to look like the window."""
    run = window.player.run
    return Look(
        size,
        view,
        theme,
        window.panel.marks.ticked,
        window.surface.lengths.scale,
        _open(window),
        run.chosen if run is not None else None,
        window.centre.solid,
    )


def subject_of(window: Window) -> Subject | None:
    """Return what the window shows; None before there is a run."""
    run, lectern = window.player.run, window.lectern
    if run is None:
        return None
    document = document_of(run.snapshot)
    page = (lectern.lesson, lectern.number) if lectern.lesson is not None else None
    return Subject(document.scene, document.course, page if lectern.reading else None)


def _open(window: Window) -> tuple[str, ...]:
    """Return the docks of a window that a film has too."""
    docked = window.docks.items()
    return tuple(n for n, d in docked if not d.isHidden() and n != docks.SWEEP)


def _cells(window: Window, view: str) -> list[QWidget]:
    """Return the widgets of a view, as far as they are on the screen."""
    if view == WINDOW:
        return [window]
    if view == ALL_PLOTS:
        here = [cell for name in PLOTS for cell in _cells(window, name)]
        return [cell for cell in here if cell.window() is window]
    if view in CENTRE:
        chart = window.charts[view]
        cell = window.centre.currentWidget()
        return [cell] if cell and cell.isAncestorOf(chart) else []
    dock = window.docks[view]
    made = view in window.parts
    return [dock] if made and docks.is_seen(window.parts[view]) else []
