"""The bars of every weight: their heights, their numbers, and clicks on them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdviz.core.averaging import RECIPES
from gdviz.core.batches import FILE_ORDER
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.functions import GivenGradients
from gdviz.core.models import MLP
from gdviz.session.beats import beat
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.marks.writing import to_pixels
from gdviz.ui.plots.bars import BarsChart
from tests.ui.charts import Told, click, keep, run_of, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    Array = NDArray[np.float64]

FILE = Descent(2, order=FILE_ORDER)
FIVE = Scene(data=GivenGradients(), descent=FILE)
ROWS = ((1.5, -2.0, 1.1, 0.4, -0.9), (1.2, 2.3, -1.1, -0.8, -0.7))
MEANS = (1.35, 0.15, 0.0, -0.2, -0.8)
TEXTS = ["1.35", "0.15", "0", "−0.2", "−0.8"]
SIZES = [(352, 240), (700, 400)]


def given(*rows: tuple[float, ...], batch: int | None = None) -> Scene:
    size = batch or len(rows)
    return Scene(data=GivenGradients(rows), descent=replace(FILE, batch_size=size))


def line(batch: int, n: int = 40) -> Scene:
    return Scene(data=LineWithNoise(n), descent=Descent(batch))


def heights(item: Any) -> list[float]:
    values: list[float] = np.asarray(item.opts["height"]).tolist()
    return values


def texts(chart: BarsChart) -> list[str]:
    return [word.text for word in chart.words.words]


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
@pytest.mark.parametrize("size", SIZES)
def test_five_weights_have_five_means(
    qapp: QApplication, qtbot: QtBot, size: tuple[int, int], theme: str
) -> None:
    chart = shown(qtbot, BarsChart, run_of(FIVE), size, theme)
    assert heights(chart.mean) == pytest.approx(MEANS)
    assert heights(chart.examples) == pytest.approx([g for row in ROWS for g in row])
    assert texts(chart) == TEXTS
    assert chart.title == "Gradient of each weight · 2 examples, mean"
    ticks = chart.item.getAxis("bottom")._tickLevels[0]
    assert ticks == [(j, f"w{j + 1}") for j in range(5)]


def test_a_mean_of_zero_is_marked(qapp: QApplication, qtbot: QtBot) -> None:
    chart = shown(qtbot, BarsChart, run_of(FIVE))
    x, y = chart.nothing.getData()
    assert x.tolist() == [chart.mean.opts["x"][2]]
    assert y.tolist() == [0.0]
    assert heights(chart.mean)[2] == 0.0


def test_rounding_is_not_taken_for_zero(qapp: QApplication, qtbot: QtBot) -> None:
    run = run_of(given((0.1,), (0.2,), (-0.3,)))
    assert 0 < abs(run.snapshot.record.gradient[0]) < 1e-15
    chart = shown(qtbot, BarsChart, run)
    assert texts(chart) == ["≈ 0"]
    assert len(chart.nothing.getData()[0]) == 0


@pytest.mark.parametrize("size", SIZES)
def test_numbers_stand_at_the_ends_of_their_bars(
    qapp: QApplication, qtbot: QtBot, size: tuple[int, int]
) -> None:
    chart = shown(qtbot, BarsChart, run_of(FIVE), size)
    x = np.asarray(chart.mean.opts["x"])
    ends = to_pixels(chart.box, np.column_stack([x, MEANS]))
    for (at, end), mean, word in zip(ends, MEANS, chart.words.words, strict=True):
        place = word.place
        assert chart.box.rect().contains(place)
        assert place.left() <= at <= place.right()
        near = place.bottom() - end if mean >= 0 else end - place.top()
        assert -8 < near <= 0


def test_examples_and_means_differ_by_more_than_colour(
    qapp: QApplication, qtbot: QtBot
) -> None:
    chart = shown(qtbot, BarsChart, run_of(FIVE, chosen=0))
    assert chart.mean.opts["width"] > 1.5 * chart.examples.opts["width"]
    assert chart.mean.opts["pen"].widthF() > 1
    assert chart.examples.opts["pen"] is None


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
def test_the_selected_example_is_vermilion(
    qapp: QApplication, qtbot: QtBot, theme: str
) -> None:
    chart = shown(qtbot, BarsChart, run_of(FIVE, chosen=1), theme=theme)
    assert heights(chart.chosen) == pytest.approx(ROWS[1])
    assert heights(chart.examples) == pytest.approx(ROWS[0])
    style = look.STYLES[theme]
    assert chart.chosen.opts["brush"].name() == style.chosen.lower()
    assert chart.examples.opts["brush"].name() == style.example.lower()
    assert chart.mean.opts["brush"].name() == style.mean.lower()
    chart.set_hidden(frozenset({legend.CHOSEN}))
    assert heights(chart.chosen) == []
    assert len(heights(chart.examples)) == 10


@pytest.mark.parametrize("batch", [1, 2, 8, 32, 64])
def test_at_most_eight_examples_are_drawn(
    qapp: QApplication, qtbot: QtBot, batch: int
) -> None:
    run = run_of(line(batch, 64))
    chart = shown(qtbot, BarsChart, run)
    count = min(batch, 8)
    assert heights(chart.examples) == pytest.approx(
        run.snapshot.record.gradients[:count].ravel().tolist()
    )
    ending = {1: "one example is its own mean", 32: "8 of 32 examples"}
    ending |= {2: "2 examples, mean", 64: "8 of 64 examples"}
    assert chart.title.endswith(ending.get(batch, "8 examples, mean"))


def test_the_selected_example_is_among_the_eight(
    qapp: QApplication, qtbot: QtBot
) -> None:
    asked = Told(line(32))
    row = int(asked.run.snapshot.record.rows[20])
    run = asked.ask(chosen=row)
    chart = shown(qtbot, BarsChart, run)
    assert heights(chart.chosen) == pytest.approx(
        run.snapshot.record.gradients[20].tolist()
    )
    assert len(heights(chart.examples)) == 14


def test_the_largest_of_many_weights(qapp: QApplication, qtbot: QtBot) -> None:
    run = run_of(Scene(data=Moons(), model=MLP((16,)), descent=Descent(4)), 2)
    chart = shown(qtbot, BarsChart, run, (700, 400))
    assert chart.columns is not None
    weights, sizes = chart.columns.weights, np.abs(run.snapshot.record.gradient)
    assert (np.diff(weights) > 0).all()
    left_out = np.delete(sizes, weights)
    assert len(weights) == 24
    assert sizes[weights].min() >= left_out.max() > 0
    assert heights(chart.mean) == pytest.approx(
        run.snapshot.record.gradient[weights].tolist()
    )
    assert "24 of 65 weights, the largest of the mean" in chart.title
    assert texts(chart) == []


def test_what_another_recipe_hands_on_has_a_bar(
    qapp: QApplication, qtbot: QtBot
) -> None:
    summed = replace(FILE, recipe=RECIPES["sum"]())
    chart = shown(qtbot, BarsChart, run_of(replace(FIVE, descent=summed)))
    assert heights(chart.handed) == pytest.approx([2 * mean for mean in MEANS])
    assert heights(chart.mean) == pytest.approx(MEANS)
    assert min(chart.handed.opts["x"] - chart.mean.opts["x"]) > 0.17
    chart.set_hidden(frozenset({legend.GHOST}))
    assert heights(chart.handed) == []
    assert heights(shown(qtbot, BarsChart, run_of(FIVE)).handed) == []


def test_phase_by_phase_no_more_is_shown_than_is_known(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_of(FIVE)
    chart = shown(qtbot, BarsChart, run)
    whole = chart.columns
    for number in range(6):
        run.beat = beat(run.snapshot, number)
        chart.show_run(run)
        assert len(heights(chart.examples)) == 5 * run.beat.shown
        known = run.beat.mean_known
        assert texts(chart) == (TEXTS if known else [])
        assert len(heights(chart.mean)) == (5 if known else 0)
        assert len(chart.nothing.getData()[0]) == (1 if known else 0)
        assert whole is not None
        assert chart.columns is not None
        assert (chart.columns.mean == whole.mean).all()  # nothing moves aside
    assert run.beat is not None
    assert run.beat.mean_known


def test_clicks_select_the_example_of_a_bar(qapp: QApplication, qtbot: QtBot) -> None:
    chart = shown(qtbot, BarsChart, run_of(FIVE), (700, 400))
    heard: list[object] = []
    chart.example_chosen.connect(heard.append)
    x = np.asarray(chart.examples.opts["x"]).reshape(2, 5)
    for place, group in ((0, 0), (1, 0), (0, 1), (1, 4)):
        click(qtbot, chart, x[place, group], 0.6 * ROWS[place][group])
    assert heard == [0, 1, 0, 1]
    heard.clear()
    for at in ((x[0, 1], 1.0), (chart.mean.opts["x"][0], 0.5), (x[1, 1], 1.0)):
        click(qtbot, chart, *at)
    assert heard == [None, None, 1]


def test_what_is_not_yet_shown_cannot_be_selected(
    qapp: QApplication, qtbot: QtBot
) -> None:
    asked = Told(FIVE)
    chart = shown(qtbot, BarsChart, asked.run, (700, 400))
    x = np.asarray(chart.examples.opts["x"]).reshape(2, 5)
    heard: list[object] = []
    chart.example_chosen.connect(heard.append)
    chart.show_run(asked.at_beat(1))
    for place in (0, 1):
        click(qtbot, chart, x[place, 0], 0.5)
    assert heard == [0, None]


def test_the_axis_changes_in_jumps(qapp: QApplication, qtbot: QtBot) -> None:
    asked = Told(line(40))
    chart = shown(qtbot, BarsChart, asked.run)
    ranges = []
    for _ in range(60):
        run = asked.ask(steps=1)
        chart.show_run(run)
        low, high = chart.box.viewRange()[1]
        assert low < run.snapshot.record.gradient.min()
        assert high > run.snapshot.record.gradient.max()
        assert low < 0 < high
        ranges.append((low, high))
    assert 2 <= len(set(ranges)) < 15


HUGE = {
    "diverged": (Scene(descent=Descent(4, 1e3)), 2000),
    "large": (given((1e100, -1e100), (1e99, 1e3)), 0),
    "tiny": (given((1e-300, -1e-300), (1e-299, 0.0)), 0),
    "zeros": (given((0.0, 0.0), (0.0, 0.0)), 0),
    "one": (given((-3.0,)), 0),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("case", HUGE)
def test_any_numbers_can_be_drawn(
    qapp: QApplication, qtbot: QtBot, case: str, size: tuple[int, int]
) -> None:
    scene, steps = HUGE[case]
    run = run_of(scene, steps)
    chart = shown(qtbot, BarsChart, run, size)
    weights = len(run.snapshot.record.gradient)
    assert chart.box.viewRange()[0] == [-0.5, weights - 0.5]
    assert np.isfinite(heights(chart.mean)).all()
    assert len(texts(chart)) == weights
    assert not any("nan" in text or "inf" in text for text in texts(chart))


def test_an_empty_chart_can_be_painted(qapp: QApplication, qtbot: QtBot) -> None:
    chart = BarsChart(look.STYLES[look.LIGHT])
    keep(qtbot, chart)
    chart.resize(352, 240)
    chart.show()
    assert not chart.grab().isNull()
    chart.set_style(look.STYLES[look.DARK])
    chart.refit()
    assert texts(chart) == []
