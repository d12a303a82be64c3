"""Curves that reach farther than a painter can count are painted all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
import pytest

from gdviz.ui.marks.curve import Curve, Dots
from tests.ui.pictures import pixels

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def painted(
    qtbot: QtBot, x: Any, y: Any, connect: str, **how: Any
) -> tuple[int, int, int]:
    """Paint over x from 0 to 10 and y from 0 to 10; count coloured pixels by third."""
    view = pg.PlotWidget()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(300, 300)
    view.hideAxis("left")
    view.hideAxis("bottom")
    curve = Curve(connect=connect, **how)
    view.addItem(curve)
    curve.setData(np.array(x), np.array(y), pen=pg.mkPen("#ff0000", width=3))
    view.setRange(xRange=(0, 10), yRange=(0, 10), padding=0)
    view.show()
    image = (
        view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_RGB32)
    )
    raw = np.frombuffer(image.constBits(), np.uint32).copy()
    red = (raw & 0xFFFFFF).reshape(image.height(), image.width()) == 0xFF0000
    left, middle, right = np.array_split(red, 3, axis=1)
    return int(left.sum()), int(middle.sum()), int(right.sum())


@pytest.mark.parametrize("connect", ["all", "pairs", "finite"])
@pytest.mark.parametrize("far", [20.0, 1e6, 1e12, 1e100, 1e300])
def test_a_line_to_far_off_is_as_one_to_nearby(
    qtbot: QtBot, connect: str, far: float
) -> None:
    near = painted(qtbot, [5.0, 20.0], [5.0, 5.0], connect)
    there = painted(qtbot, [5.0, far], [5.0, 5.0], connect)
    assert near[0] == 0
    assert near[2] > 200
    assert np.abs(np.subtract(near, there)).max() <= 9


def test_what_lies_far_off_alone_is_not_seen(qtbot: QtBot) -> None:
    assert painted(qtbot, [1e100, 2e100], [-1e100, 3e100], "all") == (0, 0, 0)


def test_steps_reach_far_too(qtbot: QtBot) -> None:
    edges, far = [5.0, 6.0, 30.0], [5.0, 6.0, 1e100]
    near = painted(qtbot, edges, [5.0, 2.0], "all", steps=True)
    there = painted(qtbot, far, [5.0, 2.0], "all", steps=True)
    assert near[2] > 200
    assert np.abs(np.subtract(near, there)).max() <= 9


def test_points_of_many_looks_keep_few_pictures_and_the_right_ones(
    qtbot: QtBot,
) -> None:
    view = pg.PlotWidget()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(200, 200)
    dots = Dots(size=12, pen=None)
    view.addItem(dots)
    view.setRange(xRange=(0, 4), yRange=(0, 4), padding=0)
    view.show()
    for shade in range(200):
        dots.setData([1.0, 3.0], [2.0, 2.0], brush=pg.mkBrush(shade, 40, 40))
    assert len(dots.fragmentAtlas) <= 65
    last = (pixels(view.grab().toImage()) == [199, 40, 40]).all(axis=-1)
    assert last.sum() > 2 * 80
