"""Undo and redo: every change of the scene is taken back, and only that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMessageBox

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import LineWithNoise, Moons, OwnTable
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.changes import last_settings
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.ui import undo
from gdviz.ui.panels.table import TableDialog
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window

    Change = Callable[[QtBot, Window], None]

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Clock:
    """Seconds that go by only when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(window: Window) -> Clock:
    made = Clock()
    window.undo.clock = made
    return made


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def scene_of(window: Window) -> Scene:
    return run_of(window).snapshot.scene


def rate_of(window: Window) -> float:
    return scene_of(window).descent.learning_rate


def offered(window: Window) -> str:
    return window.undo.undo_action.text()


def press(qtbot: QtBot, window: Window, key: Qt.Key, held: object = NONE) -> None:
    window.activateWindow()  # a dialog may have been the active one
    qtbot.waitUntil(window.isActiveWindow)
    window.surface.setFocus()
    qtbot.keyClick(window.surface, key, held)
    rest(qtbot, window)


def take_back(qtbot: QtBot, window: Window) -> None:
    press(qtbot, window, Qt.Key.Key_Z, CTRL)


def again(qtbot: QtBot, window: Window) -> None:
    press(qtbot, window, Qt.Key.Key_Z, CTRL | SHIFT)


def forward(qtbot: QtBot, window: Window, steps: int) -> None:
    for _ in range(steps):
        press(qtbot, window, Qt.Key.Key_Right)


def choose(qtbot: QtBot, window: Window, **settings: object) -> None:
    window.panel.choose(**settings)
    rest(qtbot, window)


def choose_descent(qtbot: QtBot, window: Window, **settings: object) -> None:
    window.panel.choose_descent(**settings)
    rest(qtbot, window)


def type_in(qtbot: QtBot, window: Window, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    rest(qtbot, window)


def typed(qtbot: QtBot, window: Window) -> None:
    type_in(qtbot, window, window.panel.learning_rate.number, "0.3")


def slid(qtbot: QtBot, window: Window) -> None:
    slider = window.panel.batch_size.slider
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() - 1, 10))
    qtbot.mouseRelease(slider, LEFT)
    rest(qtbot, window)


def ghost_added(qtbot: QtBot, window: Window) -> None:
    window.panel.ghosts.added.emit(RECIPES["sum"]())
    rest(qtbot, window)


LIVE: dict[str, Change] = {
    "batch size 4 → 8": lambda q, w: press(q, w, Qt.Key.Key_BracketRight),
    "learning rate 0.05 → 0.0625": lambda q, w: press(q, w, Qt.Key.Key_Equal),
    "learning rate 0.05 → 0.3": typed,
    "batch size 4 → 40": slid,
    "optimiser SGD → Heavy-ball momentum": (
        lambda q, w: choose_descent(q, w, optimizer=HeavyBall())
    ),
    "plane as usual → (b, w)": lambda q, w: choose(q, w, plane_x="b", plane_y="w"),
    "adding ghost “Sum of the gradients”": ghost_added,
}
ANEW: dict[str, Change] = {
    "seed 58 → 59": lambda q, w: press(q, w, Qt.Key.Key_S),
    "seed 58 → 7": lambda q, w: type_in(q, w, w.transport.seed, "7"),
    "data Line with noise → Moons and 1 more": (
        lambda q, w: w.panel.data.picked.emit("moons")
    ),
    "model Linear → Network (MLP)": lambda q, w: choose(q, w, model=MLP()),
    "start at drawn → 1, 2": lambda q, w: choose(q, w, start=(1.0, 2.0)),
    "held out 0 → 0.25": lambda q, w: choose(q, w, held_out=0.25),
}


@pytest.mark.parametrize("name", LIVE)
def test_a_change_that_acts_at_once_is_taken_back_where_the_run_stands(
    window: Window, qtbot: QtBot, name: str
) -> None:
    before = scene_of(window)
    LIVE[name](qtbot, window)
    after = scene_of(window)
    assert after != before
    assert offered(window) == f"Undo {name}"
    forward(qtbot, window, 2)
    take_back(qtbot, window)
    assert scene_of(window) == before
    assert (run_of(window).step, run_of(window).newest) == (5, 5)
    assert not window.undo.undo_action.isEnabled()
    assert window.undo.redo_action.text() == f"Redo {name}"
    again(qtbot, window)
    assert scene_of(window) == after
    assert run_of(window).step == 5
    assert offered(window) == f"Undo {name}"


@pytest.mark.parametrize("name", ANEW)
def test_a_change_that_begins_another_run_brings_the_old_one_back_with_its_steps(
    window: Window, qtbot: QtBot, name: str
) -> None:
    forward(qtbot, window, 3)
    press(qtbot, window, Qt.Key.Key_Left)
    before, theta = scene_of(window), run_of(window).snapshot.record.theta
    ANEW[name](qtbot, window)
    rest(qtbot, window)
    forward(qtbot, window, 2)
    after, far = scene_of(window), run_of(window).snapshot.record.theta
    assert offered(window) == f"Undo {name}"
    take_back(qtbot, window)
    assert scene_of(window) == before
    assert (run_of(window).step, run_of(window).newest) == (5, 6)
    assert (run_of(window).snapshot.record.theta == theta).all()
    again(qtbot, window)
    assert scene_of(window) == after
    assert (run_of(window).step, run_of(window).newest) == (2, 2)
    assert (run_of(window).snapshot.record.theta == far).all()


def test_the_steps_that_come_back_are_those_of_live_changes_too(
    window: Window, qtbot: QtBot
) -> None:
    choose_descent(qtbot, window, learning_rate=0.2)
    forward(qtbot, window, 2)
    trainer = Trainer(Scene())
    trainer.advance(3)
    trainer.adopt(trainer.scene.down(learning_rate=0.2))
    trainer.advance(2)
    press(qtbot, window, Qt.Key.Key_S)
    take_back(qtbot, window)
    assert (run_of(window).snapshot.record.theta == trainer.state.theta).all()
    assert run_of(window).snapshot.course.changes[0][0] == 3
    take_back(qtbot, window)
    assert rate_of(window) == 0.05
    assert run_of(window).step == 5


def test_too_many_steps_are_not_made_again_and_this_is_said(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "MOST_STEPS", 2)
    choose_descent(qtbot, window, learning_rate=0.2)
    forward(qtbot, window, 1)
    press(qtbot, window, Qt.Key.Key_S)
    take_back(qtbot, window)
    assert (run_of(window).step, run_of(window).newest) == (0, 0)
    assert "had 4 steps" in window.footer.note.text()
    forward(qtbot, window, 3)
    assert rate_of(window) == 0.2


def test_what_was_moved_to_fit_is_taken_back_with_what_was_chosen(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(Scene(descent=Descent(batch_size=40)))
    before = scene_of(window)
    choose(qtbot, window, data=LineWithNoise(n_examples=5))
    assert scene_of(window).descent.batch_size == 5
    assert offered(window) == "Undo examples 40 → 5 and 1 more"
    take_back(qtbot, window)
    assert scene_of(window) == before
    assert not window.undo.undo_action.isEnabled()


def test_moves_of_one_slider_in_one_go_are_one_entry(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    for _ in range(3):
        press(qtbot, window, Qt.Key.Key_BracketRight)
        clock.now += 0.9
    assert window.undo.stack.count() == 1
    assert offered(window) == "Undo batch size 4 → 32"
    clock.now += 0.2
    press(qtbot, window, Qt.Key.Key_BracketLeft)
    assert window.undo.stack.count() == 2
    take_back(qtbot, window)
    assert scene_of(window).descent.batch_size == 32
    take_back(qtbot, window)
    assert scene_of(window).descent.batch_size == 4


def test_another_slider_is_another_entry(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    press(qtbot, window, Qt.Key.Key_BracketRight)
    press(qtbot, window, Qt.Key.Key_Equal)
    press(qtbot, window, Qt.Key.Key_BracketRight)
    assert window.undo.stack.count() == 3


def test_seeds_and_choices_are_entries_of_their_own(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    press(qtbot, window, Qt.Key.Key_S)
    press(qtbot, window, Qt.Key.Key_S)
    assert window.undo.stack.count() == 2
    choose_descent(qtbot, window, optimizer=HeavyBall())
    choose_descent(qtbot, window, optimizer=Descent().optimizer)
    assert window.undo.stack.count() == 4


def test_a_slider_moved_there_and_back_leaves_no_entry(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    press(qtbot, window, Qt.Key.Key_BracketRight)
    press(qtbot, window, Qt.Key.Key_BracketLeft)
    assert window.undo.stack.count() == 0
    assert offered(window) == "Undo"
    assert not window.undo.undo_action.isEnabled()


def test_nothing_is_joined_to_an_entry_that_was_brought_back(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    press(qtbot, window, Qt.Key.Key_BracketRight)
    press(qtbot, window, Qt.Key.Key_Equal)
    take_back(qtbot, window)
    press(qtbot, window, Qt.Key.Key_BracketRight)
    assert window.undo.stack.count() == 2
    take_back(qtbot, window)
    assert scene_of(window).descent.batch_size == 8


def test_a_dragged_slider_is_one_entry(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    slider = window.panel.learning_rate.slider
    qtbot.mousePress(slider, LEFT, pos=QPoint(30, 10))
    for x in range(40, 200, 20):
        qtbot.mouseMove(slider, QPoint(x, 10))
        rest(qtbot, window)
    qtbot.mouseRelease(slider, LEFT)
    assert window.undo.stack.count() == 1
    take_back(qtbot, window)
    assert rate_of(window) == 0.05
    assert slider.value_ == 0.05


def test_a_refused_change_leaves_no_entry(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.panel.choose(data=OwnTable(path=str(tmp_path / "none.csv"), target="y"))
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    rest(qtbot, window)
    assert window.undo.stack.count() == 0
    press(qtbot, window, Qt.Key.Key_BracketRight)
    assert offered(window) == "Undo batch size 4 → 8"


def own_table(path: Path) -> OwnTable:
    path.write_text("x,y\n" + "\n".join(f"{i},{2 * i}" for i in range(9)))
    return OwnTable(path=str(path), target="y")


def test_an_undo_brings_back_a_table_that_is_gone(
    open_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    window = open_window(Scene(data=own_table(file)))
    choose(qtbot, window, data=Moons(), loss=None)
    assert offered(window).startswith("Undo data own.csv → Moons")
    file.unlink()
    take_back(qtbot, window)
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "own.csv is not there any more; this run keeps" in box.text()
    box.accept()
    data = scene_of(window).data
    assert isinstance(data, OwnTable)
    assert (data.path, data.target) == (str(file), "y")
    assert run_of(window).step == 3


def test_an_opened_table_is_a_change_of_data(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    before = scene_of(window)
    window.open_table(own_table(tmp_path / "own.csv").path)
    dialog = window.findChild(TableDialog)
    assert isinstance(dialog, TableDialog)
    dialog.accept()
    rest(qtbot, window)
    assert offered(window) == "Undo data Line with noise → own.csv"
    take_back(qtbot, window)
    assert scene_of(window) == before
    assert run_of(window).step == 3
    again(qtbot, window)
    assert run_of(window).facts.n_examples == 9


def test_another_scene_or_page_begins_a_new_history(
    window: Window, qtbot: QtBot
) -> None:
    press(qtbot, window, Qt.Key.Key_BracketRight)
    window.player.open(Scene(seed=3))
    rest(qtbot, window)
    assert not window.undo.undo_action.isEnabled()
    press(qtbot, window, Qt.Key.Key_BracketRight)
    window.lectern.open(read_lesson("average-the-error", MEASURES))
    rest(qtbot, window)
    assert not window.undo.undo_action.isEnabled()
    assert offered(window) == "Undo"


def test_a_reset_is_no_entry_and_what_was_changed_is_still_taken_back(
    window: Window, qtbot: QtBot
) -> None:
    choose_descent(qtbot, window, learning_rate=0.2)
    press(qtbot, window, Qt.Key.Key_Home)
    assert window.undo.stack.count() == 1
    take_back(qtbot, window)
    assert (rate_of(window), run_of(window).step) == (0.05, 0)


def test_an_edit_at_a_past_step_goes_back_to_the_old_path(
    window: Window, qtbot: QtBot
) -> None:
    old = run_of(window)
    press(qtbot, window, Qt.Key.Key_Left)
    choose_descent(qtbot, window, learning_rate=0.2)
    assert len(window.player.paths.all) == 2
    take_back(qtbot, window)
    assert window.player.run is old
    assert (old.step, old.newest, rate_of(window)) == (2, 3, 0.05)
    assert [path.run for path in window.player.paths.all] == [old]
    again(qtbot, window)
    assert len(window.player.paths.all) == 2
    assert (run_of(window).step, run_of(window).newest) == (2, 2)
    assert rate_of(window) == 0.2
    take_back(qtbot, window)
    assert window.player.run is old
    assert len(window.player.paths.all) == 1


def test_a_path_with_steps_of_its_own_stays_and_is_gone_back_to(
    window: Window, qtbot: QtBot
) -> None:
    old = run_of(window)
    press(qtbot, window, Qt.Key.Key_Left)
    choose_descent(qtbot, window, learning_rate=0.2)
    forward(qtbot, window, 2)
    new = run_of(window)
    take_back(qtbot, window)
    assert (window.player.run, old.step) == (old, 2)
    assert len(window.player.paths.all) == 2
    again(qtbot, window)
    assert (window.player.run, new.step, new.newest) == (new, 4, 4)
    assert rate_of(window) == 0.2


def test_a_pinned_path_stays_though_no_step_was_made_on_it(
    window: Window, qtbot: QtBot
) -> None:
    press(qtbot, window, Qt.Key.Key_Left)
    choose_descent(qtbot, window, learning_rate=0.2)
    window.player.say_of(window.player.paths.present, pinned=True)
    take_back(qtbot, window)
    assert len(window.player.paths.all) == 2


def test_a_slider_dragged_at_a_past_step_is_one_new_path_and_one_entry(
    window: Window, qtbot: QtBot, clock: Clock
) -> None:
    old = run_of(window)
    press(qtbot, window, Qt.Key.Key_Left)
    press(qtbot, window, Qt.Key.Key_BracketRight)
    press(qtbot, window, Qt.Key.Key_BracketRight)
    assert window.undo.stack.count() == 1
    take_back(qtbot, window)
    assert window.player.run is old
    assert len(window.player.paths.all) == 1


def test_a_pinned_run_of_other_data_is_returned_to(
    window: Window, qtbot: QtBot
) -> None:
    old = run_of(window)
    window.player.say_of(window.player.paths.present, pinned=True)
    press(qtbot, window, Qt.Key.Key_S)
    take_back(qtbot, window)
    assert window.player.run is old
    assert old.step == 3


def test_pinned_paths_stay_where_an_old_run_is_made_again(
    window: Window, qtbot: QtBot
) -> None:
    press(qtbot, window, Qt.Key.Key_S)
    pinned = run_of(window)
    window.player.say_of(window.player.paths.present, pinned=True)
    take_back(qtbot, window)
    assert pinned in [path.run for path in window.player.paths.all]
    again(qtbot, window)
    assert window.player.run is pinned


def test_taken_back_before_the_step_of_the_change_it_holds_from_there_on(
    window: Window, qtbot: QtBot
) -> None:
    choose_descent(qtbot, window, learning_rate=0.2)
    forward(qtbot, window, 2)
    for _ in range(4):
        press(qtbot, window, Qt.Key.Key_Left)
    assert rate_of(window) == 0.05
    take_back(qtbot, window)
    assert run_of(window).step == 1
    forward(qtbot, window, 4)
    assert rate_of(window) == 0.05


def test_while_playing_a_live_change_is_taken_back_and_it_plays_on(
    window: Window, qtbot: QtBot
) -> None:
    window.player.play()
    window.panel.choose_descent(learning_rate=0.1)
    qtbot.waitUntil(lambda: rate_of(window) == 0.1)
    window.undo.undo_action.trigger()
    qtbot.waitUntil(lambda: rate_of(window) == 0.05)
    assert window.player.playing
    assert run_of(window).step >= 3
    window.player.play(False)
    rest(qtbot, window)


def test_while_playing_a_new_seed_is_taken_back_with_the_old_steps(
    window: Window, qtbot: QtBot
) -> None:
    window.player.play()
    window.player.new_seed()
    qtbot.waitUntil(lambda: scene_of(window).seed == 59)
    window.undo.undo_action.trigger()
    qtbot.waitUntil(lambda: scene_of(window).seed == 58)
    rest(qtbot, window)
    assert not window.player.playing
    assert run_of(window).step >= 3


def test_several_are_taken_back_without_waiting(window: Window, qtbot: QtBot) -> None:
    before = scene_of(window)
    choose_descent(qtbot, window, learning_rate=0.1)
    choose_descent(qtbot, window, batch_size=7)
    window.panel.choose(seed=4)
    for _ in range(3):
        window.undo.undo_action.trigger()
    rest(qtbot, window)
    assert scene_of(window) == before
    for _ in range(3):
        window.undo.redo_action.trigger()
    rest(qtbot, window)
    assert (scene_of(window).seed, rate_of(window)) == (4, 0.1)


def test_ctrl_y_is_redo(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_BracketRight)
    take_back(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Y, CTRL)
    assert scene_of(window).descent.batch_size == 8


def test_a_field_undoes_its_own_text_first(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_BracketRight)
    field = window.panel.learning_rate.number
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "7")
    assert "7" in field.text()
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert field.text() == "0.05"
    rest(qtbot, window)
    assert scene_of(window).descent.batch_size == 8
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL | SHIFT)
    assert "7" in field.text()
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    rest(qtbot, window)
    assert scene_of(window).descent.batch_size == 4
    qtbot.keyClick(field, Qt.Key.Key_Escape)


def test_there_are_no_more_entries_than_have_room(window: Window, qtbot: QtBot) -> None:
    assert window.undo.stack.undoLimit() == undo.MOST_ENTRIES


def test_what_is_made_again_is_on_the_path_where_it_was_taken_back(
    window: Window, qtbot: QtBot
) -> None:
    forward(qtbot, window, 1)
    size, rate = scene_of(window).descent.batch_size, rate_of(window)
    choose_descent(qtbot, window, batch_size=size + 1)
    choose_descent(qtbot, window, learning_rate=rate / 2)
    window.player.seek(0)
    rest(qtbot, window)
    for act, expected in (
        (take_back, (size + 1, rate)),
        (take_back, (size, rate)),
        (again, (size + 1, rate)),
        (again, (size + 1, rate / 2)),
    ):
        act(qtbot, window)
        last = last_settings(run_of(window).snapshot).descent
        assert (last.batch_size, last.learning_rate) == expected
