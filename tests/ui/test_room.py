"""What gives way where there is little room, and what stays inside its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton

from gdviz.core.functions import PlusAndMinus
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.schedules import SCHEDULES
from gdviz.session.scene import Descent, Scene
from gdviz.ui import docks, room
from gdviz.ui.dockbar import DockBar
from gdviz.ui.panels.sentence import Sentences
from gdviz.ui.plots.race import RaceChart
from gdviz.ui.plots.variance import VarianceChart
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.core.optimizers import Optimizer
    from gdviz.core.schedules import Schedule
    from gdviz.ui.window import Window

SIDES = ("left", "bottom")
SAID = "One is <b>first</b>. Two comes after it, as 0.05 says. Three: the last of all."


@pytest.mark.parametrize(
    ("height", "names", "legend"),
    [(200, True, True), (100, False, True), (60, False, False)],
)
def test_a_low_plot_leaves_out_names(
    qtbot: QtBot, window: Window, height: int, names: bool, legend: bool
) -> None:
    chart = window.loss
    window.docks[chart.name].setFloating(True)
    chart.setFixedHeight(height)
    qtbot.waitUntil(lambda: chart.height() == height)
    rest(qtbot, window)
    axes = [chart.item.getAxis(side) for side in SIDES]
    assert [axis.label.isVisible() for axis in axes] == [names, names]
    assert chart.words.label.isVisible() == legend
    chart.setFixedHeight(200)
    qtbot.waitUntil(chart.words.label.isVisible)
    assert all(axis.label.isVisible() for axis in axes)
    assert axes[1].labelText == "step"


def test_the_last_note_gives_way_where_a_plot_is_lowest(
    qtbot: QtBot, window: Window
) -> None:
    chart = window.charts["variance"]
    assert isinstance(chart, VarianceChart)
    window.docks[chart.name].show()
    window.docks[chart.name].setFloating(True)
    for height, rows in ((60, 0), (75, 1)):
        chart.setFixedHeight(height)
        qtbot.waitUntil(lambda height=height: chart.height() == height)  # type: ignore[misc]
        rest(qtbot, window)
        assert len(chart.notes.rows()) == rows


def test_seven_plots_at_the_side_stay_above_the_footer(
    qtbot: QtBot, window: Window
) -> None:
    window.resize(1024, 640)
    for name in docks.SIDE:
        window.docks[name].setVisible(name in docks.SIDE[:7])
    room.share_room(window)
    rest(qtbot, window)
    top = window.footer.mapTo(window, QPoint()).y()
    for name in docks.SIDE[:7]:
        chart = window.charts[name]
        assert chart.mapTo(window, chart.rect().bottomLeft()).y() <= top
        assert chart.isVisible()


@pytest.mark.parametrize("schedule", SCHEDULES.values())
@pytest.mark.parametrize("optimizer", [OPTIMIZERS["nadam"], OPTIMIZERS["sgld"]])
def test_the_column_of_settings_is_as_wide_as_its_place(
    qtbot: QtBot,
    open_window: Callable[..., Window],
    optimizer: type[Optimizer],
    schedule: type[Schedule],
) -> None:
    descent = Descent(4, 0.012345, optimizer=optimizer(), schedule=schedule())
    window = open_window(Scene(descent=descent), 137)
    for button in window.panel.findChildren(QAbstractButton):
        if "settings" in button.text():
            button.click()
    rest(qtbot, window)
    inside = window.panel.widget()
    assert inside is not None
    assert inside.width() <= window.panel.viewport().width()


def test_as_many_whole_sentences_as_there_is_room_for(
    qapp: QApplication, qtbot: QtBot
) -> None:
    line = Sentences()
    qtbot.addWidget(line)
    line.show()
    line.resize(2000, 30)
    line.show_words(SAID)
    assert line.text() == line.toolTip() == SAID
    seen = set[str]()
    for width in range(600, 20, -20):
        line.resize(width, 30)
        text = re.sub("^<span[^>]*>(.*)</span>$", r"\1", line.text())
        seen.add(text)
        assert text == SAID or text.endswith(". …")
        assert (text != line.text()) == (text != SAID and line._wide(text) > width)
        assert line.toolTip() == SAID
    assert "One is <b>first</b>. …" in seen
    line.resize(2000, 30)
    assert line.text() == SAID


def test_the_surface_fills_the_view_after_a_scene_of_one_parameter(
    qtbot: QtBot, open_window: Callable[..., Window]
) -> None:
    window = open_window(Scene())
    window.player.open(Scene(data=PlusAndMinus(), descent=Descent(2)), 0)
    rest(qtbot, window)
    assert window.centre.chart is window.curves
    window.player.open(Scene(), 3)
    rest(qtbot, window)
    run, (across, up) = window.player.run, window.surface.box.viewRange()
    assert run is not None
    assert run.surface is not None
    region = run.surface.region
    assert (region.left, region.right) == pytest.approx(across)
    assert (region.bottom, region.top) == pytest.approx(up)


def test_rings_of_racers_are_rings(qtbot: QtBot, window: Window) -> None:
    chart = window.charts[RaceChart.name]
    assert isinstance(chart, RaceChart)
    window.docks[RaceChart.name].show()
    rest(qtbot, window)
    window.docks[RaceChart.name].setFloating(True)
    assert len(chart.rings.data) == 1
    assert chart.rings.data[0]["pen"].isCosmetic()


def bar_of(window: Window, name: str) -> DockBar:
    bar = window.docks[name].titleBarWidget()
    assert isinstance(bar, DockBar)
    return bar


def test_the_bars_of_docks_are_as_large_as_all_words(
    qtbot: QtBot, window: Window
) -> None:
    room.open_panels(window, ("network",))
    bar = bar_of(window, "network")
    sizes = []
    try:
        for percent in (100, 200):
            window.set_size(percent)
            rest(qtbot, window)
            icons = {b.iconSize().width() for b in (bar.float, bar.shut)}
            sizes.append((bar.title.fontMetrics().height(), *icons))
    finally:
        window.set_size(100)
    (usual, icon), (large, larger) = sizes
    assert large >= 1.8 * usual
    assert larger == 2 * icon
    assert bar.title.text() == "Network"


def test_the_buttons_of_a_dock_take_it_out_and_close_it(
    qtbot: QtBot, window: Window
) -> None:
    room.open_panels(window, ("network",))
    dock, left = window.docks["network"], Qt.MouseButton.LeftButton
    qtbot.mouseClick(bar_of(window, "network").float, left)
    assert dock.isFloating()
    qtbot.mouseClick(bar_of(window, "network").float, left)
    assert not dock.isFloating()
    qtbot.mouseClick(bar_of(window, "network").shut, left)
    assert dock.isHidden()
    dock.toggleViewAction().trigger()
    assert bar_of(window, "network").title.text() == "Network"


def test_the_icons_of_a_dock_follow_the_theme(qtbot: QtBot, window: Window) -> None:
    room.open_panels(window, ("network",))
    pictures = []
    for theme in ("light", "dark"):
        window.set_theme(theme)
        rest(qtbot, window)
        pictures.append(bar_of(window, "network").shut.icon().pixmap(20).toImage())
    assert pictures[0] != pictures[1]


def test_large_words_get_the_panels_below_more_room_and_tabs(
    qtbot: QtBot, window: Window
) -> None:
    window.resize(1280, 800)
    shares = []
    try:
        for percent in (100, 200):
            window.set_size(percent)
            room.open_panels(window, ("network",))
            rest(qtbot, window)
            shares.append(room._low(window, room._height(window)))
            room.open_panels(window, ("network", "arithmetic"))
            rest(qtbot, window)
            tabs = window.tabifiedDockWidgets(window.docks["network"])
            assert bool(tabs) == (percent == 200)
            assert isinstance(window.docks["network"].titleBarWidget(), DockBar) == (
                percent == 100
            )
    finally:
        window.set_size(100)
    heights = [share / room._height(window) for share in shares]
    assert heights[1] <= 0.5 + 1e-9
    assert shares[0] == 250


def test_a_bar_that_is_hidden_takes_no_room(window: Window) -> None:
    before = room._height(window)
    window.transport.hide()
    assert room._height(window) >= before + 20
    window.transport.show()
