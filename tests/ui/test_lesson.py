"""The lesson panel and the lectern, read and turned as a person would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox, QWidget

from gdviz.session.lessons.lesson import lesson_files, read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.ui import style as look
from gdviz.ui.docks import is_seen
from gdviz.ui.marks import legend
from gdviz.ui.stride import EXAMPLE, UPDATE
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QAbstractButton
    from pytestqt.qtbot import QtBot

    from gdviz.session.lessons.lesson import Lesson
    from gdviz.session.run import Run
    from gdviz.ui.panels.lesson import LessonPanel
    from gdviz.ui.window import Window

TEXT = """# A lesson & more

Its summary.

## First
show: gradients, data
steps: 1
marks: mean, chain

```scene
{"seed": 3}
```

Step {step}, loss {loss}. It is *so*, it is **not**, `a < b`.

> [ {step} = 1 ] After {step} step.
> [ {step} > 1 ] Later.
> It moves by {update:w}.
> [ {ghost loss:sum} < 1 ] Nobody knows.

Question: What is *it*?
Answer: This & that.

## Second
show: bars, arithmetic
unit: example
steps: 2
select: 3
beat: 3

```scene
{"seed": 4}
```

One by one, at {step}.

## Refused
steps: 3
```scene
{"data": {"name": "csv", "path": "none.csv", "target": "y"}}
```
The loss is {loss}.

## Fourth
show: scene

```new scene
{"descent": {"batch_size": 8}}
```

It takes {milliseconds:mean} ms.
"""


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    path = tmp_path / "own.md"
    path.write_text(TEXT, encoding="utf-8")
    return read_lesson(path, MEASURES)


@pytest.fixture
def read(window: Window, qtbot: QtBot, lesson: Lesson) -> Callable[..., LessonPanel]:
    """A function that opens a page of the lesson above and waits for it."""

    def opening(number: int = 0) -> LessonPanel:
        window.lectern.open(lesson, number)
        rest(qtbot, window)
        return window.lesson

    return opening


def click(qtbot: QtBot, window: Window, button: QAbstractButton) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    rest(qtbot, window)


def press(qtbot: QtBot, window: Window, widget: QWidget, key: Qt.Key) -> None:
    widget.setFocus()
    qtbot.keyClick(widget, key)
    rest(qtbot, window)


def marks(panel: LessonPanel) -> list[str]:
    return [next(m for m in "✓✗•?" if m in row.mark.text()) for row in panel.sheet.rows]


def shown(window: Window) -> set[str]:
    return {name for name, dock in window.docks.items() if not dock.isHidden()}


def message(qtbot: QtBot, window: Window) -> str:
    """Close the box that says what is wrong and return what it said."""
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    said = box.text()
    box.accept()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is None)
    return said


def filled(menu: QMenu) -> dict[str, bool]:
    """Return the entries of a menu about to be shown, and which are ticked."""
    menu.aboutToShow.emit()
    return {act.text(): act.isChecked() for act in menu.actions() if act.text()}


def shipped() -> list[Lesson]:
    return [read_lesson(name, MEASURES) for name in lesson_files()]


def folds(menu: QMenu) -> list[QMenu]:
    """Return the menus in a menu."""
    found = [act.menu() for act in menu.actions()]
    return [fold for fold in found if isinstance(fold, QMenu)]


def choose(qtbot: QtBot, window: Window, menu: QMenu, words: str) -> None:
    menu.aboutToShow.emit()
    (act,) = [act for act in menu.actions() if act.text().startswith(words)]
    act.trigger()
    rest(qtbot, window)


# --- a page


def test_a_page_brings_its_scene_its_steps_its_plots_and_its_marks(
    window: Window, read: Callable[..., LessonPanel]
) -> None:
    panel = read()
    assert panel.name.text() == "A lesson & more"
    assert panel.title.text() == "First"
    assert panel.place.text() == "page 1 of 4"
    assert (run_of(window).step, run_of(window).snapshot.scene.seed) == (1, 3)
    assert shown(window) == {"lesson", "scene", "gradients", "data"}
    ticked = window.panel.marks.ticked
    assert ticked == {legend.MEAN, legend.CHAIN, legend.CHOSEN, legend.PATHS}
    assert window.surface.hidden_marks == set(window.panel.marks.boxes) - ticked
    assert (window.player.stride.unit, window.player.chosen) == (UPDATE, None)
    assert not panel.back.isEnabled()


def test_text_has_live_numbers_and_its_own_few_marks(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    text = read().sheet.text
    assert "Step <b>1</b>, loss <b>" in text.text()
    assert "It is <i>so</i>, it is <b>not</b>" in text.text()
    assert "<code>a &lt; b</code>" in text.text()
    before = text.text()
    press(qtbot, window, window.surface, Qt.Key.Key_Right)
    assert "Step <b>2</b>, loss <b>" in text.text()
    assert text.text() != before.replace("<b>1</b>", "<b>2</b>")


def test_verdicts_say_whether_they_hold(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read()
    assert marks(panel) == ["✓", "✗", "•", "?"]
    style = window.style_
    wanted = (style.full, style.chosen, style.muted)
    colours = [look.legible(colour, style.panel).lower() for colour in wanted]
    for row, colour in zip(panel.sheet.rows, colours, strict=False):
        assert colour in row.mark.text()
    assert panel.sheet.rows[0].mark.accessibleName() == "This holds now."
    press(qtbot, window, window.surface, Qt.Key.Key_Right)
    assert marks(panel) == ["✗", "✓", "•", "?"]
    window.set_theme("light")
    full = look.legible(window.style_.full, window.style_.panel)
    assert full.lower() in panel.sheet.rows[1].mark.text().lower()


def test_a_question_is_answered_when_it_is_asked_for(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    asked = read().sheet.asked
    assert "<i>it</i>?" in asked.question.text()
    assert not asked.answer.isVisible()
    click(qtbot, window, asked.button)
    assert "This &amp; that." in asked.answer.text()
    assert asked.answer.isVisible()
    click(qtbot, window, asked.button)
    assert asked.button.text() == "Show the answer"
    assert not asked.answer.isVisible()
    click(qtbot, window, asked.button)
    assert not read(1).sheet.asked.isVisible()
    assert not read(0).sheet.asked.answer.isVisible()


def test_beat_and_selection_come_with_the_steps(
    window: Window, read: Callable[..., LessonPanel]
) -> None:
    read(1)
    run = run_of(window)
    assert (run.step, run.snapshot.scene.seed) == (2, 4)
    assert (window.player.stride.unit, window.transport.unit.currentData()) == (
        EXAMPLE,
        EXAMPLE,
    )
    assert run.beat is not None
    assert run.beat.number == 3
    assert run.snapshot.chosen is not None
    assert run.snapshot.chosen.row == run.snapshot.record.rows[2]
    assert shown(window) == {"lesson", "scene", "bars", "arithmetic"}
    read(0)
    assert run_of(window).beat is None
    assert run_of(window).snapshot.chosen is None


def test_costs_are_measured_where_a_page_tells_them(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read(3)
    assert list(run_of(window).costs) == ["mean"]
    assert "It takes <b>" in panel.sheet.text.text()
    assert "–" not in panel.sheet.text.text()


def test_the_same_text_stays_and_stays_selected(
    window: Window, read: Callable[..., LessonPanel], monkeypatch: pytest.MonkeyPatch
) -> None:
    text, written = read().sheet.text, list[str]()
    text.setSelection(5, 6)
    selected = text.selectedText()
    monkeypatch.setattr(QLabel, "setText", lambda _, words: written.append(words))
    window.show_run(run_of(window))
    assert [words for words in written if "Step" in words] == []
    monkeypatch.undo()
    text.write("<p>Other 123456 words</p>")
    assert len(text.selectedText()) == len(selected) == 6


def test_numbers_follow_four_times_a_second_at_most(
    window: Window,
    qtbot: QtBot,
    read: Callable[..., LessonPanel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    panel, seen = read(), list[int]()
    write = panel.sheet.show_run

    def counted(run: Run | None) -> None:
        seen.append(run.step if run else -1)
        write(run)

    monkeypatch.setattr(panel.sheet, "show_run", counted)
    window.player.speed = 1000
    begun = time.perf_counter()
    window.player.play()
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert time.perf_counter() - begun > 0.4
    window.player.play(False)
    rest(qtbot, window)
    assert seen[-1] == run_of(window).step
    assert f"Step <b>{run_of(window).step}</b>" in panel.sheet.text.text()


# --- turning


def test_from_the_first_page_to_the_end_and_back(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read()
    click(qtbot, window, panel.next)
    assert panel.title.text() == "Second"
    click(qtbot, window, panel.back)
    assert panel.title.text() == "First"
    read(3)
    assert panel.next.text() == "The end"
    assert not panel.next.isEnabled()
    press(qtbot, window, window.surface, Qt.Key.Key_PageDown)
    assert panel.title.text() == "Fourth"


def test_after_the_last_page_comes_the_next_lesson(
    window: Window, qtbot: QtBot
) -> None:
    first, second = list(lesson_files())[:2]
    lesson = read_lesson(first, MEASURES)
    window.lectern.open(lesson, len(lesson.pages) - 1)
    rest(qtbot, window)
    assert window.lesson.next.text() == "Next lesson ›"
    click(qtbot, window, window.lesson.next)
    assert window.lectern.lesson is not None
    assert (window.lectern.lesson.name, window.lectern.number) == (second, 0)
    assert window.lesson.name.text().startswith("2 · ")
    press(qtbot, window, window.surface, Qt.Key.Key_PageUp)
    last = len(lesson.pages) - 1
    assert (window.lectern.lesson.name, window.lectern.number) == (first, last)


def test_before_the_first_page_of_all_comes_none(window: Window, qtbot: QtBot) -> None:
    first = next(iter(lesson_files()))
    window.open_lesson(first)
    rest(qtbot, window)
    assert not window.lesson.back.isEnabled()
    press(qtbot, window, window.surface, Qt.Key.Key_PageUp)
    assert window.lectern.lesson is not None
    assert (window.lectern.lesson.name, window.lectern.number) == (first, 0)


@pytest.mark.parametrize("where", ["surface", "lesson", "sheet"])
def test_page_keys_turn_from_plots_and_from_the_lesson(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel], where: str
) -> None:
    panel = read()
    places = {"surface": window.surface, "lesson": panel.next, "sheet": panel.sheet}
    press(qtbot, window, places[where], Qt.Key.Key_PageDown)
    assert panel.title.text() == "Second"
    press(qtbot, window, places[where], Qt.Key.Key_PageUp)
    assert panel.title.text() == "First"
    press(qtbot, window, places[where], Qt.Key.Key_PageUp)
    assert panel.title.text() == "First"


def test_a_click_on_the_text_leaves_the_keys_to_the_run(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    text = read().sheet.text
    qtbot.mouseClick(text, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    qtbot.keyClick(text, Qt.Key.Key_Right)
    rest(qtbot, window)
    assert run_of(window).step == 2
    qtbot.keyClick(text, Qt.Key.Key_Space)
    assert window.player.playing


def test_escape_in_the_lesson_gives_the_keys_back(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read(1)
    chosen = window.player.chosen
    press(qtbot, window, panel.sheet, Qt.Key.Key_Escape)
    assert window.player.chosen == chosen is not None
    assert panel.title.text() == "Second"
    assert not panel.sheet.hasFocus()


def test_page_keys_do_nothing_without_a_lesson(window: Window, qtbot: QtBot) -> None:
    before = run_of(window)
    press(qtbot, window, window.surface, Qt.Key.Key_PageDown)
    assert run_of(window) is before
    assert "lesson" not in shown(window)


@pytest.mark.parametrize("last", [0, 1, 3])
def test_turning_fast_ends_at_the_right_page(
    window: Window,
    qtbot: QtBot,
    read: Callable[..., LessonPanel],
    lesson: Lesson,
    last: int,
) -> None:
    panel = read()
    for turn in range(9):
        window.lectern.open(lesson, (0, 1, 3)[turn % 3])
        qtbot.wait(turn * 7 % 30)
    window.lectern.open(lesson, last)
    rest(qtbot, window)
    run, page = run_of(window), lesson.pages[last]
    assert panel.title.text() == page.title
    assert (run.step, run.snapshot.scene.seed) == (page.steps, page.scene.seed)
    row = None if page.select is None else run.snapshot.record.rows[page.select]
    assert (window.player.chosen, run.chosen) == (row, row)
    assert (run.beat.number if run.beat else 0) == page.beat


def test_a_refused_scene_leaves_the_lesson_usable(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read()
    window.lectern.turn(2)
    assert "none.csv" in message(qtbot, window)
    rest(qtbot, window)
    assert panel.title.text() == "Refused"
    assert "The loss is <b>…</b>." in panel.sheet.text.text()
    click(qtbot, window, panel.back)
    assert (panel.title.text(), run_of(window).step) == ("Second", 2)
    assert "One by one, at <b>2</b>." in panel.sheet.text.text()


def test_a_page_opened_while_another_is_refused_keeps_its_steps(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel], lesson: Lesson
) -> None:
    panel = read()
    for wait in (0, 1, 5, 10):
        window.lectern.open(lesson, 2)
        qtbot.wait(wait)
        window.lectern.open(lesson, 1)
        assert "none.csv" in message(qtbot, window)
        rest(qtbot, window)
        run = run_of(window)
        assert (panel.title.text(), run.step) == ("Second", 2)
        assert run.chosen == run.snapshot.record.rows[2]


def test_what_a_reader_changes_is_gone_when_the_page_is_reset(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read()
    window.panel.choose_descent(learning_rate=0.5)
    press(qtbot, window, window.surface, Qt.Key.Key_Right)
    assert run_of(window).snapshot.scene.descent.learning_rate == 0.5
    assert marks(panel)[0] == "✗"
    click(qtbot, window, panel.reset)
    assert run_of(window).snapshot.scene.descent.learning_rate == 0.05
    assert (run_of(window).step, marks(panel)[0]) == (1, "✓")


# --- menus


def test_the_contents_show_pages_and_lessons(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read(1)
    entries = filled(panel.menu)
    assert list(entries)[:2] == ["1  First", "2  Second"]
    assert [words for words, ticked in entries.items() if ticked] == ["2  Second"]
    parts = list(dict.fromkeys(lesson.part for lesson in shipped()))
    assert len(entries) == 4 + len(parts)
    choose(qtbot, window, panel.menu, "1  First")
    assert panel.title.text() == "First"
    (first, *others) = folds(panel.menu)
    first.actions()[0].trigger()
    rest(qtbot, window)
    assert window.lectern.lesson is not None
    assert window.lectern.lesson.name == next(iter(lesson_files()))
    ticked = [words for words, on in filled(panel.menu).items() if on]
    assert [words[:3] for words in ticked] == ["1  "]
    (first, *others) = folds(panel.menu)
    assert [act.text() for act in first.actions() if act.isChecked()] == [
        panel.name.text()
    ]
    assert first.menuAction().font().bold()
    assert not any(menu.menuAction().font().bold() for menu in others)
    names = [act.text() for menu in (first, *others) for act in menu.actions()]
    assert len(names) == len(lesson_files())


def test_menus_that_were_filled_before_do_not_pile_up(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    menu = read(1).menu
    for _ in range(3):
        filled(menu)
    qtbot.waitUntil(lambda: len(menu.findChildren(QMenu)) == len(folds(menu)))
    assert window.isVisible()


def test_the_button_in_the_top_bar_offers_every_lesson(
    window: Window, qtbot: QtBot
) -> None:
    button = window.transport.lessons
    assert button.isVisible()
    menu = button.menu()
    filled(menu)
    *acts, opening = [act for act in menu.actions() if not act.isSeparator()]
    assert opening.text() == "Open a lesson file …"
    part = ""
    for lesson in shipped():
        if lesson.part != part:
            part, heading = lesson.part, acts.pop(0)
            minutes = sum(x.minutes for x in shipped() if x.part == part)
            takes = f" · {minutes} minutes" if minutes else ""
            assert (heading.text(), heading.isEnabled()) == (part + takes, False)
        act = acts.pop(0)
        assert act.text().endswith(f" · {lesson.title}".replace("&", "&&"))
        assert act.toolTip().startswith(lesson.summary)
        assert (f"{lesson.minutes} minutes" in act.toolTip()) == bool(lesson.minutes)
    assert acts == []
    choose(qtbot, window, menu, "1 · ")
    assert window.docks["lesson"].isVisible()
    assert window.lectern.settled


def test_a_lesson_that_cannot_be_read_is_refused_in_a_sentence(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "bad.md"
    path.write_text("no title")
    window.open_lesson(str(path))
    assert "bad.md, line 1" in message(qtbot, window)
    assert "lesson" not in shown(window)


def test_everything_in_the_panel_has_a_name(
    window: Window, read: Callable[..., LessonPanel]
) -> None:
    panel = read()
    for button in (panel.contents, panel.reset, panel.shut, panel.back, panel.next):
        assert button.accessibleName().replace(" ", "").isalpha()
        assert button.toolTip()


# --- where it stands


def test_lesson_and_scene_are_tabs_of_one_place(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    assert "lesson" not in shown(window)
    before, marks_before = shown(window), window.panel.marks.ticked
    read(0)
    panel = read(1)
    lesson, scene = window.docks["lesson"], window.docks["scene"]
    assert window.tabifiedDockWidgets(lesson) == [scene]
    assert panel.isVisible()
    assert 300 <= panel.width() <= 400
    click(qtbot, window, panel.shut)
    assert (shown(window), window.panel.marks.ticked) == (before, marks_before)
    assert window.panel.isVisible()
    assert window.panel.width() == 268
    assert window.tabifiedDockWidgets(scene) == []


def test_a_page_may_show_the_scene_below_the_lesson(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    panel = read(0)
    scene, lesson = window.docks["scene"], window.docks["lesson"]
    for number, apart in ((3, True), (1, False), (3, True)):
        read(number)
        assert (window.tabifiedDockWidgets(lesson) == []) == apart
        assert panel.isVisible()
        assert is_seen(window.panel) == apart
        assert not apart or scene.y() > lesson.y() + lesson.height() - 5


def test_the_default_layout_has_no_lesson(
    window: Window, qtbot: QtBot, read: Callable[..., LessonPanel]
) -> None:
    before = shown(window)
    panel = read()
    window.default_layout()
    assert shown(window) == before
    window.docks["lesson"].toggleViewAction().trigger()
    assert panel.isVisible()
    assert panel.title.text() == "First"
    press(qtbot, window, window.surface, Qt.Key.Key_PageDown)
    assert panel.title.text() == "Second"


def test_without_a_lesson_the_panel_says_what_to_do(window: Window) -> None:
    window.docks["lesson"].toggleViewAction().trigger()
    assert "Contents" in window.lesson.sheet.text.text()
    assert not window.lesson.next.isVisible()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
def test_docks_at_call_have_room_and_are_filled_at_once(
    window: Window, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: window.size().toTuple() == size)
    for name in ("bars", "arithmetic", "network"):
        window.docks[name].toggleViewAction().trigger()
    rest(qtbot, window)
    assert window.charts["bars"].run is run_of(window)
    assert all(table.run is run_of(window) for table in window.tables.values())
    assert window.centre.height() >= 270
    for name in ("gradients", "data", "loss", "bars"):
        assert window.docks[name].height() > 110
    assert 150 < window.docks["arithmetic"].height() <= 260
    assert window.docks["arithmetic"].width() > 400
    assert window.size().toTuple() == size
    window.default_layout()
    assert shown(window) == {"scene", "gradients", "data", "loss"}


@pytest.mark.parametrize("width", [900, 1024, 1280])
def test_nothing_in_the_top_bar_overlaps(
    window: Window, qtbot: QtBot, width: int
) -> None:
    window.resize(width, 640)
    qtbot.waitUntil(lambda: window.width() == width)
    bar = window.transport
    front, back = bar._front.geometry, bar._back.geometry
    rows = 1 if width == 1280 else 2
    qtbot.waitUntil(lambda: 1 + (front().bottom() < back().top()) == rows)
    parts = [bar.lessons, window.menus, *bar.buttons.values(), *bar.words]
    parts += [bar.unit, bar.speed, bar.speed_text, bar.seed]
    places = [
        part.rect().translated(part.mapTo(bar, QPoint())).adjusted(1, 0, -1, 0)
        for part in parts
        if part.isVisible()
    ]
    for i, place in enumerate(places):
        assert bar.rect().contains(place)
        assert not any(place.intersects(other) for other in places[:i])
