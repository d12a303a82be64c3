"""The sweep panel in a real window: it fills in, is cancelled, gone into and kept."""

from __future__ import annotations

import multiprocessing
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLineEdit

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.ownscene import own_scene
from gdviz.session.scene import Scene
from gdviz.session.sweep import Axis, Record, Sweep, here, read_sweep, run_sweep
from gdviz.session.trainer import Trainer
from gdviz.ui import docks, keys, room
from gdviz.ui import style as look
from gdviz.ui.panels.sweep import cells
from gdviz.ui.panels.sweep.grid import FINAL, FRUGAL, STEPS, Grid
from tests.owns import Fast
from tests.ui.conftest import back, rest
from tests.ui.pictures import pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from gdviz.session.sweep import Outcome
    from gdviz.ui.panels.sweep.panel import SweepPanel
    from gdviz.ui.window import Window

_LONG = 10**8  # updates: nobody waits for their end


@pytest.fixture
def window(shared: Window, qtbot: QtBot) -> Window:
    """A window with the panel open, and nothing in its map."""
    back(qtbot, shared, Scene(), 3)
    shared.resize(1280, 800)
    show(shared)
    panel = shared.sweep
    show_nothing(panel)
    panel.map.point(None)
    panel.form.measure.setCurrentIndex(0)
    panel._show_map()
    choose(panel, "log:0.01:10:4", "1,2,4,…,8", 30)
    assert shared.player.run is not None
    panel.show_run(shared.player.run)
    return shared


def show_nothing(panel: SweepPanel) -> None:
    panel.grid = panel._scene = None
    panel.form._aimed = False


def show(window: Window) -> None:
    window.docks[docks.SWEEP].show()
    room.share_room(window)


def choose(panel: SweepPanel, across: str, up: str, steps: int) -> None:
    for row, values in ((panel.form.across, across), (panel.form.up, up)):
        row.knob.setCurrentIndex(row.knob.findData(_PLACES[row is panel.form.up]))
        row.values.setText(values)
        row.values.textEdited.emit(values)
    panel.form.unit.setCurrentIndex(0)
    panel.form.exact.setCurrentIndex(0)
    panel.form.far.chosen.emit(steps)


_PLACES = ("descent.learning_rate", "descent.batch_size")


def swept(window: Window, qtbot: QtBot) -> Grid:
    """Start the sweep with the button and wait for its end."""
    panel = window.sweep
    panel.controls.start.click()
    assert panel.running
    qtbot.waitUntil(lambda: not panel.running, timeout=60_000)
    assert panel.grid is not None
    return panel.grid


_AXES = (Axis(_PLACES[0], (0.01, 0.1, 1.0, 10.0)), Axis(_PLACES[1], (1, 2, 4, 8)))


def filled(window: Window) -> Grid:
    """Have a map filled in of the first scene, without waiting for processes."""
    assert window.player.run is not None
    scene = window.player.run.snapshot.scene
    first = scene.down(learning_rate=0.05, batch_size=4)
    grid = Grid(Sweep(first, _AXES, steps=30, target=1.0))
    grid.take(run_sweep(grid.sweep, here()))
    window.sweep.grid = grid
    window.sweep._show_map()
    window.sweep._ring(scene)
    return grid


def centre(panel: SweepPanel, place: tuple[int, int]) -> QPoint:
    return panel.map.frame().rect(*place).center().toPoint()


def click(qtbot: QtBot, panel: SweepPanel, place: tuple[int, int]) -> None:
    qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=centre(panel, place))


def rings(panel: SweepPanel) -> tuple[float, float] | None:
    return panel.map.present


def test_before_the_first_sweep_the_map_says_what_it_is_for(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    assert "cell for every run" in panel.map.toolTip()
    assert not panel.controls.save.isEnabled()
    assert panel.controls.start.isEnabled()
    before = window.player.scene
    qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton)
    qtbot.keyClick(panel.map, Qt.Key.Key_Return)
    assert window.player.scene == before
    assert len(np.unique(pixels(panel.map.grab().toImage()).reshape(-1, 3), axis=0)) > 1


def test_a_sweep_fills_the_map_and_ends(window: Window, qtbot: QtBot) -> None:
    panel = window.sweep
    grid = swept(window, qtbot)
    assert grid.shape == (4, 4)
    assert grid.whole
    assert panel.controls.start.text() == "Start"
    assert panel.controls.save.isEnabled()
    assert panel.map.scale is not None
    assert not multiprocessing.active_children()
    assert (1, 2) in {o.cell for o in grid.outcomes.values()}
    trainer = Trainer(panel.grid.sweep.scene.down(learning_rate=0.1, batch_size=4))  # type: ignore[union-attr]
    trainer.advance(30)
    mine = trainer.objective.loss(trainer.state.theta)
    outcome = grid.at(1, 2)
    assert outcome is not None
    assert outcome.final == pytest.approx(mine, rel=1e-12)
    assert "batch size 4" in panel.map.words((1, 2))
    assert f"{outcome.final:.4g}" in panel.map.words((1, 2))


def test_a_click_opens_the_run_of_a_cell_and_can_be_undone(
    window: Window, qtbot: QtBot
) -> None:
    grid, panel, player = filled(window), window.sweep, window.player
    before, outcome = player.scene, grid.at(1, 1)
    assert np.allclose(rings(panel) or 0, (np.log10(5), 2.0))
    click(qtbot, panel, (1, 1))
    rest(qtbot, window)
    assert player.run is not None
    assert outcome is not None
    assert player.scene == before.down(learning_rate=0.1, batch_size=2)
    assert player.run.step == 30
    assert player.run.snapshot.full.loss == pytest.approx(outcome.final, rel=1e-12)
    assert "batch size 2" in window.footer.note.text()
    assert "float32" not in window.footer.note.text()
    assert rings(panel) == (1.0, 1.0)
    window.undo.undo()
    rest(qtbot, window)
    assert player.scene == before
    assert player.run.step == 3


def test_ranges_follow_the_scene_but_not_into_a_cell_of_the_map(
    window: Window, qtbot: QtBot
) -> None:
    panel, row = window.sweep, window.sweep.form.across
    row.knob.activated.emit(row.knob.currentIndex())
    assert row.values.text() == "log:0.001:1:16"
    window.panel.choose_descent(learning_rate=0.5)
    rest(qtbot, window)
    assert row.values.text() == "log:0.01:10:16"
    filled(window)
    click(qtbot, panel, (1, 0))
    rest(qtbot, window)
    assert window.player.scene.descent.learning_rate == 0.1
    assert row.values.text() == "log:0.01:10:16"


def test_the_keys_move_a_frame_and_open_a_cell(window: Window, qtbot: QtBot) -> None:
    filled(window)
    panel = window.sweep
    panel.map.setFocus()
    panel.map.point((0, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(panel.map, key)
    assert panel.map.spot == (1, 1)
    assert panel.map.accessibleDescription() == panel.map.words((1, 1))
    assert panel.controls.told.text() == panel.map.words((1, 1))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(panel.map, key)
    assert panel.map.spot == (0, 0)
    qtbot.keyClick(panel.map, Qt.Key.Key_Return)
    rest(qtbot, window)
    assert window.player.scene.descent.batch_size == 1
    assert window.player.scene.descent.learning_rate == 0.01


def test_a_map_in_single_precision_says_so_where_a_cell_is_opened(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    panel.form.exact.setCurrentIndex(1)
    assert swept(window, qtbot).sweep.dtype == "float32"
    click(qtbot, panel, (0, 3))
    rest(qtbot, window)
    assert "float32" in window.footer.note.text()


def test_diverged_cells_are_crossed_and_those_that_cannot_run_have_a_sign(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    choose(panel, "0.01,0.1,1000", "1,4,50", 400)
    grid = swept(window, qtbot)
    values = grid.values(FINAL)
    kinds = {
        place: cells.kind_of(grid.at(*place), float(values[place]))
        for place in np.ndindex(*grid.shape)
    }
    assert {kinds[2, 0], kinds[2, 1]} == {cells.DIVERGED}
    assert {kinds[column, 2] for column in range(3)} == {cells.FAULT}
    assert kinds[0, 0] == kinds[1, 1] == cells.VALUE
    assert "diverged after step" in panel.map.words((2, 0))
    assert "40 examples" in panel.map.words((0, 2))
    assert "× diverged: 2. ! could not run: 3." in panel.controls.told.text()
    for theme in (look.DARK, look.LIGHT):
        window.set_theme(theme)
        style, image = look.STYLES[theme], panel.map.grab().toImage()
        crossed = image.pixelColor(centre(panel, (2, 0)))
        assert crossed == QColor(style.text)
        ramp = {QColor.fromRgb(int(c)).rgb() for c in look.ramp(look.OUTCOMES)}
        place = next(p for p in ((0, 0), (1, 0)) if p != grid.best(FINAL))
        assert image.pixelColor(centre(panel, place)).rgb() in ramp
    window.set_theme(look.DARK)


def test_the_map_can_be_coloured_by_other_measures(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    grid = filled(window)
    pictures = []
    for place, measure in enumerate((FINAL, STEPS, FRUGAL)):
        panel.form.measure.setCurrentIndex(place)
        panel.form.measure.activated.emit(place)
        assert panel.map.measure == measure
        assert panel.form.target.isVisible() == (measure == STEPS)
        pictures.append(pixels(panel.map.grab().toImage()))
        best = grid.best(measure)
        assert best is not None
        least = np.nanmin(grid.values(measure))
        assert grid.values(measure)[best] == least
    assert not (pictures[0] == pictures[1]).all()
    assert panel.grid is grid


def test_the_loss_to_come_down_to_is_that_of_the_start(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    panel.form.target.chosen.emit(1.5)
    grid = swept(window, qtbot)
    assert grid.sweep.target == 1.5
    for outcome in grid.outcomes.values():
        assert (outcome.steps_to_target is not None) == (outcome.best <= 1.5)


WRONG = (
    ("log:1:2", "1,2", "log:1e-3:1:16"),
    ("", "1,2", "no axis"),
    ("0.1,x", "1,2", "not a number"),
    ("log:-1:1:4", "1,2", "above 0"),
    ("0.1", "1,2,…", "must stand once"),
    ("0.1,0.2", "0,1", "batch_size must lie between 1"),
    ("lin:0.1:1:1000", "lin:1:1000:1000", "too many"),
)


@pytest.mark.parametrize(("across", "up", "words"), WRONG)
def test_a_bad_range_gives_a_sentence(
    window: Window, across: str, up: str, words: str
) -> None:
    panel = window.sweep
    choose(panel, across, up, 10)
    assert words in panel.controls.wrong.text()
    assert panel.controls.wrong.isVisible()
    assert not panel.controls.start.isEnabled()
    panel.begin()
    assert not panel.running
    choose(panel, "0.1", "1,2", 10)
    assert not panel.controls.wrong.isVisible()
    assert panel.controls.start.isEnabled()


def test_one_setting_twice_is_refused_and_one_alone_is_a_row(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    row = panel.form.up
    row.knob.setCurrentIndex(row.knob.findData(_PLACES[0]))
    row.knob.activated.emit(row.knob.currentIndex())
    assert "comes twice" in panel.controls.wrong.text()
    row.knob.setCurrentIndex(row.knob.findData(""))
    row.knob.activated.emit(row.knob.currentIndex())
    assert not row.values.isEnabled()
    grid = swept(window, qtbot)
    assert grid.shape == (4, 1)
    click(qtbot, panel, (2, 0))
    rest(qtbot, window)
    assert window.player.scene.descent.learning_rate == 1.0


def test_cancel_stops_at_once_and_start_goes_on_with_the_rest(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    grid = swept(window, qtbot)
    gone = [grid.outcomes.pop(cell) for cell in ((0, 0), (3, 1))]
    kept = dict(grid.outcomes)
    assert swept(window, qtbot) is grid
    assert all(grid.outcomes[cell] is outcome for cell, outcome in kept.items())
    for before in gone:
        again = grid.outcomes[before.cell]
        assert again.final == pytest.approx(before.final)
        assert again.diverged == before.diverged
    choose(panel, "log:0.01:1:4", "1,2", _LONG)
    panel.controls.start.click()
    assert panel.grid is not grid
    assert panel.controls.start.text() == "Cancel"
    assert not panel.form.across.isEnabled()
    panel.controls.start.click()
    assert not panel.controls.start.isEnabled()
    qtbot.waitUntil(lambda: not panel.running, timeout=20_000)
    assert panel.controls.start.text() == "Start"
    assert panel.form.across.isEnabled()
    assert not panel.controls.wrong.isVisible()
    assert not multiprocessing.active_children()


def test_another_scene_does_not_disturb_a_sweep_under_way(
    window: Window, qtbot: QtBot
) -> None:
    panel = window.sweep
    choose(panel, "0.01,0.1", "1,2,3", 2000)
    panel.controls.start.click()
    moons = Scene(data=Moons(n_examples=30), model=MLP((4,)), loss=Logistic())
    window.player.open(moons)
    rest(qtbot, window)
    assert rings(panel) is None
    qtbot.waitUntil(lambda: not panel.running, timeout=60_000)
    assert panel.grid is not None
    assert panel.grid.whole
    assert panel.grid.sweep.scene.data == Scene().data
    assert "Line with noise" in panel.controls.told.text()
    click(qtbot, panel, (0, 0))
    rest(qtbot, window)
    assert window.player.scene.data == Scene().data
    assert rings(panel) == (0.0, 0.0)


def test_a_window_that_closes_midway_leaves_nothing_behind(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window()
    show(window)
    choose(window.sweep, "log:0.01:1:8", "1,2,4", _LONG)
    window.sweep.controls.start.click()
    qtbot.waitUntil(lambda: bool(multiprocessing.active_children()), timeout=20_000)
    window.close()
    assert not multiprocessing.active_children()
    assert "sweep" not in {thread.name for thread in threading.enumerate()}
    assert not window.isVisible()


def test_an_own_objective_is_refused_in_a_sentence(
    window: Window, qtbot: QtBot
) -> None:
    window.player.open(own_scene(Fast(), False, {}))
    rest(qtbot, window)
    assert "one run at a time" in window.sweep.controls.wrong.text()
    assert not window.sweep.controls.start.isEnabled()


def test_a_map_is_written_and_read_as_the_command_line_does(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    panel, path = window.sweep, tmp_path / "map.csv"
    choose(panel, "0.01,0.1,1000", "1,50", 300)
    grid = swept(window, qtbot)
    panel.write(path)
    assert "map.csv" in window.footer.note.text()
    sweep, outcomes = read_sweep(path)
    assert sweep == grid.sweep
    assert told(outcomes) == told(grid.outcomes.values())
    with Record.open(path, grid.sweep) as record:  # goes on with all that ran
        assert len(record.outcomes) == 3
    picture = pixels(panel.map.grab().toImage())
    show_nothing(panel)
    choose(panel, "0.5", "2", 9)
    panel.read(path)
    assert panel.grid is not None
    assert told(panel.grid.outcomes.values()) == told(grid.outcomes.values())
    assert (pixels(panel.map.grab().toImage()) == picture).all()
    assert panel.form.sweep(window.player.scene).axes == grid.sweep.axes


def told(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the outcomes in their order, but for the time they took."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.cell)
    return [repr(replace(outcome, seconds=0.0)) for outcome in ordered]


def test_files_that_are_no_map_are_refused_by_name(
    window: Window, tmp_path: Path
) -> None:
    panel, other = window.sweep, tmp_path / "other.csv"
    other.write_text("x,y\n1,2\n")
    places = (*_PLACES, "seed")
    three = Sweep(Scene(), tuple(Axis(p, (1.0,)) for p in places), steps=1)
    with Record.open(tmp_path / "three.csv", three):
        pass
    for name in ("other.csv", "three.csv", "none.csv"):
        panel.read(tmp_path / name)
        assert panel.controls.wrong.text().startswith(name)
        assert panel.grid is None
    panel.read(other)
    assert panel.controls.start.isEnabled()


def test_the_buttons_ask_for_files_without_waiting(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    panel, path = window.sweep, tmp_path / "asked.csv"
    filled(window)
    for button in (panel.controls.save, panel.controls.load):
        button.click()
        (dialog,) = (d for d in panel.findChildren(QFileDialog) if d.isVisible())
        dialog.fileSelected.emit(str(path))
        dialog.reject()
    assert path.exists()
    assert panel.grid is not None
    assert panel.grid.whole


def controls_of(panel: SweepPanel) -> list[QWidget]:
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    found = [w for kind in kinds for w in panel.findChildren(kind)]
    return [w for w in found if not w.objectName().startswith("qt_")]


def test_every_control_has_a_tip_and_a_name(window: Window) -> None:
    found = controls_of(window.sweep)
    assert len(found) >= 12
    for control in (*found, window.sweep.map, window.sweep.bar):
        assert control.toolTip()
        assert control.accessibleName()


def test_a_key_shows_the_panel_and_hides_it(window: Window) -> None:
    dock = window.docks[docks.SWEEP]
    for visible in (False, True):
        keys.ACTIONS["M"](window)
        assert dock.isVisible() == visible


@pytest.mark.parametrize("size", [(1024, 640), (1280, 800)])
def test_settings_and_map_have_room_or_take_turns(
    window: Window, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    room.share_room(window)
    panel = window.sweep
    pages, narrow = panel.pages, size[0] == 1024
    qtbot.waitUntil(lambda: pages.turn.isVisible() == narrow)
    pages.turn_to(False)
    assert panel.controls.isVisible()
    assert panel.map.isVisible() != narrow
    swept(window, qtbot)
    assert panel.map.isVisible()
    assert panel.controls.isVisible() != narrow
    assert min(panel.map.frame().cell) >= 14
    if narrow:
        assert panel.pages.brief.text()
        pages.turn.click()
        assert panel.controls.isVisible()
        assert not panel.map.isVisible()
