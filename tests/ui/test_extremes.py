"""Every view of scenes at the edge of numbers: drawn, no NaN in any of its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QTableView, QWidget

from gdviz.session.words import numbers, sentence
from gdviz.ui import style as look
from gdviz.ui.marks.lengths import Lengths
from gdviz.ui.panels.arithmetic.panel import ArithmeticPanel
from gdviz.ui.panels.network.panel import NetworkPanel
from gdviz.ui.plots import PLOTS
from tests.session.asking import Screen
from tests.session.extremes import EXTREMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gdviz.session.run import Run

SICK = re.compile(r"(?<![a-z])(nan|inf)(?![a-z])", re.IGNORECASE)
WATCHED: dict[str, Any] = {
    "curvature": True,
    "noise": True,
    "race": True,
    "chosen": 0,
}
SCENES = (
    "identical examples",
    "tiny numbers",
    "huge targets",
    "huge classes, softmax",
    "one huge example of all",
    "all zero",
    "one example",
    "tanh, start 1e+100",
    "relu, start -0",
    "sgd at 1e+06",
    "adam at 1e+06",
    "squared at 1e-12",
    "given gradients, huge",
    "given gradients, tiny",
    "exp(x)",
    "abs(x)",
    "0*x + 0*y",
    "1e100*x + 1e-100*y",
    "plane path of a wild run",
    "a race of wild ones",
)
VIEWS: dict[str, Any] = {
    **PLOTS,
    "arithmetic": ArithmeticPanel,
    "network": NetworkPanel,
}
CURVES, SURFACES = ("curves",), ("surface", "relief")


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Everything that is written with a painter."""
    words: set[str] = set()
    draw = QPainter.drawText

    def drawing(painter: QPainter, *how: Any) -> Any:
        words.update(part for part in how if isinstance(part, str))
        return draw(painter, *how)

    monkeypatch.setattr(QPainter, "drawText", drawing)
    return words


def words_of(view: Any) -> Iterator[str]:
    """All that a view says besides what it paints: labels, tips, choices, cells."""
    for part in (view, *view.findChildren(QWidget)):
        yield from (part.toolTip(), part.accessibleDescription(), part.accessibleName())
        if not isinstance(part, QTableView) and hasattr(part, "text"):
            told = part.text() if callable(part.text) else part.text
            yield from told.splitlines()[:1]
        if isinstance(part, QComboBox):
            yield from (part.itemText(i) for i in range(part.count()))
        if isinstance(part, QTableView):
            yield from cells(part)
    if isinstance(getattr(view, "view", None), pg.PlotWidget):
        for item in view.view.scene().items():
            if hasattr(item, "toPlainText"):
                yield item.toPlainText()


def cells(table: QTableView) -> Iterator[str]:
    model = table.model()
    for row in range(min(model.rowCount(), 8)):
        for column in range(model.columnCount()):
            for role in (0, 3):  # text and tip
                told = model.data(model.index(row, column), role)
                if isinstance(told, str):
                    yield told


def check_items(view: Any) -> None:
    """What stands in a plot has a place: else painting may end the program."""
    if not isinstance(getattr(view, "view", None), pg.PlotWidget):
        return
    assert np.isfinite(view.box.viewRange()).all()
    for item in view.view.scene().items():
        if isinstance(item, pg.ScatterPlotItem):
            assert np.isfinite(item.data["x"]).all()
            assert np.isfinite(item.data["y"]).all()


def views_of(run: Run) -> list[str]:
    one = len(run.facts.parameters) == 1
    return [name for name in VIEWS if name not in (SURFACES if one else CURVES)]


def look_at(run: Run, views: dict[str, Any], painted: set[str]) -> None:
    """Show a run in every view, and read all that is said."""
    said = [sentence(run), *numbers(run).values()]
    for name in views_of(run):
        painted.clear()
        views[name].show_run(run)
        views[name].grab()
        check_items(views[name])
        said += [*painted, *words_of(views[name])]
    assert [text for text in said if SICK.search(re.sub("<[^>]*>", "", text))] == []


@pytest.mark.parametrize("name", SCENES)
def test_every_view_is_drawn_and_says_nothing_odd(
    qapp: QApplication, qtbot: QtBot, painted: set[str], name: str
) -> None:
    style, views = look.STYLES[look.DARK], dict[str, Any]()
    for view, kind in VIEWS.items():
        views[view] = kind(style) if view in PLOTS else kind()
        views[view].set_style(style)
        qtbot.addWidget(views[view], before_close_func=lambda shown: shown.hide())
        views[view].resize(560, 420)
        views[view].show()
    screen = Screen(EXTREMES[name], **WATCHED)
    screen.rest(**WATCHED)
    look_at(screen.run, views, painted)
    screen.ask(steps=8, **WATCHED)
    look_at(screen.run, views, painted)


@pytest.mark.parametrize("size", [5e-324, 1e-312, 1e-200, 1.0, 1e200, 1.7e308])
@pytest.mark.parametrize("room", [1e-300, 1e-3, 1.0, 1e100])
def test_the_length_of_arrows_always_has_a_number(size: float, room: float) -> None:
    lengths = Lengths()
    with np.errstate(all="ignore"):
        lengths.suit([np.array([size, 0.0]), np.zeros(2)], room)
    assert 0.0 < lengths.factor < np.inf
    assert not SICK.search(lengths.words())
