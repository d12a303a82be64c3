"""The 3-D view drawn by OpenGL: its triangles, the choice, and what if it fails."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QVector3D
from PySide6.QtWidgets import QMenu

from gdviz.core.refused import Refused
from gdviz.ui import style as look
from gdviz.ui.export.views import sheet_of
from gdviz.ui.marks.arrows import wings
from gdviz.ui.memory import Memory
from gdviz.ui.relief import graphics, solid
from gdviz.ui.relief.body import TEXTURE
from gdviz.ui.relief.camera import Camera, Projection
from gdviz.ui.relief.graphics import PACKAGE, SCREEN, failure, made, missing
from gdviz.ui.relief.ground import net
from gdviz.ui.settings import Settings, from_text, to_text
from gdviz.ui.window import Window
from tests.ui.conftest import rest
from tests.ui.pictures import pixels
from tests.ui.test_relief import BROKEN, CAMERAS, SIZE, grid, hills, terrain_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from gdviz.ui.plots.relief import ReliefChart

    Opening = Callable[..., Window]
    Array = NDArray[np.float64]
    Pixels = NDArray[np.int16]

HALF = (1.0, 0.6)
POINTS = np.random.default_rng(1).uniform(-1.0, 1.0, (20, 3))


def mapped(projection: Projection, points: Array) -> Array:
    """Return where a graphics card puts points: pixels and depth."""
    matrix = solid.matrix(projection)
    seen = [matrix.map(QVector3D(*map(float, point))).toTuple() for point in points]
    x, y, depth = np.array(seen).T
    return np.column_stack([(x + 1) / 2 * SIZE[0], (1 - y) / 2 * SIZE[1], depth])


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_card_puts_points_where_the_painter_does(camera: Camera) -> None:
    projection = Projection(camera, SIZE, HALF)
    found = mapped(projection, POINTS)
    assert found[:, :2] == pytest.approx(projection.seen(POINTS)[:, :2], abs=0.01)
    assert np.abs(found[:, 2]).max() < 1


@pytest.mark.parametrize("camera", CAMERAS)
def test_what_is_nearer_stays_where_it_is_seen(camera: Camera) -> None:
    projection = Projection(camera, SIZE, HALF)
    before = mapped(projection, POINTS)
    after = mapped(projection, POINTS + solid.nearer(projection, 0.3))
    assert after[:, :2] == pytest.approx(before[:, :2], abs=0.01)
    assert (after[:, 2] < before[:, 2] - 0.05).all()


@pytest.mark.parametrize("kind", BROKEN)
def test_no_corner_is_not_finite(kind: str) -> None:
    terrain = terrain_of(BROKEN[kind](*grid()))
    skin = np.full((TEXTURE, TEXTURE), 0xFF102030, dtype=np.uint32)
    mesh = solid.mesh(terrain, skin)
    assert np.isfinite(mesh.points).all()
    assert mesh.points[:, 2].max() <= 1
    assert mesh.colours[0] * 255 == pytest.approx([0x10, 0x20, 0x30, 0xFF])
    assert len(mesh.corners) == 2 * 64**2


@pytest.mark.parametrize("count", [2, 33, 129, 257, 300])
def test_triangles_cover_the_ground_once_and_face_up(count: int) -> None:
    x, y = grid(count)
    terrain = terrain_of(x + y)
    across, up = np.meshgrid(np.arange(TEXTURE), np.arange(TEXTURE))
    skin = (across + 65536 * (up // 2)).astype(np.uint32)
    mesh = solid.mesh(terrain, skin)
    assert len(mesh.points) <= solid.MOST**2
    a, b, c = (mesh.points[mesh.corners[:, i]] for i in range(3))
    areas = np.cross(b - a, c - a)[:, 2] / 2
    assert (areas > 0).all()
    assert areas.sum() == pytest.approx(4.0)
    plane = (mesh.points[:, 0] + mesh.points[:, 1]) / 4 + 0.5
    assert mesh.points[:, 2] == pytest.approx(plane)
    red_is_up = mesh.colours[:, 0] * 255 / (TEXTURE // 2)
    assert red_is_up == pytest.approx((mesh.points[:, 1] + 1) / 2, abs=0.008)


def test_lines_lie_on_the_surface_and_stay_whole() -> None:
    terrain = terrain_of(hills())
    rim = net(terrain, 1)
    ends = solid.pairs(rim, terrain).reshape(-1, 2, 3)
    assert len(ends) == 4 * 32
    length = np.hypot(*(ends[:, 1] - ends[:, 0])[:, :2].T)
    assert length.sum() == pytest.approx(8.0)
    assert terrain.at(ends[:, 0, :2]) == pytest.approx(ends[:, 0, 2])


@pytest.mark.parametrize("count", [3, 200])
def test_arrows_have_heads_as_the_painted_ones(count: int) -> None:
    terrain, here = terrain_of(hills()), np.array([0.1, -0.2])
    tips = np.random.default_rng(0).uniform(-0.9, 0.9, (count, 2))
    tips[0] = np.nan
    tips[1] = 3.0  # beyond the edge
    shafts = solid.shafts(here, tips, terrain)
    assert len(shafts) == count - 1
    assert np.isnan(shafts[0, -1, 2])
    assert shafts[1:, -1] == pytest.approx(terrain.raised(tips[2:]))
    assert shafts[1:, 0] == pytest.approx(
        np.broadcast_to(terrain.raised(here[None]), shafts[1:, 0].shape)
    )
    projection = Projection(Camera(), SIZE, terrain.half)
    ends = projection.seen(solid.heads(shafts, projection))[:, :2].reshape(-1, 2, 2, 2)
    assert len(ends) == count - 2
    tip = projection.seen(shafts[1:, -1])[:, :2]
    assert ends[:, 0, 1] == pytest.approx(tip)
    way = tip - projection.seen(shafts[1:, -2])[:, :2]
    reach = np.hypot(*(tip - projection.seen(shafts[1:, 0])[:, :2]).T)
    left, right = wings(way / np.hypot(*way.T)[:, None] * reach[:, None])
    assert ends[:, 0, 0] - tip == pytest.approx(left)
    assert ends[:, 1, 1] - tip == pytest.approx(right)


def test_no_arrows_are_no_pieces() -> None:
    terrain = terrain_of(hills())
    projection = Projection(Camera(), SIZE, terrain.half)
    for here, tips in (
        (np.zeros(2), np.empty((0, 2))),
        (np.full(2, np.nan), np.zeros((2, 2))),
    ):
        shafts = solid.shafts(here, tips, terrain)
        assert len(solid.joined(shafts)) == 0
        assert len(solid.heads(shafts, projection)) == 0


def test_without_the_package_the_entry_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, open_window: Opening
) -> None:
    monkeypatch.setitem(sys.modules, "OpenGL", None)
    action = open_window().centre.card_action
    assert not action.isEnabled()
    assert action.toolTip() == PACKAGE == missing()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc", "linuxfb"])
def test_a_screen_without_opengl_is_told(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(graphics, "find_spec", lambda _: True)
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    assert missing() == SCREEN


def test_any_other_screen_may_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "find_spec", lambda _: True)
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    assert missing() == ""


def test_it_is_an_entry_of_the_view_menu(window: Window) -> None:
    (view,) = (
        menu for menu in window.menus.findChildren(QMenu) if menu.title() == "&View"
    )
    assert window.centre.card_action in view.actions()


def test_what_cannot_be_drawn_is_painted_and_a_sentence_says_why(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "OpenGL", None)
    action, relief = window.centre.card_action, window.centre.relief
    action.setEnabled(True)  # as if it had looked well at first
    action.setChecked(True)
    assert relief.canvas.cover is None
    assert action.isChecked()  # nothing is tried before it is needed
    window.centre.set_solid(True)
    rest(qtbot, window)
    assert window.footer.note.text() == PACKAGE
    assert not action.isChecked()
    assert relief.canvas.cover is None
    assert len(np.unique(pixels(relief.canvas.grab().toImage()).reshape(-1, 3))) > 20


FAULTS: list[str | Exception] = [
    RuntimeError("a\nb\tc"),
    ValueError("x" * 5000),
    OSError(),
    "no context can be made",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_short_sentence(fault: str | Exception) -> None:
    said = failure(fault)
    assert said.startswith("OpenGL does not work here, so the 3-D view is painted: ")
    assert said.endswith(".")
    assert said.isprintable()
    assert len(said) < 200


def test_the_choice_is_remembered_and_checked() -> None:
    assert from_text(to_text(Settings(by_card=True))).by_card
    assert not from_text('{"gdviz": 1}').by_card
    with pytest.raises(Refused, match="by_card"):
        from_text('{"gdviz": 1, "by_card": 1}')


@pytest.mark.parametrize("wanted", [True, False])
def test_a_start_where_it_cannot_be_does_not_forget_the_choice(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, wanted: bool
) -> None:
    monkeypatch.setitem(sys.modules, "OpenGL", None)
    memory = Memory()
    memory.settings = Settings(by_card=wanted)
    window = Window("dark", memory)
    memory.dress(window)
    assert not window.centre.card_action.isChecked()
    memory.note(window)
    assert memory.settings.by_card is wanted
    window.centre.card_action.setEnabled(True)
    window.centre.card_action.setChecked(not wanted)
    memory.note(window)
    assert memory.settings.by_card is not wanted
    window.close()


# In a real window


on_a_screen = [
    pytest.mark.screen,
    pytest.mark.skipif(
        os.environ["QT_QPA_PLATFORM"] == "offscreen", reason="needs a real display"
    ),
]


def switched(qtbot: QtBot, window: Window) -> ReliefChart:
    """Return the 3-D view of a window, drawn by OpenGL."""
    pytest.importorskip("OpenGL")
    centre = window.centre
    centre.set_solid(True)
    rest(qtbot, window)
    centre.card_action.setChecked(True)
    assert centre.relief.canvas.cover is not None, window.footer.note.text()
    wait_for_card(qtbot, centre.relief)
    return centre.relief


def wait_for_card(qtbot: QtBot, chart: ReliefChart) -> None:
    glass = chart.canvas.cover
    assert glass is not None
    qtbot.waitUntil(glass.isValid)


def by_card(chart: ReliefChart) -> Pixels:
    glass = chart.canvas.cover
    assert glass is not None
    picture = pixels(glass.grabFramebuffer())
    assert not glass.broken
    return picture


def differs(one: Pixels, other: Pixels) -> float:
    """Return the share of pixels that are clearly unlike."""
    apart = np.abs(one.astype(np.int64) - other.astype(np.int64)).max(axis=2)
    return float((apart > 48).mean())


@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
class TestScreen:
    pytestmark = on_a_screen

    def test_it_looks_as_it_is_painted(
        self, window: Window, qtbot: QtBot, theme: str
    ) -> None:
        window.set_theme(theme)
        chart = switched(qtbot, window)
        for camera in (Camera(), Camera(150.0, 60.0), Camera(20.0, 90.0, 1.6)):
            chart.canvas.look_from(camera)
            drawn = by_card(chart)
            with chart.canvas.uncovered():
                painted = pixels(chart.canvas.grab().toImage())
            empty = np.broadcast_to(drawn[0, 0], drawn.shape)
            assert differs(drawn, painted) < 0.3 * differs(empty, painted)
            assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 200

    def test_it_turns_hides_marks_and_takes_on_a_theme(
        self, window: Window, qtbot: QtBot, theme: str
    ) -> None:
        window.set_theme(theme)
        chart = switched(qtbot, window)
        before = by_card(chart)
        chart.turn(40.0, 10.0)
        turned = by_card(chart)
        assert differs(before, turned) > 0.02
        for mark in ("example", "mean"):
            chart.set_hidden(chart.hidden_marks | {mark})
            fewer = by_card(chart)
            assert differs(turned, fewer) > 0
            turned = fewer
        other = look.LIGHT if theme == look.DARK else look.DARK
        window.set_theme(other)
        assert differs(turned, by_card(chart)) > 0.5

    def test_it_survives_what_happens_to_a_window(
        self, window: Window, qtbot: QtBot, theme: str
    ) -> None:
        window.set_theme(theme)
        chart = switched(qtbot, window)
        window.resize(1024, 640)
        qtbot.waitUntil(lambda: window.width() == 1024)
        assert by_card(chart).shape[:2] == (chart.canvas.height(), chart.canvas.width())
        for solid_now in (False, True, False, True):
            window.centre.set_solid(solid_now)
            rest(qtbot, window)
        assert len(np.unique(by_card(chart).reshape(-1, 3), axis=0)) > 200
        window.centre.card_action.setChecked(False)
        assert chart.canvas.cover is None
        window.centre.card_action.setChecked(True)
        wait_for_card(qtbot, chart)
        assert len(np.unique(by_card(chart).reshape(-1, 3), axis=0)) > 200
        assert window.footer.note.text() == ""


class TestOther:
    pytestmark = on_a_screen

    def test_pictures_for_files_are_painted(self, window: Window, qtbot: QtBot) -> None:
        chart = switched(qtbot, window)
        by_card(chart)
        drawn = pixels(sheet_of(window, "relief").image(1.0))
        assert chart.canvas.cover is not None
        assert chart.canvas.cover.isVisible()
        window.centre.card_action.setChecked(False)
        rest(qtbot, window)
        painted = pixels(sheet_of(window, "relief").image(1.0))
        assert drawn.shape == painted.shape
        assert differs(drawn, painted) == 0

    def test_two_windows_draw_beside_each_other(
        self, open_window: Opening, qtbot: QtBot
    ) -> None:
        charts = [switched(qtbot, open_window()) for _ in range(2)]
        for chart in charts + charts:
            chart.turn(5.0, 0.0)
            assert len(np.unique(by_card(chart).reshape(-1, 3), axis=0)) > 200

    @pytest.mark.parametrize("part", ["_make", "_draw", "_paint_over"])
    def test_a_failing_driver_leads_back_to_paint(
        self, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, part: str
    ) -> None:
        pytest.importorskip("OpenGL")
        from gdviz.ui.relief.glass import Glass  # noqa: PLC0415  (an extra)

        def fail(*_: Any) -> None:
            raise RuntimeError("out of memory")

        monkeypatch.setattr(Glass, part, fail)
        window.centre.set_solid(True)
        rest(qtbot, window)
        window.centre.card_action.setChecked(True)
        qtbot.waitUntil(lambda: window.footer.note.text() != "")
        assert "out of memory" in window.footer.note.text()
        assert window.centre.relief.canvas.cover is None
        assert not window.centre.card_action.isChecked()

    def test_an_import_that_fails_is_a_sentence(
        self, window: Window, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pytest.importorskip("OpenGL")
        monkeypatch.setitem(sys.modules, "gdviz.ui.relief.glass", None)
        said = made(window.centre.relief.canvas)
        assert isinstance(said, str)
        assert said.startswith("OpenGL does not work here")
