"""The room of the window: how its docks share it, and which of them are open."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gdviz.ui.docks import BELOW, LESSON, SCENE, SIDE, SWEEP, home
from gdviz.ui.scaling import px, times, wide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from PySide6.QtWidgets import QDockWidget

    from gdviz.ui.window import Window

_LEAST_CENTRE, _LEAST_SIDE = 316, 170  # points
_BELOW, _SIDE, _SCENE = 250, 352, 268
_SIDE_SHARE = 0.275  # of the width
_HIGH_BELOW, _HIGHER, _HIGHEST = 0.42, 0.1, 0.5  # of the height; more for large words
_WIDE_BELOW = 350  # of each panel beside another one, not as tabs
_WIDE_MAP, _HIGH_MAP = 640, 0.5  # of the sweep map: points, and share of the height


def open_lesson(window: Window, show: Collection[str]) -> None:
    """Show the lesson and exactly the docks named; with no name leave the others."""
    docks = window.docks
    if show:
        for name in (*SIDE, *BELOW):
            docks[name].setVisible(name in show)
    docks[SCENE].setVisible(SCENE in show or not window.presenter.on)
    docks[LESSON].show()
    if SCENE in show:
        _part(window, (LESSON, SCENE), Qt.Orientation.Vertical)
    elif show or not _tabbed(window, (LESSON, SCENE)):
        window.tabifyDockWidget(docks[LESSON], docks[SCENE])
    docks[LESSON].raise_()
    share_room(window)


def open_panels(window: Window, show: Collection[str]) -> None:
    """Show exactly the docks named beside the plot in the centre and the scene."""
    for name in (*SIDE, *BELOW):
        window.docks[name].setVisible(name in show)
    share_room(window)


def close_lesson(window: Window) -> None:
    """Leave the left column to the scene."""
    window.docks[LESSON].hide()
    window.docks[SCENE].show()
    share_room(window)


def share_room(window: Window) -> None:
    """Give every column and row what it needs, the surface what it needs first."""
    across, up = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    side, below = _shown(window, SIDE), _shown(window, BELOW)
    left, right = _left(window), min(px(_SIDE), round(_SIDE_SHARE * window.width()))
    height = _height(window)
    low = _low(window, height) * bool(below)
    under = len(side) * _LEAST_SIDE <= height - low
    _turn_corner(window, under)
    _share_bottom(window, window.width() - left - (0 if under else right))
    _resize(window, _shown(window, (SCENE, LESSON)), left, across)
    _resize(window, side, right, across)
    _resize(window, side, height - low, up)
    _resize(window, below, low, up)
    _share_left(window)


def _low(window: Window, height: int) -> int:
    """Return the height of the panels below: a map of many cells needs the most."""
    if _shown(window, (SWEEP,)):
        return max(_BELOW, round(_HIGH_MAP * height))
    share = min(_HIGH_BELOW + _HIGHER * (times() - 1), _HIGHEST)
    wanted = max(min(px(_BELOW), round(share * height)), round(0.3 * height))
    return min(wanted, max(height - _LEAST_CENTRE, round(_HIGH_BELOW * height)))


def _height(window: Window) -> int:
    """Return the height between the bars."""
    bars = (b for b in (window.transport, window.footer) if not b.isHidden())
    return window.height() - sum(max(b.height(), b.sizeHint().height()) for b in bars)


def _shown(window: Window, names: Iterable[str]) -> list[QDockWidget]:
    """Return those of these docks that are open and where they stand at first."""
    return [
        dock
        for dock in (window.docks[name] for name in names)
        if not (dock.isHidden() or dock.isFloating())
        and window.dockWidgetArea(dock) == home(dock.objectName())
    ]


def _resize(
    window: Window, docks: list[QDockWidget], size: int, way: Qt.Orientation
) -> None:
    if docks:
        window.resizeDocks(docks, [max(size, 1)] * len(docks), way)


def _left(window: Window) -> int:
    """Return the width of the left column: a lesson wants to be read."""
    if window.docks[LESSON].isHidden():
        return wide(_SCENE)
    return min(max(round(0.26 * window.width()), wide(300)), wide(400))


def _share_left(window: Window) -> None:
    """Give the lesson a little more than the scene below it, if it stands below."""
    if len(_shown(window, (LESSON, SCENE))) == 2:
        docks, up = window.docks, Qt.Orientation.Vertical
        window.resizeDocks([docks[LESSON], docks[SCENE]], [600, 400], up)


def _turn_corner(window: Window, below: bool) -> None:
    """Let the panels below reach under the plots at the right, or not."""
    area = Qt.DockWidgetArea
    window.setCorner(
        Qt.Corner.BottomRightCorner,
        area.BottomDockWidgetArea if below else area.RightDockWidgetArea,
    )


def _share_bottom(window: Window, width: int) -> None:
    """Put the panels below beside each other, or in tabs where there is no room."""
    open_ = [dock.objectName() for dock in _shown(window, BELOW)]
    several = len(open_) > 1
    needed = sum(_WIDE_MAP if name == SWEEP else px(_WIDE_BELOW) for name in open_)
    if several and width >= needed:
        _part(window, open_, Qt.Orientation.Horizontal)
    elif several and not _tabbed(window, open_):
        for name in open_[1:]:
            window.tabifyDockWidget(window.docks[open_[0]], window.docks[name])
        window.docks[open_[0]].raise_()
    tabs = several and _tabbed(window, open_)
    for name in BELOW:  # a tab says it already
        window.docks[name].show_bar(not (tabs and name in open_))


def _tabbed(window: Window, names: Sequence[str]) -> bool:
    """Tell whether all of these docks are tabs of one place."""
    tabs = window.tabifiedDockWidgets(window.docks[names[0]])
    return all(window.docks[name] in tabs for name in names[1:])


def _part(window: Window, names: Sequence[str], way: Qt.Orientation) -> None:
    """Show docks beside each other that may be tabs of one place."""
    docks = [window.docks[name] for name in names]
    if not any(window.tabifiedDockWidgets(dock) for dock in docks):
        return
    area = window.dockWidgetArea(docks[0])
    for dock in docks:  # what is left of tabs takes only tabs
        window.removeDockWidget(dock)
    window.addDockWidget(area, docks[0])
    for before, dock in pairwise(docks):
        window.splitDockWidget(before, dock, way)
    for dock in docks:
        dock.show()
