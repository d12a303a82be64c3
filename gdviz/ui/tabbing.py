"""Tab through the whole window, panel by panel as they stand; F6 skips to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QTabBar, QWidget

from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from gdviz.ui.window import Window

_TAB = Qt.FocusPolicy.TabFocus
_AREA = Qt.DockWidgetArea
_NONE = _AREA.NoDockWidgetArea
_SIDES = (_AREA.LeftDockWidgetArea, _AREA.TopDockWidgetArea)
_AFTER = (_AREA.RightDockWidgetArea, _AREA.BottomDockWidgetArea)


def step(window: Window, forward: bool) -> bool:
    """Give the focus to the next control of the window, or to the one before."""
    order = [part for panel in panels(window) for part in stops(panel)]
    if not order:
        return False
    now = QApplication.focusWidget()
    place = next((i for i, part in enumerate(order) if part is now), None)
    if place is None:
        place = -1 if forward else 0
    _enter(order[(place + (1 if forward else -1)) % len(order)], forward)
    return True


def skip(window: Window, forward: bool = True) -> None:
    """Give the focus to the next panel, in front of its tabs, or to the one before."""
    around = [p for p in panels(window, hidden_tabs=True) if _any_stop(p)]
    now = QApplication.focusWidget()
    inside = (i for i, panel in enumerate(around) if now and panel.isAncestorOf(now))
    place = next(inside, -1 if forward else 0)
    panel = around[(place + (1 if forward else -1)) % len(around)]
    panel.raise_()
    QApplication.processEvents()
    if found := stops(panel):
        _enter(found[0], True)


def panels(window: Window, hidden_tabs: bool = False) -> list[QWidget]:
    """Return bars, plots and docks of a window in the order they are read.

    Parameters
    ----------
    window : Window
    hidden_tabs : bool
        Whether docks behind a tab are among them, and the tabs are not.
    """
    docks = [dock for dock in window.docks.values() if dock.isVisible()]
    areas = {area: list[QWidget]() for area in (*_SIDES, *_AFTER, _NONE)}
    for dock in docks:
        if hidden_tabs or is_seen(dock):
            areas[window.dockWidgetArea(dock)].append(dock)
    if not hidden_tabs:
        for bar in _tabs(window):
            titled = (d for d in docks if d.windowTitle() == bar.tabText(0))
            if (one := next(titled, None)) is not None:  # else it is about to go
                areas[window.dockWidgetArea(one)].append(bar)
        for parts in areas.values():
            parts.sort(key=_place)
    before = [part for area in _SIDES for part in areas[area]]
    after = [part for area in _AFTER for part in areas[area]]
    middle = window.welcome if window.welcomes else window.centre
    return [window.transport, *before, middle, *after, window.footer]


def stops(panel: QWidget) -> list[QWidget]:
    """Return what Tab stops at within a panel, in the order it was made."""
    inside = panel.findChildren(QWidget)  # PySide6 takes a focus chain for parents
    return [p for p in (panel, *inside) if takes_tab(p) and (p is panel or is_seen(p))]


def takes_tab(part: QWidget) -> bool:
    """Tell whether a widget can have the focus by Tab, itself."""
    able = part.isVisible() and part.isEnabled() and part.focusProxy() is None
    return able and bool(part.focusPolicy() & _TAB)


def is_seen(part: QWidget) -> bool:
    """Tell whether a widget is in its window: Qt puts hidden tabs far off."""
    dock = part.window()
    at = part.mapTo(dock, QPoint())
    scrolled = _scrolled(part)
    if scrolled is not None:
        at, part = scrolled.mapTo(dock, QPoint()), scrolled
    return dock.rect().intersects(part.rect().translated(at))


def _scrolled(part: QWidget) -> QWidget | None:
    """Return the outermost area that scrolls a widget, if there is one."""
    found, above = None, part.parentWidget()
    while above is not None:
        found = above if isinstance(above, QScrollArea) else found
        above = above.parentWidget()
    return found


def _tabs(window: Window) -> list[QTabBar]:
    """Return the tabs of docks that share a place; these come and go."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = [bar for bar in window.findChildren(QTabBar, options=direct)
            if bar.isVisible() and bar.count()]  # fmt: skip
    for bar in bars:
        if not bar.findChildren(Ring):
            bar.setAccessibleDescription("The arrows choose a panel.")
            Ring(bar)
    return bars


def _any_stop(panel: QWidget) -> bool:
    return any(takes_tab(part) for part in panel.findChildren(QWidget))


def _place(dock: QWidget) -> tuple[int, int]:
    at = dock.mapTo(dock.window(), QPoint())
    return at.x(), at.y()


def _enter(part: QWidget, forward: bool) -> None:
    """Give a widget the focus, where it can be seen."""
    reason = Qt.FocusReason
    part.setFocus(reason.TabFocusReason if forward else reason.BacktabFocusReason)
    above = part.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(part)
        above = above.parentWidget()
