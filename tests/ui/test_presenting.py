"""In front of a class: the whole screen, large, and a clicker is enough."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox

from gdviz.session.lessons.lesson import lesson_files
from gdviz.session.scene import Scene
from gdviz.session.scenefile import write_document
from gdviz.ui import keys, scaling
from gdviz.ui import style as look
from gdviz.ui.boxes import Box
from gdviz.ui.cues import LESSON, SCENE, name
from gdviz.ui.panels.cuelist import CueList
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def usual_size() -> Iterator[None]:
    yield
    scaling.enlarge(1.0, 1.0)


def press(window: Window, key: Qt.Key, on: object = None) -> None:
    QTest.keyClick(on or window.centre.chart, key)  # type: ignore[call-overload]


def turn(window: Window) -> None:
    """Press PgDn until the page is another one: first comes what it keeps back."""
    lectern, before = window.lectern, (window.lectern.number, window.cues.place)
    for _ in range(40):
        press(window, Key.Key_PageDown)
        if (lectern.number, window.cues.place) != before:
            return
    pytest.fail("PgDn never turned the page")


class Refusing(QObject):
    """Takes a window out of full screen whenever it comes there."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.WindowStateChange and watched is self.window:
            self.window.setWindowState(Qt.WindowState.WindowNoState)
        return False


class Catch(QObject):
    """Notes events of a kind."""

    def __init__(self, kind: QEvent.Type, into: list[QEvent.Type]) -> None:
        super().__init__()
        self.kind, self.into = kind, into

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == self.kind:
            self.into.append(self.kind)
        return False


@contextmanager
def catching(
    window: Window, kind: QEvent.Type, into: list[QEvent.Type]
) -> Iterator[None]:
    catch = Catch(kind, into)
    window.installEventFilter(catch)
    yield
    window.removeEventFilter(catch)


def state_of(window: Window) -> tuple[bool, bool, bool, bool]:
    """Return whether it presents and is full, and whether bar and scene are seen."""
    bar, scene = window.transport.isVisible(), window.docks["scene"].isVisible()
    return window.presenter.on, window.isFullScreen(), bar, scene


def settled(qtbot: QtBot, window: Window) -> None:
    """Wait until the desktop is asked for nothing more."""
    qtbot.waitUntil(lambda: not window.presenter._answer.isActive())


@pytest.mark.parametrize("key", [Key.Key_F5, Key.Key_F11, Key.Key_Escape])
def test_one_key_starts_and_one_key_ends(
    qtbot: QtBot, window: Window, key: Qt.Key
) -> None:
    docks = {n: d.isVisible() for n, d in window.docks.items()}
    press(window, Key.Key_F5)
    assert state_of(window) == (True, True, False, False)
    settled(qtbot, window)
    press(window, key)
    assert state_of(window) == (False, False, True, True)
    assert {n: d.isVisible() for n, d in window.docks.items()} == docks
    assert look.font().pixelSize() == 13


@pytest.mark.parametrize("count", [2, 3, 5, 6])
def test_keys_pressed_fast_ask_the_desktop_one_thing_at_a_time(
    qtbot: QtBot, window: Window, count: int
) -> None:
    before = window.size()
    asked: list[QEvent.Type] = []
    with catching(window, QEvent.Type.WindowStateChange, asked):
        for _ in range(count):
            press(window, Key.Key_F5)
        assert len(asked) == 1
        settled(qtbot, window)
    on = bool(count % 2)
    assert (window.presenter.on, window.isFullScreen()) == (on, on)
    assert window.transport.isVisible() != on
    if not on:
        assert window.size() == before


@pytest.mark.parametrize("maximized", [False, True])
def test_an_answer_of_the_desktop_that_comes_late_is_not_the_last(
    qtbot: QtBot, window: Window, maximized: bool
) -> None:
    full = Qt.WindowState.WindowFullScreen
    if maximized:
        window.showMaximized()
    state = window.windowState()
    for late in (state, state | full):
        press(window, Key.Key_F5)
        window.setWindowState(late)  # to what was asked before
        assert window.isFullScreen() != window.presenter.on
        settled(qtbot, window)
        assert window.isFullScreen() == window.presenter.on
    assert window.windowState() == state
    assert window.presenter._asked == 2


def test_a_desktop_without_full_screens_is_not_asked_for_ever(
    qtbot: QtBot, window: Window
) -> None:
    press(window, Key.Key_F5)
    refusing = Refusing(window)
    window.installEventFilter(refusing)
    window.showNormal()
    settled(qtbot, window)
    window.removeEventFilter(refusing)
    assert window.presenter.on
    assert not window.isFullScreen()


def test_a_key_held_down_is_one_change(window: Window) -> None:
    for key, repeats in ((Key.Key_F5, False), (Key.Key_BracketRight, True)):
        event = QKeyEvent(
            QEvent.Type.KeyPress, key, NONE, QKeySequence(key).toString(), True
        )
        assert bool(keys.name(event)) == repeats


def test_afterwards_the_keys_act_on_the_plot(window: Window) -> None:
    window.activateWindow()
    window.presenter.start()
    window.transport.lessons.setFocus()
    window.presenter.end()
    assert window.focusWidget() is window.centre.chart


def test_words_and_marks_grow_with_the_screen(window: Window) -> None:
    sizes = []
    for height in (768, 1080, 2160):
        window.presenter.start()
        window.resize(height * 4 // 3, height)
        window.presenter.fit()
        thick = look.curve_pen("#ffffff", 2.0, 1.0).widthF()
        sizes.append((look.font().pixelSize(), thick))
        window.presenter.end()
    words, marks = zip(*sizes, strict=True)
    assert words == (16, 22, 44)
    assert marks == pytest.approx([3.0, 4.22, 8.44], abs=0.01)
    assert (look.font().pixelSize(), look.curve_pen("#fff", 2.0, 1.0).widthF()) == (
        13,
        2.0,
    )


def test_a_lesson_shows_what_its_page_names_and_a_clicker_turns_it(
    qtbot: QtBot, window: Window
) -> None:
    window.open_lesson("what-is-averaged")
    press(window, Key.Key_F5)
    for page in (0, 1, 2, 1):
        lectern = window.lectern
        assert lectern.lesson is not None
        assert lectern.number == page
        shown = lectern.lesson.pages[page].show
        assert window.docks["lesson"].isVisible()
        for dock in ("gradients", "data", "loss", "arithmetic", "scene"):
            assert window.docks[dock].isVisible() == (dock in shown), (page, dock)
        if page == 2:
            press(window, Key.Key_PageUp)
        else:
            turn(window)
        rest(qtbot, window)
    press(window, Key.Key_F5)
    assert window.lectern.reading
    assert window.docks["scene"].isVisible() or window.tabifiedDockWidgets(
        window.docks["lesson"]
    )


def test_the_transport_keys_act_whatever_has_the_focus(
    qtbot: QtBot, window: Window
) -> None:
    window.player.open(Scene())
    rest(qtbot, window)
    press(window, Key.Key_F5)
    for part in (window.footer.timeline, window.docks["loss"], window):
        run = window.player.run
        assert run is not None
        before = run.step
        press(window, Key.Key_Right, part)
        rest(qtbot, window)
        assert run.step == before + 1, part
    press(window, Key.Key_Left, window.footer.timeline)
    rest(qtbot, window)
    assert window.player.run is not None
    assert window.player.run.step == 2


def test_a_field_keeps_what_is_written_but_not_the_clicker(window: Window) -> None:
    window.open_lesson("what-is-averaged")
    window.presenter.start()
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    QTest.keyClicks(field, "b5")
    assert (field.text(), window.overlay.black) == ("b5", False)
    for _ in range(40):
        if window.lectern.number == 0:
            QTest.keyClick(field, Key.Key_PageDown)
    assert window.lectern.number == 1
    assert field.text() == "b5"


LONG = "\n\n".join(f"Paragraph {n} of a page that is long." for n in range(90))


def test_a_clicker_alone_shows_all_of_a_page_before_it_turns(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "long.md"
    asked = "Question: Why?\nAnswer: So.\n"
    file.write_text(
        f"# Long\n\nIt is.\n\n## One\n{LONG}\n\n{asked}\n## Two\nThe end.\n"
    )
    window.open_lesson(str(file))
    rest(qtbot, window)
    press(window, Key.Key_F5)
    sheet, lectern = window.lesson.sheet, window.lectern
    bar, answer = sheet.verticalScrollBar(), sheet.asked.button
    qtbot.waitUntil(lambda: bar.maximum() > bar.pageStep())
    places = [0]
    while bar.value() < bar.maximum():
        press(window, Key.Key_PageDown)
        assert places[-1] < bar.value() < places[-1] + bar.pageStep()  # nothing is lost
        places.append(bar.value())
    assert (lectern.number, answer.isChecked()) == (0, False)
    press(window, Key.Key_PageUp)
    assert (lectern.number, bar.value()) == (0, 0)
    bar.setValue(bar.maximum())
    press(window, Key.Key_PageDown)
    assert (lectern.number, answer.isChecked()) == (0, True)
    turn(window)
    assert lectern.number == 1
    press(window, Key.Key_PageUp)
    assert lectern.number == 0


def test_a_clicker_reveals_a_guess_before_it_turns(
    qtbot: QtBot, window: Window
) -> None:
    window.open_lesson("guess-the-average")
    rest(qtbot, window)
    press(window, Key.Key_F5)
    qtbot.waitUntil(lambda: window.guessing.held)
    press(window, Key.Key_PageDown)
    assert (window.lectern.number, window.guessing.held) == (0, False)
    turn(window)
    assert window.lectern.number == 1


@pytest.mark.parametrize("key", [Key.Key_B, Key.Key_Period])
def test_a_blank_screen_is_black_and_any_key_brings_it_back(
    qtbot: QtBot, window: Window, key: Qt.Key
) -> None:
    press(window, Key.Key_F5)
    press(window, key)
    image = window.grab().toImage()
    corners = [(5, 5), (image.width() // 2, image.height() // 2)]
    assert {image.pixelColor(*at).name() for at in corners} == {"#000000"}
    run = window.player.run
    assert run is not None
    step = run.step
    press(window, Key.Key_Right)
    rest(qtbot, window)
    assert not window.overlay.isVisible()
    assert run.step == step  # it only brought the picture back
    assert window.presenter.on
    press(window, key)
    press(window, key)
    assert not window.overlay.black


def test_the_spotlight_leaves_a_circle_bright(qtbot: QtBot, window: Window) -> None:
    press(window, Key.Key_F5)
    qtbot.waitUntil(lambda: window.player.idle and window.settled)
    press(window, Key.Key_L)
    overlay = window.overlay
    overlay._follow.stop()
    overlay._at = QPointF(window.rect().center())
    lit = window.grab().toImage()
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    press(window, Key.Key_L)
    assert not overlay.isVisible()
    plain = window.grab().toImage()
    centre, corner = window.rect().center(), QPoint(8, window.height() // 2)
    assert plain.pixelColor(centre) == lit.pixelColor(centre)
    assert lit.pixelColor(corner).lightness() < plain.pixelColor(corner).lightness()


def test_the_pen_draws_and_strokes_go_one_by_one(window: Window) -> None:
    press(window, Key.Key_K)
    overlay = window.overlay
    for y in (100, 200):
        QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=QPoint(100, y))
        for x in range(110, 300, 10):
            QTest.mouseMove(overlay, QPoint(x, y))
        QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(300, y))
    assert [len(list(stroke.toList())) > 5 for stroke in overlay.strokes] == [True] * 2
    ink = window.style_.ink.lower()
    assert window.grab().toImage().pixelColor(200, 100).name() == ink
    press(window, Key.Key_Backspace)
    assert window.grab().toImage().pixelColor(200, 100).name() == ink
    assert window.grab().toImage().pixelColor(200, 200).name() != ink
    press(window, Key.Key_K)
    assert overlay.isVisible()  # what is drawn stays
    press(window, Key.Key_Backspace)
    assert not overlay.isVisible()


@pytest.mark.parametrize(
    "go",
    [
        lambda window: window.lectern.turn(1),
        lambda window: window.open_example("hovering"),
    ],
)
def test_strokes_go_with_their_picture(
    qtbot: QtBot, window: Window, go: Callable[[Window], None]
) -> None:
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    press(window, Key.Key_K)
    QTest.mousePress(window.overlay, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    window.player.seek(1)
    rest(qtbot, window)
    assert window.overlay.strokes
    go(window)
    rest(qtbot, window)
    assert not window.overlay.strokes
    assert window.overlay.inked


def test_a_page_that_is_turned_ends_editing_by_hand(
    qtbot: QtBot, window: Window
) -> None:
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    window.pencil.action.setChecked(True)
    window.lectern.turn(1)
    rest(qtbot, window)
    assert not window.pencil.on
    assert window.pencil.chart.hint == ""


@pytest.mark.parametrize("style", look.STYLES.values(), ids=lambda style: style.name)
def test_the_pen_has_the_colour_of_nothing_else(style: look.Style) -> None:
    each = [getattr(style, field.name) for field in fields(style)]
    colours = [c for one in each for c in (one if isinstance(one, tuple) else (one,))]
    assert colours.count(style.ink) == 1


def test_nothing_pops_up(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    window.presenter.start()
    window.refuse("This cannot be done; try another.")
    assert window.footer.note.text() == "This cannot be done; try another."
    assert not [b for b in window.findChildren(Box) if b.isVisible()]
    tip = QHelpEvent(QEvent.Type.ToolTip, QPoint(3, 3), QPoint(3, 3))
    QApplication.sendEvent(window.footer.timeline, tip)
    assert not [w for w in QApplication.topLevelWidgets() if w.isVisible()][1:]


def test_changes_that_are_not_saved_come_back_after_the_class(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    write_document(file, Scene(seed=4))
    window.open_scene(str(file))
    rest(qtbot, window)
    window.panel.choose_descent(learning_rate=0.02)
    rest(qtbot, window)
    assert window.documents.modified
    window.presenter.start()
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    assert window.lectern.reading  # nobody was asked
    window.presenter.end()
    rest(qtbot, window)
    assert window.player.scene.descent.learning_rate == 0.02
    assert window.documents.path == file
    assert window.documents.modified
    assert "mine.json" in window.footer.note.text()


def test_closing_in_front_of_a_class_asks_about_what_was_left(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    write_document(file, Scene(seed=4))
    window.open_scene(str(file))
    rest(qtbot, window)
    window.panel.choose_descent(learning_rate=0.02)
    rest(qtbot, window)
    window.presenter.start()
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    window.close()
    qtbot.waitUntil(lambda: window.documents._box is not None)
    assert window.isVisible()
    assert window.player.scene.descent.learning_rate == 0.02
    assert window.documents.path == file


def test_closing_in_front_of_a_class_asks_about_what_is_shown(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    write_document(file, Scene(seed=4))
    window.open_scene(str(file))
    rest(qtbot, window)
    window.presenter.start()
    press(window, Key.Key_BracketRight)
    rest(qtbot, window)
    window.close()
    qtbot.waitUntil(lambda: window.documents._box is not None)
    assert window.isVisible()
    assert not window.presenter.on  # a class is asked nothing
    answer(qtbot, window, QMessageBox.StandardButton.Cancel)
    assert window.documents.modified
    assert not [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def test_closing_in_front_of_a_class_asks_nothing_without_a_change(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    write_document(file, Scene(seed=4))
    window.open_scene(str(file))
    rest(qtbot, window)
    window.presenter.start()
    window.close()
    assert not window.isVisible()
    assert window.documents._box is None


@pytest.fixture
def left(qtbot: QtBot, window: Window, tmp_path: Path) -> Window:
    """A window after a class in which two files were changed and left."""
    window.presenter.start()
    for seed in (4, 5):
        file = tmp_path / f"{seed}.json"
        write_document(file, Scene(seed=seed))
        window.open_scene(str(file))
        rest(qtbot, window)
        window.panel.choose_descent(learning_rate=seed / 50)
        rest(qtbot, window)
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    assert window.lectern.reading
    assert window.documents._box is None  # nobody was asked in front of the class
    window.presenter.end()
    qtbot.waitUntil(lambda: window.documents._box is not None)
    return window


def answer(qtbot: QtBot, window: Window, button: QMessageBox.StandardButton) -> None:
    box = window.documents._box
    assert box is not None
    box.button(button).click()
    rest(qtbot, window)


def shown(window: Window) -> tuple[str, float, bool]:
    """Return the name of the scene, its learning rate and whether it is changed."""
    documents = window.documents
    rate = window.player.scene.descent.learning_rate
    return documents.name, rate, documents.modified


def test_of_two_files_left_in_front_of_a_class_both_come_back(
    qtbot: QtBot, left: Window
) -> None:
    assert shown(left) == ("5.json", 0.1, True)
    box = left.documents._box
    assert box is not None
    assert "5.json" in box.text()
    answer(qtbot, left, QMessageBox.StandardButton.Discard)
    qtbot.waitUntil(lambda: left.documents.name == "4.json")
    assert shown(left) == ("4.json", 0.08, True)
    assert left.documents._box is None


def test_who_cancels_loses_neither(qtbot: QtBot, left: Window) -> None:
    answer(qtbot, left, QMessageBox.StandardButton.Cancel)
    assert shown(left) == ("5.json", 0.1, True)
    left.close()
    assert left.isVisible()
    answer(qtbot, left, QMessageBox.StandardButton.Save)
    qtbot.waitUntil(lambda: left.documents._box is not None)
    assert left.isVisible()
    assert shown(left) == ("4.json", 0.08, True)
    answer(qtbot, left, QMessageBox.StandardButton.Discard)
    qtbot.waitUntil(lambda: not left.isVisible())


def test_cues_go_through_pages_then_on(qtbot: QtBot, window: Window) -> None:
    window.cues.set_entries((f"{LESSON}what-is-averaged", f"{SCENE}hovering"), -1)
    window.presenter.start()
    press(window, Key.Key_N)
    rest(qtbot, window)
    lesson = window.lectern.lesson
    assert lesson is not None
    for page in range(1, len(lesson.pages)):
        turn(window)
        assert window.lectern.number == page
    turn(window)
    rest(qtbot, window)
    assert window.cues.place == 1
    assert not window.lectern.reading
    assert not window.docks["scene"].isVisible()
    assert not window.transport.isVisible()
    press(window, Key.Key_PageUp)
    rest(qtbot, window)
    assert window.cues.here() == f"{LESSON}what-is-averaged"
    assert window.lectern.number == len(lesson.pages) - 1  # as over a lesson's border


def layout_of(window: Window) -> tuple[dict[str, bool], bool]:
    """Return which docks are shown, and whether the top bar is."""
    docks = {name: not dock.isHidden() for name, dock in window.docks.items()}
    return docks, not window.transport.isHidden()


def test_a_lesson_put_away_in_front_of_a_class_brings_no_bar(
    qtbot: QtBot, window: Window
) -> None:
    before = layout_of(window)
    for start in (
        window.presenter.toggle,
        lambda: window.open_lesson("ravines-and-momentum"),
    ):
        start()
    rest(qtbot, window)
    window.lesson.closed.emit()
    assert not window.transport.isVisible()
    assert not window.docks["scene"].isVisible()
    window.presenter.end()
    assert layout_of(window) == before


def test_a_lesson_that_went_takes_its_layout_along(
    qtbot: QtBot, window: Window
) -> None:
    before, bars = layout_of(window), window.saveState()
    window.open_lesson("ravines-and-momentum")
    rest(qtbot, window)
    window.presenter.start()
    window.lectern.close()
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    window.memory.note(window)
    assert window.memory.settings.layout == bytes(bars.data())
    window.lectern.close()
    window.presenter.end()
    assert layout_of(window) == before


def test_a_lesson_of_the_class_alone_leaves_the_layout_before_it(
    qtbot: QtBot, window: Window
) -> None:
    before, bars = layout_of(window), window.saveState()
    window.presenter.start()
    window.open_lesson("ravines-and-momentum")
    rest(qtbot, window)
    window.memory.note(window)
    assert window.memory.settings.layout == bytes(bars.data())
    window.presenter.end()
    window.lectern.close()
    assert layout_of(window) == before


@pytest.mark.parametrize(
    ("cues", "place", "key", "presents", "words"),
    [
        ((), -1, Key.Key_N, True, "list is empty"),
        ((f"{SCENE}hovering",), 0, Key.Key_N, True, "the last cue"),
        ((), -1, Key.Key_PageDown, True, "end presenting"),
        ((), -1, Key.Key_PageUp, False, "choose one with Lessons"),
    ],
)
def test_a_key_that_leads_nowhere_says_why(
    window: Window,
    cues: tuple[str, ...],
    place: int,
    key: Key,
    presents: bool,
    words: str,
) -> None:
    window.cues.set_entries(cues, place)
    if presents:
        window.presenter.start()
    press(window, key)
    assert words in window.footer.note.text()


def test_no_cue_before_the_first_is_said(window: Window) -> None:
    window.cues.set_entries((f"{SCENE}hovering",), 0)
    window.cues.step(-1)
    assert "no cue before" in window.footer.note.text()


def test_the_cue_list_is_edited_and_remembered(qtbot: QtBot, window: Window) -> None:
    window.cues.set_entries((), -1)
    names = list(lesson_files())[:3]
    shown = CueList(window.cues)
    shown.open()
    for each in names:
        shown.add(f"{LESSON}{each}")
    shown.list.setCurrentRow(2)
    shown.buttons["up"].click()
    shown.list.setCurrentRow(0)
    shown.buttons["remove"].click()
    assert window.cues.entries == (f"{LESSON}{names[2]}", f"{LESSON}{names[1]}")
    shown.buttons["here"].click()
    assert "save it first" in shown.told.text()
    window.open_lesson(names[0])
    shown.buttons["here"].click()
    assert f"{LESSON}{names[0]}" in window.cues.entries
    window.memory.note(window)
    assert window.memory.settings.cues == window.cues.entries
    shown.add(f"{SCENE}hovering")
    listed = [shown.list.item(i).text() for i in range(shown.list.count())]
    assert {line.rpartition(" · ")[2] for line in listed} == {"lesson", "scene"}
    shown.accept()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (f"{LESSON}what-is-averaged", "What is averaged?"),
        (f"{SCENE}nothing-like-it", "nothing-like-it"),
        ("/some/where/mine.json", "mine.json"),
    ],
)
def test_cues_have_names(entry: str, words: str) -> None:
    assert name(entry) == words


def test_a_cue_that_is_gone_is_told(qtbot: QtBot, window: Window) -> None:
    window.cues.set_entries(("/no/such/file.json",), -1)
    window.presenter.start()
    press(window, Key.Key_N)
    assert "file.json" in window.footer.note.text()


def test_what_is_remembered_is_the_window_before(window: Window) -> None:
    window.memory.note(window)
    before = window.memory.settings
    window.presenter.start()
    window.memory.note(window)
    after = window.memory.settings
    assert (after.geometry, after.layout) == (before.geometry, before.layout)


def test_every_key_of_the_table_is_listed() -> None:
    listed = keys.listing()
    assert all(key in listed for key in (*keys.ENTRIES, *keys.SHOW))
    assert set(keys.SHOW) <= set(keys.ACTIONS)


@pytest.mark.parametrize("percent", scaling.SIZES)
def test_words_of_any_size_fit(qtbot: QtBot, window: Window, percent: int) -> None:
    window.player.open(Scene(), 3)
    rest(qtbot, window)
    window.set_size(percent)
    window.resize(1280, 800)
    rest(qtbot, window)
    inside = window.panel.widget()
    assert inside is not None
    assert inside.minimumSizeHint().width() <= window.panel.viewport().width()
    back = window.transport._back
    assert back.sizeHint().width() <= window.width()
    for label in (window.footer.sentence, window.footer.numbers):
        assert label.fontMetrics().height() <= label.height() + 2
    assert look.font().pixelSize() == round(13 * percent / 100)
    window.memory.note(window)
    assert window.memory.settings.words == percent


def test_a_question_along_the_top_waits_for_the_end(window: Window) -> None:
    strip = QLabel("Bring it back?")
    window.setMenuWidget(strip)
    window.presenter.start()
    assert strip.isHidden()
    window.presenter.end()
    assert not strip.isHidden()
