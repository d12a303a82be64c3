"""A few tests in a real window: `QT_QPA_PLATFORM=xcb xvfb-run pytest -m screen`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage

from gdviz.ui import style as look
from gdviz.ui.player import FLAT_OUT
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

pytestmark = [
    pytest.mark.screen,
    pytest.mark.skipif(
        os.environ["QT_QPA_PLATFORM"] == "offscreen", reason="needs a real display"
    ),
]


def pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), dtype=np.uint8)
    return raw.reshape(image.height(), image.width(), 4)[..., :3].copy()


def on_screen(window: Window) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    screen = QGuiApplication.primaryScreen()
    at = window.mapToGlobal(window.rect().topLeft())
    return pixels(
        screen.grabWindow(0, at.x(), at.y(), window.width(), window.height()).toImage()
    )


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
def test_every_plot_is_on_screen_and_within_the_window(
    window: Window, qtbot: QtBot, size: tuple[int, int], theme: str
) -> None:
    window.set_theme(theme)
    window.resize(*size)
    qtbot.waitUntil(lambda: window.width() == size[0])
    rest(qtbot, window)
    shown = on_screen(window)
    for chart in window.charts.values():
        corner = chart.mapTo(window, chart.rect().topLeft())
        part = shown[corner.y() :, corner.x() :][: chart.height(), : chart.width()]
        assert part.shape[:2] == (chart.height(), chart.width())
        assert len(np.unique(part.reshape(-1, 3), axis=0)) > 30, chart.name


def test_keys_reach_the_window(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    window.surface.setFocus()
    qtbot.keyClick(window.surface, Qt.Key.Key_Right)
    rest(qtbot, window)
    assert window.player.run is not None
    assert window.player.run.step == 4


def test_what_is_on_screen_changes_while_it_trains(
    window: Window, qtbot: QtBot
) -> None:
    before = on_screen(window)
    window.player.speed = FLAT_OUT
    window.player.play()
    qtbot.waitUntil(
        lambda: window.player.run is not None and window.player.run.newest > 200
    )
    window.player.play(False)
    rest(qtbot, window)
    assert (on_screen(window) != before).any(axis=2).mean() > 0.01
