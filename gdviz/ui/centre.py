"""The plot in the middle: the surface as a map or in 3-D; curves of one parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.ui.faults import careful
from gdviz.ui.plots.curves import CurvesChart
from gdviz.ui.plots.relief import ReliefChart
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.relief import graphics
from gdviz.ui.title import title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

    from gdviz.session.run import Run
    from gdviz.ui.picture import Picture

_FLAT_TIP = "Show the loss surface as a map, seen from above."
_SOLID_TIP = "Show the loss surface as a landscape that can be turned."
_ONE = "There is but one parameter: its loss is a curve, which has no third dimension."


class Switch(QToolButton):
    """A small button beside a title.

    Attributes
    ----------
    drawn : bool
        Whether it shows: pictures of the plot alone leave it out.
    """

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.drawn = True
        self.setObjectName("small")
        self.setDefaultAction(action)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it, unless it is left out."""
        if self.drawn:
            super().paintEvent(event)


class Centre(QStackedWidget):
    """Shows one of three plots, and asks for what that one wants to see.

    Attributes
    ----------
    solid : bool
        Whether the surface is shown in 3-D where it has one.
    flat_action, solid_action : QAction
        A choice between the two, for menus and buttons.
    card_action : QAction
        Whether 3-D is drawn by OpenGL; disabled where that cannot be.
    """

    def __init__(self, charts: Mapping[str, Picture]) -> None:
        super().__init__()
        surface, relief = charts[SurfaceChart.name], charts[ReliefChart.name]
        curves = charts[CurvesChart.name]
        assert isinstance(surface, SurfaceChart)
        assert isinstance(relief, ReliefChart)
        assert isinstance(curves, CurvesChart)
        self.surface, self.relief, self.curves = surface, relief, curves
        self.solid = False
        group = QActionGroup(self)
        self.flat_action = self._action(group, "Surface as a map", "2", _FLAT_TIP)
        self.solid_action = self._action(group, "Surface in 3-D", "3", _SOLID_TIP)
        self.flat_action.setChecked(True)
        group.triggered.connect(lambda one: self.set_solid(one is self.solid_action))
        self.card_action = QAction("3-D by OpenGL", self, checkable=True)
        self._offer_card()
        self.card_action.toggled.connect(relief.set_by_card)
        relief.faltered.connect(lambda _: self.card_action.setChecked(False))
        surface.corner = Switch(self.solid_action)
        relief.corner = Switch(self.flat_action)
        for chart in self.charts:
            self.addWidget(_titled(chart))

    @property
    def charts(self) -> tuple[SurfaceChart, ReliefChart, CurvesChart]:
        """All three, in the order of their pages."""
        return self.surface, self.relief, self.curves

    @property
    def chart(self) -> SurfaceChart | ReliefChart | CurvesChart:
        """The one that is shown."""
        return self.charts[self.currentIndex()]

    @property
    def settling(self) -> bool:
        """Whether a plot is about to ask for another part of the surface."""
        return any(chart.settling for chart in self.charts)

    def set_solid(self, on: bool) -> None:
        """Show the surface in 3-D or as a map; another plot shows what this one did."""
        (self.solid_action if on else self.flat_action).setChecked(True)
        if on == self.solid:
            return
        self.solid = on
        if self.chart is not self.curves:
            self._turn_page()

    def set_by_card(self, on: bool) -> None:
        """Have the 3-D view drawn by OpenGL if that can be, or painted."""
        self.card_action.setChecked(on and self.card_action.isEnabled())

    def show_run(self, run: Run) -> None:
        """Show the surface, or curves where there is but one parameter."""
        one = len(run.facts.parameters) == 1
        self.solid_action.setEnabled(not one)
        self.solid_action.setToolTip(_ONE if one else _SOLID_TIP)
        chart = self.relief if self.solid else self.surface
        shown = self.curves if one else chart
        if shown is not self.chart:
            self.setCurrentIndex(self.charts.index(shown))
        shown.show_run(run)

    def turn(self, turn: float, tilt: float) -> bool:
        """Turn the 3-D surface by degrees; tell whether it is shown."""
        shown = self.chart is self.relief
        if shown:
            self.relief.turn(turn, tilt)
        return shown

    def _offer_card(self) -> None:
        why = graphics.missing()
        self.card_action.setEnabled(not why)
        self.card_action.setToolTip(why or graphics.TIP)

    def _turn_page(self) -> None:
        """Go to the other plot of the same surface, which takes over the focus."""
        focus, run = self.window().focusWidget(), self.chart.run
        had = self.isAncestorOf(focus)
        other = self.relief if self.solid else self.surface
        self.setCurrentIndex(self.charts.index(other))
        if run is not None:
            self._show_same(run)
        if had:
            other.setFocus()

    def _show_same(self, run: Run) -> None:
        """Have the plot that comes to the front show what the other one did."""
        if self.solid:
            self.relief.take_over(run)
        else:
            self.surface.show_run(run)
            self.surface.want_region()

    def _action(self, group: QActionGroup, words: str, key: str, tip: str) -> QAction:
        action = QAction(f"{words}\t{key}", group, checkable=True)
        action.setIconText("3-D" if key == "3" else "Map")
        action.setToolTip(tip)
        return action


def _titled(chart: Picture) -> QWidget:
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(6, 4, 4, 4)
    column.setSpacing(0)
    column.addWidget(title_of(chart))
    column.addWidget(chart, 1)
    return middle
