"""The numbers beside the colours: told apart, in the room there is, and true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF

from gdviz.ui import scaling
from gdviz.ui import style as look
from gdviz.ui.colourbar import ColourBar, distinct, spread
from gdviz.ui.marks.heat import Shades

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

PLACES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
SHADES = {
    "usual": Shades(0.18, 4.53, 0.3),
    "round": Shades(0.0, 229.0, 0.5),
    "below 0": Shades(-3.0, 5.0, 1.0),
    "nearly flat": Shades(0.69310, 0.69315, 1.0),
    "flatter": Shades(0.6931471, 0.6931472, 0.3),
    "large and flat": Shades(12345.0, 12349.0, 1.0),
    "large": Shades(1e4, 1.2e4, 0.5),
    "larger": Shades(-8.123456e10, -8.123455e10, 1.0),
    "three digits": Shades(2.5e99, 7e102, 0.3),
    "far out": Shades(1e150, 3e150, 1.0),
    "tiny": Shades(1e-90, 3e-90, 1.0),
    "the last digit": Shades(1.0, 1.0 + 1e-15, 1.0),
}


def bar(qtbot: QtBot) -> ColourBar:
    made = ColourBar()
    qtbot.addWidget(made, before_close_func=lambda _: made.hide())
    made.resize(made.sizeHint().width(), 300)
    return made


def read(texts: list[str]) -> list[float]:
    """The values that numbers stand for: a plus is so much above the lowest."""
    lowest = float(texts[0])
    return [float(t) + lowest * t.startswith("+") if t else np.nan for t in texts]


@pytest.mark.parametrize("scale", [1.0, 1.7])
@pytest.mark.parametrize("name", SHADES)
def test_numbers_are_told_apart_and_fit(
    qapp: QApplication, qtbot: QtBot, name: str, scale: float
) -> None:
    scaling.enlarge(scale, scale)
    try:
        made = bar(qtbot)
        texts = made.names(SHADES[name].value(PLACES).tolist())
        advance = QFontMetricsF(look.font(12)).horizontalAdvance
        room = made.width() - scaling.px(12) - 9
        assert max(map(advance, texts)) <= room
    finally:
        scaling.enlarge(1.0, 1.0)
    written = [text for text in texts if text]
    assert len(set(written)) == len(written) > 3


@pytest.mark.parametrize("name", SHADES)
def test_numbers_are_true(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    values = SHADES[name].value(PLACES)
    texts = bar(qtbot).names(values.tolist())
    rises = [t.startswith("+") for t in texts]
    told = np.array(read(texts))
    known = np.isfinite(told)
    if any(rises):
        climbed = np.array([float(t) if t else 0.0 for t in texts[1:]])
        some = climbed > 0
        assert climbed[some] == pytest.approx((values - values[0])[1:][some], rel=0.34)
        assert told[0] == pytest.approx(values[0], rel=0.02)
    else:
        span = float(np.abs(values).max())
        assert told[known] == pytest.approx(values[known], rel=0.34, abs=0.01 * span)


def test_a_rounded_zero_needs_no_digits(qapp: QApplication, qtbot: QtBot) -> None:
    values = [-7.0824, -4.7, -2.36, -1.2e-16, 2.3]
    assert bar(qtbot).names(values) == ["-7.1", "-4.7", "-2.4", "0", "2.3"]


def test_a_flat_surface_has_one_number(qapp: QApplication, qtbot: QtBot) -> None:
    assert bar(qtbot).names([5.0] * 5) == ["5", "", "", "", ""]


EXPONENTS = [
    ([2.5e99, 7e99, 4e150], ["3e99", "7e99", "4e150"]),
    ([1.5e98, 2.5e98], ["1.5e98", "2.5e98"]),
    ([1.5e-150, 4e-150], ["2e-150", "4e-150"]),
    ([1.5e-9, 2.5e-9], ["1.5e-9", "2.5e-9"]),
    ([12345.0, 12349.0], ["1.234e4", "1.235e4"]),
    ([1e4, 2e6], ["1.0e4", "2.0e6"]),
    ([120.0, 4500.0], ["120", "4500"]),
]


@pytest.mark.parametrize(("values", "texts"), EXPONENTS)
def test_exponents_are_short(values: list[float], texts: list[str]) -> None:
    """An exponent of three digits leaves one digit before it."""
    assert distinct(values) == texts


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize(("height", "count"), [(300, 5), (60, 3), (33, 3), (20, 2)])
def test_numbers_do_not_stand_on_each_other(
    qapp: QApplication, scale: float, height: int, count: int
) -> None:
    scaling.enlarge(scale, scale)
    try:
        assert len(spread(height * scale)) == count
    finally:
        scaling.enlarge(1.0, 1.0)
