"""Titles give way in whole parts, and never within a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAccessible

from gdviz.core.models import MLP
from gdviz.session.scene import Scene
from gdviz.ui import style as look
from gdviz.ui.plots.gradients import GradientChart
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.title import Title, fitting, forms, title_of
from tests.ui.charts import keep, run_of, shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

PLANE = "Loss surface · plane (W1[7,2], W2[1,8]), 2 of 67 parameters, through θ now"
ARROWS = "Gradients of this step · 11 arrows and their mean"
SHORTER = [
    (PLANE, 80, PLANE),
    (PLANE, 70, "Loss surface · plane (W1[7,2], W2[1,8]), 2 of 67 parameters"),
    (PLANE, 58, "Loss surface · plane (W1[7,2], W2[1,8])"),
    (PLANE, 38, "Loss surface"),
    (PLANE, 11, "Loss …"),
    (PLANE, 3, "Loss …"),
    (ARROWS, 48, "Gradients of this step"),
    (ARROWS, 20, "Gradients …"),
    ("Loss surface · plane (x, y): all of parameter space", 40,
     "Loss surface · plane (x, y)"),
    ("Gradients of this step · 1,024 of 2,500 arrows", 40, "Gradients of this step"),
    ("Loss over steps (log)", 20, "Loss over steps …"),
    ("Loss over steps (log)", 16, "Loss …"),
    ("", 0, ""),
]  # fmt: skip


@pytest.mark.parametrize(("title", "room", "form"), SHORTER)
def test_whole_parts_are_dropped_from_the_end(title: str, room: int, form: str) -> None:
    assert fitting(title, lambda text: len(text) <= room) == form


@pytest.mark.parametrize("title", [PLANE, ARROWS])
def test_no_form_ends_within_a_word(title: str) -> None:
    words = {word.strip("·,:") for word in title.split()}
    for form in forms(title):
        assert {w.strip("·,:") for w in form.removesuffix("…").split()} <= words


def test_what_is_written_fits_and_all_of_it_is_told(
    qapp: QApplication, qtbot: QtBot
) -> None:
    label = Title(PLANE)
    qtbot.addWidget(label, before_close_func=lambda _: label.hide())
    whole = label.fontMetrics().horizontalAdvance(PLANE) + 20
    label.show()
    widths = []
    for width in (whole, whole - 1, whole // 2, whole // 6):
        label.resize(width, 30)
        widths.append(label.fontMetrics().horizontalAdvance(label.shown))
        assert widths[-1] <= width - 20
    assert len(set(widths)) == 4  # each says less than the one before
    told = QAccessible.queryAccessibleInterface(label)
    assert told is not None
    assert told.text(QAccessible.Text.Name) == PLANE


def test_the_title_follows_its_chart(qapp: QApplication, qtbot: QtBot) -> None:
    """At first, and after every change: the words and the tool tip."""
    chart = SurfaceChart(look.STYLES[look.DARK])
    keep(qtbot, chart)
    label = title_of(chart)
    keep(qtbot, label)  # type: ignore[arg-type]
    assert isinstance(label, Title)
    assert label.toolTip() == label.text() == "Loss surface"
    chart.show_run(run_of(Scene(model=MLP((4,)))))
    assert "2 of 13 parameters" in label.text()
    assert label.toolTip() == label.text() == chart.title


def test_the_title_falls_back_when_the_arrows_are_fewer(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """A title that was long gives all its words again where there is room."""
    chart = shown(qtbot, GradientChart, run_of(Scene()))
    label = title_of(chart)
    keep(qtbot, label)  # type: ignore[arg-type]
    assert isinstance(label, Title)
    label.resize(90, 30)
    short = label.shown
    label.resize(900, 30)
    assert short != label.shown == chart.title
