"""An own table that changes on disk: the run keeps what it began with, and says so."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from gdviz.core.datasets import OwnTable
from gdviz.core.losses import SquaredError
from gdviz.session.loading import load
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenefile import read_document
from gdviz.session.trainer import Trainer
from gdviz.ui.boxes import Box
from gdviz.ui.panels.table import TableDialog
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window

TABLE = "a,b\n" + "\n".join(f"{i / 7},{i * i % 11}" for i in range(30)) + "\n"
OTHER = TABLE.replace(",9\n", ",2\n")
KEEPS = "; this run keeps the data it began with. "
INSIDE = "To keep the data, choose “Keep own table inside the file” and save."
posix = pytest.mark.skipif(os.name != "posix", reason="no such files here")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A user's own table."""
    table = tmp_path / "own.csv"
    table.write_text(TABLE)
    return table


@pytest.fixture
def window(open_window: Callable[..., Window], table: Path) -> Window:
    """A window on that table, eight steps on."""
    data = OwnTable(str(table), "b", "numbers")
    return open_window(Scene(data, descent=Descent(4, 0.05)), 8)


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def theta(window: Window) -> list[float]:
    return [*map(float, run_of(window).snapshot.record.theta)]


def said(window: Window) -> list[str]:
    """Return the sentences of the boxes, and close these."""
    boxes = [b for b in window.findChildren(Box) if b.isVisible()]
    sentences = [sentence for box in boxes for sentence in box.sentences]
    for box in boxes:
        box.done(0)
    return sentences


def come_back(window: Window) -> list[str]:
    """Look at the window after another program; return what is said."""
    active = Qt.ApplicationState.ApplicationActive
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.applicationStateChanged.emit(active)
    return said(window)


def reset(qtbot: QtBot, window: Window, steps: int) -> list[float]:
    window.player.reset()
    window.player.go_on(steps)
    rest(qtbot, window)
    return theta(window)


def gone(table: Path) -> None:
    table.unlink()


def changed(table: Path) -> None:
    table.write_text(OTHER)


def cut(table: Path) -> None:
    os.truncate(table, 20)


def garbage(table: Path) -> None:
    table.write_bytes(bytes(range(256)))


def folder(table: Path) -> None:
    table.unlink()
    table.mkdir()


def pipe(table: Path) -> None:
    table.unlink()
    os.mkfifo(table)


FAULTS: dict[Callable[[Path], None], str] = {
    gone: f"own.csv is not there any more{KEEPS}{INSIDE}",
    folder: f"own.csv cannot be read any more{KEEPS}{INSIDE}",
    pipe: f"own.csv cannot be read any more{KEEPS}{INSIDE}",
    **dict.fromkeys(
        (changed, cut, garbage),
        f"own.csv has changed since it was read{KEEPS}"
        "Open it again to take the new data.",
    ),
}


@posix
@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_keeps_its_data_and_says_so_once(
    window: Window, qtbot: QtBot, table: Path, fault: Callable[[Path], None]
) -> None:
    eight, whole = theta(window), Trainer(run_of(window).snapshot.scene)
    whole.advance(20)
    assert come_back(window) == []
    fault(table)
    assert reset(qtbot, window, 8) == eight
    assert said(window) == [FAULTS[fault]]
    assert reset(qtbot, window, 20) == whole.state.theta.tolist()
    window.player.seek(8)
    rest(qtbot, window)
    assert theta(window) == eight
    window.panel.choose_descent(batch_size=7)
    window.player.go_on(12)
    rest(qtbot, window)
    window.player.new_seed()
    window.player.what_if()
    rest(qtbot, window)
    assert (run_of(window).facts.n_examples, said(window)) == (30, [])
    assert come_back(window) == []


def test_it_is_told_when_a_person_comes_back(window: Window, table: Path) -> None:
    table.write_text(TABLE)
    assert come_back(window) == []  # written anew, the same
    table.write_text(OTHER)
    assert come_back(window) == [FAULTS[changed]]
    assert come_back(window) == []
    table.unlink()
    assert come_back(window) == [FAULTS[gone]]
    table.write_text(TABLE)
    assert come_back(window) == []
    table.write_text(OTHER)
    assert come_back(window) == [FAULTS[changed]]


def take_again(qtbot: QtBot, window: Window, table: Path) -> None:
    window.open_table(str(table))
    dialog = window.findChild(TableDialog)
    assert isinstance(dialog, TableDialog)
    dialog.accept()
    rest(qtbot, window)


def test_opened_again_it_is_the_new_table(
    window: Window, qtbot: QtBot, table: Path
) -> None:
    number, before = run_of(window).number, run_of(window).snapshot.scene
    table.write_text(OTHER)
    assert come_back(window) == [FAULTS[changed]]
    take_again(qtbot, window, table)
    now = run_of(window).snapshot.scene
    assert (run_of(window).number > number, said(window)) == (True, [])
    assert load(now).train.targets.tolist() != load(before).train.targets.tolist()
    assert come_back(window) == []
    window.undo.undo()
    rest(qtbot, window)
    assert run_of(window).snapshot.scene.data == before.data
    assert said(window) == [FAULTS[changed]]


def test_a_table_that_goes_while_its_columns_are_chosen_is_refused(
    window: Window, qtbot: QtBot, table: Path
) -> None:
    number = run_of(window).number
    window.open_table(str(table))
    dialog = window.findChild(TableDialog)
    assert isinstance(dialog, TableDialog)
    table.unlink()
    dialog.accept()
    refusal = "own.csv: there is no such file; check the path."
    qtbot.waitUntil(lambda: refusal in said(window))
    rest(qtbot, window)
    assert run_of(window).number == number


@pytest.mark.parametrize("embed", [False, True])
@pytest.mark.parametrize("fault", [gone, changed])
def test_the_saved_scene_is_of_the_data_of_the_run(
    window: Window,
    qtbot: QtBot,
    table: Path,
    fault: Callable[[Path], None],
    embed: bool,
) -> None:
    file, eight = table.with_name("s.json"), theta(window)
    fault(table)
    window.documents.keep_inside(embed)
    window.documents._write(file, None)
    told = window.footer.note.text()
    became = FAULTS[fault].partition(";")[0]
    assert told == (
        "Saved s.json." if embed else f"Saved s.json. But {became}. {INSIDE}"
    )
    assert said(window) == []
    if not embed:
        assert len(json.loads(file.read_text())["data"]["sha256"]) == 64
        table.write_text(OTHER)
        (note,) = read_document(file).notes
        assert note.startswith(
            "own.csv is not the table that this scene was saved with"
        )
        table.write_text(TABLE)
    assert read_document(file).notes == ()
    window.documents.open(str(file))
    rest(qtbot, window)
    assert (run_of(window).step, theta(window), said(window)) == (8, eight, [])


def test_settings_on_their_way_with_a_table_begin_no_other_run(
    window: Window, qtbot: QtBot, table: Path
) -> None:
    data = OwnTable(str(table), "b", "numbers")
    scene = Scene(data, loss=SquaredError(), descent=Descent(4, 0.05))
    window.player.open(scene, 5)
    number = window.player.wish.out.run
    window.player.edit(scene.down(batch_size=6))  # read by now or not
    rest(qtbot, window)
    run = run_of(window)
    assert (run.number, run.snapshot.scene.descent.batch_size) == (number, 6)
    assert isinstance(run.snapshot.scene.data, OwnTable)
    assert run.snapshot.scene.data.copy is not None


def test_another_path_typed_is_another_table(
    window: Window, qtbot: QtBot, table: Path
) -> None:
    table.with_name("two.csv").write_text("a,b\n1,1\n2,5\n")
    data = run_of(window).snapshot.scene.data
    assert isinstance(data, OwnTable)
    window.panel.choose(data=replace(data, path=str(table.with_name("two.csv"))))
    rest(qtbot, window)
    assert run_of(window).facts.n_examples == 2
    assert not window.findChildren(QMessageBox)
