"""The deeds of a monkey: what it does to the window as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDropEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QMenu,
)

from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scenefile import example_files
from gdviz.ui import keys
from tests.ui.monkeyhands import LEFT, NONE, nothing, pick, point, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from tests.ui.monkey import Monkey

    Act = Callable[[Monkey, Random], str]

QUIT = ("Quit",)
SIZES = ((1280, 800), (1024, 640), (900, 560), (1400, 900), (640, 480), (1920, 1080))
_AREAS = ("LeftDockWidgetArea", "RightDockWidgetArea", "TopDockWidgetArea",
          "BottomDockWidgetArea")  # fmt: skip


def menu(monkey: Monkey, rng: Random) -> str:
    """Take an entry of any menu; a long one counts as much as a short one."""
    window = monkey.window
    one = pick(rng, [*window.menus.actions(), None])
    inside = one.menu() if one is not None else window.transport.lessons.menu()
    what = one.text() if one is not None else "Lessons"
    while isinstance(inside, QMenu):
        inside.aboutToShow.emit()
        entries = [a for a in inside.actions() if a.isEnabled() and not a.isSeparator()]
        entry = pick(rng, [a for a in entries if a.text() not in QUIT] or [None])
        if entry is None:
            return f"{what} (empty)"
        what += f" › {entry.text()}"
        inside = entry.menu()
        if inside is None:
            assert isinstance(entry, QAction)
            entry.trigger()
    return what


def pull_down(monkey: Monkey, rng: Random) -> str:
    """Open a menu and leave it open."""
    one = pick(rng, monkey.window.menus.actions())
    one.menu().popup(monkey.window.mapToGlobal(QPoint(50, 40)))
    return str(one.text())


def dock(monkey: Monkey, rng: Random) -> str:
    """Show, hide, float, move, tab or resize a dock."""
    window = monkey.window
    name = pick(rng, sorted(window.docks))
    one, way = window.docks[name], rng.random()
    if way < 0.35:
        one.toggleViewAction().trigger()
        return f"{name} on or off"
    if way < 0.5:
        one.setFloating(not one.isFloating())
        return f"{name} floats or not"
    if way < 0.6:
        area = pick(rng, [a for a in Qt.DockWidgetArea if a.name in _AREAS])
        window.addDockWidget(area, one)
        return f"{name} to {area.name}"
    if way < 0.7:
        other = pick(rng, sorted(window.docks))
        if other != name:
            window.tabifyDockWidget(window.docks[other], one)
        return f"{name} with {other}"
    if way < 0.8:
        one.raise_()
        return f"{name} to the front"
    across = pick(rng, (Qt.Orientation.Horizontal, Qt.Orientation.Vertical))
    window.resizeDocks([one], [rng.randint(1, 900)], across)
    return f"{name} {across.name}"


def splitter(monkey: Monkey, rng: Random) -> str:
    """Drag the edge between two docks."""
    window = monkey.window
    shown = [d for d in window.docks.values() if d.isVisible() and not d.isFloating()]
    if not shown:
        return nothing("dock")
    edge = pick(rng, shown).geometry()
    at = pick(rng, (QPoint(edge.right() + 2, edge.center().y()),
                     QPoint(edge.center().x(), edge.bottom() + 2),
                     QPoint(edge.left() - 2, edge.center().y()),
                     QPoint(edge.center().x(), edge.top() - 2)))  # fmt: skip
    QTest.mousePress(window, LEFT, NONE, at)
    for _ in range(3):
        QTest.mouseMove(window, point(rng, window))
    QTest.mouseRelease(window, LEFT, NONE, point(rng, window))
    return f"at {at.x()}, {at.y()}"


def run(monkey: Monkey, rng: Random) -> str:
    """Play, pause, step, change the speed."""
    window = monkey.window
    way = rng.random()
    if way < 0.45:
        name = pick(rng, sorted(keys.BUTTONS))
        window.transport.buttons[name].click()
        return name
    if way < 0.65:
        speed = window.transport.speed
        speed.setValue(int(rng.random() * (speed.maximum() + 1)))
        return f"speed {speed.value()}"
    if way < 0.8:
        window.player.play(True)
        return "play"
    window.player.play(False)
    return "pause"


def paths(monkey: Monkey, rng: Random) -> str:
    """Return to a path, pin, hide or delete it."""
    player = monkey.window.player
    if not player.paths.all:
        return nothing("path")
    number, way = pick(rng, player.paths.all).number, rng.random()
    if way < 0.4:
        player.return_to(number)
    elif way < 0.5:
        player.say_of(number, pinned=rng.random() < 0.5)
    elif way < 0.6 and number != player.paths.present:
        player.say_of(number, hidden=rng.random() < 0.5)
    elif way < 0.75 and number != player.paths.present:
        player.delete_path(number)
    else:
        player.what_if()
    return f"path {number}"


def undo(monkey: Monkey, rng: Random) -> str:
    """Take changes back or make them again."""
    undoes = rng.random() < 0.6
    for _ in range(rng.randint(1, 4)):
        (monkey.window.undo.undo if undoes else monkey.window.undo.redo)()
    return "undo" if undoes else "redo"


def open_one(monkey: Monkey, rng: Random) -> str:
    """Open a shipped scene or lesson, or a file."""
    window, way = monkey.window, rng.random()
    if way < 0.4:
        name = pick(rng, sorted(example_files()))
        window.open_example(name)
        return str(name)
    if way < 0.8:
        name = pick(rng, sorted(lesson_files()))
        window.open_lesson(name)
        return str(name)
    path = pick(rng, _files(monkey))
    if path.suffix == ".json":
        window.open_scene(str(path))
    elif path.suffix == ".md":
        window.open_lesson(str(path))
    else:
        window.open_table(str(path))
    return path.name


def _files(monkey: Monkey) -> list[Path]:
    return sorted(p for p in monkey.folder.iterdir() if p.is_file())


def page(monkey: Monkey, rng: Random) -> str:
    """Turn the page of the lesson."""
    by = pick(rng, (1, 1, 1, -1, 0, 5, -9))
    monkey.window.lectern.turn(by)
    return str(by)


def drop(monkey: Monkey, rng: Random) -> str:
    """Drag a file to the window and let it go."""
    files = _files(monkey)
    path = pick(rng, [*files, monkey.folder, monkey.folder / "nowhere.csv"])
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))] * pick(rng, (1, 1, 1, 2)))
    frame = monkey.window.windowHandle()
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(300, 300), copy, mime, LEFT, NONE)
    QApplication.sendEvent(frame, enter)
    if enter.isAccepted():
        let_go = QDropEvent(QPointF(300, 300), copy, mime, LEFT, NONE)
        QApplication.sendEvent(frame, let_go)
    return path.name


def export(monkey: Monkey, rng: Random) -> str:
    """Export something small, or stop."""
    window = monkey.window
    if rng.random() < 0.2 and "exporter" in vars(window):
        window.exporter.stop()
        return "stop"
    window.export()
    if window.player.run is None or "exporter" not in vars(window):
        return nothing("run")
    dialog = window.exporter.dialog
    form = dialog.form
    if window.exporter.job is not None:
        return "under way"
    form.what.setCurrentIndex(int(rng.random() * form.what.count()))
    form.suffix.setCurrentIndex(int(rng.random() * form.suffix.count()))
    form.view.setCurrentIndex(int(rng.random() * max(form.view.count(), 1)))
    suffix = form.suffix.currentData()
    file = monkey.folder / "out" / f"export{rng.randint(1, 3)}{suffix}"
    form.file.setText(str(file))
    for number, value in ((form.width_, 320), (form.height_, 240), (form.first, 0),
                          (form.last, 3), (form.every, 1)):  # fmt: skip
        number.set_value(value)
    form.scale.setCurrentIndex(0)
    dialog.accept()
    if dialog.save.text() == "Replace":
        dialog.accept()
    if rng.random() < 0.5:
        dialog.close()
    return f"{form.what.currentText()} {suffix}"


def sweep(monkey: Monkey, rng: Random) -> str:
    """Start or stop a sweep of few short runs."""
    panel = monkey.window.sweep
    if not monkey.window.docks["sweep"].isVisible():
        monkey.window.docks["sweep"].toggleViewAction().trigger()
    if panel.running:
        panel.controls.start.click()
        return "stop"
    panel.form.far.chosen.emit(pick(rng, (1, 5, 20)))
    panel.controls.start.click()
    return "start"


def size(monkey: Monkey, rng: Random) -> str:
    """Change the size of the window or its state."""
    window, way = monkey.window, rng.random()
    if way < 0.6:
        wide, high = pick(rng, SIZES)
        window.showNormal()
        window.resize(wide, high)
        return f"{wide} × {high}"
    state = pick(
        rng, ("showMinimized", "showMaximized", "showFullScreen", "showNormal")
    )
    getattr(window, state)()
    if state == "showMinimized":
        window.showNormal()
    return str(state)


def theme(monkey: Monkey, rng: Random) -> str:
    """Choose a theme."""
    name = pick(rng, ("dark", "light", "system"))
    monkey.window.set_theme(name)
    return str(name)


def answer(monkey: Monkey, rng: Random) -> str:
    """Answer a dialog: choose a file, press a button or a key."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QFileDialog) and rng.random() < 0.7:
        return _choose_file(monkey, dialog, rng)
    buttons = monkey.targets(QAbstractButton)
    if not buttons or rng.random() < 0.3:
        key = pick(rng, (Qt.Key.Key_Escape, Qt.Key.Key_Return))
        if dialog is not None and not isinstance(dialog, QFileDialog):
            QTest.keyClick(dialog, key)
        elif isinstance(dialog, QDialog):
            dialog.reject()
        return key.name
    button = pick(rng, buttons)
    what = told(button)
    QTest.mouseClick(button, LEFT)
    return what


def _choose_file(monkey: Monkey, dialog: QFileDialog, rng: Random) -> str:
    saves = dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    suffix = f".{dialog.defaultSuffix()}" if saves else ""
    path = pick(rng, _files(monkey))
    if saves:
        path = monkey.folder / "out" / f"saved{rng.randint(1, 4)}{suffix}"
        path.unlink(missing_ok=True)
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    return path.name


def in_popup(monkey: Monkey, rng: Random) -> str:
    """Press keys or click in a menu or list that is open, mostly to leave it."""
    popup = QApplication.activePopupWidget()
    assert popup is not None
    if rng.random() < 0.5:
        popup.close()
        return "away"
    ways: tuple[Qt.Key, ...] = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape)
    focus = popup.focusWidget()
    inside = focus if focus is not None else popup  # type: ignore[redundant-expr]
    if not isinstance(popup, QMenu):
        ways += (Qt.Key.Key_Return,)
    key = pick(rng, ways)
    QTest.keyClick(inside, key)
    return key.name
