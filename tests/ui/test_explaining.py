"""What's this: nothing on the screen is left without a word on what it is."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QToolTip,
    QWhatsThis,
    QWidget,
)

from gdviz.ui import explaining, keys
from gdviz.ui.centre import Centre
from gdviz.ui.marks import legend
from gdviz.ui.panels.network.bar import Told
from gdviz.ui.plots import PLOTS
from gdviz.ui.title import Title
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

_TAGS = re.compile(r"<[^>]*>")


def words(text: str) -> str:
    return unescape(_TAGS.sub("", text.replace("<br>", "\n")))


@pytest.fixture
def everything(window: Window, qtbot: QtBot) -> Window:
    """A window with a lesson and every dock open."""
    window.open_lesson("sum-or-mean")
    rest(qtbot, window)
    for dock in window.docks.values():
        dock.show()
    rest(qtbot, window)
    return window


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    yield
    QWhatsThis.leaveWhatsThisMode()
    QWhatsThis.hideText()
    QToolTip.hideText()


def inside(window: Window) -> list[QWidget]:
    """Return all that is in a window, but for menus and Qt's own empty frames."""
    found = [p for p in window.findChildren(QWidget) if p.window() is window]
    return [p for p in found if not isinstance(p, QMenu)]


def test_everything_says_what_it_is(everything: Window) -> None:
    dumb = [
        part
        for part in inside(everything)
        if part.isVisible() and len(words(explaining.explanation(part))) < 15
    ]
    assert dumb == []


def test_every_control_has_words_of_its_own(everything: Window) -> None:
    """Its own tip, not that of the panel around it."""
    marks = everything.panel.marks.boxes.values()
    buttons = everything.transport.buttons.values()
    form = everything.panel.findChildren(QWidget)
    named = [p for p in form if p.accessibleName() and p.toolTip()]
    assert len(named) > 10
    for part in (*marks, *buttons, *named):
        assert part.toolTip() in words(explaining.of(part))


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_explains_itself_and_its_marks(
    name: str, everything: Window
) -> None:
    chart = everything.charts[name]
    said = explaining.of(chart)
    assert words(said).startswith(f"{chart.label}: ")
    for mark in explaining.MARKS_OF.get(name, ()):
        row = legend.MARKS[mark][0]
        assert (row in words(said)) == (mark not in chart.hidden_marks)


def test_every_mark_is_explained_somewhere() -> None:
    told = {mark for marks in explaining.MARKS_OF.values() for mark in marks}
    assert told == set(legend.MARKS)
    assert set(explaining.MARKS_OF) <= set(PLOTS)


@pytest.mark.parametrize("name", ["surface", "gradients"])
@pytest.mark.parametrize("mark", [legend.EXAMPLE, legend.MEAN, legend.FULL])
def test_the_marks_named_are_those_drawn(name: str, mark: str, window: Window) -> None:
    chart = window.charts[name]
    assert mark in explaining.MARKS_OF[name]
    before = chart.grab().toImage()
    chart.set_hidden(chart.hidden_marks | {mark})
    QApplication.processEvents()
    assert chart.grab().toImage() != before


def test_a_hidden_mark_is_not_listed(window: Window) -> None:
    row = legend.MARKS[legend.FULL][0]
    assert row in words(explaining.of(window.surface))
    window.mark(legend.FULL)
    assert row not in words(explaining.of(window.surface))


def test_titles_and_docks_speak_for_their_plots(window: Window) -> None:
    loss = explaining.of(window.loss)
    assert explaining.of(window.docks["loss"]) == loss
    title = window.docks["loss"].titleBarWidget()
    assert title is not None
    texts = {explaining.explanation(p) for p in (title, *title.findChildren(QWidget))}
    assert loss in texts
    centre = window.surface.parentWidget()
    while not isinstance(centre, Centre):
        assert centre is not None
        centre = centre.parentWidget()
    assert explaining.of(centre) == explaining.of(window.surface)


@pytest.mark.parametrize("name", ["arithmetic", "network", "compare"])
def test_the_title_of_a_panel_says_what_the_panel_is(
    name: str, everything: Window
) -> None:
    title = everything.docks[name].titleBarWidget()
    assert title is not None
    for part in (title, *title.findChildren(Title)):
        said = words(explaining.explanation(part))
        assert said.startswith(": ".join(explaining.PARTS[name]))


def test_no_control_says_its_name_twice(everything: Window) -> None:
    for part in inside(everything):
        name, said = part.accessibleName(), words(explaining.of(part))
        assert not name or not said.startswith(f"{name}: {name}"), said


def test_texts_of_the_step_say_what_they_are_about(everything: Window) -> None:
    sentence = words(explaining.explanation(everything.footer.sentence))
    assert sentence.startswith("What comes next, in words: ")
    told = everything.docks["network"].findChildren(Told)
    assert told
    for text in told:
        assert words(explaining.explanation(text)).startswith("Network: ")


def bubble() -> QWidget | None:
    """Return what is shown of What's This."""
    for part in QApplication.topLevelWidgets():
        if part.metaObject().className() == "QWhatsThat" and part.isVisible():
            return part
    return None


@pytest.mark.parametrize("place", ["plot", "slider", "sentence", "button"])
def test_a_click_explains_what_is_clicked(
    place: str, window: Window, qtbot: QtBot
) -> None:
    parts: dict[str, Callable[[], QWidget]] = {
        "plot": window.surface.view.viewport,
        "slider": lambda: window.transport.speed,
        "sentence": lambda: window.footer.sentence,
        "button": lambda: window.transport.buttons["play"],
    }
    part = parts[place]()
    explaining.start(window)
    assert QWhatsThis.inWhatsThisMode()
    at = QPoint(5, 5)
    asked = QHelpEvent(QEvent.Type.WhatsThis, at, part.mapToGlobal(at))
    QApplication.sendEvent(part, asked)
    qtbot.waitUntil(lambda: bubble() is not None)
    shown = next(
        q for q in (part, *_above(part)) if q.whatsThis()
    )  # Qt shows the nearest
    assert words(shown.whatsThis())


def _above(part: QWidget) -> Iterator[QWidget]:
    now = part.parentWidget()
    while now is not None:
        yield now
        now = now.parentWidget()


def test_the_key_explains_the_control_in_use(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    window.transport.speed.setFocus()
    explaining.explain_focused(window)
    qtbot.waitUntil(lambda: bubble() is not None)
    assert not QWhatsThis.inWhatsThisMode()


def test_on_a_plot_the_key_waits_for_a_click(window: Window) -> None:
    window.surface.setFocus()
    explaining.explain_focused(window)
    assert QWhatsThis.inWhatsThisMode()
    assert bubble() is None


def test_every_entry_of_the_menus_is_explained(window: Window) -> None:
    explaining.fill(window)
    named = [a for a in window.findChildren(QAction) if a.text()]
    assert len(named) > 50
    for action in named:
        name = action.text().replace("&", "").partition("\t")[0]
        assert words(action.whatsThis()).startswith(name)


def test_the_sheet_of_keys_is_complete(window: Window) -> None:
    told = " ".join([*keys.listing(), *keys.listing().values()])
    for action in window.findChildren(QAction):
        written = action.text().partition("\t")[2]
        for key in (*(k.toString() for k in action.shortcuts()), written):
            assert key in told, (key, action.text())
    turning = {"Shift+→", "Shift+←", "Shift+↑", "Shift+↓"}  # listed as one
    for key in set(keys.ACTIONS) - turning:
        assert key in keys.listing() or f"{key} too" in told, key
    assert all(keys.listing().values())
