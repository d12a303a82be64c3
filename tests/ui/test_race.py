"""The race on screen: the plot, the table and what can be done with racers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import LineWithNoise
from gdviz.core.optimizers import OPTIMIZERS, HeavyBall
from gdviz.session import race
from gdviz.session.readymade import READYMADE
from gdviz.session.scene import EXAMPLES, MOST_GHOSTS, Descent, Scene
from gdviz.session.scenefile import example_files, read_document
from gdviz.ui import docks
from gdviz.ui import style as look
from gdviz.ui.marks import ghosts, racers
from gdviz.ui.panels.race.panel import RacersPanel
from gdviz.ui.plots.race import RaceChart
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

FIRST = Descent(4, 0.02)
SCENE = Scene(data=LineWithNoise(n_examples=10), descent=FIRST)
SIZES = READYMADE["batches"].others(FIRST, 10)


@pytest.fixture
def raced(qtbot: QtBot, open_window: Callable[..., Window]) -> Window:
    """A window with a race, its plot and its table."""
    window = open_window(replace(SCENE, ghosts=SIZES), 12)
    for name in docks.OF_RACE:
        window.docks[name].show()
    rest(qtbot, window)
    return window


def panel(window: Window) -> RacersPanel:
    found = window.parts[docks.RACERS]
    assert isinstance(found, RacersPanel)
    return found


def chart(window: Window) -> RaceChart:
    found = window.charts[RaceChart.name]
    assert isinstance(found, RaceChart)
    return found


def cell(window: Window, row: int, head: str) -> str:
    table = panel(window).table
    item = table.item(row, table.heads.index(head))
    assert item is not None
    return item.text()


def press(qtbot: QtBot, window: Window, key: str) -> None:
    button = panel(window).buttons[key]
    assert button.isEnabled()
    button.click()
    rest(qtbot, window)


def test_losses_are_worked_out_only_where_they_are_looked_at(
    qtbot: QtBot, raced: Window
) -> None:
    run = raced.player.run
    assert run is not None
    assert len(run.racers) == 3
    for name in docks.OF_RACE:
        assert raced.player.wish.race
        raced.docks[name].hide()
    assert not raced.player.wish.race
    raced.player.go_on(15)
    rest(qtbot, raced)
    assert {racer.step for racer in run.racers} == {12}
    raced.docks["race"].show()
    rest(qtbot, raced)
    assert {racer.step for racer in run.racers} == {15}


@pytest.mark.parametrize("over", race.OVER)
def test_the_curves_are_those_of_the_racers(raced: Window, over: str) -> None:
    drawn, run = chart(raced), raced.player.run
    assert run is not None
    drawn.set_over(over)
    assert drawn.choice.currentData() == over
    assert drawn.item.getAxis("bottom").labelText == race.OVER[over][1]
    for curve, racer in zip(drawn.curves, run.racers, strict=False):
        x, y = curve.getData()
        np.testing.assert_allclose(x, race.along(racer, over, 10))
        np.testing.assert_allclose(10**y, racer.curve[:, -1])
    assert all(not len(curve.getData()[0]) for curve in drawn.curves[3:])
    ends = [spot.pos() for spot in drawn.rings.points()]
    places = [race.place_of(racer, over, 10) for racer in run.racers]
    assert [at.x() for at in ends] == pytest.approx(places)
    assert [name for _, name, _ in drawn.names._ends] == ["2", "1", "chosen"]
    (left, right), (low, high) = drawn.box.viewRange()
    assert left <= 0
    assert right >= max(places)
    assert low < min(at.y() for at in ends) <= max(at.y() for at in ends) < high


def test_a_diverged_racer_ends_in_a_cross_and_spoils_no_scale(
    qtbot: QtBot, raced: Window
) -> None:
    wild = replace(FIRST, learning_rate=1e6)
    raced.player.edit(replace(raced.player.scene, ghosts=(wild, *SIZES)))
    rest(qtbot, raced)
    raced.player.go_on(60)
    rest(qtbot, raced)
    drawn = chart(raced)
    assert len(drawn.crosses.points()) == 1
    assert len(drawn.rings.points()) == 3
    start = drawn.curves[0].getData()[1][0]
    assert drawn.box.viewRange()[1][1] < start + 2
    assert cell(raced, 1, "Loss now").startswith("diverged at")


def test_formulas_with_negative_losses_are_not_drawn_as_logarithms(
    qtbot: QtBot, open_window: Callable[..., Window]
) -> None:
    scene = read_document(example_files()["race-of-optimizers"]).scene
    window = open_window(scene, 5)
    window.docks["race"].show()
    rest(qtbot, window)
    drawn = chart(window)
    assert not drawn.plain
    assert drawn.title == "Race (log)"
    run = window.player.run
    assert run is not None
    lower = [replace(r, curve=r.curve - [0, 0, 0, 100.0]) for r in run.racers]
    run.racers = tuple(lower)
    drawn.show_run(run)
    assert chart(window).plain
    assert drawn.title == "Race"
    np.testing.assert_allclose(drawn.curves[0].getData()[1], lower[0].curve[:, -1])


def test_thirteen_looks_are_all_different_in_both_themes() -> None:
    for style in look.STYLES.values():
        looks = {
            (racers.colour(place, style), racers.second(place), racers.gap(place))
            for place in range(1 + MOST_GHOSTS)
        }
        assert len(looks) == 1 + MOST_GHOSTS
        assert racers.colour(1, style) == style.ghost
        assert racers.of_words("3", style) == racers.colour(3, style)
        assert racers.of_words("3, 4", style) == style.text
        dashed = racers.stroke(9, style, 2.0).style()
        assert dashed != racers.stroke(2, style, 2.0).style()


def test_the_table_tells_every_racer_and_every_setting(raced: Window) -> None:
    run, table = raced.player.run, panel(raced).table
    assert run is not None
    lines = race.standings(run.racers, 10)
    assert table.rowCount() == 3
    for row, line in enumerate(lines):
        for head, figure in line.figures.items():
            assert cell(raced, row, head) == figure.text
        for head, text in line.settings.items():
            assert cell(raced, row, head) == text
    assert cell(raced, 1, "Racer") == "1 M 1"
    for column, head in enumerate(table.heads):
        item = table.horizontalHeaderItem(column)
        assert item is not None
        assert item.text() == head
        assert item.toolTip().endswith("Click to sort.")


def test_a_heading_sorts_and_sorts_the_other_way(raced: Window) -> None:
    table = panel(raced).table
    table.setCurrentCell(1, 0)
    column = table.heads.index("Loss now")
    orders: list[list[int]] = []
    for _ in range(2):
        table.horizontalHeader().sectionClicked.emit(column)
        values = [line.figures["Loss now"].value for line in table.lines]
        assert values == sorted(values, reverse=bool(orders))
        orders.append([line.place for line in table.lines])
        assert table.place == 1
    assert orders[0] == orders[1][::-1]


def test_a_target_is_typed(qtbot: QtBot, raced: Window) -> None:
    field, run = panel(raced).aim, raced.player.run
    assert run is not None
    for text, target in (("1,5", 1.5), ("-3", -3.0), ("", None)):
        field.setText(text)
        field.editingFinished.emit()
        expected = race.standings(run.racers, 10, target)[1]
        told = cell(raced, 1, "Updates to target")
        assert told == expected.figures["Updates to target"].text
        assert panel(raced).target == target
    field.setText("soon")
    with qtbot.waitSignal(raced.player.moved) as said:
        field.editingFinished.emit()
    assert said.args is not None
    assert "one number" in said.args[0]
    assert field.text() == ""


def test_racers_are_added_changed_and_removed_and_all_is_undone(
    qtbot: QtBot, raced: Window
) -> None:
    before, part = raced.player.scene, panel(raced)
    press(qtbot, raced, "add")
    added = raced.player.scene.ghosts
    assert added == (*SIZES, replace(FIRST, learning_rate=0.01))
    part.table.stand_at(3)
    press(qtbot, raced, "edit")
    part.editor.pickers["optimizer"].picked.emit("momentum")
    rest(qtbot, raced)
    changed = raced.player.scene.ghosts
    assert changed == (*SIZES, replace(added[2], optimizer=HeavyBall()))
    assert part.editor.descent == changed[2]
    part.editor.form.changed.emit(replace(changed[2], batch_size=2))
    rest(qtbot, raced)
    assert raced.player.scene.ghosts[2].batch_size == 2
    part.table.stand_at(1)
    press(qtbot, raced, "drop")
    assert len(raced.player.scene.ghosts) == 2
    for _ in range(4):
        raced.undo.undo()
        rest(qtbot, raced)
    assert raced.player.scene == before


def test_no_two_racers_are_the_same(qtbot: QtBot, raced: Window) -> None:
    part = panel(raced)
    part.table.stand_at(1)
    press(qtbot, raced, "edit")
    for same in (FIRST, SIZES[1]):
        with qtbot.waitSignal(raced.player.moved) as said:
            part.editor.changed.emit(same)
        assert said.args is not None
        assert "already" in said.args[0]
        assert raced.player.scene.ghosts == SIZES
        assert part.editor.descent == SIZES[0]


def test_the_chosen_one_is_edited_elsewhere(qtbot: QtBot, raced: Window) -> None:
    part = panel(raced)
    part.table.stand_at(1)
    press(qtbot, raced, "edit")
    assert part.editor.isVisible()
    part.table.stand_at(0)
    for key in ("edit", "drop", "choose"):
        assert not part.buttons[key].isEnabled()
        assert "panel Scene" in part.buttons[key].toolTip()
    assert not part.editor.isVisible()


def test_a_racer_becomes_the_chosen_one_where_it_stood(
    qtbot: QtBot, raced: Window
) -> None:
    run, before = raced.player.run, raced.player.scene
    assert run is not None
    theta = run.snapshot.ghosts[0].theta
    chosen = run.snapshot.record.theta
    panel(raced).table.stand_at(1)
    press(qtbot, raced, "choose")
    run = raced.player.run
    assert run is not None
    assert run.snapshot.scene.descent == SIZES[0]
    assert run.snapshot.scene.ghosts == (FIRST, SIZES[1])
    assert run.step == 12
    assert run.snapshot.record.theta.tobytes() == theta.tobytes()
    assert run.snapshot.ghosts[0].theta.tobytes() == chosen.tobytes()
    raced.undo.undo()
    rest(qtbot, raced)
    assert raced.player.scene == before
    assert raced.player.run is not None
    assert raced.player.run.step == 12


@pytest.mark.parametrize("kind", READYMADE)
def test_ready_made_races_from_both_menus(
    qtbot: QtBot, raced: Window, kind: str
) -> None:
    before = raced.player.scene
    entry = next(
        action
        for action in panel(raced).ready.menu().actions()
        if action.text() == READYMADE[kind].title
    )
    assert entry.toolTip() == READYMADE[kind].tip
    entry.trigger()
    rest(qtbot, raced)
    ghosts = READYMADE[kind].others(FIRST, 10)
    assert raced.player.scene.ghosts == ghosts
    assert panel(raced).table.rowCount() == 1 + len(ghosts)
    raced.undo.undo()
    rest(qtbot, raced)
    assert raced.player.scene == before
    (own,) = [m for m in raced.menus.findChildren(QMenu) if m.title() == "Race"]
    assert [a.text() for a in own.actions()] == [r.title for r in READYMADE.values()]


def test_twelve_racers_and_no_more(qtbot: QtBot, raced: Window) -> None:
    panel(raced).race("optimizers")
    rest(qtbot, raced)
    while len(raced.player.scene.ghosts) < MOST_GHOSTS:
        press(qtbot, raced, "add")
    add = panel(raced).buttons["add"]
    assert not add.isEnabled()
    assert str(MOST_GHOSTS) in add.toolTip()
    assert len(OPTIMIZERS) > 1
    assert raced.panel.ghosts.rows.rowCount() > MOST_GHOSTS


def test_the_pace_is_chosen_and_undone(qtbot: QtBot, raced: Window) -> None:
    pace = panel(raced).pace
    pace.setCurrentIndex(pace.findData(EXAMPLES))  # type: ignore[attr-defined]
    pace.activated.emit(pace.currentIndex())  # type: ignore[attr-defined]
    rest(qtbot, raced)
    assert raced.player.scene.pace == EXAMPLES
    assert chart(raced).over == chart(raced).choice.currentData() == race.EXAMPLES
    assert cell(raced, 1, "Updates") == "40"
    assert cell(raced, 1, "Examples") == cell(raced, 0, "Examples") == "40"
    assert raced.player.run is not None
    assert raced.player.run.step == 12  # the same run
    raced.undo.undo()
    rest(qtbot, raced)
    assert chart(raced).over == race.STEPS
    assert cell(raced, 1, "Updates") == "12"


def test_the_table_is_copied(raced: Window) -> None:
    assert panel(raced).copy() == 3
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("Racer,Name,Loss now,Best loss,Updates")


def test_what_is_fair_is_said(qtbot: QtBot, window: Window) -> None:
    window.docks[docks.RACERS].show()
    rest(qtbot, window)
    assert "No racers yet" in panel(window).note.text()
    window.panel.ghosts.added.emit(RECIPES["sum"]())
    rest(qtbot, window)
    assert panel(window).note.text().startswith("The same start, seed and order")
    window.panel.choose_descent(order="replacement")
    rest(qtbot, window)
    assert "draws its own" in panel(window).note.text()


def test_the_keys_of_the_table(qtbot: QtBot, raced: Window) -> None:
    table = panel(raced).table
    table.stand_at(2)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert panel(raced).editor.isVisible()
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    rest(qtbot, raced)
    assert raced.player.scene.ghosts == SIZES[:1]
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.place == 1


def test_arrows_only_of_other_recipes(qtbot: QtBot, raced: Window) -> None:
    marks = raced.surface.step.ghosts
    assert [(ghost.number, ghost.tip) for ghost in marks._ghosts] == [
        ("1", None),
        ("2", None),
    ]
    other = replace(FIRST, recipe=RECIPES["sum"]())
    raced.player.edit(replace(raced.player.scene, ghosts=(*SIZES, other)))
    rest(qtbot, raced)
    assert [ghost.tip is None for ghost in marks._ghosts] == [True, True, False]
    looks = [thick.colour for _, _, thick in raced.surface.step.thick._arrows]
    assert racers.colour(3, raced.style_) in looks
    assert racers.colour(1, raced.style_) not in looks


@pytest.mark.parametrize("theme", [look.DARK, look.LIGHT])
@pytest.mark.parametrize("width", [300, 560, 900])
def test_every_control_of_the_panel_is_inside_it(
    qtbot: QtBot, raced: Window, theme: str, width: int
) -> None:
    raced.set_theme(theme)
    part = panel(raced)
    part.setParent(None)
    qtbot.addWidget(part)
    part.resize(max(width, part.minimumSizeHint().width()), 260)
    part.show()
    part.table.stand_at(1)
    for edits in (False, True):
        part.buttons["edit"].setChecked(edits)
        for control in (part.ready, *part.buttons.values(), part.aim, part.pace):
            corner = control.mapTo(part, control.rect().bottomRight())
            assert part.rect().contains(corner)
            assert control.toolTip()
            assert control.accessibleName()
        assert part.editor.isVisible() == edits
        assert part.table.isVisible() or edits


@pytest.mark.parametrize("name", ["race-of-optimizers", "batch-sizes"])
def test_the_shipped_races_open_with_their_panels(
    qtbot: QtBot, window: Window, name: str
) -> None:
    document = read_document(example_files()[name])
    window.open_example(name)
    qtbot.waitUntil(
        lambda: window.player.idle and window.player.scene.pace == document.scene.pace,
        timeout=60_000,
    )
    rest(qtbot, window)
    run = window.player.run
    assert run is not None
    assert document.course is not None
    assert run.step == document.course.steps
    for shown in docks.OF_RACE:
        assert window.docks[shown].isVisible()
    assert len(run.racers) == 1 + len(document.scene.ghosts)
    assert not any(racer.diverged or racer.late for racer in run.racers)


def test_a_race_from_the_menu_shows_plot_and_table(
    qtbot: QtBot, window: Window
) -> None:
    for name in docks.OF_RACE:
        assert window.docks[name].isHidden()
    (own,) = [m for m in window.menus.findChildren(QMenu) if m.title() == "Race"]
    own.actions()[0].trigger()
    rest(qtbot, window)
    assert len(window.player.scene.ghosts) == MOST_GHOSTS
    for name in docks.OF_RACE:
        assert window.docks[name].isVisible()
    assert panel(window).table.rowCount() == 1 + MOST_GHOSTS


def test_numbers_of_racers_are_written_beside_each_other() -> None:
    size, taken = QSizeF(60, 12), list[QRectF]()
    for x, y in ((100, 100), (110, 94), (120, 100), (112, 108)):
        place = ghosts.beside(np.array([x, y], dtype=float), size, taken)
        assert not any(place.intersects(other) for other in taken)
        assert not place.contains(x, y)
        taken.append(place)
    lone = ghosts.beside(np.array([300.0, 50.0]), size, taken)
    assert (lone.left(), lone.bottom()) == (308, 42)


def test_a_wider_plot_names_its_racers(qtbot: QtBot, raced: Window) -> None:
    drawn = chart(raced)
    numbers = {name for _, name, _ in drawn.names._ends}
    assert numbers == {"chosen", "1", "2"}
    raced.docks[RaceChart.name].setFloating(True)
    raced.docks[RaceChart.name].resize(800, 400)
    qtbot.waitUntil(lambda: drawn.view.width() > 620)
    names = {name for _, name, _ in drawn.names._ends}
    assert all(" M " in name for name in names)
    panel(raced).race("optimizers")
    rest(qtbot, raced)
    names = {name for _, name, _ in drawn.names._ends}
    assert names == {"chosen", *map(str, range(1, 1 + MOST_GHOSTS))}
    drawn.view.grab()
    assert "chosen" in [word.text for word in drawn.names.words]
