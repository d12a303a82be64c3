"""The compare panel: every path and setting to be read, each act by key and button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QLineEdit

from gdviz.core.knobs import knobs
from gdviz.session import PANELS
from gdviz.session.lessons.lesson import Lesson, Page
from gdviz.session.scene import Descent, Scene
from gdviz.ui import docks, room
from gdviz.ui.panels.compare.panel import ComparePanel
from tests.ui.conftest import back, rest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


@pytest.fixture
def two(shared: Window, qtbot: QtBot) -> Window:
    """A window on Path 2, which left Path 1 at step 5 with twice the learning rate."""
    window = shared
    back(qtbot, window, Scene(descent=Descent(4, 0.02)), 12)
    window.docks[docks.COMPARE].show()
    room.share_room(window)
    window.player.seek(5)
    rest(qtbot, window)
    window.panel.choose_descent(learning_rate=0.04)
    rest(qtbot, window)
    window.player.go_on(9)
    rest(qtbot, window)
    return window


def number(window: Window, name: str) -> int:
    return next(p.number for p in window.player.paths.all if p.name == name)


def shown(window: Window) -> str:
    return window.player.paths.name_of(window.player.paths.present)


def current(window: Window) -> str:
    return cells(window, panel(window).table.currentRow())["Path"]


def panel(window: Window) -> ComparePanel:
    found = window.parts[docks.COMPARE]
    assert isinstance(found, ComparePanel)
    return found


def cells(window: Window, row: int) -> dict[str, str]:
    table, told = panel(window).table, {}
    for column in range(table.columnCount()):
        head, item = table.horizontalHeaderItem(column), table.item(row, column)
        assert head is not None
        assert item is not None
        told[head.text()] = item.text()
    return told


def select(window: Window, row: int) -> None:
    panel(window).table.setCurrentCell(row, 0)
    panel(window).table.setFocus()


def press(qtbot: QtBot, window: Window, name: str) -> None:
    qtbot.mouseClick(panel(window).buttons[name], Qt.MouseButton.LeftButton)
    rest(qtbot, window)


def test_it_opens_by_itself_with_the_second_path_and_never_again(
    window: Window, qtbot: QtBot
) -> None:
    dock = window.docks[docks.COMPARE]
    assert not dock.isVisible()
    window.player.what_if()
    rest(qtbot, window)
    assert dock.isVisible()
    dock.close()
    window.player.seek(3)
    window.player.what_if()
    rest(qtbot, window)
    assert not dock.isVisible()


def test_closed_before_it_was_needed_it_stays_closed(
    window: Window, qtbot: QtBot
) -> None:
    dock = window.docks[docks.COMPARE]
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()
    dock.toggleViewAction().trigger()
    window.player.what_if()
    rest(qtbot, window)
    assert not dock.isVisible()


def test_every_setting_of_every_path_is_on_the_screen(two: Window) -> None:
    first, second = cells(two, 0), cells(two, 1)
    assert (first["Path"], first["Steps"], first["State"]) == ("Path 1", "12", "–")
    assert second["Began"] == "from Path 1 at step 5"
    assert second["State"] == "shown"
    assert first["Learning rate"] == "0.02"
    assert second["Learning rate"] == "0.02 → 0.04 at 5"
    said = panel(two).alike.text()
    for name, worn in (knobs(Descent) | knobs(Scene)).items():
        if not name.startswith(("plane", "pace")):  # of what is beside the path
            assert worn.label in said or worn.label in first


def test_what_differs_from_the_path_shown_is_bold(two: Window) -> None:
    table = panel(two).table
    heads = list(cells(two, 0))
    for row, bold in ((0, True), (1, False)):
        item = table.item(row, heads.index("Learning rate"))
        assert item is not None
        assert item.font().bold() == bold
        same = table.item(row, heads.index("Batch size"))
        assert same is not None
        assert not same.font().bold()


@pytest.mark.parametrize("how", ["button", "key", "double click"])
def test_a_path_is_returned_to(two: Window, qtbot: QtBot, how: str) -> None:
    select(two, 0)
    table = panel(two).table
    if how == "button":
        press(qtbot, two, "return")
    elif how == "key":
        qtbot.keyClick(table, Qt.Key.Key_Return)
    else:
        at = table.visualItemRect(table.item(0, 1)).center()  # type: ignore[arg-type]
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    rest(qtbot, two)
    assert shown(two) == "Path 1"
    assert two.player.run is not None
    assert two.player.run.step == 12
    assert cells(two, 0)["State"] == "shown"


@pytest.mark.parametrize(
    ("how", "keys", "name"),
    [
        ("button", ("Slow", Qt.Key.Key_Return), "Slow"),
        ("key", ("Slow", Qt.Key.Key_Escape), "Path 1"),
        ("button", ("   ", Qt.Key.Key_Return), "Path 1"),
        ("key", ("x" * 80, Qt.Key.Key_Return), "x" * 60),
    ],
)
def test_a_name_is_edited_in_place(
    two: Window, qtbot: QtBot, how: str, keys: tuple[str, Qt.Key], name: str
) -> None:
    select(two, 0)
    table = panel(two).table
    if how == "button":
        qtbot.mouseClick(panel(two).buttons["rename"], Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, keys[0])
    two.player.seek(7)  # what comes meanwhile takes nothing away
    rest(qtbot, two)
    qtbot.keyClick(editor, keys[1])
    rest(qtbot, two)
    qtbot.waitUntil(lambda: not table.editing and cells(two, 0)["Path"] == name)
    assert [path.name for path in two.player.paths.all] == [name, "Path 2"]
    assert shown(two) == "Path 2"  # Enter in the name is not a return


def test_paths_are_pinned_hidden_and_deleted(two: Window, qtbot: QtBot) -> None:
    select(two, 0)
    for name, state in (("pin", "pinned"), ("hide", "pinned, hidden")):
        press(qtbot, two, name)
        assert cells(two, 0)["State"] == state
    assert two.loss.paths.traced == ()
    assert panel(two).buttons["pin"].text() == "Unpin"
    press(qtbot, two, "hide")
    press(qtbot, two, "pin")
    assert cells(two, 0)["State"] == "–"
    press(qtbot, two, "delete")
    assert panel(two).table.rowCount() == 1


def test_the_path_shown_is_neither_deleted_nor_returned_to(
    two: Window, qtbot: QtBot
) -> None:
    select(two, 1)
    buttons = panel(two).buttons
    for name, why in (
        ("return", "is the one"),
        ("hide", "always"),
        ("delete", "stays"),
    ):
        assert not buttons[name].isEnabled()
        assert why in buttons[name].toolTip()
    qtbot.keyClick(panel(two).table, Qt.Key.Key_Delete)
    rest(qtbot, two)
    assert panel(two).table.rowCount() == 2
    assert "return to another one" in two.footer.note.text()
    select(two, 0)
    for button in buttons.values():
        assert button.isEnabled()
    assert "Forget" in buttons["delete"].toolTip()
    qtbot.keyClick(panel(two).table, Qt.Key.Key_Delete)
    rest(qtbot, two)
    assert panel(two).table.rowCount() == 1


def test_a_path_hidden_and_returned_to_can_be_drawn_again(
    two: Window, qtbot: QtBot
) -> None:
    first = number(two, "Path 1")
    two.player.say_of(first, hidden=True)
    two.player.return_to(first)
    rest(qtbot, two)
    assert cells(two, 0)["State"] == "shown, hidden"
    press(qtbot, two, "hide")
    assert cells(two, 0)["State"] == "shown"


def test_the_current_row_goes_to_a_path_that_is_shown_newly(
    two: Window, qtbot: QtBot
) -> None:
    assert current(two) == "Path 2"
    select(two, 0)
    two.player.forward()
    rest(qtbot, two)
    assert current(two) == "Path 1"  # a step moves no one's choice
    two.player.seek(3)
    two.player.what_if()
    rest(qtbot, two)
    assert current(two) == "Path 3"
    two.player.return_to(number(two, "Path 1"))
    rest(qtbot, two)
    assert current(two) == "Path 1"


def test_a_path_alone_comes_with_what_to_do(window: Window, qtbot: QtBot) -> None:
    window.docks[docks.COMPARE].toggleViewAction().trigger()
    rest(qtbot, window)
    found = panel(window)
    assert found.alone.isVisible()
    assert "What if? (W)" in found.alone.text()
    window.player.what_if()
    rest(qtbot, window)
    assert not found.alone.isVisible()


def test_what_is_alike_gives_way_and_is_in_the_tip(two: Window) -> None:
    found, alike = panel(two), panel(two).alike
    for height in (60, 130, 200, 400):
        found.resize(600, height)
        assert alike.text().startswith("The same for all. Order")
        assert alike.text().endswith("…") == (height < 200)
        assert len(alike.toolTip().splitlines()) == len(alike.entries)
        space = QRect(0, 0, 580, 1000)
        wrapped = Qt.TextFlag.TextWordWrap
        needed = alike.fontMetrics().boundingRect(space, wrapped, alike.text())
        assert needed.height() <= alike.maximumHeight()


def test_the_line_of_a_path_keeps_its_colour_where_its_row_is_selected(
    two: Window,
) -> None:
    item, size = panel(two).table.item(1, 0), QSize(34, 14)
    assert item is not None
    modes = QIcon.Mode.Normal, QIcon.Mode.Selected
    plain, chosen = (item.icon().pixmap(size, mode).toImage() for mode in modes)
    assert plain == chosen
    assert plain.pixelColor(plain.width() // 2, plain.height() // 2) == QColor(
        two.style_.path
    )


def test_letters_in_the_table_mean_what_they_mean_in_the_window(
    two: Window, qtbot: QtBot
) -> None:
    two.player.seek(7)
    rest(qtbot, two)
    select(two, 0)
    qtbot.keyClick(panel(two).table, Qt.Key.Key_W)
    rest(qtbot, two)
    assert panel(two).table.rowCount() == 3


def test_it_follows_while_playing(two: Window, qtbot: QtBot) -> None:
    two.player.play()
    qtbot.waitUntil(lambda: int(cells(two, 1)["Steps"]) > 9)
    two.player.play(False)
    rest(qtbot, two)
    assert two.player.run is not None
    assert cells(two, 1)["Steps"] == str(two.player.run.newest)


def test_what_a_path_came_to_after_a_return_is_told(two: Window, qtbot: QtBot) -> None:
    for name, steps in (("Path 1", 15), ("Path 2", 11), ("Path 1", 17)):
        two.player.return_to(number(two, name))
        rest(qtbot, two)
        two.player.go_on(steps)
        rest(qtbot, two)
    assert [cells(two, row)["Steps"] for row in (0, 1)] == ["17", "11"]


def test_every_button_has_a_tip_and_a_name_and_a_place_for_the_tab_key(
    two: Window,
) -> None:
    for button in panel(two).buttons.values():
        assert button.toolTip()
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_lesson_page_shows_it_only_if_it_names_it(
    window: Window, qtbot: QtBot
) -> None:
    assert docks.COMPARE in PANELS
    plain, with_it = Page("One", show=("loss",)), Page("Two", show=(docks.COMPARE,))
    lesson = Lesson("two", "Two pages", 1.0, "", (plain, with_it))
    for number, visible in ((0, False), (1, True), (0, False)):
        window.lectern.open(lesson, number)
        rest(qtbot, window)
        assert window.docks[docks.COMPARE].isVisible() == visible


@pytest.mark.parametrize("size", [(1024, 640), (1280, 800)])
def test_three_panels_below_share_the_room_and_part_again(
    two: Window, size: tuple[int, int]
) -> None:
    two.resize(*size)
    for name in docks.BELOW:
        two.docks[name].show()
    room.share_room(two)
    QApplication.processEvents()
    for name in docks.BELOW:
        two.docks[name].raise_()
        QApplication.processEvents()
        assert docks.is_seen(two.parts[name])
    for name in docks.BELOW:
        two.docks[name].setVisible(name == docks.COMPARE)
    room.share_room(two)
    QApplication.processEvents()
    assert docks.is_seen(two.parts[docks.COMPARE])


def test_what_if_and_all_menus_fit_in_the_top_bar(window: Window) -> None:
    button = window.transport.buttons["what if"]
    for width in (900, 1024, 1280):
        window.resize(width, 640)
        QApplication.processEvents()
        assert button.isVisible()
        assert button.width() >= button.sizeHint().width()
        assert button.geometry().right() < window.transport.width()


def test_asked_twice_a_name_is_edited_once(two: Window) -> None:
    """Qt would warn, and a warning is an error here."""
    table = panel(two).table
    table.setCurrentCell(0, 0)
    table.rename()
    table.rename()
    assert table.editing
