"""Names, focus and words: the program without a mouse and without the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyqtgraph import PlotWidget
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

from gdviz.core.formulas.own import OwnFormula
from gdviz.core.tables import preview
from gdviz.session.scene import Scene
from gdviz.session.spoken.picture import WORDS
from gdviz.ui import boxes, keys, keysheet, motion, reading, room, tabbing
from gdviz.ui.formulaedit import FormulaEdit
from gdviz.ui.memory import Memory
from gdviz.ui.panels.cuelist import CueList
from gdviz.ui.panels.table import TableDialog
from gdviz.ui.plots import PLOTS
from gdviz.ui.ring import Ring
from gdviz.ui.settings import Settings, from_text, to_text
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

TEXT = QAccessible.Text
FIRST = Qt.FocusReason.TabFocusReason


def heard(widget: QWidget) -> tuple[str, str]:
    """Return the name and the description that a screen reader is told."""
    told = QAccessible.queryAccessibleInterface(widget)
    name = widget.accessibleName() if isinstance(widget, QComboBox) else ""
    return name or told.text(TEXT.Name), told.text(TEXT.Description)


def never_shown(part: QObject) -> bool:
    """Tell whether it is in a menu that plots have and never show."""
    below: QObject | None = part
    while isinstance(below, QWidget):
        above = below.parentWidget()
        if isinstance(below, QMenu) and isinstance(above, PlotWidget):
            return True
        below = above
    return False


def controls(parent: QWidget) -> Iterator[QWidget]:
    """Yield all that can be worked: plots, buttons, fields, tables, sliders."""
    for part in parent.findChildren(QWidget):
        works = part.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(
            part, QAbstractButton
        )
        inner = part.objectName().startswith("qt_") or isinstance(part, QLabel)
        inner = inner or isinstance(part.parent(), QTabBar)  # it scrolls the tabs
        if not works or inner or part.focusProxy() is not None:
            continue
        if not never_shown(part):
            yield part


def unnamed(parent: QWidget) -> list[str]:
    """Return the controls that a screen reader has no name or no words for."""
    found = []
    for part in controls(parent):
        name, about = heard(part)
        inner = isinstance(part, (QListView, QMenu, QTabBar))
        if not name or not (about or inner):
            found.append(f"{type(part).__name__} {name!r} in {part.parent()}")
    return found


@pytest.fixture
def full(window: Window, qtbot: QtBot) -> Window:
    """A window with every dock open."""
    for dock in window.docks.values():
        dock.show()
    room.share_room(window)
    rest(qtbot, window)
    return window


def dialog_of(window: Window) -> QDialog:
    """Return the dialog that is open, and no other one."""
    (shown,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
    return shown


def test_every_control_of_the_window_has_a_name(full: Window) -> None:
    assert len(list(controls(full))) > 100
    assert unnamed(full) == []


def test_every_action_has_a_name(full: Window) -> None:
    menus = [menu for menu in full.findChildren(QMenu) if not never_shown(menu)]
    entries = [entry for menu in menus for entry in menu.actions()]
    assert len(entries) > 50
    assert all(entry.text() or entry.isSeparator() for entry in entries)


def open_dialog(name: str, window: Window, folder: Path) -> None:
    file = folder / "a.csv"
    file.write_text("x,y\n1,2\n2,3\n3,5\n")
    opening: dict[str, Callable[[], object]] = {
        "export": window.export,
        "describe": lambda: reading.describe(window),
        "table": lambda: TableDialog(preview(str(file)), window).open(),
        "cues": lambda: CueList(window.cues).open(),
        "keys": lambda: keys.sheet(window),
        "about": lambda: keysheet.about(window),
        "sentence": lambda: window.tell("Something to be read."),
        "save": lambda: boxes.save_box(window, "a.json").open(),
    }
    opening[name]()


DIALOGS = ["export", "describe", "table", "cues", "keys", "about", "sentence", "save"]


@pytest.mark.parametrize("name", DIALOGS)
def test_every_control_of_a_dialog_has_a_name(
    name: str, window: Window, tmp_path: Path
) -> None:
    open_dialog(name, window, tmp_path)
    dialog = dialog_of(window)
    assert dialog.windowTitle()
    found = [what for what in unnamed(dialog) if "QPushButton" not in what]
    assert found == []
    buttons = dialog.findChildren(QPushButton)
    assert buttons
    assert [b for b in buttons if not heard(b)[0]] == []
    dialog.close()


@pytest.mark.parametrize("name", DIALOGS)
def test_tab_goes_round_in_a_dialog(name: str, window: Window, tmp_path: Path) -> None:
    open_dialog(name, window, tmp_path)
    dialog, met = dialog_of(window), list[QWidget]()
    wanted = [c for c in controls(dialog) if tabbing.takes_tab(c)]
    wanted[0].setFocus(FIRST)
    here = wanted[0]
    while here not in met:
        met.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
        here = dialog.focusWidget()
    assert [c for c in wanted if c not in met] == []
    dialog.close()


def test_the_box_of_an_own_formula_has_names(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(Scene(data=OwnFormula()))
    (box,) = [b for b in window.panel.findChildren(FormulaEdit) if b.isVisible()]
    assert unnamed(window.panel) == []
    assert heard(box.box)[0]
    box.box.setPlainText("x +")
    assert box.said.isVisible()
    assert heard(box.said)[0]


def test_tab_reaches_everything_and_comes_back(full: Window, qtbot: QtBot) -> None:
    full.surface.setFocus(FIRST)
    met = list[QWidget]()
    while (here := QApplication.focusWidget()) not in met:
        assert here is not None
        met.append(here)
        assert len(met) < 500
        QTest.keyClick(here, Qt.Key.Key_Tab)
    assert here is met[0]
    wanted = [c for c in controls(full) if tabbing.takes_tab(c) and tabbing.is_seen(c)]
    missed = [
        f"{type(c).__name__} {c.accessibleName()}" for c in wanted if c not in met
    ]
    assert missed == []
    QTest.keyClick(met[0], Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is met[-1]


def test_tab_goes_panel_by_panel(window: Window) -> None:
    order = tabbing.panels(window)
    assert order[0] is window.transport
    assert order[1] is window.docks["scene"]
    assert order[2] is window.centre
    right = [window.docks[name] for name in ("gradients", "data", "loss")]
    assert order[3:6] == right
    assert order[-1] is window.footer


def test_a_control_out_of_view_is_scrolled_to(window: Window) -> None:
    last = tabbing.stops(window.docks["scene"])[-1]
    window.surface.setFocus(FIRST)
    while QApplication.focusWidget() is not last:
        here = QApplication.focusWidget()
        assert here is not None
        QTest.keyClick(here, Qt.Key.Key_Tab)
    area = last.parentWidget()
    while area is not None and area.objectName() != "qt_scrollarea_viewport":
        area = area.parentWidget()
    assert area is not None
    assert area.rect().intersects(last.rect().translated(last.mapTo(area, QPointF())
                                                         .toPoint()))  # fmt: skip


def test_a_dock_behind_a_tab_is_never_in_use_until_it_is_raised(
    full: Window, qtbot: QtBot
) -> None:
    tabs = full.tabifiedDockWidgets(full.docks["sweep"])
    assert tabs
    hidden = [d for d in (*tabs, full.docks["sweep"]) if d not in tabbing.panels(full)]
    assert hidden
    seen = set[str]()
    for _ in range(len(full.docks) + 4):
        tabbing.skip(full)
        here = QApplication.focusWidget()
        assert here is not None
        assert tabbing.is_seen(here)
        seen |= {name for name, d in full.docks.items() if d.isAncestorOf(here)}
    assert {dock.objectName() for dock in hidden} <= seen


def test_f6_goes_to_the_next_panel_and_back(window: Window) -> None:
    window.surface.setFocus(FIRST)
    tabbing.skip(window)
    assert QApplication.focusWidget() is window.charts["gradients"]
    tabbing.skip(window, forward=False)
    here = QApplication.focusWidget()
    assert here is not None
    assert window.centre.isAncestorOf(here)


def test_the_menus_open_by_alt_and_their_letters(window: Window) -> None:
    letters = [
        action.text()[action.text().index("&") + 1].upper()
        for action in window.menus.actions()
        if "&" in action.text()
    ]
    assert len(letters) >= 5
    assert len(set(letters)) == len(letters)


def test_a_ring_shows_where_tab_is_and_not_where_the_mouse_is(window: Window) -> None:
    chart = window.charts["gradients"]
    (ring,) = chart.findChildren(Ring)
    assert not ring.isVisible()
    chart.setFocus(FIRST)
    assert ring.isVisible()
    assert ring.geometry() == chart.rect()
    assert not ring.mask().contains(chart.rect().center())
    picture = chart.grab().toImage()
    corner = picture.pixelColor(1, picture.height() // 2).name()
    assert corner == window.style_.example.lower()
    window.surface.setFocus(FIRST)
    assert not ring.isVisible()
    chart.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ring.isVisible()


def test_a_click_takes_the_ring_away(window: Window) -> None:
    chart = window.charts["gradients"]
    chart.setFocus(FIRST)
    left = Qt.MouseButton.LeftButton
    press = QMouseEvent(
        QEvent.Type.MouseButtonPress, QPointF(2, 2), QPointF(2, 2), left, left,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(chart, press)
    assert not chart.ring.isVisible()


def test_a_ring_stays_while_a_menu_is_open(window: Window) -> None:
    window.surface.setFocus(FIRST)
    assert not window.surface.ring.isVisible()  # it had the focus: nothing has come
    window.charts["data"].setFocus(FIRST)
    window.setFocus(Qt.FocusReason.MenuBarFocusReason)
    assert window.charts["data"].ring.isVisible()


def test_every_control_shows_that_it_is_in_use(window: Window, qtbot: QtBot) -> None:
    """A picture of each kind of control changes when it comes into use by Tab."""
    kinds = dict[str, QWidget]()
    for panel in (window.transport, window.docks["scene"], window.footer):
        for part in tabbing.stops(panel):
            kinds.setdefault(f"{type(part).__name__} {part.objectName()}", part)
    assert len(kinds) > 6
    for kind, part in kinds.items():
        window.surface.setFocus(FIRST)
        before = part.grab().toImage()
        part.setFocus(FIRST)
        if isinstance(part, QLineEdit):
            part.deselect()
        assert part.grab().toImage() != before, kind


def test_every_plot_has_words() -> None:
    assert set(WORDS) == set(PLOTS)


def test_plots_say_what_they_show_and_follow_the_run(
    window: Window, qtbot: QtBot
) -> None:
    chart = window.surface
    qtbot.waitUntil(lambda: "Theta after 3 updates" in chart.accessibleDescription())
    window.player.forward()
    rest(qtbot, window)
    qtbot.waitUntil(lambda: "Theta after 4 updates" in chart.accessibleDescription())
    for name in ("gradients", "data", "loss"):
        assert window.charts[name].accessibleDescription() != PLOTS[name].tip


def test_nothing_is_said_of_a_mark_that_is_hidden(window: Window, qtbot: QtBot) -> None:
    chart = window.surface
    qtbot.waitUntil(lambda: "full gradient" in chart.accessibleDescription())
    window.mark("full")
    qtbot.waitUntil(lambda: "full gradient" not in chart.accessibleDescription())


def test_a_dock_that_is_opened_is_described(window: Window, qtbot: QtBot) -> None:
    window.docks["curvature"].show()
    chart = window.charts["curvature"]
    qtbot.waitUntil(lambda: "eigenvalue" in chart.accessibleDescription())


def test_descriptions_are_written_seldom_while_playing(
    window: Window, qtbot: QtBot
) -> None:
    due = window.reading._due
    qtbot.waitUntil(lambda: not due.isActive())
    window.player.toggle()
    qtbot.waitUntil(lambda: window.player.playing and due.isActive())
    assert due.interval() >= 500
    assert due.isSingleShot()
    window.player.toggle()
    rest(qtbot, window)


def test_the_sentence_is_announced_once_where_all_stands_still(
    window: Window, qtbot: QtBot
) -> None:
    window.reading.tell()
    said = list[str]()
    window.reading.announced.connect(said.append)
    window.reading.tell()
    assert said == []
    was = QAccessible.isActive()
    QAccessible.setActive(True)
    window.player.forward()
    rest(qtbot, window)
    qtbot.waitUntil(lambda: len(said) > 0)
    QAccessible.setActive(was)
    assert "<" not in said[0]
    assert "gradient" in said[0]


def test_i_shows_the_picture_in_words_and_copies_it(window: Window) -> None:
    window.charts["data"].setFocus(FIRST)
    QTest.keyClick(window.charts["data"], Qt.Key.Key_I)
    dialog = dialog_of(window)
    words = dialog.findChild(QPlainTextEdit)
    assert isinstance(words, QPlainTextEdit)
    text = words.toPlainText()
    assert text == QGuiApplication.clipboard().text()
    assert text.startswith("Step 3. ")
    places = [text.index(window.charts[n].title) for n in ("data", "gradients", "loss")]
    assert places[0] == min(places)
    for chart in reading.seen(window):
        assert chart.spoken() in text
    assert dialog.focusWidget() is words
    dialog.close()


def test_it_can_be_asked_for_before_there_is_a_picture(
    qtbot: QtBot, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    window.player.run = None
    assert reading.whole(window) == reading.NOTHING
    window.reading.tell()


def test_a_slider_says_its_value(window: Window) -> None:
    slider = window.panel.learning_rate.slider
    assert slider.accessibleDescription().startswith("0.05. ")
    slider.set_number(0.2)
    assert slider.accessibleDescription().startswith("0.2. ")
    assert window.transport.speed.accessibleDescription() == "12/s"


@pytest.mark.parametrize(
    ("wish", "reduced"), [(motion.REDUCED, True), (motion.FULL, False)]
)
def test_motion_is_reduced_where_that_is_chosen(wish: str, reduced: bool) -> None:
    before = motion.wish()
    motion.choose(wish)
    assert motion.reduced() is reduced
    motion.choose(before)


def test_the_menu_chooses_reduced_motion_and_it_is_remembered(
    window: Window, tmp_path: Path
) -> None:
    before = motion.wish()
    memory = Memory(tmp_path)
    try:
        window.motion_action.setChecked(motion.reduced())
        while motion.wish() != motion.REDUCED:
            window.motion_action.trigger()
        memory.note(window)
        assert memory.settings.motion == motion.REDUCED
        assert from_text(to_text(memory.settings)).motion == motion.REDUCED
        motion.choose(motion.FULL)
        memory.dress(window)
        assert motion.reduced()
        assert window.motion_action.isChecked()
    finally:
        motion.choose(before)


def test_it_is_left_to_the_desktop_at_first() -> None:
    assert Settings().motion == motion.SYSTEM
