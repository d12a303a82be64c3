"""The line of numbers keeps the first and fills what room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gdviz.ui.panels.numbers import Numbers

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ENTRIES = {"step": "3", "loss": "0.25", "gradient norm": "1.5"}


@pytest.mark.parametrize(
    ("spare", "shown"), [(-1, ["step", "loss"]), (0, ["step", "loss", "gradient norm"])]
)
def test_what_fits_is_shown_at_any_width(
    qtbot: QtBot, spare: int, shown: list[str]
) -> None:
    line = Numbers()
    qtbot.addWidget(line, before_close_func=lambda _: line.hide())
    line.resize(10, 20)
    line.show()
    line.show_entries(ENTRIES)
    assert not line.text()
    measure = line.fontMetrics().horizontalAdvance
    width = sum(measure(f"{name} {value}      ") for name, value in ENTRIES.items())
    line.resize(width + spare, 20)
    assert [name for name in ENTRIES if name in line.text()] == shown
