"""Own data in the hand: points, curves, θ and weights, with mouse and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.core.datasets import ByHand, Iris, LineWithNoise, Moons
from gdviz.core.models import MLP, Linear
from gdviz.session.scene import Descent, Scene
from gdviz.session.trainer import Trainer
from gdviz.session.workers import PROCESS
from gdviz.ui.fields import NumberEdit
from gdviz.ui.form import Form
from gdviz.ui.marks.grip import Grip
from gdviz.ui.pencil import DRAW_HINT, HINT
from gdviz.ui.plots.data import DataChart
from gdviz.ui.tug import ON_MAP
from gdviz.ui.weightfield import WeightField
from tests.ui.conftest import back, rest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run
    from gdviz.ui.chart import Chart
    from gdviz.ui.window import Window

    Array = NDArray[np.float64]

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
CLASSES = Scene(data=Moons(30, 0.1), descent=Descent(5))


@pytest.fixture
def shared(open_window: Callable[..., Window]) -> Window:
    """A window of its own for each test: it is left in the midst of things."""
    return open_window(Scene(), 0)


def chart_of(window: Window) -> DataChart:
    chart = window.charts["data"]
    assert isinstance(chart, DataChart)
    return chart


def run_of(window: Window) -> Run:
    assert window.player.run is not None
    return window.player.run


def at(chart: Chart, place: Sequence[float] | Array) -> QPoint:
    """Return where a place of a chart is in its viewport."""
    scene = chart.box.mapViewToScene(QPointF(float(place[0]), float(place[1])))
    point = chart.view.mapFromScene(scene)
    assert isinstance(point, QPoint)
    return point


def place_at(chart: Chart, point: QPoint) -> Array:
    there = chart.box.mapSceneToView(chart.view.mapToScene(point))
    return np.array([there.x(), there.y()])


def points(window: Window) -> Array:
    return run_of(window).snapshot.portrait.points


def spare(chart: DataChart, window: Window) -> QPoint:
    """Return a place of the plot with no point near it."""
    used = [at(chart, p) for p in points(window)]
    box = chart.view.mapFromScene(chart.box.sceneBoundingRect()).boundingRect()
    box.adjust(16, 16, -16, -16)
    grid = [
        QPoint(x, y)
        for x in range(box.left(), box.right(), 9)
        for y in range(box.top(), box.bottom(), 9)
    ]
    return max(grid, key=lambda q: min((q - u).manhattanLength() for u in used))


def drag(chart: Chart, way: Sequence[QPoint], *, drop: bool = True) -> None:
    view = chart.view.viewport()
    QTest.mousePress(view, LEFT, NONE, way[0])
    for point in way[1:]:
        QTest.mouseMove(view, point)
    if drop:
        QTest.mouseRelease(view, LEFT, NONE, way[-1])


def begin(qtbot: QtBot, window: Window, scene: Scene, steps: int = 3) -> DataChart:
    """Open a scene and edit its points."""
    window.pencil.action.setChecked(False)
    back(qtbot, window, scene, steps)
    window.pencil.action.setChecked(True)
    assert window.pencil.on
    return chart_of(window)


def edited(window: Window) -> ByHand:
    data = window.player.scene.data
    assert isinstance(data, ByHand)
    return data


def test_nothing_changes_before_a_point_does(shared: Window, qtbot: QtBot) -> None:
    begin(qtbot, shared, Scene())
    assert isinstance(shared.player.scene.data, LineWithNoise)
    assert shared.player.run is not None
    assert shared.player.run.step == 3
    note = shared.footer.note.text()
    assert note.startswith(f"{HINT}. The same path as with “Line with noise”")


def test_what_the_mouse_draws_is_said_in_full(shared: Window, qtbot: QtBot) -> None:
    begin(qtbot, shared, Scene())
    shared.pencil.tools.draw_action.setChecked(True)
    assert shared.footer.note.text() == f"{DRAW_HINT}."
    shared.footer.forget()
    shared.pencil.tools.draw_action.setChecked(False)
    assert not shared.footer.note.text()


def test_a_drag_moves_one_point_live(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    before, losses = points(shared).copy(), []
    from_, to = at(chart, before[3]), at(chart, before[3]) + QPoint(20, -24)
    view, theirs = chart.box.viewRange(), shared.surface.box.viewRange()
    middle = (from_ + to) / 2
    drag(chart, [from_, middle, to], drop=False)
    qtbot.waitUntil(lambda: not shared.player.editing)
    losses.append(run_of(shared).snapshot.full.loss)
    assert chart.held
    assert chart.box.viewRange() == view
    assert shared.surface.box.viewRange() == theirs
    assert run_of(shared).step == 0
    assert np.allclose(points(shared)[3], place_at(chart, to))
    assert run_of(shared).surface is not None
    QTest.mouseMove(chart.view.viewport(), to + QPoint(0, -20))
    qtbot.waitUntil(lambda: not shared.player.editing)
    assert run_of(shared).snapshot.full.loss != losses[0]
    QTest.mouseRelease(chart.view.viewport(), LEFT, NONE, to + QPoint(0, -20))
    rest(qtbot, shared)
    assert not bool(vars(chart)["held"])
    others = np.arange(40) != 3
    assert np.array_equal(points(shared)[others], before[others])
    assert shared.surface.box.viewRange() == theirs
    assert shared.player.chosen == 3


def test_a_drag_is_one_entry(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    theta = run_of(shared).snapshot.record.theta
    from_ = at(chart, points(shared)[5])
    for k in range(2):  # each is one of its own, however soon
        from_ = at(chart, points(shared)[5])
        QTest.mousePress(chart.view.viewport(), LEFT, NONE, from_)
        for step in range(4, 28, 6):
            QTest.mouseMove(chart.view.viewport(), from_ + QPoint(step, -step))
            qtbot.waitUntil(lambda: not shared.player.editing)
        QTest.mouseRelease(chart.view.viewport(), LEFT, NONE, from_)
        rest(qtbot, shared)
        assert shared.undo.stack.count() == k + 1
    assert shared.undo.stack.undoText() == "point 6"
    for _ in range(2):
        shared.undo.undo()
        rest(qtbot, shared)
    assert isinstance(shared.player.scene.data, LineWithNoise)
    assert run_of(shared).step == 3
    assert np.array_equal(run_of(shared).snapshot.record.theta, theta)
    shared.undo.redo()
    rest(qtbot, shared)
    assert len(edited(shared).points) == 40


def test_clicks_add_points_of_a_class(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, CLASSES)
    for key, held, label in (
        (Qt.Key.Key_1, NONE, 0.0),
        (Qt.Key.Key_2, NONE, 1.0),
        (Qt.Key.Key_2, SHIFT, 0.0),
        (Qt.Key.Key_9, NONE, 1.0),
    ):
        QTest.keyClick(chart, key)
        place, n = spare(chart, shared), len(points(shared))
        expected = place_at(chart, place)
        QTest.mouseClick(chart.view.viewport(), LEFT, held, place)
        rest(qtbot, shared)
        assert np.allclose(edited(shared).points[-1], [*expected, label])
        assert len(points(shared)) == n + 1
        assert run_of(shared).chosen == n
    assert shared.undo.stack.count() == 4
    assert shared.undo.stack.undoText() == "point 34 added"


def test_a_click_on_a_point_selects_it(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    QTest.mouseClick(chart.view.viewport(), LEFT, NONE, at(chart, points(shared)[7]))
    rest(qtbot, shared)
    near = np.abs(points(shared) - points(shared)[run_of(shared).chosen])
    assert (at(chart, points(shared)[7]) - at(chart, points(shared)[7])).isNull()
    assert near.min() == 0.0
    assert shared.undo.stack.count() == 0
    assert isinstance(shared.player.scene.data, LineWithNoise)


def test_points_are_removed(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, CLASSES)
    view = chart.view.viewport()
    gone = points(shared)[4].copy()
    row = shared.pencil._taken().nearest(gone, np.ones(2), 1.0)  # type: ignore[union-attr]
    QTest.mouseClick(view, RIGHT, NONE, at(chart, points(shared)[row]))
    rest(qtbot, shared)
    assert len(points(shared)) == 29
    assert not (points(shared) == gone).all(axis=1).any()
    shared.player.choose(10)
    rest(qtbot, shared)
    gone = points(shared)[10].copy()
    QTest.keyClick(chart, Qt.Key.Key_Delete)
    rest(qtbot, shared)
    assert len(points(shared)) == 28
    assert not (points(shared) == gone).all(axis=1).any()
    assert run_of(shared).chosen == 9
    QTest.mouseClick(view, RIGHT, NONE, spare(chart, shared))
    rest(qtbot, shared)
    assert len(points(shared)) == 28


def test_the_last_point_stays(shared: Window, qtbot: QtBot) -> None:
    one = Scene(data=ByHand(((0.0, 1.0),)), descent=Descent(1))
    chart = begin(qtbot, shared, one)
    shared.player.choose(0)
    rest(qtbot, shared)
    QTest.keyClick(chart, Qt.Key.Key_Delete)
    rest(qtbot, shared)
    assert len(points(shared)) == 1
    assert "has to stay" in shared.footer.note.text()


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Right, (1, 0)),
        (Qt.Key.Key_Left, (-1, 0)),
        (Qt.Key.Key_Up, (0, 1)),
        (Qt.Key.Key_Down, (0, -1)),
    ],
)
def test_arrow_keys_move_the_selected_point(
    shared: Window, qtbot: QtBot, key: Qt.Key, way: tuple[int, int]
) -> None:
    chart = begin(qtbot, shared, Scene())
    shared.player.choose(8)
    rest(qtbot, shared)
    before = points(shared)[8].copy()
    low, high = np.array(chart.box.viewRange()).T
    QTest.keyClick(chart, key)
    rest(qtbot, shared)
    assert np.allclose(points(shared)[8] - before, np.array(way) * (high - low) / 50)
    assert shared.undo.stack.count() == 1


def test_moves_by_keys_are_one_entry_until_a_pause(
    shared: Window, qtbot: QtBot
) -> None:
    chart, now = begin(qtbot, shared, Scene()), [0.0]
    shared.gesture.clock = lambda: now[0]
    shared.player.choose(8)
    rest(qtbot, shared)
    for wait, entries in ((0.1, 1), (0.9, 1), (1.1, 2), (0.1, 2)):
        now[0] += wait
        QTest.keyClick(chart, Qt.Key.Key_Up)
        rest(qtbot, shared)
        assert shared.undo.stack.count() == entries
    QTest.keyClick(chart, Qt.Key.Key_N)
    rest(qtbot, shared)
    assert run_of(shared).chosen == 9
    QTest.keyClick(chart, Qt.Key.Key_Up)
    rest(qtbot, shared)
    assert shared.undo.stack.count() == 3


def test_a_point_that_leaves_the_view_is_followed(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    row = int(points(shared)[:, 1].argmax())
    shared.player.choose(row)
    rest(qtbot, shared)
    for _ in range(12):
        QTest.keyClick(chart, Qt.Key.Key_Up)
        rest(qtbot, shared)
    low, high = np.array(chart.box.viewRange()).T
    assert (low < points(shared)[row]).all()
    assert (points(shared)[row] < high).all()


def test_keys_go_from_point_to_point(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    seen = []
    for key in "NNBBBNN":
        QTest.keyClick(chart, Qt.Key.Key_N if key == "N" else Qt.Key.Key_B)
        rest(qtbot, shared)
        seen.append(run_of(shared).chosen)
    assert seen == [0, 1, 0, 39, 38, 39, 0]


def test_insert_adds_in_the_middle(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, CLASSES)
    QTest.keyClick(chart, Qt.Key.Key_2)
    low, high = np.array(chart.box.viewRange()).T
    QTest.keyClick(chart, Qt.Key.Key_Insert)
    rest(qtbot, shared)
    assert np.allclose(edited(shared).points[-1], [*(low + high) / 2, 1.0])


def test_escape_lets_go_bit_by_bit(shared: Window, qtbot: QtBot) -> None:
    chart, pencil = begin(qtbot, shared, Scene()), shared.pencil
    pencil.tools.draw_action.setChecked(True)
    shared.player.choose(2)
    rest(qtbot, shared)
    left = [(None, True, True), (None, False, True), (None, False, False)]
    for state in left:
        QTest.keyClick(chart, Qt.Key.Key_Escape)
        assert (shared.player.chosen, pencil.tools.drawing, pencil.on) == state


def test_keys_mean_something_else_when_it_is_off(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    QTest.keyClick(chart, Qt.Key.Key_D)
    assert not shared.pencil.on
    shared.player.choose(2)
    rest(qtbot, shared)
    QTest.keyClick(chart, Qt.Key.Key_Delete)
    QTest.mouseClick(chart.view.viewport(), LEFT, NONE, spare(chart, shared))
    rest(qtbot, shared)
    assert isinstance(shared.player.scene.data, LineWithNoise)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    rest(qtbot, shared)
    assert run_of(shared).step == 2
    QTest.keyClick(chart, Qt.Key.Key_D)
    assert shared.pencil.on


@pytest.mark.parametrize("scene", [Scene(data=Iris())], ids=["iris"])
def test_it_says_why_it_cannot_be(shared: Window, qtbot: QtBot, scene: Scene) -> None:
    shared.pencil.action.setChecked(False)
    back(qtbot, shared, scene, 0)
    shared.pencil.action.setChecked(True)
    assert not shared.pencil.on
    assert "Points can be edited by hand where" in shared.footer.note.text()
    assert shared.pencil.action.iconText() == "Edit"
    assert not chart_of(shared).hint


def test_it_ends_with_data_that_have_no_points(shared: Window, qtbot: QtBot) -> None:
    begin(qtbot, shared, Scene())
    shared.panel.choose(data=Iris(), loss=None)
    rest(qtbot, shared)
    assert not shared.pencil.on


def test_only_what_can_be_used_is_offered(shared: Window, qtbot: QtBot) -> None:
    begin(qtbot, shared, Scene())
    tools = shared.pencil.tools
    assert tools.draw_switch.isVisible()
    assert not tools.label.isVisible()
    assert not tools.fields.isVisible()
    tools.draw_action.setChecked(True)
    assert tools.fields.isVisible()
    begin(qtbot, shared, CLASSES)
    assert tools.label.isVisible()
    assert not tools.draw_switch.isVisible()
    assert not tools.fields.isVisible()
    assert [tools.label.itemText(i) for i in range(2)] == ["A", "B"]
    shared.pencil.action.setChecked(False)
    assert not tools.label.isVisible()
    assert tools.switch.isVisible()


def test_a_curve_becomes_the_examples(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    tools = shared.pencil.tools
    tools.draw_action.setChecked(True)
    box = chart.view.mapFromScene(chart.box.sceneBoundingRect()).boundingRect()
    way = [QPoint(box.left() + 20 + 6 * k, box.center().y() - k) for k in range(25)]
    drag(chart, way)
    rest(qtbot, shared)
    made = np.array(edited(shared).points)
    assert len(made) == tools.sampling.n_examples == 40
    ends = np.array([place_at(chart, way[0]), place_at(chart, way[-1])])
    assert np.allclose(np.diff(made[:, 0]), np.ptp(made[:, 0]) / 39)
    assert np.isclose(made[0, 0], ends[0, 0], atol=0.1)
    fields = tools.fields.findChildren(NumberEdit)
    for field, text in zip(fields, ("25", "0.5"), strict=True):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        rest(qtbot, shared)
    noisy = np.array(edited(shared).points)
    assert len(noisy) == 25
    assert np.ptp(noisy[:, 1]) > np.ptp(made[:, 1])
    assert (tools.sampling.n_examples, tools.sampling.noise) == (25, 0.5)


def test_a_stroke_without_width_makes_nothing(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    shared.pencil.tools.draw_action.setChecked(True)
    box = chart.view.mapFromScene(chart.box.sceneBoundingRect()).boundingRect()
    middle = box.center()
    drag(chart, [middle, middle + QPoint(0, 9), middle + QPoint(0, 18)])
    rest(qtbot, shared)
    assert isinstance(shared.player.scene.data, LineWithNoise)
    assert "Draw across the plot" in shared.footer.note.text()


def test_a_process_answers_the_same(shared: Window, qtbot: QtBot) -> None:
    chart = begin(qtbot, shared, Scene())
    try:
        shared.player.work_in(PROCESS)
        shared.player.reset()
        rest(qtbot, shared)
        place = spare(chart, shared)
        QTest.mouseClick(chart.view.viewport(), LEFT, NONE, place)
        rest(qtbot, shared)
    finally:
        shared.player.work_in("thread")
    assert len(points(shared)) == 41
    alone = Trainer(shared.player.scene)
    assert np.array_equal(run_of(shared).snapshot.record.theta, alone.state.theta)


def test_theta_is_dragged_on_the_surface(shared: Window, qtbot: QtBot) -> None:
    shared.pencil.action.setChecked(False)
    back(qtbot, shared, Scene(), 4)
    surface = shared.surface
    theta, view = run_of(shared).snapshot.record.theta, surface.box.viewRange()
    from_ = at(surface, run_of(shared).snapshot.arrows.here)
    to = from_ + QPoint(-40, 30)
    drag(surface, [from_, from_ + QPoint(-20, 10), to], drop=False)
    qtbot.waitUntil(lambda: not shared.player.editing)
    assert np.allclose(run_of(shared).snapshot.record.theta, place_at(surface, to))
    assert surface.box.viewRange() == view
    QTest.mouseRelease(surface.view.viewport(), LEFT, NONE, to)
    rest(qtbot, shared)
    assert run_of(shared).step == 0
    assert shared.undo.stack.count() == 1
    assert surface.box.viewRange() == view
    shared.undo.undo()
    rest(qtbot, shared)
    assert run_of(shared).step == 4
    assert np.array_equal(run_of(shared).snapshot.record.theta, theta)


ONE = Scene(data=LineWithNoise(), model=Linear(bias=False), descent=Descent(4))


def line_at(window: Window) -> QPoint:
    """Return a place on the upright line over the curves, away from all of them."""
    theta, chart = run_of(window).snapshot.record.theta[0], window.curves
    low, high = chart.box.viewRange()[1]
    return at(chart, [float(theta), high - 0.02 * (high - low)])


def test_theta_is_dragged_over_the_curves(shared: Window, qtbot: QtBot) -> None:
    shared.pencil.action.setChecked(False)
    back(qtbot, shared, ONE, 3)
    curves, theta = shared.curves, run_of(shared).snapshot.record.theta
    assert shared.centre.chart is curves
    view, from_ = curves.box.viewRange()[0], line_at(shared)
    to = from_ + QPoint(-60, 25)
    drag(curves, [from_, from_ + QPoint(-20, 9), to], drop=False)
    wanted = place_at(curves, to)[0]
    assert curves.track.now.value() == pytest.approx(wanted)
    qtbot.waitUntil(lambda: not shared.player.editing)
    assert run_of(shared).snapshot.record.theta == pytest.approx([wanted])
    QTest.mouseRelease(curves.view.viewport(), LEFT, NONE, to)
    rest(qtbot, shared)
    assert curves.box.viewRange()[0] == view
    assert (run_of(shared).step, shared.undo.stack.count()) == (0, 1)
    assert "undo" in shared.footer.note.text()
    shared.undo.undo()
    rest(qtbot, shared)
    assert run_of(shared).step == 3
    assert np.array_equal(run_of(shared).snapshot.record.theta, theta)


def test_beside_the_line_the_curves_are_moved(shared: Window, qtbot: QtBot) -> None:
    back(qtbot, shared, ONE, 3)
    curves = shared.curves
    view, from_ = curves.box.viewRange()[0], line_at(shared) + QPoint(60, 40)
    drag(curves, [from_, from_ + QPoint(15, 0), from_ + QPoint(40, 0)])
    rest(qtbot, shared)
    assert curves.box.viewRange()[0] != view
    assert (run_of(shared).step, shared.undo.stack.count()) == (3, 0)


def test_a_click_on_the_line_selects_what_is_there(
    shared: Window, qtbot: QtBot
) -> None:
    back(qtbot, shared, ONE, 3)
    curves, run = shared.curves, run_of(shared)
    assert run.curves is not None
    x = float(run.snapshot.record.theta[0])
    heights = [float(np.interp(x, run.curves.grid, c)) for c in run.curves.examples]
    top = int(np.argmax(heights))
    QTest.mouseClick(curves.view.viewport(), LEFT, NONE, at(curves, [x, heights[top]]))
    rest(qtbot, shared)
    assert shared.player.chosen == run.curves.rows[top]
    assert shared.undo.stack.count() == 0


@pytest.mark.parametrize(("off", "said"), [(0, True), (40, False)])
def test_in_three_dimensions_it_says_where_theta_is_dragged(
    shared: Window, qtbot: QtBot, off: int, said: bool
) -> None:
    back(qtbot, shared, Scene(), 2)
    shared.centre.set_solid(True)
    rest(qtbot, shared)
    canvas = shared.centre.relief.canvas
    sight = canvas.sight()
    assert sight is not None
    x, y = sight.see(canvas.marks.here[None]).pixels[0]
    QTest.mousePress(canvas, LEFT, NONE, QPoint(round(x) + off, round(y)))
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(round(x) + off, round(y)))
    assert (shared.footer.note.text() == ON_MAP) == said
    shared.centre.set_solid(False)


def test_elsewhere_the_surface_is_moved(shared: Window, qtbot: QtBot) -> None:
    shared.pencil.action.setChecked(False)
    back(qtbot, shared, Scene(), 2)
    surface = shared.surface
    from_ = at(surface, run_of(shared).snapshot.arrows.here) + QPoint(60, 40)
    view = surface.box.viewRange()
    drag(surface, [from_, from_ + QPoint(15, 10), from_ + QPoint(40, 30)])
    rest(qtbot, shared)
    assert surface.box.viewRange() != view
    assert shared.undo.stack.count() == 0
    assert run_of(shared).step == 2


def test_a_click_on_theta_changes_nothing(shared: Window, qtbot: QtBot) -> None:
    back(qtbot, shared, Scene(), 2)
    shared.player.choose(1)
    rest(qtbot, shared)
    here = at(shared.surface, run_of(shared).snapshot.arrows.here)
    QTest.mouseClick(shared.surface.view.viewport(), LEFT, NONE, here)
    rest(qtbot, shared)
    assert shared.undo.stack.count() == 0
    assert run_of(shared).step == 2


def test_theta_stays_while_a_guess_is_held(shared: Window, qtbot: QtBot) -> None:
    back(qtbot, shared, Scene(), 2)
    shared.guessing.open()
    try:
        here = at(shared.surface, run_of(shared).snapshot.arrows.here)
        drag(shared.surface, [here, here + QPoint(20, 20), here + QPoint(30, 30)])
        rest(qtbot, shared)
        assert shared.player.scene.start == ()
    finally:
        shared.guessing.leave()


def test_a_weight_is_typed_in_the_table(shared: Window, qtbot: QtBot) -> None:
    back(qtbot, shared, Scene(), 2)
    shared.docks["arithmetic"].show()
    rest(qtbot, shared)
    table = shared.tables["arithmetic"].pair.low  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: table.numbers.sheet.count > 0)
    sheet, theta = table.numbers.sheet, run_of(shared).snapshot.record.theta
    row = next(r for r in range(sheet.count) if sheet.head(r).kind == "theta")
    cells = [c for c in range(len(sheet.heads)) if sheet.cell(row, c) is not None]
    for column, key in ((cells[0] - 1, Qt.Key.Key_F2), (cells[1], Qt.Key.Key_F2)):
        table.setFocus()
        table.setCurrentIndex(table.model().index(row, column))
        QTest.keyClick(table, key)
    field = shared.starter.field
    assert field.accessibleName() == "Value of b"
    QTest.keyClicks(field, "a word")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    field.selectAll()
    QTest.keyClicks(field, "-1.25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    rest(qtbot, shared)
    assert run_of(shared).snapshot.record.theta.tolist() == [theta[0], -1.25]
    assert run_of(shared).step == 0
    assert shared.undo.stack.count() == 1


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_weight_is_typed_at_an_edge(shared: Window, qtbot: QtBot, way: str) -> None:
    back(qtbot, shared, Scene(model=MLP((3,))), 2)
    shared.docks["network"].show()
    rest(qtbot, shared)
    view = shared.tables["network"].view  # type: ignore[union-attr]
    picture, theta = view.picture(), run_of(shared).snapshot.record.theta
    assert picture is not None
    there = (picture.lines[0].pointAt(0.25) * picture.zoom).toPoint()
    edge = picture.spot_at(there.x(), there.y())
    assert edge is not None
    assert edge.parameter >= 0
    if way == "mouse":
        QTest.mouseDClick(view, LEFT, NONE, there)
    else:
        QTest.mouseClick(view, LEFT, NONE, there)
        QTest.keyClick(view, Qt.Key.Key_F2)
    field = shared.starter.field
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert shared.player.scene.start == ()
    view.weight_wanted.emit(edge.parameter, view, there)
    QTest.keyClicks(shared.starter.field, "0.5")
    QTest.keyClick(shared.starter.field, Qt.Key.Key_Return)
    rest(qtbot, shared)
    expected = theta.copy()
    expected[edge.parameter] = 0.5
    assert np.array_equal(run_of(shared).snapshot.record.theta, expected)


def test_a_double_click_on_a_unit_asks_for_nothing(
    shared: Window, qtbot: QtBot
) -> None:
    back(qtbot, shared, Scene(), 2)
    shared.docks["network"].show()
    rest(qtbot, shared)
    view = shared.tables["network"].view  # type: ignore[union-attr]
    picture = view.picture()
    assert picture is not None
    middle = picture.box(0).center() * picture.zoom
    QTest.mouseDClick(view, LEFT, NONE, middle.toPoint())
    assert not view.findChildren(WeightField)


def test_rows_keep_all_their_digits(qtbot: QtBot) -> None:
    third = ((1 / 3, 2 / 3), (0.1, 0.2), (1 / 3 + 1e-15, 2 / 3))
    form = Form(ByHand(third))
    qtbot.addWidget(form, before_close_func=lambda _: form.hide())
    changed: list[ByHand] = []
    form.changed.connect(changed.append)
    editor = form._editors["points"]
    leave = QFocusEvent(QEvent.Type.FocusOut)
    QApplication.sendEvent(editor, leave)
    assert changed == []
    text = editor.toPlainText().replace("0.1  0.2", "0.1  0.25")  # type: ignore[attr-defined]
    editor.setPlainText(text)  # type: ignore[attr-defined]
    QApplication.sendEvent(editor, leave)
    assert changed[0].points[0] == third[0]
    assert changed[0].points[1] == (0.1, 0.25)


def test_every_control_is_named(shared: Window) -> None:
    tools = shared.pencil.tools
    named = (tools.label, *tools._editors.values())
    assert all(part.accessibleName() and part.toolTip() for part in named)
    assert all(b.toolTip() and b.text() for b in (tools.switch, tools.draw_switch))
    assert isinstance(shared.pencil.grip, Grip)
