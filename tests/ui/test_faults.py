"""What goes wrong in a part of the window is told once, and all else goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox

from gdviz.core.faults import NO_MEMORY
from gdviz.session.scene import Scene
from gdviz.ui import title
from gdviz.ui.boxes import Box
from gdviz.ui.export.cut import Cut
from gdviz.ui.export.subjects import Look, Subject
from gdviz.ui.faults import watched
from gdviz.ui.marks.heat import Heat
from gdviz.ui.plots.loss import LossChart
from gdviz.ui.render import film, render
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

FAULTS: dict[type[Exception], str] = {
    ZeroDivisionError: "gdviz made a mistake (ZeroDivisionError: mine)",
    MemoryError: NO_MEMORY,
    RecursionError: "gdviz made a mistake (RecursionError: mine)",
}


def failing(fault: type[Exception] = ZeroDivisionError) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise fault("mine")

    return fail


def told(window: Window) -> list[str]:
    """Return the sentences in the boxes that are open."""
    boxes = (box for box in window.findChildren(Box) if box.isVisible())
    return [sentence for box in boxes for sentence in box.sentences]


def go_on(qtbot: QtBot, window: Window) -> None:
    """See that steps are still made and drawn."""
    before = window.player.run.step if window.player.run else 0
    window.player.play(False)
    window.player.forward()
    rest(qtbot, window)
    assert window.player.run is not None
    assert window.player.run.step == before + 1


@pytest.mark.parametrize("fault", FAULTS)
@watched()
def test_a_part_that_cannot_be_drawn_is_told_once(
    window: Window,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
) -> None:
    calls: list[object] = []

    def show(run: object) -> None:
        calls.append(run)
        failing(fault)()

    monkeypatch.setattr(window.loss, "show_run", show)
    for _ in range(5):
        go_on(qtbot, window)
    assert len(calls) == 1
    (said,) = told(window)
    assert said.startswith("Loss")
    assert f"cannot be drawn: {FAULTS[fault]}. It stays as it is" in said
    assert window.surface.run is window.player.run  # the others were drawn
    window.player.reset()
    rest(qtbot, window)
    assert len(calls) == 2  # another run, another chance


@watched()
def test_the_centre_fails_alone(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.centre, "show_run", failing())
    go_on(qtbot, window)
    assert window.loss.run is window.player.run
    (said,) = told(window)
    assert said.startswith("The plot in the centre cannot be drawn: ")


@watched()
def test_what_cannot_be_painted_is_left_out_until_the_next_run(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = window.footer.timeline
    style, line.style_ = line.style_, None  # type: ignore[assignment]
    for _ in range(3):
        line.repaint()
    qtbot.waitUntil(lambda: len(told(window)) > 0)
    (said,) = told(window)
    assert said.startswith("Timeline cannot be drawn: gdviz made a mistake (Attribute")
    blank = line.grab().toImage()
    line.style_ = style
    assert line.grab().toImage() == blank
    window.player.reset()
    rest(qtbot, window)
    assert line.grab().toImage() != blank


@watched()
def test_an_item_of_a_plot_is_left_out_and_the_plot_named(
    window: Window, qtbot: QtBot
) -> None:
    mine = [
        item
        for item in window.surface.view.scene().items()
        if isinstance(item, Heat) and item.isVisible()
    ]
    assert mine
    for item in mine:
        item._image = "none"  # type: ignore[assignment]
        item.update()
    for _ in range(2):
        window.surface.view.viewport().repaint()
    qtbot.waitUntil(lambda: len(told(window)) > 0)
    assert len(told(window)) == 1
    assert "cannot be drawn: gdviz made a mistake" in told(window)[0]


@watched()
def test_a_slot_that_fails_at_every_tick_is_told_once(
    window: Window, qtbot: QtBot
) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(len(ticks))
        raise KeyError(len(ticks))

    timer = QTimer(window, interval=1)
    timer.timeout.connect(tick)
    timer.start()
    qtbot.waitUntil(lambda: len(ticks) > 50)
    assert told(window) == [
        "gdviz made a mistake (KeyError: 1). The run goes on; save what you want to "
        "keep."
    ]
    window.findChild(Box).close()  # type: ignore[union-attr]
    count = len(ticks)
    qtbot.waitUntil(lambda: len(ticks) > count + 50)
    timer.stop()
    assert told(window) == []
    go_on(qtbot, window)


@watched()
def test_nothing_keeps_what_failed_alive(window: Window, qtbot: QtBot) -> None:
    """A painter in a traceback that is kept would outlive what it paints on."""
    QTimer.singleShot(0, window, failing())
    qtbot.waitUntil(lambda: len(told(window)) > 0)
    assert getattr(sys, "last_traceback", None) is None
    assert getattr(sys, "last_value", None) is None


@watched()
def test_without_a_window_it_is_one_line(
    qtbot: QtBot, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[bool] = []
    QTimer.singleShot(0, failing())
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    said = "gdviz: gdviz made a mistake (ZeroDivisionError: mine).\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("fault", [MemoryError, RecursionError, KeyError])
@watched()
def test_a_worker_that_fails_answers_the_next_question(
    window: Window,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
) -> None:
    with monkeypatch.context() as during:
        during.setattr("gdviz.session.desk.Desk._answer", failing(fault))
        for _ in range(30):
            window.player.forward()
            qtbot.waitUntil(lambda: not window.player._waiting)
    assert len(window.findChildren(QMessageBox)) == 1
    assert len(told(window)) == 1
    window.findChild(Box).close()  # type: ignore[union-attr]
    go_on(qtbot, window)


@watched()
def test_a_box_holds_the_newest_sentences(window: Window, qtbot: QtBot) -> None:
    for number in [*range(6), 3]:
        window.tell(f"{number}.")
    assert told(window) == ["2.", "4.", "5.", "3."]
    assert len(window.findChildren(Box)) == 1
    window.refuse("no.")
    assert len(window.findChildren(Box)) == 2  # a refusal is no note


@pytest.mark.parametrize("how", ["drawing", "painting"])
@watched()
def test_no_picture_and_no_film_without_a_part(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A file that lacks something would be worse than none."""
    place = {"drawing": (LossChart, "draw"), "painting": (title, "QPainter")}[how]
    monkeypatch.setattr(*place, failing())
    old = {tmp_path / "a.png": b"old png", tmp_path / "a.gif": b"old gif"}
    for path, content in old.items():
        path.write_bytes(content)
    png, gif = old
    with pytest.raises(ValueError, match="cannot be drawn: gdviz made a mistake"):
        render(Scene(), 3, png, view="loss")
    look, cut = Look((320, 240), "loss", "dark"), Cut(0, 4)
    with pytest.raises(ValueError, match="cannot be drawn: gdviz made a mistake"):
        film(Subject(Scene()), look, cut, gif, lambda *_: None, lambda: False)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == old


@watched()
def test_a_picture_that_cannot_be_made_is_told_in_the_dialog(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.export()
    dialog: Any = window.exporter.dialog
    dialog.form.file.setText(str(tmp_path / "a.png"))
    monkeypatch.setattr("gdviz.ui.export.stills._content", failing(MemoryError))
    dialog.accept()
    assert dialog.told.text() == f"a.png is not written: {NO_MEMORY}."
    assert list(tmp_path.iterdir()) == []
