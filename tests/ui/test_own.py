"""An objective of one's own in the window: shown, worked with, refused, closed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

import gdviz
from gdviz import showing
from gdviz.core.datasets import Moons
from gdviz.core.optimizers import HeavyBall
from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.session.ownscene import own_scene
from gdviz.ui import keys, preflight, recovery
from gdviz.ui.export.kinds import SCRIPT
from gdviz.ui.memory import Memory
from gdviz.ui.start import Start
from gdviz.ui.window import Window
from tests.owns import Fast, FastRoot, Poisson
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Window]]:
    """`gdviz.show` without waiting; what it opened is closed in the end."""
    opened: list[Window] = []

    def showing_it(objective: Any = None, steps: int = 3, **settings: Any) -> Window:
        objective = objective or Fast()
        window = gdviz.show(
            objective, block=False, fresh=True, theme="dark", **settings
        )
        assert window is not None
        opened.append(window)
        window.player.go_on(steps)
        rest(qtbot, window)
        return window

    yield showing_it
    for window in opened:
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not showing._open


def box(window: Window) -> QMessageBox:
    """Return the one message that is shown."""
    boxes = [b for b in window.findChildren(QMessageBox) if b.isVisible()]
    assert len(boxes) == 1
    return boxes[0]


def test_all_plots_draw_it(show: Callable[..., Window]) -> None:
    window = show(batch_size=8, learning_rate=0.1, optimizer=HeavyBall(0.5))
    run = window.player.run
    assert run is not None
    assert run.step == 3
    descent = run.snapshot.scene.descent
    assert (descent.batch_size, descent.learning_rate) == (8, 0.1)
    assert descent.optimizer == HeavyBall(0.5)
    assert window.windowTitle() == "[*]Counts — gdviz"
    assert window.panel.data.combo.currentText() == "Own objective"
    assert window.panel.facts.text() == "Counts\n50 examples · 3 parameters"
    assert window.panel.facts.toolTip() == "Drawn with seed 0."
    assert not window.panel.model.isVisible()
    assert not window.panel.loss.isVisible()
    data = window.charts["data"]
    assert data.title == "The loss of each example · batch ringed"
    assert run.check is not None
    assert run.check.holds
    assert window.player.idle


def test_what_it_says_of_itself_is_shown_at_first(show: Callable[..., Window]) -> None:
    assert show(Fast(), 0).footer.note.text() == "Drawn with seed 0."
    assert show(Poisson(), 0).footer.note.text() == ""


def test_settings_undo_and_another_path(
    show: Callable[..., Window], qtbot: QtBot
) -> None:
    window = show(batch_size=8)
    window.panel.choose_descent(batch_size=2)
    rest(qtbot, window)
    assert window.player.scene.descent.batch_size == 2
    window.undo.undo()
    rest(qtbot, window)
    assert window.player.scene.descent.batch_size == 8
    window.player.seek(1)
    rest(qtbot, window)
    window.player.what_if()
    rest(qtbot, window)
    window.panel.choose_descent(learning_rate=0.5)
    window.player.go_on(5)
    rest(qtbot, window)
    assert len(window.player.paths.all) == 2


def test_other_data_and_back(show: Callable[..., Window], qtbot: QtBot) -> None:
    window = show()
    own = window.player.scene.data
    combo = window.panel.data.combo
    for name in (Moons.name, OwnData.name):
        combo.setCurrentIndex(combo.findData(name))
        combo.activated.emit(combo.currentIndex())
        rest(qtbot, window)
        assert window.player.scene.data.name == name
        assert combo.currentData() == name
        offered = [combo.itemData(i) for i in range(combo.count())]
        assert offered.count(OwnData.name) == 1
    assert window.player.scene.data is own
    window.undo.undo()
    rest(qtbot, window)
    assert window.player.scene.data == Moons()
    window.undo.undo()
    rest(qtbot, window)
    assert window.player.scene.data is own


def test_every_part_of_the_window_can_be_shown(
    show: Callable[..., Window], qtbot: QtBot
) -> None:
    window = show(batch_size=4)
    for dock in window.docks.values():
        dock.show()
    window.player.choose(5)
    window.player.set_unit("example")
    for _ in range(8):
        window.player.forward()
        rest(qtbot, window)
    window.player.set_unit("epoch")
    window.player.forward()
    rest(qtbot, window)
    assert window.player.chosen is not None
    assert not [b for b in window.findChildren(QMessageBox) if b.isVisible()]


@pytest.mark.parametrize("act", ["save", "save_as"])
def test_it_cannot_be_saved(show: Callable[..., Window], act: str) -> None:
    window = show()
    getattr(window.documents, act)()
    assert not window.findChildren(QFileDialog)
    said = "An own objective is code of the program that showed it and goes into no"
    assert box(window).text().startswith(said)
    assert window.player.run is not None


def test_a_script_of_it_is_refused(
    show: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    window = show()
    window.export()
    exporter, form = window.exporter, window.exporter.dialog.form
    form.what.setCurrentIndex(form.what.findData(SCRIPT))
    form.file.setText(str(tmp_path / "run.py"))
    exporter.export()
    qtbot.waitUntil(lambda: exporter.job is None, timeout=10_000)
    assert "no script can hold it" in exporter.dialog.told.text()
    assert not (tmp_path / "run.py").exists()


def test_a_fault_stops_the_play_and_says_why(
    show: Callable[..., Window], qtbot: QtBot
) -> None:
    window = show(FastRoot(), 100, learning_rate=1.0, batch_size=3)
    run = window.player.run
    assert run is not None
    assert run.snapshot.diverged
    assert "losses() raised ArithmeticError: " in window.footer.sentence.text()
    window.player.play()
    assert not window.player.playing
    rest(qtbot, window)
    assert run.snapshot.fault in window.footer.sentence.toolTip()
    assert window.footer.note.text()
    assert window.footer.note.textFormat() == Qt.TextFormat.PlainText
    window.panel.choose_descent(learning_rate=0.001)
    rest(qtbot, window)
    window.player.go_on(run.newest + 3)
    rest(qtbot, window)
    assert not window.player.run.snapshot.diverged  # type: ignore[union-attr]


def test_a_start_where_it_raises_is_refused(
    show: Callable[..., Window], qtbot: QtBot
) -> None:
    window = show(FastRoot())
    window.panel.choose(start=(1.0,))
    qtbot.waitUntil(lambda: not window.player.editing)
    assert box(window).text().endswith("() raised ArithmeticError: 1.0 is too small.")
    rest(qtbot, window)
    assert window.player.scene.start == ()


def test_nothing_of_it_is_written_down(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "EVERY", 10)
    start = Start(Window("dark", Memory(tmp_path)))
    window = start.window
    start.open(own_scene(Fast(), True, {}))
    window.show()
    rest(qtbot, window)
    window.player.go_on(5)
    rest(qtbot, window)
    assert start.recovery is not None
    assert start.recovery.document is None
    qtbot.waitUntil((tmp_path / "settings.json").exists, timeout=10_000)
    assert not (tmp_path / "runs").exists()
    window.close()
    start.finish()
    assert not (tmp_path / "last.json").exists()
    assert not start.memory.complaints
    window.deleteLater()


def test_it_waits_until_the_window_is_closed(qtbot: QtBot, qapp: QApplication) -> None:
    seen: list[str] = []

    def close() -> None:
        windows = (w for w in qapp.topLevelWidgets() if isinstance(w, Window))
        ready = [w for w in windows if w.isVisible() and w.player.run is not None]
        for window in ready:
            seen.append(window.windowTitle())
            window.close()
        if not ready:
            QTimer.singleShot(20, close)

    QTimer.singleShot(0, close)
    assert gdviz.show(Poisson(), block=True, fresh=True) is None
    assert seen == ["[*]Poisson — gdviz"]


def test_where_an_event_loop_runs_it_does_not_wait(
    qtbot: QtBot, qapp: QApplication
) -> None:
    found: list[Window | None] = []
    QTimer.singleShot(0, lambda: found.append(gdviz.show(Poisson(), fresh=True)))
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    (window,) = found
    assert window is not None
    rest(qtbot, window)
    window.close()
    window.deleteLater()


def test_open_windows_close_with_the_program(show: Callable[..., Window]) -> None:
    window = show(Poisson(), 0)
    showing._close_all()
    assert not window.isVisible()


@pytest.mark.parametrize(
    ("given", "settings", "words"),
    [
        ((object(),), {}, "object has no names; an objective has names, n_examples"),
        ((Poisson(),), {"batchsize": 3}, "did you mean batch_size?"),
        ((Poisson(),), {"learning_rate": "big"}, "learning_rate must be a number"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    given: tuple[Any, ...], settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(gdviz.Refused) as refusal:
        gdviz.show(*given, fresh=True, block=False, **settings)
    assert words in str(refusal.value)


def test_without_pytorch_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "gdviz.torch", raising=False)
    with pytest.raises(Refused) as refusal:
        gdviz.show(object(), [1.0], [2.0], abs)
    assert str(refusal.value) == (
        "gdviz.torch needs PyTorch; install it with: pip install 'gdviz[torch]'."
    )


def test_without_a_display_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "has_display", lambda _: False)
    with pytest.raises(Refused, match="no display to open a window on"):
        gdviz.show(Poisson())


def test_keys_work(show: Callable[..., Window], qtbot: QtBot) -> None:
    window = show(Poisson(), 0)
    keys.ACTIONS["→"](window)
    rest(qtbot, window)
    assert window.player.run is not None
    assert window.player.run.step == 1
