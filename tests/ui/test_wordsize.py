"""Larger words need more room: what stands in a row is then broken or widened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gdviz.ui import room
from gdviz.ui.scaling import SIZES, px
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


@pytest.mark.parametrize("size", SIZES)
def test_buttons_and_settings_have_room_for_their_words(
    window: Window, qtbot: QtBot, size: int
) -> None:
    window.resize(1280, 800)
    window.set_size(size)
    try:
        room.open_panels(window, ["racers"])
        rest(qtbot, window)
        for button in window.racers.buttons.values():
            assert button.width() >= button.sizeHint().width(), button.text()
        room.open_panels(window, ["sweep"])
        rest(qtbot, window)
        inside = window.sweep.controls
        assert inside.width() >= min(px(300), window.sweep.width() - px(20))
    finally:
        window.set_size(100)
