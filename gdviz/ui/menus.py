"""The menus: every entry is an action of the window or one of its keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup

from gdviz.core.refused import Refused
from gdviz.session.workers import PROCESS, THREAD
from gdviz.ui import docks, explaining, keys, keysheet, reading, room, shelf, tabbing
from gdviz.ui import style as look
from gdviz.ui.panels.cuelist import CueList
from gdviz.ui.panels.race.ready import fill_races
from gdviz.ui.scaling import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from gdviz.ui.window import Window


_APART = "Train in a process of its own"
_APART_TIP = (
    "Makes more steps a second, while the screen draws; the same steps bit for bit. "
    "Where there are but two cores, fewer pictures may be drawn."
)


def fill(window: Window) -> None:
    """Make the menus of a window."""
    _file_menu(window, window.menus.addMenu("&File"))
    edit = window.menus.addMenu("&Edit")
    edit.addActions([window.undo.undo_action, window.undo.redo_action])
    edit.addSeparator()
    _entry(edit, "Copy picture", window.copy, "Ctrl+C")
    scene = window.menus.addMenu("&Scene")
    scene.addAction(window.pencil.action)
    scene.setToolTipsVisible(True)
    run = window.menus.addMenu("&Run")
    for key, (words, action) in keys.ENTRIES.items():
        _entry(run, f"{words}\t{key}", partial(action, window))
    run.addSeparator()
    fill_races(run.addMenu("Race"), partial(_race, window))
    run.addSeparator()
    _worker_entry(window, run)
    _present_menu(window, window.menus.addMenu("&Present"))
    view = window.menus.addMenu("&View")
    for dock in window.docks.values():
        view.addAction(dock.toggleViewAction())
    view.addSeparator()
    view.addActions([window.centre.flat_action, window.centre.solid_action])
    view.addAction(window.centre.card_action)
    view.setToolTipsVisible(True)
    _entry(view, "Fit the surface\tF", partial(keys.fit, window))
    _entry(view, "Default layout", window.default_layout)
    _access_entries(window, view)
    _theme_menu(window, view.addMenu("Theme"))
    _size_menu(window, view.addMenu("Size of words"))
    lessons = window.transport.lessons.menu()
    lessons.aboutToShow.connect(partial(_fill_lessons, window, lessons))
    _help_menu(window, window.menus.addMenu("&Help"))


def _help_menu(window: Window, menu: QMenu) -> None:
    """Offer what explains: keys, any control, the welcome page."""
    _entry(menu, "Keys\t?", partial(keys.sheet, window))
    _entry(menu, "What's this?", partial(explaining.start, window))
    ask = partial(explaining.explain_focused, window)
    _entry(menu, "Explain the control in use", ask, "Shift+F1")
    _entry(menu, "Welcome", partial(_welcome, window))
    _entry(menu, "About gdviz", partial(keysheet.about, window))


def _welcome(window: Window) -> None:
    """Show the welcome page; it is made now if it never was."""
    window.welcome.open()


def _present_menu(window: Window, menu: QMenu) -> None:
    """Offer what is for the front of a class; the keys act while it is hidden too."""
    for key, (words, act) in keys.SHOW.items():
        _entry(menu, f"{words}\t{key}", partial(act, window))
    _entry(menu, "Previous cue", lambda: window.cues.step(-1))
    menu.addSeparator()
    _entry(menu, "Cue list …", lambda: CueList(window.cues).open())


def _size_menu(window: Window, menu: QMenu) -> None:
    """Offer the sizes of words, and tick the one there is."""
    group = QActionGroup(menu)
    for size in SIZES:
        entry = _entry(menu, f"{size} %", partial(window.set_size, size))
        entry.setCheckable(True)
        group.addAction(entry)

    def tick() -> None:
        for size, entry in zip(SIZES, group.actions(), strict=True):
            entry.setChecked(size == window.text_size)

    menu.addSeparator()
    _entry(menu, "Larger", partial(_next_size, window, 1), "Ctrl++")
    _entry(menu, "Smaller", partial(_next_size, window, -1), "Ctrl+-")
    _entry(menu, "Usual size", partial(window.set_size, SIZES[0]), "Ctrl+0")
    menu.aboutToShow.connect(tick)


def _next_size(window: Window, by: int) -> None:
    place = SIZES.index(window.text_size) + by
    if 0 <= place < len(SIZES):
        window.set_size(SIZES[place])


def _worker_entry(window: Window, menu: QMenu) -> None:
    """Offer to make the steps in a process, and show whether they are."""
    player, entry = window.player, _entry(menu, _APART, lambda: None)
    entry.setCheckable(True)
    entry.setToolTip(_APART_TIP)
    menu.setToolTipsVisible(True)
    entry.triggered.connect(lambda on: player.work_in(PROCESS if on else THREAD))
    player.housed.connect(lambda where: entry.setChecked(where == PROCESS))


def _access_entries(window: Window, menu: QMenu) -> None:
    """Offer what serves those who do not see the picture, or use no mouse."""
    _entry(menu, "Describe this picture …\tI", partial(reading.describe, window))
    _entry(menu, "Next panel", partial(tabbing.skip, window), "F6")
    _entry(menu, "Previous panel", partial(tabbing.skip, window, False), "Shift+F6")
    menu.addAction(window.motion_action)


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
