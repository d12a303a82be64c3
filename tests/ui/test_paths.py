"""Paths in the window: left, returned to and deleted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gdviz.core.optimizers import HeavyBall
from gdviz.core.planes import Region
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from tests.ui.conftest import back, rest
from tests.ui.monkeywatch import Queue
from tests.ui.ways import drop_unlisted, number, paths, present

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


def test_the_button_leaves_the_path_and_says_what_to_do(
    walked: Window, qtbot: QtBot
) -> None:
    qtbot.mouseClick(walked.transport.buttons["what if"], Qt.MouseButton.LeftButton)
    rest(qtbot, walked)
    assert paths(walked) == [("Path 1", "", 0, 24), ("Path 2", "Path 1", 10, 10)]
    said = walked.footer.note.text()
    assert "Path 1 stays" in said
    assert "Change a setting" in said
    assert [p.name for p in walked.surface.paths.traced] == ["Path 1"]
    assert [p.name for p in walked.loss.paths.traced] == ["Path 1"]
    drop_unlisted(qtbot, walked)


def test_asked_many_times_in_a_row_there_is_one_new_path(
    walked: Window, qtbot: QtBot
) -> None:
    for _ in range(5):
        qtbot.keyClick(walked.surface, Qt.Key.Key_W)
    rest(qtbot, walked)
    qtbot.keyClick(walked.surface, Qt.Key.Key_W)
    rest(qtbot, walked)
    assert len(paths(walked)) == 2
    assert "already" in walked.footer.note.text()


def test_one_drag_at_a_past_step_makes_one_path(walked: Window, qtbot: QtBot) -> None:
    for rate in (0.06, 0.07, 0.08, 0.09, 0.1):
        walked.panel.choose_descent(learning_rate=rate)
        qtbot.wait(1)
    rest(qtbot, walked)
    assert paths(walked) == [("Path 1", "", 0, 24), ("Path 2", "Path 1", 10, 10)]
    assert walked.player.scene.descent.learning_rate == 0.1
    assert "Play to see" in walked.footer.note.text()


def test_a_real_drag_of_the_slider_makes_one_path(walked: Window, qtbot: QtBot) -> None:
    inner = walked.panel.learning_rate.slider
    y = inner.height() // 2
    qtbot.mousePress(inner, Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    for x in range(60, 140, 10):
        qtbot.mouseMove(inner, QPoint(x, y))
        qtbot.wait(2)
    qtbot.mouseRelease(inner, Qt.MouseButton.LeftButton, pos=QPoint(140, y))
    rest(qtbot, walked)
    assert len(paths(walked)) == 2


def test_typed_numbers_make_one_path_each_time_one_steps_back(
    walked: Window, qtbot: QtBot
) -> None:
    for step, size in ((10, 8), (5, 16), (2, 2)):
        walked.player.seek(step)
        rest(qtbot, walked)
        walked.panel.choose_descent(batch_size=size)
        rest(qtbot, walked)
        walked.player.forward()
        rest(qtbot, walked)
    found = [(left, at, newest) for _, left, at, newest in paths(walked)]
    assert found == [
        ("", 0, 24),
        ("Path 1", 10, 11),
        ("Path 2", 5, 6),
        ("Path 3", 2, 3),
    ]


@pytest.mark.parametrize("step", [0, 24])
def test_an_edit_at_step_0_leaves_and_at_the_newest_does_not(
    walked: Window, qtbot: QtBot, step: int
) -> None:
    walked.player.seek(step)
    rest(qtbot, walked)
    walked.panel.choose_descent(learning_rate=0.2)
    rest(qtbot, walked)
    assert len(paths(walked)) == (2 if step == 0 else 1)
    assert walked.player.run is not None
    assert walked.player.run.step == step


def test_an_edit_while_playing_at_the_newest_step_leaves_no_path(
    window: Window, qtbot: QtBot
) -> None:
    window.player.play()
    qtbot.waitUntil(lambda: bool(window.player.run and window.player.run.step > 5))
    window.panel.choose_descent(learning_rate=0.06)
    qtbot.waitUntil(lambda: window.player.scene.descent.learning_rate == 0.06)
    window.player.play(False)
    rest(qtbot, window)
    assert len(paths(window)) == 1


def test_an_edit_while_the_past_is_played_again_leaves_it(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.play()
    walked.panel.choose_descent(learning_rate=0.06)
    walked.panel.choose_descent(learning_rate=0.07)
    qtbot.waitUntil(lambda: len(paths(walked)) == 2)
    qtbot.waitUntil(lambda: present(walked).run.newest > present(walked).at + 2)
    walked.player.play(False)
    rest(qtbot, walked)
    assert len(paths(walked)) == 2
    assert paths(walked)[0] == ("Path 1", "", 0, 24)


@pytest.mark.parametrize(
    ("order", "left", "step"),
    [
        (("seek", "edit"), 20, 20),  # the edit is of where the seek leads
        (("edit", "seek"), 10, 5),
        (("seek", "edit", "seek back"), 20, 5),
        (("seek", "what if"), 20, 20),
        (("what if", "seek back"), 10, 5),
        (("what if", "edit"), 10, 10),
        (("edit", "what if"), 10, 10),
        (("edit", "forward"), 10, 11),
    ],
)
def test_what_is_asked_in_one_breath_is_done_in_order(
    walked: Window, qtbot: QtBot, order: tuple[str, ...], left: int, step: int
) -> None:
    player = walked.player
    player.look_at(replace(player.run.facts.start_region, left=-9.0))  # type: ignore[union-attr]
    acts = {
        "seek": lambda: player.seek(20 if order[0] == "seek" else 5),
        "seek back": lambda: player.seek(5),
        "edit": lambda: walked.panel.choose_descent(learning_rate=0.3),
        "what if": player.what_if,
        "forward": player.forward,
    }
    for name in order:
        acts[name]()
    rest(qtbot, walked)
    assert (present(walked).at, present(walked).run.step) == (left, step)
    assert len(paths(walked)) == 2


def test_another_path_shows_the_same_steps_as_a_fresh_run_with_its_settings(
    walked: Window, qtbot: QtBot
) -> None:
    walked.panel.choose_descent(learning_rate=0.3)
    rest(qtbot, walked)
    for _ in range(5):
        walked.player.forward()
        rest(qtbot, walked)
    snapshot = present(walked).run.snapshot
    alone = Trainer(snapshot.scene, snapshot.course)
    alone.advance(15)
    assert (alone.state.theta == snapshot.record.theta).all()
    walked.player.return_to(number(walked, "Path 1"))
    rest(qtbot, walked)
    shown = present(walked).run.snapshot
    plain = Trainer(Scene())
    plain.advance(24)
    assert (plain.state.theta == shown.record.theta).all()
    assert shown.step == 24
    assert "Path 1 again" in walked.footer.note.text()
    assert walked.player.scene.descent.learning_rate == 0.05


def test_a_path_returned_to_goes_on_as_if_never_left(
    shared: Window, qtbot: QtBot
) -> None:
    scene = Scene(descent=Descent(6, 0.02, optimizer=HeavyBall()))
    window = shared
    back(qtbot, window, scene, 25)
    window.player.seek(11)  # amid an epoch, with some speed
    rest(qtbot, window)
    window.panel.choose_descent(batch_size=3)
    rest(qtbot, window)
    window.player.go_on(30)
    rest(qtbot, window)
    window.player.return_to(number(window, "Path 1"))
    rest(qtbot, window)
    window.player.go_on(60)
    rest(qtbot, window)
    shown, alone = present(window).run.snapshot, Trainer(scene)
    alone.advance(60)
    assert (shown.record.theta == alone.state.theta).all()
    assert (shown.record.rows == alone.pending.rows).all()
    assert (shown.arrows.update == shown.plane.along(alone.pending.update)).all()
    losses = present(window).run.batch_losses(500)[1]
    fresh = Trainer(scene)
    for loss in losses:
        assert loss == fresh.pending.loss
        fresh.advance(1)
    assert len(losses) == 61


def test_points_and_losses_of_another_path_are_its_own(
    walked: Window, qtbot: QtBot
) -> None:
    walked.panel.choose_descent(learning_rate=0.3)
    rest(qtbot, walked)
    walked.player.go_on(30)
    rest(qtbot, walked)
    plane, alone = present(walked).run.snapshot.plane, Trainer(Scene())
    here, losses = list[object](), list[float]()
    for _ in range(25):
        here.append(plane.project(alone.state.theta).tolist())
        losses.append(alone.objective.loss(alone.state.theta))
        alone.advance(1)
    assert walked.surface.paths.traced[0].points.tolist() == here
    steps, logs = walked.loss.paths.traced[0].points.T
    assert steps[-1] == 24
    assert logs == pytest.approx(np.log10(losses)[steps.astype(int)], rel=1e-12)


def test_a_path_left_behind_is_not_asked_for_its_points_with_every_frame(
    walked: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked.player.what_if()
    walked.docks["compare"].show()
    rest(qtbot, walked)
    first = walked.player.paths.all[0].run
    monkeypatch.setattr(first, "way", None)
    monkeypatch.setattr(first, "seen_losses", None)
    walked.player.forward()
    rest(qtbot, walked)
    assert len(walked.surface.paths.traced) == len(walked.loss.paths.traced) == 1


def test_what_a_path_learnt_while_no_plot_was_seen_is_drawn(
    walked: Window, qtbot: QtBot
) -> None:
    walked.player.what_if()
    rest(qtbot, walked)
    walked.docks["loss"].hide()
    walked.player.return_to(number(walked, "Path 1"))
    rest(qtbot, walked)
    walked.player.go_on(50)
    rest(qtbot, walked)
    walked.player.return_to(number(walked, "Path 2"))
    rest(qtbot, walked)
    walked.docks["loss"].show()
    qtbot.waitUntil(lambda: walked.loss.paths.traced[0].points[-1, 0] == 50)
    assert len(walked.surface.paths.traced[0].points) == 51


@pytest.mark.parametrize("playing", [False, True])
def test_one_question_is_out_though_others_ask_on_hearing_of_a_path(
    walked: Window, qtbot: QtBot, playing: bool
) -> None:
    player, blamed = walked.player, list[str]()
    player.what_if()
    rest(qtbot, walked)
    queue = Queue(player, blamed.append)
    asking = partial(player.look_at, Region(-1.0, 1.0, -1.0, 2.0))
    player.repathed.connect(asking)
    player.play(playing)
    player.return_to(min(player.paths.numbers))
    rest(qtbot, walked)
    player.repathed.disconnect(asking)
    queue.stop()
    assert queue.asked == queue.answered > 0
    assert blamed == []  # a quick worker has answered before it is counted
