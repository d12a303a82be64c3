"""The 3-D view in use: its marks, mouse, keys, menu, memory and pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import LineWithNoise
from gdviz.core.formulas.bowls import Rosenbrock
from gdviz.core.models import Linear
from gdviz.core.wrongs import MeanError
from gdviz.session.scene import Descent, Scene
from gdviz.ui import keys
from gdviz.ui import style as look
from gdviz.ui.export.copying import copy
from gdviz.ui.export.stills import save
from gdviz.ui.export.subjects import Look, Subject
from gdviz.ui.export.views import sheet_of
from gdviz.ui.marks import legend
from gdviz.ui.marks.lengths import NORMALISED, TRUE
from gdviz.ui.plots.relief import ReliefChart
from gdviz.ui.relief.camera import Camera
from gdviz.ui.relief.marks import MOST_POINTS
from tests.ui.charts import Told, run_of, shown
from tests.ui.conftest import rest
from tests.ui.pictures import drawn, like, pixels, read, studio_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.window import Window

    Opening = Callable[..., Window]

STYLE = look.STYLES[look.DARK]
ABOVE = Camera(0.0, 90.0)


def run_now(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def count(chart: ReliefChart, colour: str) -> int:
    """Return how many pixels of a plot have nearly a colour."""
    wanted = QColor(colour)
    rgb = wanted.red(), wanted.green(), wanted.blue()
    return len(like(pixels(chart.canvas.grab().toImage()), rgb, 10))


def press(
    qtbot: QtBot,
    window: Window,
    key: Qt.Key,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    window.centre.chart.setFocus()
    qtbot.keyClick(window.centre.chart, key, held)
    rest(qtbot, window)


STEEP = Scene(descent=Descent(4, 0.3, recipe=RECIPES["mean"]()))
MARKED = {
    legend.EXAMPLE: STYLE.example,
    legend.MEAN: STYLE.mean,
    legend.FULL: STYLE.full,
    legend.GHOST: STYLE.ghost,
    legend.CHOSEN: STYLE.chosen,
}


@pytest.mark.parametrize("mark", MARKED)
def test_every_mark_is_drawn_and_can_be_hidden(qtbot: QtBot, mark: str) -> None:
    scene = Scene(ghosts=(Descent(recipe=MeanError(), learning_rate=0.1),))
    run = run_of(scene, 3, chosen=2)
    chart = shown(qtbot, ReliefChart, run)
    chart.canvas.look_from(Camera(0.0, 70.0))
    before = count(chart, MARKED[mark])
    chart.set_hidden(chart.hidden_marks | {mark})
    assert count(chart, MARKED[mark]) < before - 20
    chart.set_hidden(chart.hidden_marks - {mark})
    assert count(chart, MARKED[mark]) == before


def test_the_update_is_drawn_where_it_is_not_the_mean(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3))
    looks = [kind.colour for _, kind in chart.canvas.marks.thick]
    assert STYLE.update not in looks
    chart.set_hidden(chart.hidden_marks | {legend.MEAN})
    looks = [kind.colour for _, kind in chart.canvas.marks.thick]
    assert STYLE.update in looks


def test_known_minima_are_marked(qtbot: QtBot) -> None:
    run = run_of(Scene(data=Rosenbrock()), 2)
    chart = shown(qtbot, ReliefChart, run)
    ((place, minimum),) = chart.canvas.marks.minima
    assert place == pytest.approx([1.0, 1.0])
    assert minimum.lowest
    chart.set_hidden(chart.hidden_marks | {legend.MINIMA})
    assert chart.canvas.marks.minima == []


def test_the_mean_arrow_ends_on_the_next_point_of_the_path(qtbot: QtBot) -> None:
    told = Told(Scene(descent=Descent(4, 0.1)), 3)
    chart = shown(qtbot, ReliefChart, told.run)
    chart.set_scale(TRUE)
    tip = chart.canvas.marks.thick[0][0]
    told.ask(steps=1)
    chart.show_run(told.run)
    assert chart.canvas.marks.here == pytest.approx(tip)
    assert chart.canvas.words[0] == "arrows: −η g, true step"


def test_arrows_of_one_length_have_one_length(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3))
    chart.set_scale(NORMALISED)
    marks = chart.canvas.marks
    lengths = np.hypot(*(marks.tips - marks.here).T)
    assert lengths == pytest.approx(lengths[0])
    assert lengths[0] > 0


def test_in_a_phase_only_what_is_known_is_drawn(qtbot: QtBot) -> None:
    told = Told(Scene(), 3)
    chart = shown(qtbot, ReliefChart, told.at_beat(2))
    assert len(chart.canvas.marks.tips) == 2
    looks = [kind.colour for _, kind in chart.canvas.marks.thick]
    assert STYLE.mean not in looks
    assert STYLE.full in looks


def test_the_path_ends_at_theta_and_lies_on_the_surface(qtbot: QtBot) -> None:
    run = run_of(Scene(), 20)
    chart = shown(qtbot, ReliefChart, run)
    marks, terrain = chart.canvas.marks, chart.canvas.terrain
    assert terrain is not None
    assert marks.path[-1].tolist() == run.snapshot.arrows.here.tolist()
    assert len(marks.path) == 21
    heights = terrain.scale.value(terrain.at(marks.path[-1:]))
    assert heights[0] == pytest.approx(run.snapshot.full.loss, rel=0.05)


def test_a_very_long_path_says_that_it_is_thinned(qtbot: QtBot) -> None:
    told = Told(Scene(descent=Descent(4, 0.01)))
    while told.run.step < 2000:
        told.ask(steps=2000 - told.run.step)
    chart = shown(qtbot, ReliefChart, told.run)
    assert len(chart.canvas.marks.path) <= MOST_POINTS + 1
    assert "path: one step in 2" in chart.canvas.words


def test_a_path_far_off_is_not_followed(qtbot: QtBot) -> None:
    run = run_of(Scene(descent=Descent(learning_rate=1e3)), 2000)
    assert run.diverged
    chart = shown(qtbot, ReliefChart, run)
    assert chart.canvas.words == ["θ is far off this map"]
    home = run.snapshot.projection.home
    assert chart.scope.region == home


def test_the_part_shown_grows_with_the_path(qtbot: QtBot) -> None:
    told = Told(Scene(descent=Descent(4, 1.9)), 0)
    chart = shown(qtbot, ReliefChart, told.run)
    first = chart.scope.region
    assert first is not None
    for _ in range(3):
        told.ask(steps=1)
        chart.show_run(told.run)
    grown, here = chart.scope.region, told.run.snapshot.arrows.here
    assert grown is not None
    assert grown != first
    assert grown.left < here[0] < grown.right
    assert grown.bottom < here[1] < grown.top
    with qtbot.waitSignal(chart.region_wanted) as wanted:
        chart.want_region()
    assert wanted.args == [grown]
    chart.hold()
    told.ask(steps=1)
    chart.show_run(told.run)
    assert chart.scope.region == grown


def test_many_arrows_are_drawn(qtbot: QtBot) -> None:
    scene = Scene(data=LineWithNoise(n_examples=2000), descent=Descent(1000, 0.01))
    chart = shown(qtbot, ReliefChart, run_of(scene, 1))
    assert len(chart.canvas.marks.tips) == 1000
    chart.canvas.look_from(ABOVE)
    assert count(chart, look.mixed(STYLE.example, STYLE.surface[2], 0.5).name()) > 100


def test_only_a_click_on_an_arrow_selects_its_example(qtbot: QtBot) -> None:
    run = run_of(Scene(), 3)
    chart = shown(qtbot, ReliefChart, run)
    chart.canvas.look_from(ABOVE)
    chart.grab()
    sight, chosen = chart.canvas.sight(), list[int | None]()
    assert sight is not None
    chart.example_chosen.connect(chosen.append)
    marks = chart.canvas.marks
    place = int(np.hypot(*(marks.tips - marks.here).T).argmax())
    tip = sight.see(marks.tips).pixels[place]
    assert np.isfinite(tip).all()
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(chart.canvas, left, pos=QPoint(*map(round, tip)))
    assert chosen == [run.snapshot.record.rows[place]]
    qtbot.mouseClick(chart.canvas, left, pos=QPoint(5, 5))
    assert chosen[1:] == [None]


def drag(qtbot: QtBot, chart: ReliefChart, button: Qt.MouseButton, by: QPoint) -> None:
    canvas, start = chart.canvas, chart.canvas.rect().center()
    qtbot.mousePress(canvas, button, pos=start)
    for share in (0.5, 1.0):
        qtbot.mouseMove(canvas, start + by * share)
        QApplication.processEvents()
    qtbot.mouseRelease(canvas, button, pos=start + by)


def test_a_drag_turns_and_selects_nothing(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3))
    chosen = list[object]()
    chart.example_chosen.connect(chosen.append)
    drag(qtbot, chart, Qt.MouseButton.LeftButton, QPoint(50, 20))
    camera, first = chart.canvas.camera, Camera()
    assert camera.turn > first.turn + 10
    assert camera.tilt > first.tilt + 4
    assert camera.shift == first.shift
    assert chosen == []


def test_what_is_in_front_follows_the_mouse(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3))
    front = np.array([[0.0, -1.0, 0.0]])

    def place() -> float:
        sight = chart.canvas.sight()
        assert sight is not None
        return float(sight.projection.seen(front)[0, 0])

    before = place()
    chart.turn(5.0, 0.0)
    assert place() > before


def test_a_drag_with_the_right_button_moves(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3))
    drag(qtbot, chart, Qt.MouseButton.RightButton, QPoint(30, -10))
    assert chart.canvas.camera == replace(Camera(), shift=(30.0, -10.0))


def wheel(chart: ReliefChart, notches: int) -> None:
    at = QPointF(chart.canvas.rect().center())
    event = QWheelEvent(
        at, chart.canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(chart.canvas, event)


def test_the_wheel_goes_nearer_and_a_double_click_goes_home(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3))
    wheel(chart, 3)
    assert chart.canvas.camera.zoom == pytest.approx(1.15**3)
    wheel(chart, -6)
    assert chart.canvas.camera.zoom < 1
    chart.turn(40.0, 10.0)
    qtbot.mouseDClick(chart.canvas, Qt.MouseButton.LeftButton)
    assert chart.canvas.camera == Camera()


def test_at_rest_the_picture_is_as_fine_as_before(qtbot: QtBot) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3), (900, 800))
    first = pixels(chart.canvas.grab().toImage())
    chart.turn(30.0, 0.0)
    chart.turn(-30.0, 0.0)
    qtbot.waitUntil(lambda: not chart.canvas._rest.isActive())
    assert (pixels(chart.canvas.grab().toImage()) == first).all()


def test_the_camera_stays_when_the_run_goes_on(qtbot: QtBot) -> None:
    told = Told(Scene(), 3)
    chart = shown(qtbot, ReliefChart, told.run)
    chart.turn(30.0, 5.0)
    camera = chart.canvas.camera
    told.ask(steps=5)
    chart.show_run(told.run)
    assert chart.canvas.camera == camera


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
def test_themes_differ(qtbot: QtBot, theme: str) -> None:
    chart = shown(qtbot, ReliefChart, run_of(Scene(), 3), theme=theme)
    corner = pixels(chart.canvas.grab().toImage())[3, 3]
    ground = QColor(look.STYLES[theme].plot)
    assert corner.tolist() == [ground.red(), ground.green(), ground.blue()]
    before = pixels(chart.canvas.grab().toImage())
    other = look.DARK if theme == look.LIGHT else look.LIGHT
    chart.set_style(look.STYLES[other])
    after = pixels(chart.canvas.grab().toImage())
    assert (before != after).any(axis=2).mean() > 0.5


def test_keys_go_to_3d_and_back_and_turn(window: Window, qtbot: QtBot) -> None:
    centre, shift = window.centre, Qt.KeyboardModifier.ShiftModifier
    assert centre.chart.name == "surface"
    assert centre.flat_action.isChecked()
    press(qtbot, window, Qt.Key.Key_3)
    assert centre.chart.name == "relief"
    assert centre.solid_action.isChecked()
    assert centre.relief.canvas.terrain is not None
    assert window.focusWidget() is centre.relief
    first = Camera()
    for key, turn, tilt in (
        (Qt.Key.Key_Right, 1, 0), (Qt.Key.Key_Left, 0, 0),
        (Qt.Key.Key_Up, 0, 1), (Qt.Key.Key_Down, 0, 0),
    ):  # fmt: skip
        press(qtbot, window, key, shift)
        camera = centre.relief.canvas.camera
        assert np.sign(round(camera.turn - first.turn, 9)) == turn
        assert np.sign(round(camera.tilt - first.tilt, 9)) == tilt
    assert run_now(window).step == 3
    press(qtbot, window, Qt.Key.Key_Right)
    assert run_now(window).step == 4
    centre.relief.turn(50.0, 5.0)
    press(qtbot, window, Qt.Key.Key_F)
    assert centre.relief.canvas.camera == first
    press(qtbot, window, Qt.Key.Key_2)
    assert centre.chart.name == "surface"
    press(qtbot, window, Qt.Key.Key_Right, shift)
    assert run_now(window).step == 5


def test_buttons_and_menu_switch_too(window: Window, qtbot: QtBot) -> None:
    centre = window.centre
    (button,) = [b for b in (window.surface.corner,) if b is not None]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert centre.chart.name == "relief"
    view = next(m for m in window.menus.actions() if m.text() == "&View")
    menu = view.menu()
    assert isinstance(menu, QMenu)
    entries = {a.text().split("\t")[0]: a for a in menu.actions()}
    assert entries["Surface in 3-D"].isChecked()
    entries["Surface as a map"].trigger()
    rest(qtbot, window)
    assert centre.chart.name == "surface"
    assert not entries["Surface in 3-D"].isChecked()
    for one in (centre.surface.corner, centre.relief.corner):
        assert one is not None
        assert one.toolTip()


def test_the_same_part_of_the_plane_is_shown(window: Window, qtbot: QtBot) -> None:
    window.surface.box.scaleBy((0.5, 0.5))
    qtbot.waitUntil(lambda: not window.surface.settling)
    rest(qtbot, window)
    region = run_now(window).region
    assert region is not None
    press(qtbot, window, Qt.Key.Key_3)
    terrain = window.centre.relief.canvas.terrain
    assert terrain is not None
    assert terrain.region == region
    press(qtbot, window, Qt.Key.Key_F)  # in 3-D another part is seen now
    assert run_now(window).region != region
    press(qtbot, window, Qt.Key.Key_2)
    assert run_now(window).region == region
    (left, right), _ = window.surface.box.viewRange()
    assert run_now(window).surface is not None
    assert run_now(window).surface.region.left == left  # type: ignore[union-attr]
    assert run_now(window).surface.region.right == right  # type: ignore[union-attr]


def test_with_one_parameter_there_is_no_3d_and_it_says_why(
    open_window: Opening, qtbot: QtBot
) -> None:
    window = open_window(Scene(model=Linear(bias=False)))
    centre = window.centre
    press(qtbot, window, Qt.Key.Key_3)
    assert centre.chart.name == "curves"
    assert not centre.solid_action.isEnabled()
    assert "one parameter" in window.footer.note.text()
    assert "one parameter" in centre.solid_action.toolTip()
    window.player.open(Scene(), 3)
    rest(qtbot, window)
    assert centre.chart.name == "surface"
    assert centre.solid_action.isEnabled()


def test_another_run_is_shown_in_3d_as_well(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_3)
    window.player.open(Scene(data=Rosenbrock(), descent=Descent(1, 1e-4)), 5)
    rest(qtbot, window)
    relief = window.centre.relief
    assert window.centre.chart.name == "relief"
    assert relief.canvas.terrain is not None
    assert relief.canvas.terrain.region == run_now(window).snapshot.projection.home
    window.player.open(Scene(model=Linear(bias=False)), 2)
    rest(qtbot, window)
    assert window.centre.chart.name == "curves"
    window.player.open(Scene(), 2)
    rest(qtbot, window)
    assert window.centre.chart.name == "relief"


def test_a_lesson_shows_the_map(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_3)
    window.open_lesson("what-is-averaged")
    rest(qtbot, window)
    assert not window.centre.solid
    assert window.centre.flat_action.isChecked()


def test_all_its_keys_are_in_the_list(window: Window) -> None:
    keys.sheet(window)
    texts = [label.text() for label in window.findChildren(QLabel)]
    (listed,) = [text for text in texts if "Keys" in text or "<table" in text]
    for words in ("Surface as a map", "Surface in 3-D", "Turn the surface in 3-D"):
        assert words in listed


def test_the_3d_view_is_a_picture_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    size = (600, 480)
    with studio_at(qtbot, Subject(Scene()), Look(size, "relief"), 5) as studio:
        relief = studio.window.centre.relief
        assert studio.window.centre.chart.name == "relief"
        assert relief.canvas.terrain is not None
        for name in ("a.png", "a.svg", "a.pdf"):
            save(studio.sheet(), tmp_path / name)
        save(studio.sheet(), tmp_path / "b.png", 2.0)
        button = relief.corner
        assert button is not None
        assert button.drawn  # type: ignore[attr-defined]
    first, text = read(tmp_path / "a.png"), (tmp_path / "a.svg").read_text()
    assert first.shape == (480, 600, 3)
    assert read(tmp_path / "b.png").shape == (960, 1200, 3)
    for words in (">loss<", ">w<", ">b<", "height: loss"):
        assert words in text
    assert ">Map<" not in text
    again = drawn(text, size)
    assert (np.abs(again - first).max(axis=2) > 60).mean() < 0.02
    assert (tmp_path / "a.pdf").stat().st_size > 20_000


def test_a_film_keeps_one_part_of_the_plane(qtbot: QtBot) -> None:
    look_ = Look((500, 420), "relief", quick=True)
    scene = Scene(descent=Descent(4, 0.3))
    with studio_at(qtbot, Subject(scene), look_, 12) as studio:
        studio.hold()
        relief = studio.window.centre.relief
        held = relief.scope.region
        for step in (0, 6, 12):
            with qtbot.waitSignal(studio.ready, timeout=60_000):
                if step == 0:
                    studio.open(0)
                else:
                    studio.go_on(step)
            terrain = relief.canvas.terrain
            assert terrain is not None
            assert studio.step == step
            assert terrain.region == held


def test_ctrl_c_copies_it(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_3)
    copy(window)
    assert "3-d" in window.footer.note.text().lower()
    image = QGuiApplication.clipboard().image()
    assert image.width() > 400
    sheet = sheet_of(window, "relief")
    assert sheet.size.width() * 2 == image.width()


def test_the_whole_window_as_a_film_looks_like_the_window(
    window: Window, qtbot: QtBot
) -> None:
    from gdviz.ui.export.views import look_of  # noqa: PLC0415

    assert not look_of(window, "window", (800, 600), look.DARK).solid
    press(qtbot, window, Qt.Key.Key_3)
    wanted = look_of(window, "window", (1000, 700), look.DARK)
    assert wanted.solid
    with studio_at(qtbot, Subject(Scene()), wanted, 2) as studio:
        assert studio.window.centre.chart.name == "relief"
