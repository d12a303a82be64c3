"""Planes on screen: chosen, held, typed in, taken back, and honest in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from gdviz.core.datasets import Moons
from gdviz.core.models import MLP
from gdviz.core.planekinds import PLANES, TwoParameters
from gdviz.session.planewords import hidden, slope_labels
from gdviz.session.scene import Scene
from gdviz.ui.fields import NumberEdit
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window

SCENE = Scene(data=Moons(n_examples=40), model=MLP(hidden=(4,)), seed=3)
SCENE = SCENE.down(batch_size=8, learning_rate=0.3)
OTHERS = [name for name in PLANES if name != TwoParameters.name]


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def pick(qtbot: QtBot, window: Window, name: str) -> None:
    combo = window.panel.plane.picker.combo
    combo.setCurrentIndex(combo.findData(name))
    combo.activated.emit(combo.currentIndex())
    rest(qtbot, window)


def editor(window: Window, name: str, kind: type[QWidget]) -> QWidget:
    form = window.panel.plane.picker.form
    assert form is not None
    return form.findChildren(kind, name)[0]


def typed(window: Window, name: str, text: str) -> None:
    field = editor(window, name, QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)
    field.editingFinished.emit()


@pytest.fixture
def moons(open_window: Callable[..., Window]) -> Window:
    return open_window(SCENE, 20)


@pytest.mark.parametrize("name", OTHERS)
def test_every_plane_can_be_picked(qtbot: QtBot, moons: Window, name: str) -> None:
    pick(qtbot, moons, name)
    run, chart = run_of(moons), moons.surface
    snapshot = run.snapshot
    assert snapshot.scene.plane == PLANES[name]()
    assert PLANES[name].title.lower() in chart.title
    assert chart.title.endswith("through θ now")
    labels = [chart.item.getAxis(side).labelText for side in ("bottom", "left")]
    assert tuple(labels) == snapshot.plane.labels
    assert run.surface is not None
    home = snapshot.projection.home
    assert run.surface.region.left <= home.left
    assert run.surface.region.right >= home.right
    said = chart.scale_text.text
    for line in hidden(snapshot):
        assert line in said
    across, up = snapshot.plane.labels
    assert slope_labels(snapshot) == (f"−g · {across}", f"−g · {up}")
    assert not moons.panel.plane.axes.isVisible()
    moons.undo.undo_action.trigger()
    rest(qtbot, moons)
    assert isinstance(run_of(moons).snapshot.scene.plane, TwoParameters)
    assert moons.panel.plane.axes.isVisibleTo(moons.panel)


def test_lengths_and_angles_are_those_of_parameter_space(
    qtbot: QtBot, moons: Window
) -> None:
    for name in PLANES:
        pick(qtbot, moons, name)
        width, height = moons.surface.box.viewPixelSize()
        assert width == pytest.approx(height, rel=1e-6)
        directions = run_of(moons).snapshot.plane.directions
        assert directions @ directions.T == pytest.approx(np.eye(2), abs=1e-12)


def test_a_plane_is_held_as_it_is_here(qtbot: QtBot, moons: Window) -> None:
    pick(qtbot, moons, "path")
    qtbot.mouseClick(moons.panel.plane.hold, Qt.MouseButton.LeftButton)
    rest(qtbot, moons)
    plane = run_of(moons).snapshot.scene.plane
    assert (plane.follow, plane.at) == (False, 20)
    assert not moons.panel.plane.hold.isEnabled()
    assert run_of(moons).surface is not None
    assert moons.surface.title.endswith("through θ now")
    moons.player.seek(4)
    rest(qtbot, moons)
    assert moons.surface.title.endswith("through θ of step 20")
    assert moons.panel.plane.hold.isEnabled()
    projection = run_of(moons).snapshot.projection
    assert projection.distance > 0
    said = moons.surface.scale_text.text
    assert "off the plane:" in said
    assert "true loss" in said
    assert run_of(moons).surface_step == 20


def test_letting_go_of_the_path_holds_the_plane_here(
    qtbot: QtBot, moons: Window
) -> None:
    pick(qtbot, moons, "sharpest")
    follow = editor(moons, "follow", QCheckBox)
    assert isinstance(follow, QCheckBox)
    moons.panel.plane.picker.fold.click()
    follow.click()
    rest(qtbot, moons)
    plane = run_of(moons).snapshot.scene.plane
    assert (plane.follow, plane.at) == (False, 20)


def test_a_step_that_is_typed_is_stayed_at(qtbot: QtBot, moons: Window) -> None:
    pick(qtbot, moons, "line")
    moons.panel.plane.picker.fold.click()
    assert isinstance(editor(moons, "at", NumberEdit), NumberEdit)
    typed(moons, "at", "7")
    rest(qtbot, moons)
    plane = run_of(moons).snapshot.scene.plane
    assert (plane.follow, plane.at) == (False, 7)
    assert moons.surface.title.endswith("through θ of step 7")


def test_an_extent_that_is_typed_is_kept_to(qtbot: QtBot, moons: Window) -> None:
    pick(qtbot, moons, "path")
    moons.panel.plane.picker.fold.click()
    typed(moons, "extent", "-.01, .01, -.01, .01")  # the path leads out of it
    rest(qtbot, moons)
    (left, right), (bottom, top) = moons.surface.box.viewRange()
    assert min(right - left, top - bottom) == pytest.approx(0.02, rel=1e-6)
    assert (left + right) / 2 == pytest.approx(0.0, abs=1e-6)
    moons.player.forward()
    rest(qtbot, moons)
    assert moons.surface.box.viewRange() == [[left, right], [bottom, top]]
    moons.surface.box.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
    rest(qtbot, moons)
    moons.surface.fit_view()
    rest(qtbot, moons)
    (left, right), (bottom, top) = moons.surface.box.viewRange()
    assert min(right - left, top - bottom) == pytest.approx(0.02, rel=1e-6)
    surface = run_of(moons).surface
    assert surface is not None
    width = surface.region.right - surface.region.left
    assert 0.02 * (1 - 1e-9) <= width < 0.1


def test_a_finest_grid(qtbot: QtBot, moons: Window) -> None:
    moons.panel.plane.picker.fold.click()
    grid = editor(moons, "grid", type(moons.panel.plane.across))
    grid.setCurrentIndex(grid.findData("33"))  # type: ignore[attr-defined]
    grid.activated.emit(grid.currentIndex())  # type: ignore[attr-defined]
    rest(qtbot, moons)
    surface = run_of(moons).surface
    assert surface is not None
    assert surface.values.shape == (33, 33)


def test_two_parameters_offer_no_other_plane(
    qtbot: QtBot, open_window: Callable[..., Window]
) -> None:
    window = open_window(Scene(), 3)
    panel = window.panel.plane
    assert panel.picker.combo.count() == 1
    assert not panel.picker.combo.isEnabled()
    assert not panel.hold.isVisibleTo(window.panel)
    panel.picker.fold.click()
    shown = {
        name: editor(window, name, QWidget).isVisibleTo(panel)
        for name in ("follow", "at", "extent", "grid")
    }
    assert shown == {"follow": False, "at": False, "extent": True, "grid": True}
    window.player.open(SCENE, 3)
    rest(qtbot, window)
    assert panel.picker.combo.count() == len(PLANES)
    assert panel.picker.combo.isEnabled()


def test_no_surface_of_a_plane_that_is_left(qtbot: QtBot, moons: Window) -> None:
    seen = []

    def look(run: Run) -> None:
        surface, heat = run.surface, moons.surface.heat.boundingRect()
        seen.append((run.snapshot.scene.plane.name, surface is first, heat.isEmpty()))

    first = run_of(moons).surface
    moons.player.refreshed.connect(look)
    pick(qtbot, moons, "random")
    assert not any(old for name, old, _ in seen if name == "random")
    assert not moons.surface.heat.boundingRect().isEmpty()


def test_the_corner_is_kept_whatever_is_said(qtbot: QtBot, moons: Window) -> None:
    corner, box = moons.surface.scale_text, moons.surface.box

    def room_below() -> float:
        bottom = corner.mapRectToItem(box, corner.itemRect()).bottom()
        return float(box.boundingRect().bottom() - bottom)

    pick(qtbot, moons, "path")
    assert 0 <= room_below() <= 12
    moons.surface.scale_text.say("a word", moons.surface.style_)
    assert 0 <= room_below() <= 12
