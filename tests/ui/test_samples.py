"""The samples on screen: the plot, the ellipses on the surface, the shipped scenes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PySide6.QtCore import Qt

from gdviz.core.datasets import LineWithNoise, ScatteredNumbers
from gdviz.core.losses import SquaredError
from gdviz.core.models import MLP, Linear
from gdviz.core.optimizers import SGLD
from gdviz.core.schedules import InversePower
from gdviz.session.samples import density, ellipses, histogram, samples
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.plots.samples import SamplesChart
from gdviz.ui.plots.surface import SurfaceChart
from tests.ui.charts import Told, run_of, shown
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

LANGEVIN = Descent(2, 0.1, order="replacement", optimizer=SGLD(prior_precision=1.0))
LINE = Scene(
    data=LineWithNoise(n_examples=20), loss=SquaredError(half=True), descent=LANGEVIN
)
ONE = replace(LINE, data=ScatteredNumbers(), model=Linear(bias=False))
STEPS = 600


@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
def test_draws_histogram_and_laws(qtbot: QtBot, theme: str) -> None:
    run = run_of(LINE, STEPS)
    chart = shown(qtbot, SamplesChart, run, theme=theme)
    edges, heights = histogram(samples(run, 0))
    x, y = chart.bars.getData()
    assert x.tolist() == edges.tolist()
    assert y.tolist() == heights.tolist()
    laws = (run.laws.posterior, run.laws.settled)
    for curve, law in zip((chart.posterior, chart.settled), laws, strict=True):
        for found, truth in zip(curve.getData(), density(law, 0), strict=True):
            assert_allclose(found, truth)
    solid, dashed = (c.pen.style() for c in (chart.posterior, chart.settled))
    assert solid == Qt.PenStyle.SolidLine
    assert dashed == Qt.PenStyle.DashLine


@pytest.mark.parametrize("size", [(640, 560), (352, 300), (280, 400)])
def test_all_is_seen_below_the_words(qtbot: QtBot, size: tuple[int, int]) -> None:
    run = run_of(LINE, STEPS)
    chart = shown(qtbot, SamplesChart, run, size)
    (left, right), (bottom, top) = chart.box.viewRange()
    for curve in (chart.bars, chart.posterior, chart.settled):
        x, y = curve.getData()
        assert left < x.min()
        assert x.max() < right
        words = chart.words.item.boundingRect().height() / chart.box.height()
        assert y.max() < top - min(words, 0.6) * (top - bottom)
    assert bottom == pytest.approx(0)
    assert chart.words.item.textWidth() <= chart.box.width()


def test_says_what_is_what(qtbot: QtBot) -> None:
    chart = shown(qtbot, SamplesChart, run_of(LINE, STEPS))
    for words in ("▮ samples", "━ posterior", "this chain's own law", "Variance "):
        assert words in _said(chart)
    narrow = shown(qtbot, SamplesChart, run_of(LINE, STEPS), (300, 300))
    assert "╌ law" in _said(narrow)
    falling = replace(LINE, descent=replace(LANGEVIN, schedule=InversePower()))
    chart = shown(qtbot, SamplesChart, run_of(falling, 50))
    assert "law at this learning rate" in _said(chart)


def _said(chart: SamplesChart) -> str:
    return str(chart.words.text).replace("\u00a0", " ")


def test_without_a_law_the_histogram_stands_alone(qtbot: QtBot) -> None:
    run = run_of(replace(LINE, model=MLP((2,))), STEPS)
    chart = shown(qtbot, SamplesChart, run)
    assert run.laws.why in chart.words.text
    assert "posterior" not in chart.words.text
    for curve in (chart.posterior, chart.settled):
        assert len(curve.getData()[0]) == 0
    assert len(chart.bars.getData()[0]) > 3


@pytest.mark.parametrize("steps", [0, 1, 19])
def test_begins_with_the_laws_alone(qtbot: QtBot, steps: int) -> None:
    chart = shown(qtbot, SamplesChart, run_of(LINE, steps))
    assert "too few samples" in chart.words.text
    (left, right), _ = chart.box.viewRange()
    x, _ = chart.settled.getData()
    assert left < x.min() < x.max() < right


def test_from_which_step_on(qtbot: QtBot) -> None:
    told = Told(LINE, STEPS)
    chart = shown(qtbot, SamplesChart, told.run)
    assert chart.corner is not None
    chart.corner.show()
    assert chart.burn_in.text() == f"{STEPS // 5}"
    chart.burn_in.selectAll()
    qtbot.keyClicks(chart.burn_in, "400")
    qtbot.keyClick(chart.burn_in, Qt.Key.Key_Return)
    assert chart.begin == 400
    assert "from step 400" in chart.words.text
    chart.show_run(told.ask(steps=10))
    assert chart.burn_in.text() == "400"
    assert f"{STEPS + 10 - 400} samples" in chart.words.text
    qtbot.keyClick(chart.burn_in, Qt.Key.Key_Up)
    assert chart.begin == 401
    chart.burn_in.selectAll()
    qtbot.keyClick(chart.burn_in, Qt.Key.Key_Delete)
    qtbot.keyClick(chart.burn_in, Qt.Key.Key_Return)
    assert chart.burn_in.text() == f"{(STEPS + 10) // 5}"
    assert f"from step {(STEPS + 10) // 5}" in chart.words.text


def test_another_run_begins_anew(qtbot: QtBot) -> None:
    chart = shown(qtbot, SamplesChart, run_of(LINE, STEPS))
    chart.count_from(500)
    other = run_of(ONE, STEPS)
    other.number = 2
    chart.show_run(other)
    assert chart.burn_in.text() == f"{STEPS // 5}"
    assert [chart.choice.itemText(i) for i in range(chart.choice.count())] == ["w"]
    assert chart.choice.isHidden()


def test_choice_of_the_parameter(qtbot: QtBot) -> None:
    run = run_of(LINE, STEPS)
    chart = shown(qtbot, SamplesChart, run)
    chart.show_parameter("b")
    x, _ = chart.bars.getData()
    assert x.tolist() == histogram(samples(run, 1))[0].tolist()
    assert chart.item.getAxis("bottom").labelText == "b"
    law = run.laws.settled
    assert law is not None
    assert_allclose(chart.settled.getData()[0].mean(), law.mean[1])


def test_the_view_stays_until_something_leaves_it(qtbot: QtBot) -> None:
    told = Told(LINE, STEPS)
    chart = shown(qtbot, SamplesChart, told.run)
    before = chart.box.viewRange()
    chart.show_run(told.ask(steps=1))
    assert chart.box.viewRange() == before
    chart.hold()
    chart.show_run(told.ask(steps=3000))
    assert chart.box.viewRange() == before


def test_hidden_at_first(qtbot: QtBot, window: Window) -> None:
    dock = window.docks["samples"]
    assert dock.isHidden()
    dock.show()
    rest(qtbot, window)
    chart = window.charts["samples"]
    assert isinstance(chart, SamplesChart)
    assert "Replacement" in chart.words.text


# --- on the surface


def test_the_laws_are_ellipses_on_the_surface(qtbot: QtBot) -> None:
    run = run_of(LINE, 50)
    chart = shown(qtbot, SurfaceChart, run)
    laws = (run.laws.posterior, run.laws.settled)
    for item, law in zip(chart.laws.items[1:], laws, strict=True):
        points = np.column_stack(item.getData())
        assert_allclose(points, ellipses(law, run.snapshot.plane))
    edge = chart.laws.edge
    assert np.isfinite(edge.getData()[0]).sum() == 4 * 97  # below all four of them
    assert edge.zValue() < min(item.zValue() for item in chart.laws.items[1:])
    assert edge.pen.widthF() > chart.laws.posterior.pen.widthF()
    chart.set_hidden(frozenset({legend.LAWS}))
    assert drawn(chart) == [0, 0, 0]


def test_no_ellipse_where_no_law_is_known(qtbot: QtBot) -> None:
    run = run_of(replace(LINE, descent=Descent(2, 0.1)), 50)
    chart = shown(qtbot, SurfaceChart, run)
    assert drawn(chart) == [0, 0, 0]


def drawn(chart: SurfaceChart) -> list[int]:
    """How many points of the edge and of either law are drawn."""
    return [int(np.isfinite(i.getData()[0]).sum()) for i in chart.laws.items]
