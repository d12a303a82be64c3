"""Every plot with every kind of run: at the start, one step, long, diverged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QPainter, QPicture

from gdviz.core.datasets import DATASETS, OwnTable
from gdviz.core.models import MLP, Linear
from gdviz.session.desk import Desk
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks.arrows import ThinArrows
from gdviz.ui.marks.axes import DecadeAxis, _name
from gdviz.ui.marks.heat import LEVELS, Shades, contours
from gdviz.ui.marks.path import clipped
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.gradients import GradientChart

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.ui.picture import Picture

STAGES = {"start": (0, 0.05), "one step": (1, 0.05), "long": (500, 0.05)}
STAGES["diverged"] = (2000, 1e3)


def run_after(scene: Scene, steps: int) -> Run:
    desk = Desk()
    first = desk.answer(Question(1, scene))
    assert not first.refusal
    run = Run(first)
    run.take_in(desk.answer(Question(1, steps=steps)))
    return run


def picture(
    qtbot: QtBot, chart: Picture, run: Run
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    qtbot.addWidget(chart, before_close_func=lambda _: chart.hide())
    chart.resize(420, 320)
    chart.show()
    chart.show_run(run)
    image = chart.grab().toImage()
    raw = np.frombuffer(image.constBits(), dtype=np.uint8)
    return raw.reshape(image.height(), image.width(), 4).copy()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_draws_every_stage(
    qapp: QApplication, qtbot: QtBot, name: str, stage: str
) -> None:
    steps, rate = STAGES[stage]
    run = run_after(Scene(descent=Descent(learning_rate=rate)), steps)
    assert run.snapshot.diverged == (stage == "diverged")
    chart = PLOTS[name](look.STYLES[look.DARK])
    pixels = picture(qtbot, chart, run)
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20
    assert chart.title


@pytest.mark.parametrize("data", [n for n in DATASETS if n != OwnTable.name])
@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
def test_the_data_plot_draws_every_data_set(
    qapp: QApplication, qtbot: QtBot, data: str, theme: str
) -> None:
    scene = Scene(data=DATASETS[data](), model=MLP((4,)), descent=Descent(2))
    chart = PLOTS["data"](look.STYLES[theme])
    pixels = picture(qtbot, chart, run_after(scene, 3))
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20


def test_a_table_with_many_columns_is_drawn_as_output_against_target(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "many.csv"
    np.savetxt(
        path, rng.normal(size=(30, 4)), delimiter=",", header="a,b,c,y", comments=""
    )
    scene = Scene(data=OwnTable(path=str(path), target="y"))
    chart = PLOTS["data"](look.STYLES[look.DARK])
    picture(qtbot, chart, run_after(scene, 5))
    assert "output against target" in chart.title


def test_one_parameter_is_drawn_as_stripes(qapp: QApplication, qtbot: QtBot) -> None:
    run = run_after(Scene(model=Linear(bias=False)), 2)
    chart = PLOTS["surface"](look.STYLES[look.DARK])
    picture(qtbot, chart, run)
    assert "only parameter" in chart.title
    assert run.surface is not None
    assert (run.surface.values == run.surface.values[0]).all()


def test_more_arrows_than_are_shown_are_counted(
    qapp: QApplication, qtbot: QtBot
) -> None:
    data = DATASETS["line"](n_examples=3000)  # type: ignore[call-arg]
    run = run_after(Scene(data=data, descent=Descent(2500, 0.01)), 1)
    chart = PLOTS["gradients"](look.STYLES[look.DARK])
    picture(qtbot, chart, run)
    assert chart.title == "Gradients of this step · 500 arrows and their mean"
    run = run_after(Scene(data=data, descent=Descent(2500, 0.01)), 0)
    chart.show_run(run)
    assert chart.title == "Gradients of this step · 1,024 of 2,500 arrows"


def test_thin_arrows_end_on_their_tips(qapp: QApplication) -> None:
    thin = ThinArrows()
    tails, tips = np.zeros((3, 2)), np.array([[3.0, 4.0], [np.nan, 1.0], [-1.0, 0.0]])
    thin.set_arrows(tails, tips, (0.01, 0.01))
    ends = np.column_stack([thin.xData, thin.yData]).reshape(-1, 6, 2)
    assert ends[:, 1].tolist() == [[3.0, 4.0], [-1.0, 0.0]]
    assert np.allclose(np.hypot(*(ends[0, 3] - ends[0, 2])), 0.08)


@pytest.mark.parametrize("spread", [1.0, 1e-12, 1e300])
def test_shades_are_the_losses_of_the_colour_bar(spread: float) -> None:
    values = spread * np.array([[0.0, 1.0], [4.0, 9.0]]) + 2.0
    shades = Shades.of(values)
    shown = shades.shade(values)
    assert shown.min() == 0.0
    assert shown.max() == 1.0
    assert shades.value(shown) == pytest.approx(values)


def test_contours_lie_on_their_level() -> None:
    u, v = np.linspace(-1, 1, 33), np.linspace(-2, 2, 33)
    x, y = contours(u, v, np.hypot(*np.meshgrid(u, v)) / 3, LEVELS)
    radii = np.hypot(x, y)[np.isfinite(x)] / 3
    nearest = np.abs(radii[:, None] - LEVELS).min(axis=1)
    assert nearest.max() < 5e-3


def test_a_path_that_leaves_the_screen_keeps_its_direction() -> None:
    pixels = np.array([[0.0, 0.0], [3e6, 1e6], [-3e6, -1e6]])
    parts = clipped(pixels)
    assert len(parts) == 2
    for part in parts:
        slope = np.diff(part, axis=0)[0]
        assert slope[1] / slope[0] == pytest.approx(1 / 3)
        assert np.abs(part).max() <= 1e5 * (1 + 1e-12)


NAMES = {0.0: "1", -3.0: "0.001", 3.0: "1,000", -5.0: "10⁻⁵", 300.0: "10³⁰⁰"}
NAMES |= {
    np.log10(5e-6): "5·10⁻⁶",
    np.log10(2e5): "2·10⁵",
    -299.046: "9·10⁻³⁰⁰",
}


@pytest.mark.parametrize(("exponent", "name"), NAMES.items())
def test_decades_are_named(exponent: float, name: str) -> None:
    assert _name(exponent) == name


@pytest.mark.parametrize("ends", [(-0.1, 0.3), (-3.0, 2.0), (-300.0, 300.0)])
def test_a_decade_axis_has_a_few_ticks(
    qapp: QApplication, ends: tuple[float, float]
) -> None:
    ticks = DecadeAxis("left").tickValues(*ends, 150)[0][1]
    assert 1 <= len(ticks) <= 10
    assert all(ends[0] <= tick <= ends[1] for tick in ticks)


def test_a_low_decade_axis_names_more_than_its_decades(qapp: QApplication) -> None:
    ticks = DecadeAxis("left").tickValues(-0.6, 0.9, 90)[0][1]
    assert np.power(10.0, ticks) == pytest.approx([0.5, 1, 2, 5])


def test_the_view_follows_the_path_but_not_to_infinity(
    qapp: QApplication, qtbot: QtBot
) -> None:
    run = run_after(Scene(descent=Descent(learning_rate=1e3)), 2000)
    chart = PLOTS["surface"](look.STYLES[look.DARK])
    picture(qtbot, chart, run)
    assert isinstance(chart, Chart)
    (left, right), _ = chart.box.viewRange()
    start = run.facts.start_region
    assert right - left < 1000 * (start.right - start.left)


@pytest.mark.parametrize("steps", [100, 160, 210])
def test_arrows_of_any_length_are_in_view_with_their_heads(
    qapp: QApplication, qtbot: QtBot, steps: int
) -> None:
    """A path that diverges has gradients of 1e68, 1e108 and 1e145."""
    run = run_after(Scene(descent=Descent(4, 3.0)), steps)
    chart = PLOTS["gradients"](look.STYLES[look.DARK])
    assert isinstance(chart, GradientChart)
    picture(qtbot, chart, run)
    low, high = np.array(chart.box.viewRange()).T
    tips = chart.thin.tips
    assert np.abs(tips).max() > 1e60
    assert ((low <= tips) & (tips <= high)).all()
    pixels = np.column_stack([chart.thin.xData, chart.thin.yData]).reshape(-1, 6, 2)
    wings = (pixels[:, 3] - pixels[:, 2]) / np.array(chart.box.viewPixelSize())
    assert np.hypot(*wings.T).max() == pytest.approx(8.0)


@pytest.mark.parametrize("width", range(300, 460, 40))
@pytest.mark.parametrize("name", ["loss", "surface", "gradients"])
def test_the_labels_of_ticks_are_whole(
    qapp: QApplication, qtbot: QtBot, name: str, width: int
) -> None:
    chart = PLOTS[name](look.STYLES[look.DARK])
    assert isinstance(chart, Chart)
    picture(qtbot, chart, run_after(Scene(), 28))
    chart.resize(width, 320)
    chart.grab()
    axis, sheet = chart.item.getAxis("bottom"), QPicture()
    painter = QPainter(sheet)
    _, _, labels = axis.generateDrawSpecs(painter)
    painter.end()
    assert labels
    for room, _, _ in labels:
        assert axis.mapRectToScene(room).left() >= 0
        assert axis.mapRectToScene(room).right() <= chart.view.width()
