"""Every control of the window, moved as a person would move it."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
)

from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.core.datasets import DATASETS, LineWithNoise, Moons, OwnTable
from gdviz.core.losses import LOSSES, Hinge, Logistic
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.marks.lengths import NORMALISED, TRUE
from gdviz.ui.panels.table import TableDialog
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.window import Window
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QComboBox
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def press(qtbot: QtBot, window: Window, key: Qt.Key) -> None:
    window.surface.setFocus()
    qtbot.keyClick(window.surface, key)
    rest(qtbot, window)


def pick(qtbot: QtBot, window: Window, combo: QComboBox, key: str) -> None:
    """Choose an entry with the keyboard, as `activated` wants it."""
    wanted = combo.findData(key)
    assert wanted >= 0
    combo.setFocus()
    way = Qt.Key.Key_Down if wanted > combo.currentIndex() else Qt.Key.Key_Up
    while combo.currentIndex() != wanted:
        qtbot.keyClick(combo, way)
        rest(qtbot, window)


def type_in(qtbot: QtBot, window: Window, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    rest(qtbot, window)


def test_the_first_picture_is_three_steps_in_and_paused(window: Window) -> None:
    run = run_of(window)
    assert (run.step, run.newest, window.player.playing) == (3, 3, False)
    assert run.facts.n_examples == 40
    assert len(run.snapshot.record.rows) == 4
    assert run.facts.parameters == ("w", "b")
    assert run.snapshot.plane.labels == ("w", "b")
    assert run.surface is not None
    assert run.surface.finest
    assert "four gradients" in window.footer.sentence.text()


def test_the_path_is_that_of_the_trainer_alone(window: Window) -> None:
    trainer = Trainer(Scene())
    trainer.advance(3)
    assert (run_of(window).snapshot.record.theta == trainer.state.theta).all()


def test_forward_commits_exactly_the_pending_step(window: Window, qtbot: QtBot) -> None:
    pending = run_of(window).snapshot.record
    press(qtbot, window, Qt.Key.Key_Right)
    assert run_of(window).step == 4
    assert (run_of(window).snapshot.record.theta == pending.after.theta).all()


def test_back_returns_to_the_same_record(window: Window, qtbot: QtBot) -> None:
    before = run_of(window).snapshot.record
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Left)
    after = run_of(window).snapshot.record
    assert run_of(window).newest == 4
    for name in ("theta", "rows", "losses", "gradients", "gradient", "update"):
        assert (getattr(before, name) == getattr(after, name)).all(), name


KEYS = {
    "[": (Qt.Key.Key_BracketLeft, "batch_size", 2),
    "]": (Qt.Key.Key_BracketRight, "batch_size", 8),
    "-": (Qt.Key.Key_Minus, "learning_rate", 0.04),
    "=": (Qt.Key.Key_Equal, "learning_rate", 0.0625),
}


@pytest.mark.parametrize(("key", "field", "value"), KEYS.values(), ids=KEYS)
def test_keys_move_the_sliders_and_reset_nothing(
    window: Window, qtbot: QtBot, key: Qt.Key, field: str, value: float
) -> None:
    theta = run_of(window).snapshot.record.theta
    press(qtbot, window, key)
    run = run_of(window)
    assert getattr(run.snapshot.scene.descent, field) == pytest.approx(value)
    assert (run.step, run.newest) == (3, 3)
    assert (run.snapshot.record.theta == theta).all()
    slider = getattr(window.panel, field)
    assert slider.number.value == pytest.approx(value)
    assert slider.slider.value_ == pytest.approx(value)


def test_space_plays_and_pauses(window: Window, qtbot: QtBot) -> None:
    window.surface.setFocus()
    qtbot.keyClick(window.surface, Qt.Key.Key_Space)
    assert window.player.playing
    assert window.transport.buttons["play"].text() == "Pause"
    qtbot.waitUntil(lambda: run_of(window).step > 5)
    press(qtbot, window, Qt.Key.Key_Space)
    stopped = run_of(window).step
    qtbot.wait(100)
    assert run_of(window).step == stopped
    assert window.transport.buttons["play"].text() == "Play"


@pytest.mark.parametrize("width", [1024, 1180, 1240, 1270, 1280, 1300, 1400])
def test_no_menu_goes_when_it_plays(window: Window, qtbot: QtBot, width: int) -> None:
    menus, top = window.menus, window.transport
    window.resize(width, 800)
    widths = set()
    for playing in (False, True):
        top.show_playing(playing)
        QApplication.processEvents()
        assert menus.width() >= menus.sizeHint().width()
        widths.add(top.buttons["play"].sizeHint().width())
    assert len(widths) == 1


def test_home_starts_the_same_run_again(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_Home)
    run = run_of(window)
    assert (run.step, run.newest) == (0, 0)
    start = Trainer(Scene()).state.theta
    assert (run.snapshot.record.theta == start).all()


def test_end_goes_to_the_newest_step(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_Left)
    press(qtbot, window, Qt.Key.Key_Left)
    assert run_of(window).step == 1
    press(qtbot, window, Qt.Key.Key_End)
    assert run_of(window).step == 3


def test_s_and_the_seed_field_start_another_run(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_S)
    assert run_of(window).snapshot.scene.seed == Scene().seed + 1
    assert run_of(window).step == 0
    type_in(qtbot, window, window.transport.seed, "0")
    assert run_of(window).snapshot.scene.seed == 0
    assert window.transport.seed.text() == "0"


BUTTONS = {"forward": 4, "back": 2, "reset": 0}


@pytest.mark.parametrize(("name", "step"), BUTTONS.items())
def test_buttons_move_through_the_run(
    window: Window, qtbot: QtBot, name: str, step: int
) -> None:
    qtbot.mouseClick(window.transport.buttons[name], Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert run_of(window).step == step


def test_the_seed_button_takes_the_next_seed(window: Window, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.transport.buttons["seed"], Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert run_of(window).snapshot.scene.seed == Scene().seed + 1


def test_speed_goes_from_one_a_second_to_flat_out(window: Window) -> None:
    window.transport.speed.setValue(0)
    assert window.player.speed == 1
    window.transport.speed.setValue(window.transport.speed.maximum())
    assert window.player.speed == FLAT_OUT
    assert window.transport.speed_text.text() == "flat out"


@pytest.mark.parametrize("name", ["batch_size", "learning_rate"])
def test_dragging_a_big_slider_acts_at_once(
    window: Window, qtbot: QtBot, name: str
) -> None:
    slider = getattr(window.panel, name).slider
    before, theta = run_of(window).snapshot, run_of(window).snapshot.record.theta
    middle = slider.height() // 4
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, middle))
    qtbot.mouseMove(slider, QPoint(slider.width() - 1, middle))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    after = run_of(window).snapshot
    wanted = {"batch_size": 40, "learning_rate": 10.0}[name]
    assert getattr(after.scene.descent, name) == wanted
    assert (after.record.theta == theta).all()
    assert not np.array_equal(after.record.update, before.record.update)


def test_a_typed_batch_size_out_of_range_becomes_the_nearest(
    window: Window, qtbot: QtBot
) -> None:
    type_in(qtbot, window, window.panel.batch_size.number, "4000")
    assert run_of(window).snapshot.scene.descent.batch_size == 40
    type_in(qtbot, window, window.panel.batch_size.number, "-3")
    assert run_of(window).snapshot.scene.descent.batch_size == 1
    type_in(qtbot, window, window.panel.batch_size.number, "words")
    assert run_of(window).snapshot.scene.descent.batch_size == 1


def test_a_typed_learning_rate_may_lie_beyond_the_slider(
    window: Window, qtbot: QtBot
) -> None:
    type_in(qtbot, window, window.panel.learning_rate.number, "1e-9")
    assert run_of(window).snapshot.scene.descent.learning_rate == 1e-9
    type_in(qtbot, window, window.panel.learning_rate.number, "1e99")
    assert run_of(window).snapshot.scene.descent.learning_rate == 1e6


def test_at_all_examples_the_mean_is_the_full_gradient(
    window: Window, qtbot: QtBot
) -> None:
    type_in(qtbot, window, window.panel.batch_size.number, "40")
    assert "last 28 gradients of this epoch" in window.footer.sentence.text()
    press(qtbot, window, Qt.Key.Key_Right)
    snapshot = run_of(window).snapshot
    assert snapshot.record.gradient == pytest.approx(snapshot.full.gradient, rel=1e-12)
    assert "is</b> the full gradient" in window.footer.sentence.text()


@pytest.mark.parametrize("name", [n for n in DATASETS if n != OwnTable.name])
def test_every_data_set_can_be_picked(window: Window, qtbot: QtBot, name: str) -> None:
    window.panel.data.picked.emit(name)
    # Not for the surface: that of the digits takes its time.
    now = window.panel.data.combo.currentData
    qtbot.waitUntil(lambda: run_of(window).snapshot.scene.data.name == name == now())
    run = run_of(window)
    offered = window.panel.loss.combo
    names = {offered.itemData(i) for i in range(offered.count())}
    assert names == {n for n, loss in LOSSES.items() if run.facts.task in loss.tasks}
    assert offered.currentText() != ""
    assert window.panel.batch_size.slider.high == run.facts.n_examples


def test_a_loss_that_no_longer_fits_is_moved(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(data=Moons(), loss=Hinge()))
    window.panel.choose(data=LineWithNoise())
    rest(qtbot, window)
    assert run_of(window).snapshot.scene.loss == LOSSES["squared"]()
    assert "Hinge does not go with regression" in window.footer.note.text()


def test_a_batch_too_large_for_new_data_is_moved_and_said(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(descent=Descent(batch_size=40)))
    pick(qtbot, window, window.panel.data.combo, "two-points")
    assert run_of(window).snapshot.scene.descent.batch_size == 2
    assert "the batch size is now 2" in window.footer.note.text()


def test_model_loss_and_optimizer_are_picked_by_keyboard(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(data=Moons(), loss=Logistic()))
    pick(qtbot, window, window.panel.model.combo, "mlp")
    assert run_of(window).facts.architecture == "2 → 8 → 1, 33 parameters"
    pick(qtbot, window, window.panel.loss.combo, "softmax")
    assert run_of(window).facts.architecture == "2 → 8 → 2, 42 parameters"
    pick(qtbot, window, window.panel.optimizer.combo, "momentum")
    assert run_of(window).snapshot.scene.descent.optimizer == HeavyBall()


def test_folded_settings_open_and_act(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(data=Moons(), model=MLP(), loss=Logistic()))
    picker = window.panel.model
    assert picker.form is not None
    assert not picker.form.isVisible()
    qtbot.mouseClick(picker.fold, Qt.MouseButton.LeftButton)
    assert picker.form.isVisible()
    field = picker.form.findChild(QLineEdit, "hidden")
    assert isinstance(field, QLineEdit)
    type_in(qtbot, window, field, "5, 3")
    assert run_of(window).facts.architecture == "2 → 5 → 3 → 1, 37 parameters"
    type_in(qtbot, window, field, "5, many")
    assert run_of(window).facts.architecture == "2 → 5 → 3 → 1, 37 parameters"
    assert field.text() == "5, 3"


@pytest.mark.parametrize("order", [REPLACEMENT, FRESH])
def test_the_order_of_examples_changes_without_a_restart(
    window: Window, qtbot: QtBot, order: str
) -> None:
    window.panel.choose_descent(order=order)
    rest(qtbot, window)
    assert run_of(window).step == 3
    assert run_of(window).snapshot.scene.descent.order == order
    press(qtbot, window, Qt.Key.Key_Right)
    assert run_of(window).step == 4


def test_held_out_examples_give_a_test_loss(window: Window, qtbot: QtBot) -> None:
    field = window.panel.held_out
    assert isinstance(field, QLineEdit)
    type_in(qtbot, window, field, "0.25")
    run = run_of(window)
    assert (run.facts.n_examples, run.facts.n_held_out) == (30, 10)
    assert run.snapshot.test_loss is not None
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: "held-out loss" in window.footer.numbers.text())
    assert window.loss.test.isVisible()


def test_the_plane_of_any_two_parameters(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(data=Moons(), model=MLP((3,)), loss=Logistic()))
    panel = window.panel
    assert panel.plane.across.count() == 13
    window.panel.choose(plane_x="b2[1]", plane_y="W1[2,1]")
    rest(qtbot, window)
    run = run_of(window)
    assert run.snapshot.plane.labels == ("b2[1]", "W1[2,1]")
    assert (panel.plane.across.currentText(), panel.plane.up.currentText()) == (
        "b2[1]",
        "W1[2,1]",
    )
    assert run.step == 3


def test_marks_can_be_hidden(window: Window, qtbot: QtBot) -> None:
    assert len(window.surface.step.thin.xData) == 4 * 6
    qtbot.mouseClick(
        window.panel.marks.boxes[legend.EXAMPLE],
        Qt.MouseButton.LeftButton,
        pos=QPoint(8, 8),
    )
    assert len(window.surface.step.thin.xData) == 0
    assert window.surface.hidden_marks == {legend.EXAMPLE, legend.CHAIN}


def test_true_arrows_end_on_the_next_point(window: Window, qtbot: QtBot) -> None:
    window.panel.marks.scaled.emit(TRUE)
    assert "true step" in window.surface.scale_text.text
    _, tip, _ = window.surface.step.thick._arrows[0]
    after = run_of(window).snapshot.record.after.theta
    assert (tip.x(), tip.y()) == pytest.approx(tuple(after))
    window.panel.marks.scaled.emit(NORMALISED)
    tails = [
        np.hypot(t.x() - f.x(), t.y() - f.y())
        for f, t, _ in window.surface.step.thick._arrows
    ]
    assert tails == pytest.approx([tails[0]] * len(tails))


def test_the_timeline_goes_back(window: Window, qtbot: QtBot) -> None:
    timeline = window.footer.timeline
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(1, 10))
    rest(qtbot, window)
    assert run_of(window).step == 0
    assert run_of(window).newest == 3


def test_zooming_fetches_the_new_region(window: Window, qtbot: QtBot) -> None:
    window.surface.box.scaleBy((0.5, 0.5))
    rest(qtbot, window)
    surface = run_of(window).surface
    (left, right), _ = window.surface.box.viewRange()
    assert surface is not None
    assert (surface.region.left, surface.region.right) == pytest.approx((left, right))


@pytest.mark.parametrize("theme", list(look.THEMES))
def test_themes(window: Window, theme: str) -> None:
    window.set_theme(theme)
    assert window.style_ is look.resolve(theme)
    assert all(chart.style_ is window.style_ for chart in window.charts.values())


def test_plots_can_be_closed_and_brought_home(window: Window, qtbot: QtBot) -> None:
    window.docks["loss"].close()
    assert not window.charts["loss"].isVisible()
    window.default_layout()
    assert window.charts["loss"].isVisible()


def test_divergence_pauses_at_the_last_finite_step(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(descent=Descent(learning_rate=5.0)))
    window.player.speed = FLAT_OUT
    window.player.play()
    qtbot.waitUntil(lambda: not window.player.playing, timeout=20_000)
    rest(qtbot, window)
    snapshot = run_of(window).snapshot
    assert snapshot.diverged
    assert np.isfinite(snapshot.record.theta).all()
    assert "Diverged" in window.footer.sentence.text()
    assert "nan" not in window.footer.numbers.text()


def test_a_refused_scene_leaves_the_run_untouched(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    before = run_of(window)
    window.panel.choose(data=OwnTable(path=str(tmp_path / "none.csv"), target="y"))
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "none.csv" in box.text()
    box.accept()
    rest(qtbot, window)
    assert window.player.run is before
    assert window.panel.data.combo.currentData() == "line"
    press(qtbot, window, Qt.Key.Key_Right)
    assert run_of(window).step == 4


def test_a_refused_choice_does_not_stay_in_the_form(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(data=LineWithNoise(n_examples=1)))
    field = window.panel.held_out
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "0.9")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    rest(qtbot, window)
    assert field.text() == "0"


def test_a_table_is_opened_by_dialog(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    path.write_text("size;price\n" + "\n".join(f"{i};{2 * i + 1}" for i in range(20)))
    window.open_table(str(path))
    dialog = window.findChild(TableDialog)
    assert isinstance(dialog, TableDialog)
    assert dialog.target.currentText() == "price"
    open_button = dialog.buttons.button(QDialogButtonBox.StandardButton.Open)
    qtbot.mouseClick(open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run_of(window).facts.n_examples == 20)
    assert run_of(window).snapshot.portrait.labels == (
        "size, standardised",
        "price, standardised",
    )


def test_a_broken_table_is_refused_in_a_sentence(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    window.open_table(str(path))
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "empty.csv" in box.text()
    assert run_of(window).step == 3


def test_keys_sheet_and_about_open(window: Window, qtbot: QtBot) -> None:
    window.surface.setFocus()
    qtbot.keyClicks(window.surface, "?")
    sheet = next(d for d in window.findChildren(QDialog) if d.isVisible())
    assert any("Learning rate" in said.text() for said in sheet.findChildren(QLabel))
    sheet.reject()


def test_a_closed_window_gives_everything_back(qtbot: QtBot) -> None:
    before = set(QApplication.allWidgets())
    window = Window("dark")
    window.player.open(Scene(), 3)
    window.show()
    rest(qtbot, window)
    gone = weakref.ref(window)
    window.close()
    window.deleteLater()
    del window
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None
    assert set(QApplication.allWidgets()) <= before
