"""The worker and the player: one answer per question, clean ends, one arithmetic."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QMessageBox

from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT, SHUFFLED
from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.questions import Answer, Question
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.ui.keys import ENTRIES
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.window import Window
from gdviz.ui.worker import Worker
from tests.ui.conftest import rest
from tests.ui.monkeywatch import let_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def test_one_answer_for_every_question() -> None:
    worker, answers = Worker(), list[Answer]()
    worker.answered.connect(answers.append)
    worker.answer(Question(1, Scene()))
    worker.answer(Question(1, steps=5))
    worker.answer(Question(2, Scene(seed=-0)))
    assert [answer.run for answer in answers] == [1, 1, 2]
    assert [answer.newest for answer in answers] == [0, 5, 0]
    assert all(not answer.refusal for answer in answers)


def test_a_fault_becomes_a_sentence() -> None:
    worker, answers = Worker(), list[Answer]()
    worker.answered.connect(answers.append)
    worker.answer(Question(1))  # a new run of no scene
    assert "made a mistake" in answers[0].refusal


SCENES = {
    order: Scene(
        data=Moons(n_examples=50),
        model=MLP((6,)),
        loss=Logistic(),
        descent=Descent(8, 0.1, order, optimizer=HeavyBall()),
    )
    for order in (SHUFFLED, REPLACEMENT, FILE_ORDER, FRESH)
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_theta_is_the_same_with_every_panel_open_with_none_and_alone(
    open_window: Callable[..., Window], qtbot: QtBot, scene: Scene
) -> None:
    alone = Trainer(scene)
    alone.advance(300)
    thetas = []
    for panels in (True, False):
        window = open_window(scene, 0)
        for dock in window.docks.values():
            dock.setVisible(panels)
        window.player.speed = FLAT_OUT
        window.player.play()
        while window.player.run is None or window.player.run.newest < 300:
            let_run(20)
        window.player.seek(300)
        rest(qtbot, window)
        thetas.append(window.player.run.snapshot.record.theta)
    assert (thetas[0] == alone.state.theta).all()
    assert (thetas[1] == alone.state.theta).all()


def test_fifty_windows_open_and_close_while_training(qtbot: QtBot) -> None:
    before = threading.active_count()
    for turn in range(50):
        window = Window("light" if turn % 2 else "dark")
        window.player.speed = FLAT_OUT
        window.player.open(Scene(seed=turn))
        window.player.play()
        window.show()
        let_run(5 * (turn % 5))
        window.close()
        assert window.player._thread.isFinished()
        window.deleteLater()
        let_run(0)
    assert threading.active_count() <= before + 1


def test_what_is_opened_on_seeing_a_picture_is_asked_for_alone(
    window: Window, qtbot: QtBot
) -> None:
    player, answer = window.player, window.player.worker.desk.answer
    asked, done, out = list[Question](), list[Question](), list[int]()

    def slowly(question: Question) -> Answer:
        made = answer(question)
        time.sleep(0.03)
        done.append(question)
        return made

    def ask(question: Question) -> None:
        out.append(len(asked) - len(done))
        asked.append(question)

    def open_another(_: object) -> None:
        if player.playing:
            player.play(False)
            player.open(Scene(seed=5), 4)

    player.worker.desk.answer = slowly  # type: ignore[method-assign]
    player._ask.connect(ask)
    player.refreshed.connect(open_another)
    player.play()
    qtbot.waitUntil(lambda: player.scene.seed == 5)
    rest(qtbot, window)
    assert max(out) == 0
    assert player.run is not None
    assert (player.run.snapshot.scene.seed, player.run.step) == (5, 4)


def test_moving_a_slider_while_training_keeps_one_question_out(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window()
    player, desk = window.player, window.player.worker.desk
    done, unanswered = 0, list[int]()
    answer = desk.answer

    def counted(question: Question) -> Answer:
        nonlocal done
        made = answer(question)
        done += 1
        return made

    desk.answer = counted  # type: ignore[method-assign]
    player._ask.connect(lambda _: unanswered.append(len(unanswered) - done))
    player.speed = FLAT_OUT
    player.play()
    for size in [*range(1, 41), 7]:
        window.panel.choose_descent(batch_size=size)
        let_run(5)
    player.play(False)
    rest(qtbot, window)
    assert len(unanswered) > 10  # edits that come fast go out together
    assert max(unanswered) == 0
    assert player.run is not None
    assert player.run.snapshot.scene.descent.batch_size == 7


def test_an_edit_while_other_data_are_loading_keeps_them(
    window: Window, qtbot: QtBot
) -> None:
    window.panel.choose(data=Moons(), loss=None)
    window.panel.choose_descent(batch_size=9)
    rest(qtbot, window)
    assert window.player.run is not None
    scene = window.player.run.snapshot.scene
    assert (scene.data, scene.loss) == (Moons(), Logistic())
    assert scene.descent.batch_size == 9


def test_a_window_can_be_used_before_its_first_answer(
    qapp: QApplication, qtbot: QtBot
) -> None:
    window = Window("dark")
    qtbot.addWidget(window, before_close_func=lambda _: window.hide())
    for key, (_, action) in ENTRIES.items():
        action(window)
        assert window.player.run is None, key
    window.player.play(False)
    window.close()


def test_a_seek_and_an_edit_at_once_keep_their_order(
    window: Window, qtbot: QtBot
) -> None:
    player = window.player
    player.seek(1)
    window.panel.choose_descent(learning_rate=0.5)
    rest(qtbot, window)
    assert player.run is not None
    snapshot = player.run.snapshot
    assert (snapshot.step, player.run.newest) == (1, 1)
    assert snapshot.scene.descent.learning_rate == 0.5


def test_play_before_the_first_answer_waits_for_it(
    qapp: QApplication, qtbot: QtBot
) -> None:
    window = Window("dark")
    qtbot.addWidget(window, before_close_func=lambda _: window.hide())
    window.player.play()
    let_run(100)
    window.player.open(Scene())
    qtbot.waitUntil(
        lambda: window.player.run is not None and window.player.run.step > 2
    )
    window.close()


@pytest.mark.parametrize("fault", [ValueError("a slip"), MemoryError()])
def test_a_fault_in_the_middle_of_a_run_loses_none_of_it(
    window: Window, qtbot: QtBot, fault: Exception
) -> None:
    player = window.player
    assert player.run is not None
    stage = player.worker.desk._stages[player.run.number]
    seek = stage.trainer.seek

    def fail(step: int) -> None:
        stage.trainer.seek = seek  # type: ignore[method-assign]
        raise fault

    stage.trainer.seek = fail  # type: ignore[method-assign]
    player.seek(1)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    rest(qtbot, window)
    assert (player.run.step, player.run.newest) == (3, 3)
    assert len(player.run.batch_losses(100)[0]) == 4
    player.seek(1)
    rest(qtbot, window)
    assert (player.run.step, player.run.newest) == (1, 3)


class Bell(QObject):
    rung = Signal(bool)


def test_the_binding_loses_no_references(qapp: QApplication) -> None:
    """Some releases of the binding drop one at every call, which ends in a crash."""
    bell, picture = Bell(), QImage(8, 8, QImage.Format.Format_RGB32)
    painter, calls = QPainter(picture), 3000
    bell.rung.connect(lambda _: None)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(calls):
        painter.setPen(QPen())
        painter.setPen(Qt.PenStyle.NoPen)
        bell.rung.emit(True)
    after = sys.getrefcount(None), sys.getrefcount(True)
    painter.end()
    assert after[0] > before[0] - calls / 10
    assert after[1] > before[1] - calls / 10
