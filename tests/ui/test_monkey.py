"""A monkey at the real window for a short time; tests/benchmarks has the long one."""

from __future__ import annotations

import os
from threading import Event
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLineEdit, QMessageBox

from gdviz.session.scene import Scene
from tests.ui.conftest import rest
from tests.ui.monkey import Monkey
from tests.ui.monkeychecks import faults_at_rest
from tests.ui.monkeyfiles import at_home, fill
from tests.ui.monkeywatch import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

_FEW = 50


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with at_home(tmp_path) as place:
        fill(place)
        yield place


@pytest.mark.parametrize(("seed", "calm"), [(11, False), (12, False), (13, True)])
def test_whatever_is_done_the_window_agrees_with_its_run(
    open_window: Callable[..., Window], folder: Path, seed: int, calm: bool
) -> None:
    window = open_window(Scene())
    many = _FEW // 2 if calm else _FEW
    monkey = Monkey(window, seed, folder, calm, every=many)
    with watched(monkey.blame):
        monkey.act(many)
        monkey.clear_away()
    assert not monkey.faults, "\n\n".join(monkey.faults)
    assert monkey.queue.most == 1


def test_the_same_seed_does_the_same_again(
    open_window: Callable[..., Window], folder: Path
) -> None:
    told = []
    for _ in range(2):
        monkey = Monkey(open_window(Scene()), 5, folder, calm=True, every=1000)
        for _ in range(12):
            monkey.once()
        told.append([*monkey.last])
        monkey.clear_away()
    assert told[0] == told[1]
    assert os.getcwd() == str(folder)


def test_a_monkey_sees_what_is_wrong(window: Window, folder: Path) -> None:
    monkey = Monkey(window, 1, folder)
    assert faults_at_rest(window) == []
    window.footer.say("the loss is nan")
    window.footer.timeline.setMaximum(7)
    field = window.panel.start
    assert isinstance(field, QLineEdit)
    field.setText("1, 2, 3")
    assert [fault.split()[0] for fault in faults_at_rest(window)] == ["a", "the", "the"]
    player, may_answer = window.player, Event()
    reply = monkey.queue.reply
    monkey.queue.reply = lambda question: (may_answer.wait(), reply(question))[1]
    player.wish.goal = player.run.step + 1 if player.run else 0
    player._poke()
    player._waiting = False
    player._poke()
    may_answer.set()
    assert monkey.queue.most == 2
    assert "2 questions are out" in monkey.faults[0]


@pytest.mark.parametrize("typed", ["<b>bold</b>", "1, 2, x", "0.5.5"])
def test_what_are_no_numbers_gives_way_to_the_start_in_force(
    window: Window, qtbot: QtBot, typed: str
) -> None:
    window.panel.choose(start=(0.25, -1.0))
    rest(qtbot, window)
    field = window.panel.start
    assert isinstance(field, QLineEdit)
    shown = field.text()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, typed)
    field.clearFocus()
    assert field.text() == shown == "0.25, -1"
    assert window.player.scene.start == (0.25, -1.0)
    assert faults_at_rest(window) == []


@pytest.mark.parametrize("typed", ["1e999, 0", "-1e308"])
def test_a_start_out_of_all_bounds_is_refused_in_a_sentence(
    window: Window, qtbot: QtBot, typed: str
) -> None:
    field = window.panel.start
    assert isinstance(field, QLineEdit)
    shown = field.text()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, typed)
    field.clearFocus()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    said = window.findChild(QMessageBox)
    assert said is not None
    assert "start[0] must lie between" in said.text()
    assert field.text() == shown
    said.close()
