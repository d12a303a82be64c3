"""The averaging lab in the real window: recipes, ghosts, phases, one selection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from gdviz.core.averaging import RECIPES, recipes_for
from gdviz.core.datasets import LineWithNoise, Moons, TwoPoints
from gdviz.core.functions import GivenGradients, PlusAndMinus, SquareAndCube
from gdviz.core.models import MLP, Linear
from gdviz.core.wrongs import LossAsError, MeanError
from gdviz.session.beats import DIVIDE, OPTIMISER, SUM
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.stride import EPOCH, EXAMPLE, UPDATE
from tests.ui.conftest import rest
from tests.ui.test_window import press, run_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

    Opening = Callable[..., Window]


def colours(window: Window) -> list[str]:
    return [thick.colour for _, _, thick in window.surface.step.thick._arrows]


def click(qtbot: QtBot, window: Window, chart: Chart, x: float, y: float) -> None:
    """Click a plot at a point of its own units, as a mouse would."""
    scene = chart.box.mapViewToScene(QPointF(x, y))
    at = chart.view.mapFromScene(scene)
    qtbot.mouseClick(chart.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(5)
    rest(qtbot, window)


def test_a_ghost_is_added_measured_and_removed(window: Window, qtbot: QtBot) -> None:
    panel = window.panel.ghosts
    combo = panel.combo
    combo.setCurrentIndex(combo.findData(MeanError.name))
    combo.activated.emit(combo.currentIndex())
    rest(qtbot, window)
    (ghost,) = run_of(window).snapshot.ghosts
    assert ghost.descent.recipe == MeanError()
    assert ghost.step == run_of(window).step == 3
    assert f"{ghost.angle:.0f}° off" in panel._words[0].text()
    assert window.style_.ghost in colours(window)
    assert combo.findData(MeanError.name) == -1
    (drawn,) = window.surface.step.ghosts._ghosts
    assert drawn.path[-1].tolist() == ghost.here.tolist()
    assert len(drawn.path) == 4
    cell = panel.rows.itemAtPosition(2, 1)
    assert cell is not None
    drop = cell.widget()
    qtbot.mouseClick(drop, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert run_of(window).snapshot.ghosts == ()
    assert window.style_.ghost not in colours(window)


def test_of_two_ghosts_of_one_recipe_the_right_one_goes(
    open_window: Opening, qtbot: QtBot
) -> None:
    slow = Descent(recipe=MeanError(), learning_rate=0.001)
    window = open_window(Scene(ghosts=(Descent(recipe=MeanError()), slow)))
    panel = window.panel.ghosts
    cells = [panel.rows.itemAtPosition(2 * n, 0) for n in (1, 2)]
    names = [c.widget().text() for c in cells if c is not None]  # type: ignore[union-attr]
    assert ["η&nbsp;0.001" in name for name in names] == [False, True]
    cell = panel.rows.itemAtPosition(2, 1)
    assert cell is not None
    qtbot.mouseClick(cell.widget(), Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    (left,) = run_of(window).snapshot.ghosts
    assert left.descent == slow


def test_ghosts_change_nothing_of_the_path(open_window: Opening, qtbot: QtBot) -> None:
    ghosts = tuple(Descent(recipe=r()) for r in RECIPES.values())[1:]
    window = open_window(Scene(ghosts=ghosts))
    window.player.forward()
    rest(qtbot, window)
    alone = Trainer(Scene())
    alone.advance(4)
    assert (run_of(window).snapshot.record.theta == alone.state.theta).all()
    assert [g.step for g in run_of(window).snapshot.ghosts] == [4] * len(ghosts)


def test_the_sliders_move_the_ghosts_too(open_window: Opening, qtbot: QtBot) -> None:
    own = Descent(recipe=MeanError(), learning_rate=0.5)
    window = open_window(Scene(ghosts=(Descent(recipe=LossAsError()), own)))
    window.panel.choose_descent(batch_size=7, learning_rate=0.01)
    rest(qtbot, window)
    first, second = (g.descent for g in run_of(window).snapshot.ghosts)
    assert (first.batch_size, first.learning_rate) == (7, 0.01)
    assert (second.batch_size, second.learning_rate) == (7, 0.5)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_chosen(window: Window, qtbot: QtBot, name: str) -> None:
    window.panel.recipe.picked.emit(name)
    rest(qtbot, window)
    snapshot = run_of(window).snapshot
    assert snapshot.scene.descent.recipe.name == name
    assert window.panel.recipe.combo.currentData() == name
    same = np.allclose(snapshot.record.handed, snapshot.record.gradient)
    assert (window.style_.ghost in colours(window)) == (not same)
    said = window.footer.sentence.text()
    assert (RECIPES[name].title in said) == (name != "mean")


PHASES = [  # arrows, is the mean known, is the update known
    (0, False, False), (1, False, False), (2, False, False), (3, False, False),
    (4, False, False), (4, False, False), (4, True, False), (4, True, True),
]  # fmt: skip


def test_an_update_phase_by_phase(window: Window, qtbot: QtBot) -> None:
    window.panel.choose_descent(optimizer=Descent().optimizer)
    press(qtbot, window, Qt.Key.Key_E)
    assert window.transport.unit.currentData() == EXAMPLE
    for arrows, mean, update in PHASES:
        beat = run_of(window).beat
        assert beat is not None
        assert len(window.surface.step.thin.tips) == arrows
        assert (window.style_.mean in colours(window)) == mean
        assert window.surface.hides(legend.UPDATE) == (not update)
        if beat.place >= 0:
            assert (
                run_of(window).chosen == run_of(window).snapshot.record.rows[beat.place]
            )
            assert f"Example {beat.place + 1} of 4" in window.footer.sentence.text()
        press(qtbot, window, Qt.Key.Key_Right)
    assert run_of(window).step == 4
    beat = run_of(window).beat
    assert beat is not None
    assert beat.number == 0


def test_phases_go_back_over_the_update(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_E)
    before = run_of(window).snapshot.record
    for _ in PHASES:
        press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Left)
    beat = run_of(window).beat
    assert beat is not None
    assert (run_of(window).step, beat.phase) == (3, OPTIMISER)
    assert (run_of(window).snapshot.record.gradients == before.gradients).all()
    press(qtbot, window, Qt.Key.Key_Left)
    assert run_of(window).beat is not None
    assert run_of(window).beat.phase == DIVIDE  # type: ignore[union-attr]


def test_the_chain_ends_at_the_sum_and_then_at_the_mean(
    window: Window, qtbot: QtBot
) -> None:
    chart = window.charts["gradients"]
    press(qtbot, window, Qt.Key.Key_E)
    for _ in range(5):
        press(qtbot, window, Qt.Key.Key_Right)
    arrows = run_of(window).snapshot.arrows
    assert run_of(window).beat.phase == SUM  # type: ignore[union-attr]
    total = arrows.examples.sum(axis=0)
    assert chart.chain.tips[-1] == pytest.approx(total)  # type: ignore[attr-defined]
    press(qtbot, window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: chart.dividing.factor == 0.25)  # type: ignore[attr-defined]
    qtbot.wait(20)
    assert chart.chain.tips[-1] == pytest.approx(arrows.mean)  # type: ignore[attr-defined]


def test_head_to_tail_at_rest_ends_at_the_mean(window: Window, qtbot: QtBot) -> None:
    chart = window.charts["gradients"]
    assert len(chart.chain.tips) == 0  # type: ignore[attr-defined]
    press(qtbot, window, Qt.Key.Key_H)
    assert window.panel.marks.boxes[legend.CHAIN].isChecked()
    mean = run_of(window).snapshot.arrows.mean
    assert chart.chain.tips[-1] == pytest.approx(mean)  # type: ignore[attr-defined]
    press(qtbot, window, Qt.Key.Key_H)
    assert len(chart.chain.tips) == 0  # type: ignore[attr-defined]


def test_ghosts_are_hidden_by_their_key(open_window: Opening, qtbot: QtBot) -> None:
    window = open_window(Scene(ghosts=(Descent(recipe=MeanError()),)))
    assert window.style_.ghost in colours(window)
    press(qtbot, window, Qt.Key.Key_G)
    assert window.style_.ghost not in colours(window)
    assert window.surface.step.ghosts._ghosts == []


@pytest.mark.parametrize(("size", "end"), [(4, 10), (7, 6), (40, 4)])
def test_an_epoch_at_a_time(
    open_window: Opening, qtbot: QtBot, size: int, end: int
) -> None:
    window = open_window(Scene(descent=Descent(batch_size=size)))
    press(qtbot, window, Qt.Key.Key_P)
    assert window.player.stride.unit == EPOCH
    press(qtbot, window, Qt.Key.Key_Right)
    assert run_of(window).step == end
    press(qtbot, window, Qt.Key.Key_Left)
    assert run_of(window).step == max(0, end - -(-40 // size))
    press(qtbot, window, Qt.Key.Key_U)
    assert window.player.stride.unit == UPDATE
    assert window.transport.unit.currentData() == UPDATE


def test_playing_by_examples_makes_updates(window: Window, qtbot: QtBot) -> None:
    window.player.set_unit(EXAMPLE)
    window.player.speed = 1000.0
    window.player.play()
    qtbot.waitUntil(lambda: run_of(window).step >= 5, timeout=10_000)
    window.player.play(False)
    rest(qtbot, window)
    alone = Trainer(Scene())
    alone.advance(run_of(window).step)
    assert (run_of(window).snapshot.record.theta == alone.state.theta).all()


def test_one_selection_everywhere(window: Window, qtbot: QtBot) -> None:
    record, data = run_of(window).snapshot.record, window.charts["data"]
    assert isinstance(data, Chart)
    row = int(record.rows[2])
    portrait = run_of(window).snapshot.portrait
    x, y = portrait.points[portrait.rows.tolist().index(row)]
    click(qtbot, window, data, float(x), float(y))
    chosen = run_of(window).snapshot.chosen
    assert chosen is not None
    assert (chosen.row, chosen.place) == (row, 2)
    assert chosen.gradient.tolist() == record.gradients[2].tolist()
    assert window.style_.chosen in colours(window)
    assert data.chosen.getData()[0].tolist() == [x]  # type: ignore[attr-defined]
    assert len(window.surface.own_lines.xData) > 100
    thick = window.charts["gradients"].thick  # type: ignore[attr-defined]
    tips = {t.colour: (tip.x(), tip.y()) for _, tip, t in thick._arrows}
    assert tips[window.style_.chosen] == pytest.approx(tuple(chosen.arrow))
    at, height = window.charts["loss"].own.getData()  # type: ignore[attr-defined]
    assert (at.tolist(), 10 ** height[0]) == ([3], pytest.approx(chosen.loss))
    assert "selected" in window.charts["loss"].words.text  # type: ignore[attr-defined]
    press(qtbot, window, Qt.Key.Key_Escape)
    assert run_of(window).snapshot.chosen is None
    assert window.style_.chosen not in colours(window)
    assert len(window.surface.own_lines.xData) == 0


@pytest.mark.parametrize("name", ["surface", "gradients"])
@pytest.mark.parametrize("place", [0, 3])
def test_an_arrow_can_be_clicked(
    window: Window, qtbot: QtBot, name: str, place: int
) -> None:
    chart = window.charts[name]
    assert isinstance(chart, Chart)
    thin = chart.step.thin if name == "surface" else chart.thin  # type: ignore[attr-defined]
    click(qtbot, window, chart, *map(float, thin.tips[place]))
    assert run_of(window).chosen == run_of(window).snapshot.record.rows[place]
    left, right = chart.box.viewRange()[0]
    bottom, top = chart.box.viewRange()[1]
    click(
        qtbot,
        window,
        chart,
        right - 0.02 * (right - left),
        bottom + 0.02 * (top - bottom),
    )
    assert run_of(window).chosen is None


@pytest.mark.parametrize("name", ["data", "gradients", "surface"])
def test_a_plot_without_room_can_be_clicked(
    window: Window, qtbot: QtBot, name: str
) -> None:
    chart = window.charts[name]
    assert isinstance(chart, Chart)
    window.player.choose(int(run_of(window).snapshot.record.rows[0]))
    rest(qtbot, window)
    chart.view.setFixedSize(1, 1)
    chart.box.setGeometry(QRectF(0, 0, 0, 0))
    assert 0.0 in chart.box.viewPixelSize()
    middle = chart.view.viewport().rect().center()
    qtbot.mouseClick(chart.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    chart._clicked(Clicked())  # type: ignore[attr-defined]
    rest(qtbot, window)
    assert run_of(window).chosen is None


class Clicked:
    """A click, as pyqtgraph tells it."""

    def button(self) -> Qt.MouseButton:
        return Qt.MouseButton.LeftButton

    def double(self) -> bool:
        return False

    def scenePos(self) -> QPointF:  # noqa: N802
        return QPointF(0.5, 0.5)


def test_a_selected_example_stays_selected(window: Window, qtbot: QtBot) -> None:
    row = int(run_of(window).snapshot.record.rows[0])
    window.player.choose(row)
    rest(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Right)
    chosen = run_of(window).snapshot.chosen
    assert chosen is not None
    assert chosen.row == row
    rows = run_of(window).snapshot.record.rows.tolist()
    assert chosen.place == (rows.index(row) if row in rows else -1)


@pytest.mark.parametrize(
    "data", [PlusAndMinus(), SquareAndCube(), GivenGradients(), TwoPoints()]
)
def test_formulas_have_no_model_to_choose(
    open_window: Opening, qtbot: QtBot, data: PlusAndMinus
) -> None:
    window = open_window(Scene(data=data, model=Linear(bias=False)))
    network = isinstance(data, TwoPoints)
    assert window.panel.model.isVisibleTo(window.panel) == network
    assert window.panel.loss.isVisibleTo(window.panel) == network
    offered = window.panel.recipe.combo
    names = [offered.itemData(i) for i in range(offered.count())]
    assert names == [r.name for r in recipes_for(network)]
    one = len(run_of(window).facts.parameters) == 1
    assert (window.centre.chart is window.curves) == one


def test_a_start_is_typed_in(window: Window, qtbot: QtBot) -> None:
    field = window.panel.start
    field.setFocus()
    qtbot.keyClicks(field, "0.5, -1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    rest(qtbot, window)
    window.player.seek(0)
    rest(qtbot, window)
    assert run_of(window).snapshot.record.theta.tolist() == [0.5, -1.0]
    assert window.player.scene.start == (0.5, -1.0)


def test_gradients_are_typed_in(open_window: Opening, qtbot: QtBot) -> None:
    window = open_window(Scene(data=GivenGradients()), 0)
    window.panel.data.fold.click()
    form = window.panel.data.form
    assert form is not None
    rows = form._editors["rows"]
    rows.setFocus()
    rows.setPlainText("1 2 3\n3 2 -3\n")  # type: ignore[attr-defined]
    window.surface.setFocus()
    rest(qtbot, window)
    assert run_of(window).snapshot.record.gradient.tolist() == [2.0, 2.0, 0.0]
    rows.setFocus()
    rows.setPlainText("1 2\n3")  # type: ignore[attr-defined]
    window.surface.setFocus()
    rest(qtbot, window)
    assert rows.toPlainText() == "1  2  3\n3  2  -3"  # type: ignore[attr-defined]


@pytest.mark.parametrize("scene", [Scene(), Scene(data=Moons(), model=MLP((4,)))])
def test_the_light_is_green_when_the_gradient_proves_right(
    open_window: Opening, qtbot: QtBot, scene: Scene
) -> None:
    window = open_window(scene)
    check = run_of(window).check
    assert check is not None
    assert check.holds
    light = window.footer.light
    assert window.style_.full.lower() in light.text().lower()
    assert "✓" in light.text()
    assert check.sentence() in light.toolTip()
    press(qtbot, window, Qt.Key.Key_Right)
    assert run_of(window).check is not check


@pytest.mark.parametrize(("width", "both"), [(1440, True), (1280, False)])
def test_the_light_says_its_tolerances(
    window: Window, qtbot: QtBot, width: int, both: bool
) -> None:
    window.resize(width, 640)
    press(qtbot, window, Qt.Key.Key_Right)
    check = run_of(window).check
    assert check is not None
    text = window.footer.light.text()
    assert f"{check.apart_tolerance:.0e}".replace("e-", "e−") in text
    assert (f"{check.slope_tolerance:.0e}".replace("e-0", "e−") in text) == both


def test_only_a_check_that_holds_is_green(window: Window) -> None:
    light, check = window.footer.light, run_of(window).check
    assert check is not None
    kinks = replace(check, kinks=check.directions)
    wrong = replace(check, apart=1.0)
    for other, colour in ((kinks, window.style_.mean), (wrong, window.style_.chosen)):
        light.set_check(other)
        shown = look.legible(colour, window.style_.panel)
        assert shown.lower() in light.text().lower()
        assert window.style_.full.lower() not in light.text().lower()


@pytest.mark.parametrize("data", [PlusAndMinus(), TwoPoints()])
def test_the_curves_are_fitted_by_the_same_key(
    open_window: Opening, qtbot: QtBot, data: PlusAndMinus
) -> None:
    window = open_window(Scene(data=data, model=Linear(bias=False)))
    at_first = window.curves.box.viewRange()[0]
    window.curves.box.setXRange(50.0, 51.0)
    rest(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F)
    assert window.curves.box.viewRange()[0] == pytest.approx(at_first, rel=0.2)


def test_examples_that_are_not_drawn_are_one_link(
    open_window: Opening, qtbot: QtBot
) -> None:
    data, many = LineWithNoise(n_examples=3000), Descent(batch_size=2000)
    window = open_window(Scene(data=data, descent=many), 0)
    chart = window.charts["gradients"]
    press(qtbot, window, Qt.Key.Key_H)
    mean = run_of(window).snapshot.arrows.mean
    assert len(chart.chain.tips) == 1025  # type: ignore[attr-defined]
    assert chart.chain.tips[-1] == pytest.approx(mean)  # type: ignore[attr-defined]


def test_the_ghost_panel_says_the_covariance(open_window: Opening) -> None:
    window = open_window(Scene(ghosts=(Descent(recipe=MeanError()),)))
    gap = run_of(window).snapshot.gap
    assert gap is not None
    words = window.panel.ghosts._words[0].toolTip()
    assert "covariance of error and input" in words
    assert f"{gap[0]:.4g}".replace("-", "−") in words


def test_the_panel_stays_within_its_column(open_window: Opening) -> None:
    ghosts = tuple(Descent(recipe=r()) for r in RECIPES.values())[1:]
    window = open_window(Scene(ghosts=ghosts))
    inside = window.panel.widget()
    assert inside is not None
    assert inside.minimumSizeHint().width() <= window.panel.width()
    assert window.panel.ghosts.rows.geometry().right() <= inside.width()
    assert window.panel.ghosts.mapTo(inside, QPoint(0, 0)).x() >= 0
