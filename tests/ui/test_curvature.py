"""The curvature on screen: the plot, the ticks of the slider, the shipped scene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.functions import GivenGradients
from gdviz.core.knobs import knobs
from gdviz.core.models import MLP
from gdviz.core.optimizers import HeavyBall
from gdviz.session.desk import Desk
from gdviz.session.forecast import RateLimit
from gdviz.session.questions import Question
from gdviz.session.run import Run
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.plots.curvature import CurvatureChart
from gdviz.ui.scale import BigSlider
from tests.ui.charts import shown
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.ui.logslider import LogSlider
    from gdviz.ui.window import Window

NET = Scene(data=Moons(n_examples=30), model=MLP((5,)), descent=Descent(30, 0.3))
LINE = Scene(data=LineWithNoise(n_examples=20), descent=Descent(4, 0.05))


class Watched:
    """A run whose curvature is looked at."""

    def __init__(self, scene: Scene, steps: int = 0) -> None:
        self.desk = Desk()
        first = self.desk.answer(Question(1, scene, steps=0, curvature=True))
        assert not first.refusal
        self.run = Run(first)
        self.ask(steps=steps)

    def ask(self, scene: Scene | None = None, steps: int = 0) -> Run:
        answer = self.desk.answer(
            Question(1, scene, steps=steps, whole=True, curvature=True)
        )
        self.run.take_in(answer)
        self.run.take_in(self.desk.answer(Question(1, curvature=True)))
        return self.run


# --- the plot


def test_draws_what_was_measured(qtbot: QtBot) -> None:
    run = Watched(NET, 300).run
    chart = shown(qtbot, CurvatureChart, run)
    steps, values = run.bends(10_000)
    assert len(steps) >= 2
    for curve, column in zip(chart.curves, values.T, strict=True):
        x, y = curve.getData()
        assert x.tolist() == steps.tolist()
        assert_allclose(10**y, column)
    assert chart.now.value() == 300
    (low, high), (bottom, top) = chart.box.viewRange()
    assert low <= 0
    assert high >= 300
    assert bottom < np.log10(values[:, 0].min())
    assert top > np.log10(values[:, 0].max())


def test_the_limit_is_a_line_for_every_part_of_the_course(qtbot: QtBot) -> None:
    watched = Watched(NET, 40)
    watched.ask(replace(NET, descent=Descent(30, 0.1)), 20)
    run = watched.ask(replace(NET, descent=Descent(30, 0.1, optimizer=HeavyBall())), 5)
    x, y = shown(qtbot, CurvatureChart, run).limit.getData()
    assert x[:-1].tolist() == [0, 40, 40, 60, 60]
    assert x[-1] >= 65
    assert_allclose(10**y, np.repeat([20 / 3, 20.0, 38.0], 2))


def test_says_what_is_what(qtbot: QtBot) -> None:
    run = Watched(NET, 3).run
    assert run.reading is not None
    wide = shown(qtbot, CurvatureChart, run, (700, 400)).words.text
    assert f"sharpness λ = {run.reading.sharpness:.4g}" in wide
    assert "λ₂, λ₃" in wide
    assert "limit 2/η" in wide
    assert run.reading.lowest is not None
    assert ("most negative" in wide) == (run.reading.lowest < 0)
    narrow = shown(qtbot, CurvatureChart, run, (300, 200)).words.text
    assert "sharpness" not in narrow
    assert "2/η" in narrow
    assert "full batch, local quadratic" in CurvatureChart.label


def test_a_limit_far_off_is_told_in_numbers(qtbot: QtBot) -> None:
    run = Watched(replace(LINE, descent=Descent(20, 0.001))).run
    chart = shown(qtbot, CurvatureChart, run)
    assert "limit 2/η = 2000 ↑" in chart.words.text
    assert chart.box.viewRange()[1][1] < np.log10(2000)
    assert "λ₂" in chart.words.text
    assert "λ₃" not in chart.words.text  # there are but two parameters


@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
def test_a_flat_loss_is_drawn_too(qtbot: QtBot, theme: str) -> None:
    scene = Scene(data=GivenGradients(), descent=Descent(1, 0.1))
    chart = shown(qtbot, CurvatureChart, Watched(scene, 3).run, theme=theme)
    assert "limit 2/η" in chart.words.text


def test_the_view_stays_until_something_leaves_it(qtbot: QtBot) -> None:
    watched = Watched(NET, 300)
    chart = shown(qtbot, CurvatureChart, watched.run)
    before = chart.box.viewRange()
    chart.show_run(watched.ask(steps=5))
    assert chart.box.viewRange() == before
    chart.show_run(watched.ask(steps=400))
    assert chart.box.viewRange()[0][1] >= 705


def test_a_held_view_is_that_of_other_runs_too(qtbot: QtBot) -> None:
    chart = shown(qtbot, CurvatureChart, Watched(LINE, 40).run)
    held = chart.box.viewRange()
    chart.hold()
    chart.show_run(replaced := Watched(replace(LINE, seed=9)).run)
    assert chart.run is replaced
    chart.run.number += 1
    chart.show_run(chart.run)
    assert chart.box.viewRange() == held
    assert "limit" in chart.words.text


def test_a_view_is_found_where_it_is_held_before_the_first_picture(
    qtbot: QtBot,
) -> None:
    chart = CurvatureChart(look.resolve("dark"))
    qtbot.addWidget(chart)
    chart.hold()
    chart.show_run(Watched(LINE, 40).run)
    assert chart.box.viewRange()[0][1] > 40


def test_a_click_goes_to_a_step(qtbot: QtBot) -> None:
    chart = shown(qtbot, CurvatureChart, Watched(NET, 100).run)
    wanted: list[int] = []
    chart.step_chosen.connect(wanted.append)
    at = chart.box.mapViewToScene(chart.box.viewRect().center())
    QTest.mouseClick(
        chart.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(round(at.x()), round(at.y())),
    )
    qtbot.waitUntil(lambda: len(wanted) == 1)
    assert wanted[0] == pytest.approx(chart.box.viewRect().center().x(), abs=2)


def lowest(window: Window) -> float | None:
    """The smallest eigenvalue, if the curvature is looked at."""
    run = window.player.run
    assert run is not None
    assert run.reading is not None
    assert (run.reading.lowest is None) == (not window.player.wish.curvature)
    return run.reading.lowest


def test_hidden_at_first_and_measured_when_shown(qtbot: QtBot, window: Window) -> None:
    dock, player = window.docks["curvature"], window.player
    assert dock.isHidden()
    assert not player.wish.curvature
    assert player.run is not None
    assert player.run.reading is not None  # the tick knows it all the same
    assert lowest(window) is None
    dock.show()
    rest(qtbot, window)
    assert lowest(window) is not None
    chart = window.charts["curvature"]
    assert isinstance(chart, CurvatureChart)
    assert len(chart.curves[0].getData()[0]) > 0
    player.go_on(20)
    rest(qtbot, window)
    chart.step_chosen.emit(7)
    rest(qtbot, window)
    assert player.run.step == 7
    dock.hide()
    rest(qtbot, window)
    assert not player.wish.curvature


# --- the ticks


def slider_with(
    qtbot: QtBot, limits: tuple[RateLimit, ...], theme: str = look.DARK
) -> BigSlider:
    big = BigSlider(knobs(Descent)["learning_rate"])
    qtbot.addWidget(big, before_close_func=lambda _: big.hide())
    big.resize(260, 80)
    big.set_style(look.STYLES[theme])
    big.set_value(0.001)
    big.show()
    big.set_limits(limits)
    return big


def found(slider: LogSlider, colour: str) -> list[float]:
    """The columns of the groove that have a colour, in points."""
    image: QImage = slider.grab().toImage()
    ratio, y = image.devicePixelRatio(), round(5 * image.devicePixelRatio())
    wanted = QColor(colour).rgb()
    return [x / ratio for x in range(image.width()) if image.pixel(x, y) == wanted]


@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
def test_a_tick_stands_at_its_rate(qtbot: QtBot, theme: str) -> None:
    limits = (RateLimit(0.5, "2/λ", False, "A."), RateLimit(0.1, "M = 4", True, "B."))
    slider, style = slider_with(qtbot, limits, theme).slider, look.STYLES[theme]
    for limit, colour in zip(limits, (style.full, style.mean), strict=True):
        columns = found(slider, colour)
        assert columns
        assert np.mean(columns) == pytest.approx(slider._x(limit.rate), abs=1.5)


def test_ticks_beyond_the_ends_are_left_out(qtbot: QtBot) -> None:
    far = (RateLimit(50.0, "2/λ", False, "A."), RateLimit(1e-6, "M = 4", True, "B."))
    slider = slider_with(qtbot, far).slider
    assert slider.limits == ()
    assert found(slider, slider.style_.full) == []


def test_a_tick_does_not_tremble(qtbot: QtBot) -> None:
    big = slider_with(qtbot, (RateLimit(0.5, "2/λ", False, "A."),))
    first = big.slider.limits
    big.set_limits((RateLimit(0.505, "2/λ", False, "B."),))
    assert big.slider.limits == first  # half a point: it cannot be seen
    assert big.slider.toolTip().endswith("B.")  # but is told
    big.set_limits((RateLimit(0.505, "2/λ", False, "B."),), settled=True)
    assert big.slider.limits[0].rate == 0.505  # the same picture every time
    big.set_limits((RateLimit(0.7, "2/λ", False, "C."),))
    assert big.slider.limits[0].rate == 0.7
    big.set_limits((RateLimit(0.7, "2(1+β)/λ", False, "C."),))
    assert big.slider.limits[0].letters == "2(1+β)/λ"
    big.set_limits(())
    assert not big.slider.limits


def test_names_have_room_beside_each_other(qtbot: QtBot) -> None:
    limits = (RateLimit(0.5, "2/λ", False, "A."), RateLimit(0.49, "M = 4", True, "B."))
    slider = slider_with(qtbot, limits).slider
    picture = QPixmap(slider.size())
    painter = QPainter(picture)
    painter.setFont(look.font(11))
    (right, left) = slider._paint_limits(painter, 11)
    painter.end()
    assert left[1] <= right[0] + 8
    assert left[0] + 8 >= 0


def test_the_window_shows_the_ticks_of_its_run(
    qtbot: QtBot, open_window: Callable[..., Window]
) -> None:
    window = open_window(LINE)
    slider = window.panel.learning_rate.slider
    run = window.player.run
    assert run is not None
    assert run.reading is not None
    letters = {limit.letters: limit.rate for limit in slider.limits}
    assert letters["2/λ"] == pytest.approx(2 / run.reading.sharpness, rel=0.05)
    assert letters["M = 4"] == pytest.approx(run.noisy_limit, rel=0.05)
    assert "full-batch limit" in slider.toolTip()
    window.panel.choose_descent(batch_size=20)
    rest(qtbot, window)
    assert [limit.letters for limit in slider.limits] == ["2/λ"]
    assert "mean-square" not in slider.toolTip()
    window.panel.choose_descent(learning_rate=3 / run.reading.sharpness)
    rest(qtbot, window)
    assert "along the sharpest direction" in window.footer.sentence.text()


# --- the shipped scene


def examples(window: Window) -> QMenu:
    (menu,) = [
        menu
        for menu in window.menus.findChildren(QMenu)
        if menu.title() == "Open an example"
    ]
    menu.aboutToShow.emit()
    return menu


def test_the_edge_of_stability_opens_from_the_menu(
    qtbot: QtBot, qapp: QApplication, window: Window
) -> None:
    (entry,) = [a for a in examples(window).actions() if "edge" in a.text()]
    assert entry.text() == "The edge of stability"
    assert "Cohen" in entry.toolTip()
    entry.trigger()
    qtbot.waitUntil(lambda: window.documents.name == "The edge of stability")
    rest(qtbot, window)
    run = window.player.run
    assert run is not None
    assert run.step == 4000
    assert window.documents.path is None  # a shipped file is not written over
    assert not window.documents.modified
    for name in ("loss", "curvature"):
        assert not window.docks[name].isHidden()
    assert window.docks["gradients"].isHidden()
    steps, values = run.bends(10_000)
    assert len(steps) > 20
    late = values[steps > 2000, 0] * 0.06 / 2
    assert np.abs(late - 1).max() < 0.15
