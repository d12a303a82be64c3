"""After a bad end: the sentence, the button, the key, and the way back and forth."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdviz.session.badend import offer
from gdviz.session.scene import Descent, Scene
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

TOO_FAST = Scene(descent=Descent(8, 3.0))


@pytest.fixture
def ended(qtbot: QtBot, open_window: Callable[..., Window]) -> Window:
    """A window whose run has ended badly while it was played."""
    window = open_window(TOO_FAST)
    window.player.speed = inf
    window.player.play()
    qtbot.waitUntil(lambda: not window.player.playing, timeout=20_000)
    rest(qtbot, window)
    return window


def test_the_button_says_where_and_how_fast(ended: Window) -> None:
    run, button = ended.player.run, ended.footer.rescue
    assert run is not None
    assert run.snapshot.diverged
    assert run.rescue is not None
    assert button.isVisible()
    assert button.text() == f"{offer(run)} ↵"
    assert button.accessibleName() == offer(run)
    assert f"η = {run.rescue.rate:g}" in button.text()


@pytest.mark.parametrize("by", ["button", "key", "keypad"])
def test_one_act_goes_on_from_the_good_step(
    by: str, ended: Window, qtbot: QtBot
) -> None:
    run = ended.player.run
    assert run is not None
    assert run.rescue is not None
    wanted, bad = run.rescue, run.number
    if by == "button":
        ended.footer.rescue.click()
    else:
        key = Qt.Key.Key_Return if by == "key" else Qt.Key.Key_Enter
        QTest.keyClick(ended.surface, key)
    rest(qtbot, ended)
    now = ended.player.run
    assert now is not None
    assert now.step == wanted.step
    assert ended.player.scene == run.snapshot.scene.down(learning_rate=wanted.rate)
    assert not ended.footer.rescue.isVisible()
    assert [path.number for path in now.others] == [bad]
    ended.player.go_on(wanted.step + wanted.steps)
    rest(qtbot, ended)
    assert now is ended.player.run
    assert now.snapshot.full.loss == pytest.approx(wanted.after, rel=1e-12)


def test_it_is_one_change_to_undo(ended: Window, qtbot: QtBot) -> None:
    before, stack = ended.player.scene, ended.undo.stack
    many = stack.count()
    ended.footer.rescue.click()
    rest(qtbot, ended)
    assert stack.count() == many + 1
    after = ended.player.scene
    ended.undo.undo()
    rest(qtbot, ended)
    assert ended.player.scene == before
    ended.undo.redo()
    rest(qtbot, ended)
    assert ended.player.scene == after


def test_the_footer_keeps_its_height(ended: Window, qtbot: QtBot) -> None:
    high = ended.footer.height()
    ended.player.seek(0)
    rest(qtbot, ended)
    assert not ended.footer.rescue.isVisible()
    assert ended.footer.height() == high


def test_play_points_to_it(ended: Window) -> None:
    run = ended.player.run
    assert run is not None
    ended.player.play()
    assert not ended.player.playing
    assert ended.footer.note.text() == f"{offer(run)}: press Enter."


def test_without_a_bad_end_the_key_does_nothing(window: Window) -> None:
    scene, step = window.player.scene, window.player.run and window.player.run.step
    QTest.keyClick(window.surface, Qt.Key.Key_Return)
    assert window.player.scene == scene
    assert window.player.run
    assert window.player.run.step == step
    assert window.player.idle
    assert not window.footer.rescue.isVisible()
