"""The view of the curves: clicks in it, and how it follows θ."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gdviz.core.datasets import LineWithNoise
from gdviz.core.functions import PlusAndMinus
from gdviz.core.models import Linear
from gdviz.session.scene import Descent, Scene
from gdviz.ui.plots.curves import CurvesChart
from tests.ui.charts import Told, click, run_of, shown, spot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.core.planes import Region

PLUS_MINUS = Scene(data=PlusAndMinus(), descent=Descent(2))


def texts(chart: CurvesChart) -> list[str]:
    return [word.text for word in chart.words.words]


def test_clicks_select_the_curve_under_them(qapp: QApplication, qtbot: QtBot) -> None:
    run = run_of(PLUS_MINUS)
    chart = shown(qtbot, CurvesChart, run)
    heard: list[object] = []
    chart.example_chosen.connect(heard.append)
    for x, y in ((-0.5, 1.25), (-0.5, -3.5), (-0.5, 0.3)):
        click(qtbot, chart, x, y)
    assert heard == [0, 1, None]


def test_what_is_not_yet_shown_cannot_be_selected(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = Told(PLUS_MINUS).at_beat(1)
    chart = shown(qtbot, CurvesChart, run)
    heard: list[object] = []
    chart.example_chosen.connect(heard.append)
    for x, y in ((-0.5, 1.25), (-0.5, -3.5)):
        click(qtbot, chart, x, y)
    first = int(run.snapshot.record.rows[0])
    assert heard == [first if row == first else None for row in (0, 1)]


def test_a_new_range_is_asked_for_and_a_double_click_fits(
    qapp: QApplication, qtbot: QtBot
) -> None:
    asked = Told(PLUS_MINUS)
    chart = shown(qtbot, CurvesChart, asked.run)
    qtbot.waitUntil(lambda: not chart.settling)
    before, wanted = chart.box.viewRange(), list[Any]()
    chart.region_wanted.connect(wanted.append)
    chart.box.scaleBy((3.0, 1.0))
    chart.box.sigRangeChangedManually.emit([True, True])
    assert chart.settling
    qtbot.waitUntil(lambda: bool(wanted))
    region: Region = wanted[-1]
    assert (region.left, region.right) == pytest.approx(chart.box.viewRange()[0])
    start = asked.run.facts.start_region
    assert (region.bottom, region.top) == (start.bottom, start.top)
    chart.show_run(asked.ask(region=region))
    assert len(chart.family.mean.xData) == 258
    assert chart.family.mean.xData[0] == pytest.approx(region.left)
    middle = spot(chart, *np.mean(chart.box.viewRange(), axis=1))
    qtbot.mouseDClick(chart.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: not chart.settling)
    chart.show_run(asked.ask(region=wanted[-1]))
    assert np.allclose(chart.box.viewRange(), before)


def test_the_view_follows_theta_in_jumps(qapp: QApplication, qtbot: QtBot) -> None:
    asked = Told(replace(PLUS_MINUS, descent=Descent(2, 2.1)))
    chart = shown(qtbot, CurvesChart, asked.run)
    ranges = []
    for _ in range(20):
        run = asked.ask(steps=1)
        chart.show_run(run)
        left, right = chart.box.viewRange()[0]
        assert left < run.snapshot.record.theta[0] < right
        ranges.append((left, right))
    assert 2 < len(set(ranges)) < 10


@pytest.mark.parametrize("batch", [1, 2])
def test_the_view_rests_while_theta_is_in_it(
    qapp: QApplication, qtbot: QtBot, batch: int
) -> None:
    asked = Told(replace(PLUS_MINUS, descent=Descent(batch)))
    chart = shown(qtbot, CurvesChart, asked.run)
    ranges = []
    for _ in range(20):
        chart.show_run(asked.ask(steps=1))
        ranges.append(chart.box.viewRange())
    changes = [a != b for a, b in pairwise(ranges)]
    assert sum(changes) <= batch % 2  # another example's curve may need more


def test_a_view_moved_by_hand_stays(qapp: QApplication, qtbot: QtBot) -> None:
    asked = Told(replace(PLUS_MINUS, descent=Descent(2, 2.5)))
    chart = shown(qtbot, CurvesChart, asked.run)
    chart.box.sigRangeChangedManually.emit([True, True])
    before = chart.box.viewRange()
    chart.show_run(asked.ask(steps=6))
    assert chart.box.viewRange() == before
    assert any(text.endswith("is off this map") for text in texts(chart))


def test_a_diverged_path_is_not_followed_to_infinity(
    qapp: QApplication, qtbot: QtBot
) -> None:
    data, model = LineWithNoise(40), Linear(bias=False)
    asked = Told(Scene(data=data, model=model, descent=Descent(4, 1e3)))
    chart = shown(qtbot, CurvesChart, asked.run)
    for steps in (2, 2, 2000):
        run = asked.ask(steps=steps)
        chart.show_run(run)
        chart.grab()
        left, right = chart.box.viewRange()[0]
        start = run.facts.start_region
        assert right - left < 1000 * (start.right - start.left)
    assert run.snapshot.diverged
    assert [text for text in texts(chart) if "off this map" in text]
    assert not any("nan" in text or "inf" in text for text in texts(chart))


def test_a_view_may_run_ahead_of_its_curves(qapp: QApplication, qtbot: QtBot) -> None:
    asked = Told(replace(PLUS_MINUS, descent=Descent(2, 2.1)), 12)
    chart = shown(qtbot, CurvesChart, asked.run)
    path = asked.run.trail()[:, 0]
    edge = asked.run.facts.start_region.left
    assert path.min() < edge
    chart.box.setXRange(2 * path.min(), edge - 0.01, padding=0)
    chart.grab()
    assert len(chart.track.dots.getData()[0]) == 0
