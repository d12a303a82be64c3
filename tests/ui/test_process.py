"""A window whose steps are made in a process: the same run, whatever happens to it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMenu, QMessageBox

import gdviz
from gdviz.core.datasets import Moons, OwnTable
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.core.refused import Refused
from gdviz.session import reception as receptions
from gdviz.session.lessons.lesson import read_lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.workers import PROCESS, THREAD
from gdviz.ui.memory import Memory
from gdviz.ui.player import FLAT_OUT
from gdviz.ui.settings import Settings, from_text, to_text
from gdviz.ui.window import Window
from tests.owns import Fast
from tests.ui.conftest import rest
from tests.ui.monkeywatch import Queue, let_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

SCENE = Scene(
    Moons(n_examples=60), model=MLP((6,)), loss=Logistic(), descent=Descent(8, 0.1)
)


def entry(window: Window) -> QAction:
    """Return the entry of the menu."""
    run = next(m for m in window.menus.actions() if m.text() == "&Run").menu()
    assert isinstance(run, QMenu)
    return next(a for a in run.actions() if a.text() == "Train in a process of its own")


def said(window: Window) -> list[str]:
    """Return a list that fills with what the window is told."""
    told = list[str]()
    window.player.moved.connect(told.append)
    return told


def move(window: Window, qtbot: QtBot) -> None:
    """Choose the process in the menu and wait until it answers."""
    entry(window).trigger()
    until_apart(window, qtbot)


def until_apart(window: Window, qtbot: QtBot) -> None:
    """Wait until the process answers."""
    reception = window.player.worker.reception
    qtbot.waitUntil(lambda: reception.process is not None, timeout=30_000)
    qtbot.waitUntil(lambda: reception._annex.ready, timeout=30_000)  # type: ignore[union-attr]
    window.player.forward()
    qtbot.waitUntil(lambda: window.player.apart, timeout=30_000)
    rest(qtbot, window)


def play_to(window: Window, step: int) -> None:
    """Play flat out until a step is made."""
    player = window.player
    player.speed = FLAT_OUT
    player.play()
    for _ in range(2000):
        if player.run is not None and player.run.newest >= step:
            break
        let_run(20)
    assert player.run is not None
    assert player.run.newest >= step


@pytest.fixture
def apart(open_window: Callable[..., Window], qtbot: QtBot) -> Iterator[Window]:
    """A window whose steps are made in a process."""
    window = open_window(SCENE)
    move(window, qtbot)
    yield window
    window.close()
    assert window.player.worker.reception.process is None


def kill(window: Window) -> None:
    process = window.player.worker.reception.process
    assert process is not None
    os.kill(process, signal.SIGKILL)


def test_play_edit_seek_and_branch_make_the_same_steps(
    apart: Window, qtbot: QtBot
) -> None:
    player, alone = apart.player, Trainer(SCENE)
    play_to(apart, 200)
    player.seek(100)
    rest(qtbot, apart)
    alone.advance(100)
    assert player.run is not None
    assert player.run.snapshot.record.theta.tobytes() == alone.state.theta.tobytes()
    apart.panel.choose_descent(learning_rate=0.03)
    rest(qtbot, apart)
    assert len(player.paths.all) == 2
    player.go_on(150)
    rest(qtbot, apart)
    alone.adopt(SCENE.down(learning_rate=0.03))
    alone.advance(50)
    assert player.run.step == 150
    assert player.run.snapshot.record.theta.tobytes() == alone.state.theta.tobytes()
    apart.undo.undo_action.trigger()
    rest(qtbot, apart)
    assert player.scene.descent.learning_rate == 0.1
    assert player.apart


def test_one_question_is_out_and_the_process_is_asked_before_drawing(
    apart: Window, qtbot: QtBot
) -> None:
    player, faults, drawn_while = apart.player, list[str](), list[bool]()
    queue = Queue(player, faults.append)
    player.refreshed.connect(lambda _: drawn_while.append(player._waiting))
    play_to(apart, 300)
    for size in range(3, 13):
        apart.panel.choose_descent(batch_size=size)
        let_run(10)
    assert (queue.most, faults) == (1, [])
    queue.stop()
    assert sum(drawn_while) > len(drawn_while) / 2
    player.play(False)
    rest(qtbot, apart)
    assert player.run is not None
    assert player.run.snapshot.scene.descent.batch_size == 12


def test_a_killed_process_is_replaced_and_then_given_up(
    apart: Window, qtbot: QtBot
) -> None:
    player, told = apart.player, said(apart)
    play_to(apart, 100)
    kill(apart)
    qtbot.waitUntil(lambda: receptions._REPLACED in told, timeout=30_000)
    assert player.playing
    assert entry(apart).isChecked()
    kill(apart)
    qtbot.waitUntil(lambda: receptions._TO_THREAD in told, timeout=30_000)
    assert not entry(apart).isChecked()
    assert player.works_in == THREAD
    assert apart.findChild(QMessageBox) is None
    player.play(False)
    rest(qtbot, apart)
    assert player.run is not None
    alone = Trainer(SCENE)
    alone.advance(player.run.step)
    assert player.run.snapshot.record.theta.tobytes() == alone.state.theta.tobytes()
    assert len(player.run.batch_losses(10**6)[0]) == player.run.newest + 1


def test_it_can_be_chosen_and_given_up_at_any_time(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(SCENE)
    player = window.player
    assert not entry(window).isChecked()
    assert entry(window).toolTip()
    move(window, qtbot)
    assert entry(window).isChecked()
    process = player.worker.reception.process
    entry(window).trigger()
    player.forward()
    rest(qtbot, window)
    assert not player.apart
    assert player.worker.reception.process is None
    assert process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert player.run is not None
    alone = Trainer(SCENE)
    alone.advance(player.run.step)
    assert player.run.snapshot.record.theta.tobytes() == alone.state.theta.tobytes()


def test_closing_while_the_process_works_or_begins_leaves_nothing(
    qapp: QApplication, qtbot: QtBot
) -> None:
    for wait in (0, 30, 1500):
        window = Window("dark")
        qtbot.addWidget(window, before_close_func=lambda w: w.hide())
        window.player.work_in(PROCESS)
        window.player.open(SCENE, 3)
        window.player.speed = FLAT_OUT
        window.player.play()
        window.show()
        let_run(wait)
        window.close()
        assert window.player._thread.isFinished()
        assert window.player.worker.reception.process is None


def test_lessons_work_in_the_process(apart: Window, qtbot: QtBot) -> None:
    lesson = read_lesson("what-is-averaged", MEASURES)
    apart.lectern.open(lesson, 0)
    for _ in lesson.pages[1:]:
        rest(qtbot, apart)
        assert apart.player.apart
        apart.lectern.turn(1)
    rest(qtbot, apart)
    assert apart.lectern.number == len(lesson.pages) - 1
    assert apart.findChild(QMessageBox) is None


def test_a_scene_that_is_refused_leaves_the_run_as_it_is(
    apart: Window, qtbot: QtBot
) -> None:
    nowhere = Scene(OwnTable("nowhere.csv", "b"))
    run = apart.player.run
    apart.player.open(nowhere)
    qtbot.waitUntil(lambda: apart.findChild(QMessageBox) is not None)
    rest(qtbot, apart)
    assert apart.player.run is run
    assert apart.player.apart


def test_an_own_objective_is_shown_from_the_thread(
    qapp: QApplication, qtbot: QtBot
) -> None:
    window = gdviz.show(Fast(), block=False, fresh=True, theme="dark")
    assert window is not None
    told = said(window)
    rest(qtbot, window)
    entry(window).trigger()
    reception = window.player.worker.reception
    qtbot.waitUntil(lambda: reception.process is not None, timeout=30_000)
    qtbot.waitUntil(lambda: reception._annex.ready, timeout=30_000)  # type: ignore[union-attr]
    window.player.go_on(8)
    rest(qtbot, window)
    assert told == [receptions._OWN]
    assert window.player.run is not None
    assert (window.player.run.step, window.player.apart) == (8, False)
    window.close()
    window.deleteLater()
    let_run(0)


def test_the_choice_is_remembered_but_not_what_was_asked_for_once(
    qapp: QApplication, qtbot: QtBot
) -> None:
    def noted(known: str, once: str | None, then: str | None = None) -> str:
        memory = Memory()
        memory.settings = Settings(worker=known)
        window = Window("dark", memory)
        qtbot.addWidget(window, before_close_func=lambda w: w.hide())
        memory.dress(window, once)
        assert window.player.works_in == (once or known)
        assert entry(window).isChecked() == ((once or known) == PROCESS)
        if then:
            entry(window).trigger()
        memory.note(window)
        window.close()
        return memory.settings.worker

    assert noted(THREAD, None) == THREAD
    assert noted(PROCESS, None) == PROCESS
    assert noted(THREAD, PROCESS) == THREAD
    assert noted(PROCESS, THREAD) == PROCESS
    assert noted(THREAD, None, "clicked") == PROCESS
    assert noted(PROCESS, None, "clicked") == THREAD
    assert from_text(to_text(Settings(worker=PROCESS))).worker == PROCESS
    with pytest.raises(Refused, match="worker must be one of thread, process"):
        from_text('{"gdviz": 1, "worker": "robot"}')
