"""The menus: every entry is an action of the window or one of its keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup

from gdviz.ui import keys, shelf
from gdviz.ui import style as look

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from gdviz.ui.window import Window


def fill(window: Window) -> None:
    """Make the menus of a window."""
    file = window.menus.addMenu("File")
    _entry(file, "Open a table (CSV) …", window.open_table, "Ctrl+T")
    _entry(file, "Open a scene …", window.open_scene, "Ctrl+O")
    _entry(file, "Open a lesson …", window.open_lesson, "Ctrl+L")
    file.addSeparator()
    _entry(file, "Quit", window.close, "Ctrl+Q")
    run = window.menus.addMenu("Run")
    for key, (words, action) in keys.ENTRIES.items():
        _entry(run, f"{words}\t{key}", partial(action, window))
    view = window.menus.addMenu("View")
    for dock in window.docks.values():
        view.addAction(dock.toggleViewAction())
    view.addSeparator()
    _entry(view, "Fit the surface\tF", partial(keys.fit, window))
    _entry(view, "Default layout", window.default_layout)
    _theme_menu(window, view.addMenu("Theme"))
    lessons = window.transport.lessons.menu()
    lessons.aboutToShow.connect(partial(_fill_lessons, window, lessons))
    help_menu = window.menus.addMenu("Help")
    _entry(help_menu, "Keys\t?", partial(keys.sheet, window))
    _entry(help_menu, "About gdviz", partial(keys.about, window))


def _fill_lessons(window: Window, menu: QMenu) -> None:
    menu.clear()
    shelf.offer(menu, window.open_lesson)
    menu.addSeparator()
    shelf.entry(menu, "Open a lesson file …", window.open_lesson)


def _theme_menu(window: Window, menu: QMenu) -> None:
    group = QActionGroup(menu)
    for theme, words in look.THEMES.items():
        entry = _entry(menu, words, partial(window.set_theme, theme))
        entry.setCheckable(True)
        entry.setChecked(theme == window.theme)
        group.addAction(entry)


def _entry(
    menu: QMenu, words: str, act: Callable[[], object], shortcut: str = ""
) -> QAction:
    entry = QAction(words, menu)
    entry.triggered.connect(lambda: act())  # noqa: PLW0108  (drops `checked`)
    if shortcut:
        entry.setShortcut(shortcut)
    menu.addAction(entry)
    return entry
