"""The menus: every entry is an action of the window or one of its keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup

from gdviz.core.refused import Refused
from gdviz.session.workers import PROCESS, THREAD
from gdviz.ui import docks, keys, room, shelf
from gdviz.ui import style as look
from gdviz.ui.panels.race.ready import fill_races

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from gdviz.ui.window import Window


_APART = "Train in a process of its own"
_APART_TIP = (
    "Makes more steps a second, while the screen draws; the same steps bit for bit."
)


def fill(window: Window) -> None:
    """Make the menus of a window."""
    _file_menu(window, window.menus.addMenu("File"))
    edit = window.menus.addMenu("Edit")
    edit.addActions([window.undo.undo_action, window.undo.redo_action])
    edit.addSeparator()
    _entry(edit, "Copy picture", window.copy, "Ctrl+C")
    run = window.menus.addMenu("Run")
    for key, (words, action) in keys.ENTRIES.items():
        _entry(run, f"{words}\t{key}", partial(action, window))
    run.addSeparator()
    fill_races(run.addMenu("Race"), partial(_race, window))
    run.addSeparator()
    _worker_entry(window, run)
    view = window.menus.addMenu("View")
    for dock in window.docks.values():
        view.addAction(dock.toggleViewAction())
    view.addSeparator()
    view.addActions([window.centre.flat_action, window.centre.solid_action])
    view.addAction(window.centre.card_action)
    view.setToolTipsVisible(True)
    _entry(view, "Fit the surface\tF", partial(keys.fit, window))
    _entry(view, "Default layout", window.default_layout)
    _theme_menu(window, view.addMenu("Theme"))
    lessons = window.transport.lessons.menu()
    lessons.aboutToShow.connect(partial(_fill_lessons, window, lessons))
    help_menu = window.menus.addMenu("Help")
    _entry(help_menu, "Keys\t?", partial(keys.sheet, window))
    _entry(help_menu, "About gdviz", partial(keys.about, window))


def _worker_entry(window: Window, menu: QMenu) -> None:
    """Offer to make the steps in a process, and show whether they are."""
    player, entry = window.player, _entry(menu, _APART, lambda: None)
    entry.setCheckable(True)
    entry.setToolTip(_APART_TIP)
    menu.setToolTipsVisible(True)
    entry.triggered.connect(lambda on: player.work_in(PROCESS if on else THREAD))
    player.housed.connect(lambda where: entry.setChecked(where == PROCESS))


def _race(window: Window, name: str) -> None:
    """Begin a ready-made race, and show how it goes."""
    window.racers.race(name)
    for shown in docks.OF_RACE:
        window.docks[shown].show()
    room.share_room(window)


def _file_menu(window: Window, menu: QMenu) -> None:
    documents = window.documents
    _entry(menu, "New", documents.new, "Ctrl+N")
    _entry(menu, "Open a scene …", window.open_scene, "Ctrl+O")
    examples = menu.addMenu("Open an example")
    examples.aboutToShow.connect(partial(_fill_examples, window, examples))
    recent = menu.addMenu("Open recent")
    recent.aboutToShow.connect(partial(_fill_recent, window, recent))
    menu.addSeparator()
    _entry(menu, "Save", documents.save, "Ctrl+S")
    _entry(menu, "Save as …", documents.save_as, "Ctrl+Shift+S")
    inside = QAction("Keep own table inside the file", menu, checkable=True)
    inside.triggered.connect(documents.keep_inside)
    menu.addAction(inside)
    menu.addSeparator()
    _entry(menu, "Open a table (CSV) …", window.open_table, "Ctrl+T")
    _entry(menu, "Open a lesson …", window.open_lesson, "Ctrl+L")
    menu.addSeparator()
    _entry(menu, "Export …", window.export, "Ctrl+E")
    menu.addSeparator()
    _entry(menu, "Quit", window.close, "Ctrl+Q")
    menu.aboutToShow.connect(partial(_show_state, window, recent, inside))
    for signal in (documents.changed, window.player.edited):
        signal.connect(partial(_show_state, window, recent, inside))
    _show_state(window, recent, inside)


def _show_state(window: Window, recent: QMenu, inside: QAction, *_: object) -> None:
    """Offer recent files where there are any, and to embed a table that is one's own.

    A table that came in a file of a scene stays inside: it has no file of its own.
    """
    table = window.documents.own_table
    inside.setEnabled(table is not None and not table.text)
    inside.setChecked(window.documents.embed)
    recent.setEnabled(bool(window.memory.recent))


def _fill_recent(window: Window, menu: QMenu) -> None:
    menu.clear()
    menu.setToolTipsVisible(True)
    for place in window.memory.recent:
        entry = shelf.entry(menu, Path(place).name, partial(window.open_scene, place))
        entry.setToolTip(place)
    menu.addSeparator()
    _entry(menu, "Clear list", window.documents.forget_recent)


def _fill_examples(window: Window, menu: QMenu) -> None:
    menu.clear()
    menu.setToolTipsVisible(True)
    for name, example in shelf.examples().items():
        title, tip = name, str(example)
        if not isinstance(example, Refused):
            title, tip = example.title or name, example.about
        entry = shelf.entry(menu, title, partial(window.open_example, name))
        entry.setToolTip(tip)


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
