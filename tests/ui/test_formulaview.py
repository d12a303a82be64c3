"""Formulas on screen: the box, the list in groups, the minima on the surface."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from gdviz.core.formulas.minima import Minimum
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.functions import LANDSCAPES, SOURCES
from gdviz.core.models import MODELS
from gdviz.session.scene import Descent, Scene
from gdviz.ui.formulaedit import FormulaEdit
from gdviz.ui.marks import legend
from gdviz.ui.marks.minima import paint_diamond, words
from gdviz.ui.panels.picker import Picker
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

    Opening = Callable[..., Window]

GOOD, BAD = "x**2 + y**2", "x^2 + y**2"


@pytest.fixture
def taken() -> list[str]:
    """What was taken from the box."""
    return []


@pytest.fixture
def edit(qtbot: QtBot, taken: list[str]) -> FormulaEdit:
    """A box alone, in which a good formula stands."""
    made = FormulaEdit("Formula", taken.append)
    qtbot.addWidget(made, before_close_func=lambda w: w.hide())
    made.set_value(GOOD)
    made.show()
    return made


def typed(edit: FormulaEdit, text: str) -> None:
    edit.box.selectAll()
    QTest.keyClicks(edit.box, text)


def enter(edit: FormulaEdit) -> None:
    QTest.keyClick(edit.box, Qt.Key.Key_Return)


def data_of(window: Window) -> OwnFormula:
    assert window.player.run is not None
    data = window.player.run.snapshot.scene.data
    assert isinstance(data, OwnFormula)
    return data


def box_of(window: Window) -> FormulaEdit:
    form = window.panel.data.form
    assert form is not None
    found = form.findChild(FormulaEdit)
    assert isinstance(found, FormulaEdit)
    return found


def test_it_is_taken_with_enter(edit: FormulaEdit, taken: list[str]) -> None:
    typed(edit, "x**4")
    assert taken == []
    enter(edit)
    enter(edit)
    assert taken == ["x**4"]
    assert edit.text == "x**4"


def test_it_is_taken_where_the_box_is_left(
    edit: FormulaEdit, taken: list[str], qtbot: QtBot
) -> None:
    edit.box.setFocus()
    typed(edit, "x**6")
    other = QWidget()
    qtbot.addWidget(other)
    edit.box.clearFocus()
    assert taken == ["x**6"]


def test_what_is_wrong_is_said_while_typing(edit: FormulaEdit) -> None:
    assert not edit.said.isVisible()
    typed(edit, BAD)
    assert edit.said.isVisible()
    assert edit.said.text().startswith("At character 2 (x▸^2")
    assert edit.said.text().endswith("a power is written **, as in x**2.")
    (mark,) = edit.box.extraSelections()
    cursor = mark.cursor
    assert (cursor.selectionStart(), cursor.selectedText()) == (1, "^")
    typed(edit, GOOD)
    assert not edit.said.isVisible()
    assert edit.box.extraSelections() == []


@pytest.mark.parametrize("text", ["", "x +", "(x", "x + 1)", "  "])
def test_a_fault_at_the_end_is_marked_too(edit: FormulaEdit, text: str) -> None:
    edit.box.setPlainText(text)
    assert edit.said.isVisible()
    assert len(edit.box.extraSelections()) == 1


def test_what_is_wrong_is_never_taken(edit: FormulaEdit, taken: list[str]) -> None:
    typed(edit, BAD)
    enter(edit)
    edit.box.clearFocus()
    assert taken == []
    assert edit.text == BAD
    QTest.keyClick(edit.box, Qt.Key.Key_Escape)
    assert edit.text == GOOD
    assert not edit.said.isVisible()


def test_a_value_that_is_shown_again_leaves_what_is_typed(edit: FormulaEdit) -> None:
    typed(edit, BAD)
    edit.set_value(GOOD)
    assert edit.text == BAD
    edit.set_value("x")
    assert edit.text == "x"


def test_lines_are_joined(edit: FormulaEdit, taken: list[str]) -> None:
    edit.box.setPlainText("x**2\n+ 2*y**2")
    enter(edit)
    assert taken == ["x**2 + 2*y**2"]


def test_the_box_is_named_and_explained(open_window: Opening) -> None:
    window = open_window(Scene(data=OwnFormula()))
    edit = box_of(window)
    assert edit.box.accessibleName() == "Formula"
    assert "sin, exp, log" in edit.box.toolTip()
    assert edit.said.accessibleName()


def test_a_formula_of_ones_own(open_window: Opening, qtbot: QtBot) -> None:
    window = open_window(Scene())
    window.panel.data.picked.emit("formula")
    rest(qtbot, window)
    edit = box_of(window)
    assert edit.isVisible()  # without unfolding anything
    typed(edit, "x**2 + ")
    enter(edit)
    rest(qtbot, window)
    assert data_of(window) == OwnFormula()
    assert edit.text == "x**2 + "
    QTest.keyClicks(edit.box, "3*y**2")
    enter(edit)
    rest(qtbot, window)
    assert data_of(window).formula == "x**2 + 3*y**2"
    assert "f = x² + 3y²" in window.panel.facts.text()
    assert window.player.run is not None
    assert [m.theta for m in window.player.run.facts.minima] == [(0.0, 0.0)]


def test_knobs_that_change_nothing_are_not_there(open_window: Opening) -> None:
    window = open_window(Scene(data=OwnFormula(formula="x**2", copies=1)))
    form = window.panel.data.form
    assert form is not None
    names = ("x", "y", "copies", "noise", "kind", "formula")
    editors = {name: form.findChild(QWidget, name) for name in names}
    shown = {name for name, editor in editors.items() if editor and editor.isVisible()}
    assert shown == {"x", "copies", "formula"}
    words = {label.text() for label in form.findChildren(QLabel) if label.isVisible()}
    assert {"Start x", "Copies"} <= words
    assert not {"Start y", "Noise", "Copies are"} & words


def test_the_list_is_in_groups(qtbot: QtBot) -> None:
    picker = Picker("Data", SOURCES)
    qtbot.addWidget(picker)
    combo = picker.combo
    heads = [i for i in range(combo.count()) if combo.itemData(i) is None]
    told = [combo.itemText(i) for i in heads]
    assert told == ["Data", "Functions of x and y", "Formulas"]
    assert combo.count() == len(SOURCES) + 3
    assert [combo.itemData(i) for i in range(combo.count()) if i not in heads] == [
        *SOURCES
    ]
    model = combo.model()
    for i in range(combo.count()):
        flags = model.flags(model.index(i, 0))
        assert bool(flags & Qt.ItemFlag.ItemIsEnabled) == (i not in heads)
        assert bool(flags & Qt.ItemFlag.ItemIsSelectable) == (i not in heads)


def test_keys_step_over_the_headings(qtbot: QtBot) -> None:
    picker = Picker("Data", SOURCES)
    qtbot.addWidget(picker, before_close_func=lambda w: w.hide())
    picked: list[str] = []
    picker.picked.connect(picked.append)
    picker.show()
    picker.show_spec(SOURCES["csv"]())
    QTest.keyClick(picker.combo, Qt.Key.Key_Down)
    assert picker.combo.currentData() == "bowl"
    QTest.keyClick(picker.combo, Qt.Key.Key_Up)
    assert picker.combo.currentData() == "csv"
    QTest.keyClick(picker.combo, Qt.Key.Key_Home)
    assert picker.combo.currentData() == "line"
    QTest.keyClick(picker.combo, Qt.Key.Key_End)
    assert picker.combo.currentData() == "given"
    assert picked == ["bowl", "csv", "line", "given"]


def test_one_group_has_no_heading(qtbot: QtBot) -> None:
    picker = Picker("Model", MODELS)
    qtbot.addWidget(picker)
    assert picker.combo.count() == len(MODELS)
    some = Picker("Data", SOURCES)
    qtbot.addWidget(some)
    some.offer(["moons", "line"])
    assert [some.combo.itemText(i) for i in range(some.combo.count())] == [
        "Line with noise", "Moons",
    ]  # fmt: skip


def himmelblau(**knobs: object) -> Scene:
    data = LANDSCAPES["himmelblau"](**knobs)
    return Scene(data=data, descent=Descent(4, 0.002))


def shown(window: Window) -> int:
    return len(window.surface.minima.shown)


def test_minima_are_marked(open_window: Opening, qtbot: QtBot) -> None:
    window = open_window(himmelblau(), 5)
    marks = window.surface.minima
    assert shown(window) == 4
    places = sorted(map(tuple, marks.points._points.round(3).tolist()))
    assert places == [(-3.779, -3.283), (-2.805, 3.131), (3.0, 2.0), (3.584, -1.848)]
    assert marks.points._full.all()
    said = {name for _, name, _ in marks.names._ends}
    assert "minimum (3, 2): 0" in said
    assert len(said) == 4
    window.panel.marks.show_only(set(legend.MARKS) - {legend.MINIMA})
    assert shown(window) == 0
    assert len(marks.points._points) == len(marks.names._ends) == 0
    window.panel.marks.show_only(legend.MARKS)
    assert shown(window) == 4
    window.player.open(Scene(), 0)
    rest(qtbot, window)
    assert shown(window) == 0


def test_of_many_minima_only_the_lowest_is_named(open_window: Opening) -> None:
    window = open_window(
        Scene(data=LANDSCAPES["rastrigin"](), descent=Descent(4, 1e-3))
    )
    marks = window.surface.minima
    assert len(marks.shown) == 121
    assert [name for _, name, _ in marks.names._ends] == ["minimum (0, 0): 0"]
    assert marks.points._full.sum() == 1


def test_the_window_of_the_function_is_shown(
    open_window: Opening, qtbot: QtBot
) -> None:
    window = open_window(himmelblau())
    assert window.player.run is not None
    region = window.player.run.facts.start_region
    assert (region.left, region.right, region.bottom, region.top) == (-5, 5, -5, 5)
    window.player.open(replace(himmelblau(), start=(40.0, 0.0)), 0)
    rest(qtbot, window)
    region = window.player.run.facts.start_region
    assert region.left <= -5
    assert region.right >= 40


def test_shifted_copies_have_minima_of_their_own(open_window: Opening) -> None:
    window = open_window(himmelblau(kind="shifted", noise=0.5))
    assert window.player.run is not None
    minima = window.player.run.facts.minima
    assert len(minima) == 4
    assert all(np.abs(np.subtract(m.theta, (3.0, 2.0))).max() > 1e-3 for m in minima)


def test_what_has_no_value_at_the_start_is_refused(
    open_window: Opening, qtbot: QtBot
) -> None:
    window = open_window(Scene(data=OwnFormula()))
    typed(box_of(window), "log(x) + y")
    enter(box_of(window))
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "no finite value at the start, x = -1.2" in box.text()
    box.accept()
    rest(qtbot, window)
    assert data_of(window) == OwnFormula()
    assert box_of(window).text == OwnFormula().formula


@pytest.mark.parametrize(
    ("theta", "value", "said"),
    [
        ((1.0, 1.0), 0.0, "minimum (1, 1): 0"),
        ((-1e-17, 0.5), -1e-18, "minimum (0, 0.5): 0"),
        ((3.584428, -1.848126), 2.5, "minimum (3.584, −1.848): 2.5"),
        ((2.0,), -1.0, "minimum (2): −1"),
    ],
)
def test_words(theta: tuple[float, ...], value: float, said: str) -> None:
    assert words(Minimum(theta, value, lowest=True)) == said


@pytest.mark.parametrize("full", [True, False])
def test_a_diamond_is_full_or_hollow(full: bool) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    painter = QPainter(image)
    paint_diamond(painter, QPointF(20, 20), "#ffffff", "#000000", full=full)
    painter.end()
    assert image.pixelColor(20, 20).name() == ("#ffffff" if full else "#000000")
    assert image.pixelColor(2, 2).name() == "#808080"
    assert image.pixelColor(20, 14).lightness() > 150
