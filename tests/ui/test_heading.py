"""What signs stand for is written above a plot, and hides nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from gdviz.core.datasets import DATASETS
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.ui.marks.heading import unbroken
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.loss import LossChart
from tests.ui.charts import run_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QRectF
    from pytestqt.qtbot import QtBot

    from gdviz.ui.chart import Chart
    from gdviz.ui.marks.heading import Heading

IRIS = Scene(data=DATASETS["iris"](), model=MLP((4,)), descent=Descent(8), held_out=0.2)
SIZES = [(420, 320), (300, 260), (900, 500)]


def heading(chart: Chart) -> Heading:
    made: Heading = chart.legend or chart.names  # type: ignore[attr-defined]
    return made


def in_scene(item: object) -> QRectF:
    rect: QRectF = item.mapRectToScene(item.boundingRect())  # type: ignore[attr-defined]
    return rect


@pytest.mark.parametrize("scale", [1.0, 1.7])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["data", "loss", "curvature"])
def test_it_stands_above_the_plot_and_is_whole(
    enlarged: Callable[[float], None],
    qtbot: QtBot,
    name: str,
    size: tuple[int, int],
    scale: float,
) -> None:
    enlarged(scale)
    chart: Chart = shown(qtbot, PLOTS[name], run_of(IRIS, 5), size)  # type: ignore[assignment]
    QApplication.processEvents()  # two lines take more room than one
    words, box = heading(chart), in_scene(chart.box)
    written = in_scene(words.label.item)
    assert words.text
    assert words.label.isVisible()
    assert written.bottom() <= box.top() + 1
    assert written.top() >= -1
    assert written.right() <= box.right() + 2
    assert written.left() >= box.left() - 2
    assert box.right() <= chart.view.width()  # long words do not widen the plot


def test_without_words_the_plot_has_that_room(qapp: QApplication, qtbot: QtBot) -> None:
    chart: Chart = shown(qtbot, PLOTS["data"], run_of(IRIS))  # type: ignore[assignment]
    chart.grab()
    named = chart.box.height()
    plain: Chart = shown(qtbot, PLOTS["data"], run_of(Scene()))  # type: ignore[assignment]
    assert not heading(plain).text
    assert plain.box.height() > named + 8


def test_it_gives_way_where_the_plot_is_low(qapp: QApplication, qtbot: QtBot) -> None:
    chart: Chart = shown(qtbot, PLOTS["loss"], run_of(IRIS, 5))  # type: ignore[assignment]
    seen = []
    for height in (560, 70, 560):
        chart.resize(400, height)
        chart.grab()
        seen.append(heading(chart).label.isVisible())
    assert seen == [True, False, True]


def test_the_race_says_that_there_are_no_racers_yet(
    qapp: QApplication, qtbot: QtBot
) -> None:
    chart: Chart = shown(qtbot, PLOTS["race"], run_of(Scene(), 2))  # type: ignore[assignment]
    assert "No racers yet" in heading(chart).text


SPANS = [
    ("<span>a b</span> &nbsp; <b>c</b>", "<span>a\u00a0b</span> &nbsp; <b>c</b>"),
    ("<span>2/η</span> / <b>a b</b>", "<span>2\u2060/\u2060η</span> / <b>a b</b>"),
    ("no names, as it is", "no names, as it is"),
]


@pytest.mark.parametrize(("text", "kept"), SPANS)
def test_a_name_stays_on_its_line(text: str, kept: str) -> None:
    assert unbroken(text) == kept


@pytest.mark.parametrize("height", [60, 200])
def test_a_plot_is_as_wide_as_its_room(
    enlarged: Callable[[float], None], qtbot: QtBot, height: int
) -> None:
    enlarged(2.0)
    chart = shown(qtbot, LossChart, run_of(IRIS, 20), (420, height))
    chart.resize(250, height)
    QApplication.processEvents()
    assert chart.item.size().width() <= chart.view.width()
