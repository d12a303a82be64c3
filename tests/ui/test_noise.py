"""The noise of the gradients on screen: the cloud, the variance, the noise scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdviz.core.batches import REPLACEMENT
from gdviz.core.datasets import LineWithNoise, Moons
from gdviz.core.functions import GivenGradients
from gdviz.core.models import MLP, Linear
from gdviz.session.noise import PANELS_OF_NOISE, SCALE, SQUARED, TRACE
from gdviz.session.noisewords import NOTHING
from gdviz.session.scene import Descent, Scene
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.noise import NoiseChart
from gdviz.ui.plots.noise_scale import OF_ANGLE, OF_SCALE, OF_SIZE, NoiseScaleChart
from gdviz.ui.plots.variance import VarianceChart
from tests.session.asking import Screen
from tests.ui.charts import shown
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.core.clouds import Cloud
    from gdviz.core.variances import Variances
    from gdviz.session.run import Run
    from gdviz.ui.window import Window

LINE = Scene(data=LineWithNoise(n_examples=20), descent=Descent(4, 0.02))
SIX = Scene(data=LineWithNoise(n_examples=6), descent=Descent(2, 0.02))
NET = Scene(data=Moons(n_examples=30), model=MLP((5,)), descent=Descent(8, 0.3))


def heard(scene: Scene, steps: int = 0) -> Screen:
    screen = Screen(scene, steps, noise=True)
    screen.rest(noise=True)
    return screen


def cloud_of(run: Run) -> Cloud:
    assert run.noise.clouded is not None
    assert run.noise.clouded.cloud is not None
    return run.noise.clouded.cloud


def variances_of(run: Run) -> Variances:
    assert run.noise.measured is not None
    assert run.noise.measured.variances is not None
    return run.noise.measured.variances


def points(item: object) -> np.ndarray:
    return np.column_stack(item.getData())  # type: ignore[attr-defined]


def inside(chart: NoiseChart, where: np.ndarray) -> bool:
    (left, right), (bottom, top) = chart.box.viewRange()
    x, y = where.T
    return bool(((x >= left) & (x <= right) & (y >= bottom) & (y <= top)).all())


# --- all three


@pytest.mark.parametrize("name", PANELS_OF_NOISE)
@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
@pytest.mark.parametrize(
    ("scene", "steps"),
    [
        (LINE, 0),
        (NET, 1),
        (LINE.down(order=REPLACEMENT, batch_size=15), 1),
        (LINE.down(batch_size=20), 3),
        (LINE.down(learning_rate=3.0), 5000),  # diverged
        (Scene(data=GivenGradients(((1.0, 2.0),)), descent=Descent(1, 0.1)), 1),
        (Scene(data=GivenGradients(), descent=Descent(1, 0.1)), 2),
        (Scene(data=LineWithNoise(n_examples=20), model=Linear(bias=False)), 2),
    ],
)
def test_drawn_whatever_the_run(
    qtbot: QtBot, name: str, theme: str, scene: Scene, steps: int
) -> None:
    quiet = Screen(scene, steps)
    chart = shown(qtbot, PLOTS[name], quiet.run, (350, 170), theme)  # not measured
    quiet.ask(noise=True)  # a first part of it
    chart.show_run(quiet.run)
    quiet.rest(noise=True)
    chart.show_run(quiet.run)
    chart.refit()
    chart.grab()
    told = " ".join(name.text for name in chart.notes.names) + chart.notes.sentence  # type: ignore[attr-defined]
    assert "nan" not in told.lower()
    chart.show_run(Screen(LINE).run)  # another run, not measured
    assert chart.notes.names == ()  # type: ignore[attr-defined]


def test_registered_and_hidden_at_first(window: Window) -> None:
    assert set(PANELS_OF_NOISE) <= set(PLOTS)
    assert all(window.docks[name].isHidden() for name in PANELS_OF_NOISE)
    assert not watching(window)


def watching(window: Window) -> bool:
    """Whether the noise is asked for now."""
    return window.player.wish.noise


def test_measured_while_one_of_them_is_seen(qtbot: QtBot, window: Window) -> None:
    player = window.player
    assert player.run is not None
    for name in ("variance", "noise"):
        window.docks[name].show()
    rest(qtbot, window)
    assert watching(window)
    assert player.run.noise.measured is not None
    assert player.run.noise.measured.step == player.run.step
    window.docks["variance"].hide()
    rest(qtbot, window)
    assert watching(window)  # the other one is still there
    player.go_on(20)
    rest(qtbot, window)
    assert cloud_of(player.run).points.shape == (2000, 2)
    assert player.run.noise.clouded is not None
    assert player.run.noise.clouded.step == player.run.step
    window.docks["noise"].hide()
    rest(qtbot, window)
    assert not watching(window)
    before = player.run.noise.latest
    player.go_on(5)
    rest(qtbot, window)
    assert player.run.noise.latest is before


# --- the cloud


def test_the_cloud_is_of_minus_the_gradients(qtbot: QtBot) -> None:
    run = heard(SIX).run
    chart, cloud = shown(qtbot, NoiseChart, run), cloud_of(run)
    drawn = points(chart.points)
    assert_allclose(drawn, -cloud.points)
    assert_allclose(points(chart.centre), run.snapshot.arrows.full[None], rtol=1e-9)
    assert_allclose(points(chart.mean), drawn.mean(axis=0)[None], rtol=1e-9)
    assert_allclose(points(chart.batch), run.snapshot.arrows.mean[None])
    nearest = np.abs(drawn - run.snapshot.arrows.mean).max(axis=1).min()
    assert nearest < 1e-12  # the next batch is one of them
    assert chart.title == "Means of batches of 2: all 15"
    assert np.ptp(points(chart.error), axis=0).max() == 0  # exact: no error
    assert chart.item.getAxis("bottom").labelText == "−∂/∂w"
    pixel = chart.box.viewPixelSize()
    assert pixel[0] == pytest.approx(pixel[1], rel=0.02)
    assert inside(chart, np.concatenate([drawn, np.zeros((1, 2))]))


def test_its_ellipses_are_one_and_two_deviations(qtbot: QtBot) -> None:
    run = heard(NET).run
    chart, cloud = shown(qtbot, NoiseChart, run), cloud_of(run)
    for item, centre, spread in (
        (chart.own, cloud.mean, cloud.covariance),
        (chart.theory, cloud.centre, cloud.theory),
    ):
        ring = points(item)
        (gap,) = np.flatnonzero(np.isnan(ring[:, 0]))
        for part, times in ((ring[:gap], 1.0), (ring[gap + 1 :], 2.0)):
            away = part + centre
            far = np.einsum("ki,ij,kj->k", away, np.linalg.inv(spread), away)
            assert_allclose(far, times**2, rtol=1e-6)
    assert chart.own.pen.style() == Qt.PenStyle.SolidLine
    assert chart.theory.pen.style() == Qt.PenStyle.DashLine
    chart.set_hidden(frozenset({legend.SPREAD}))
    assert len(points(chart.own)) == len(points(chart.theory)) == 0


def test_the_standard_error_is_a_cross(qtbot: QtBot) -> None:
    run = heard(LINE).run
    chart, cloud = shown(qtbot, NoiseChart, run), cloud_of(run)
    assert not cloud.whole
    arms = points(chart.error)
    assert_allclose(np.ptp(arms, axis=0), 2 * cloud.error, rtol=1e-9)
    assert_allclose(arms.mean(axis=0), -cloud.mean, rtol=1e-9)
    assert any("standard errors off" in name.text for name in chart.notes.names)
    assert "twice" not in chart.notes.sentence
    assert "for M = 8:" in chart.notes.sentence


def test_the_next_batch_is_marked_at_its_own_step_only(qtbot: QtBot) -> None:
    screen = heard(LINE)
    chart = shown(qtbot, NoiseChart, screen.run)
    assert len(points(chart.batch)) == 1
    screen.ask(steps=1)  # a step further, and the cloud is the old one
    chart.show_run(screen.run)
    assert len(points(chart.batch)) == 0
    assert chart.title.endswith("· step 0")
    screen.rest(noise=True)
    chart.show_run(screen.run)
    assert len(points(chart.batch)) == 1
    chart.set_hidden(frozenset({legend.MEAN}))
    assert len(points(chart.batch)) == 0


def test_one_parameter_is_spread_out_to_be_seen(qtbot: QtBot) -> None:
    scene = Scene(data=LineWithNoise(n_examples=20), model=Linear(bias=False))
    run = heard(scene, 2).run
    chart, cloud = shown(qtbot, NoiseChart, run), cloud_of(run)
    drawn = points(chart.points)
    assert_allclose(drawn[:, 0], -cloud.points[:, 0])
    assert np.ptp(drawn[:, 1]) > 0.1 * np.ptp(drawn[:, 0])
    ring = points(chart.theory)
    ring = ring[np.isfinite(ring[:, 0])]
    deviation = np.sqrt(cloud.theory[0, 0])
    assert np.ptp(ring[:, 0]) == pytest.approx(4 * deviation, rel=0.01)
    assert "spread out" in chart.item.getAxis("left").labelText


def test_words_keep_clear_of_the_cloud(qtbot: QtBot) -> None:
    run = heard(LINE).run
    for size in ((640, 560), (350, 250), (300, 150)):
        chart = shown(qtbot, NoiseChart, run, size)
        height = chart.box.height()
        (_, _), (bottom, top) = chart.box.viewRange()
        ring = points(chart.theory)
        ring = ring[np.isfinite(ring[:, 0])]
        above = (top - ring[:, 1].max()) / (top - bottom) * height
        below = (ring[:, 1].min() - bottom) / (top - bottom) * height
        assert above >= chart.notes.top - 1
        assert below >= chart.notes.foot - 1
        assert chart.notes.top + chart.notes.foot < 0.6 * height


# --- variance over the batch size


def test_the_points_lie_on_the_law(qtbot: QtBot) -> None:
    run = heard(LINE).run
    chart, told = shown(qtbot, VarianceChart, run), variances_of(run)
    x, y = points(chart.dots).T
    assert_allclose(10**x, told.sizes[:-1])
    assert_allclose(10**y, told.measured[:-1])  # the last is 0: it has no logarithm
    law = points(chart.law)
    noise = run.noise.latest.noise  # type: ignore[union-attr]
    for size in (1, 4):
        found = np.interp(np.log10(size), *law.T)
        assert 10**found == pytest.approx(
            noise.variance(size, replaced=False), rel=1e-3
        )
    assert_allclose(points(chart.end)[0, 0], np.log10(20))
    bottom = chart.box.viewRange()[1][0]
    assert points(chart.end)[0, 1] == pytest.approx(bottom, abs=0.3)
    assert any("0 at M = N = 20" in name.text for name in chart.notes.names)
    assert chart.now.value() == pytest.approx(np.log10(4))
    assert 10 ** points(chart.here)[0, 1] == pytest.approx(
        noise.variance(4, replaced=False)
    )
    bars = points(chart.errors).reshape(-1, 2, 2)
    ups = 10 ** bars[:, 1, 1] - told.measured[:-1]
    assert_allclose(ups, told.errors[:-1], rtol=1e-6, atol=1e-12)


def test_with_replacement_the_law_is_straight(qtbot: QtBot) -> None:
    run = heard(LINE.down(order=REPLACEMENT, batch_size=7)).run
    chart = shown(qtbot, VarianceChart, run)
    x, y = points(chart.law).T
    assert_allclose(np.diff(y), -np.diff(x), atol=1e-9)  # slope −1
    assert 10 ** x[-1] == pytest.approx(20)
    assert len(points(chart.end)) == 0
    assert chart.law.pen.style() == Qt.PenStyle.SolidLine
    assert chart.other.pen.style() == Qt.PenStyle.DashLine
    bent = points(chart.other)
    assert 10 ** bent[-1, 0] == pytest.approx(20)
    assert bent[-1, 1] < chart.box.viewRange()[1][0]  # it leaves the plot


def test_points_of_another_step_are_not_shown(qtbot: QtBot) -> None:
    screen = heard(LINE)
    chart = shown(qtbot, VarianceChart, screen.run)
    assert len(points(chart.dots)) > 5
    screen.ask(steps=30, noise=True)
    assert screen.run.noise.latest is not None
    assert screen.run.noise.latest.step == 30
    chart.show_run(screen.run)
    assert len(points(chart.dots)) == 0
    assert len(points(chart.law)) > 5


def test_no_noise_has_a_sentence(qtbot: QtBot) -> None:
    scene = Scene(data=GivenGradients(((1.0, 2.0),)), descent=Descent(1, 0.1))
    chart = shown(qtbot, VarianceChart, heard(scene).run)
    assert chart.empty.isVisible()
    assert chart.empty.text == NOTHING
    assert not chart.law.isVisible()
    chart.show_run(heard(LINE).run)
    assert not chart.empty.isVisible()
    assert chart.law.isVisible()


# --- over steps


@pytest.mark.parametrize(
    ("kind", "column", "line"),
    [(OF_SCALE, SCALE, np.log10(4)), (OF_SIZE, TRACE, None), (OF_ANGLE, -1, 1.0)],
)
def test_each_kind_is_drawn_over_steps(
    qtbot: QtBot, kind: str, column: int, line: float | None
) -> None:
    screen = Screen(LINE, 0, noise=True)
    for _ in range(5):
        screen.ask(steps=10, noise=True)
    screen.rest(noise=True)
    chart = shown(qtbot, NoiseScaleChart, screen.run)
    chart.set_kind(kind)
    assert chart.choice.currentData() == kind
    steps, values = screen.run.noise.over_steps(1000)
    x, y = points(chart.first).T
    assert x.tolist() == steps.tolist()
    assert_allclose(y if kind == OF_ANGLE else 10**y, values[:, column])
    assert len(points(chart.second)) == (len(steps) if kind == OF_SIZE else 0)
    if kind == OF_SIZE:
        assert_allclose(10 ** points(chart.second)[:, 1], values[:, SQUARED])
    assert chart.level.isVisible() == (line is not None)
    if line is not None:
        assert chart.level.value() == pytest.approx(line)
    (low, high), (bottom, top) = chart.box.viewRange()
    assert low <= 0
    assert high >= 50
    assert bottom < y.min()
    assert top > y.max()
    assert chart.now.value() == 50
    assert chart.item.getAxis("left").plain == (kind == OF_ANGLE)


def test_the_choice_beside_the_title(qtbot: QtBot) -> None:
    chart = shown(qtbot, NoiseScaleChart, heard(LINE).run)
    assert chart.corner is chart.choice
    titles = set()
    for place in range(chart.choice.count()):
        chart.choice.setCurrentIndex(place)
        chart.choice.activated.emit(place)
        titles.add(chart.title)
    assert len(titles) == 3


def test_the_words_name_the_numbers(qtbot: QtBot) -> None:
    run = heard(LINE).run
    chart = shown(qtbot, NoiseScaleChart, run)
    noise = run.noise.latest.noise  # type: ignore[union-attr]
    texts = [name.text for name in chart.notes.names]
    assert texts == [f"━ tr Σ/‖∇L‖² = {noise.scale:.4g}", "╌ batch size M = 4"]
    assert chart.notes.sentence.startswith("Noise scale ")
    chart.set_kind(OF_ANGLE)
    assert "°" in chart.notes.names[0].text
    assert "off ∇L" in chart.notes.sentence


def test_a_click_goes_to_a_step(
    qtbot: QtBot, qapp: QApplication, open_window: Callable[..., Window]
) -> None:
    window = open_window(LINE, 40)
    window.docks["noise_scale"].show()
    rest(qtbot, window)
    chart = window.charts["noise_scale"]
    assert isinstance(chart, NoiseScaleChart)
    at = chart.box.mapViewToScene(chart.box.viewRect().center())
    QTest.mouseClick(
        chart.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(round(at.x()), round(at.y())),
    )
    run = window.player.run
    assert run is not None
    qtbot.waitUntil(lambda: run.step < 40)
    rest(qtbot, window)
    assert run.step == pytest.approx(chart.box.viewRect().center().x(), abs=3)
