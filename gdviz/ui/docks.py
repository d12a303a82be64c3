"""The docks: which there are, where each stands at first, and what is in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from gdviz.session.noise import PANELS_OF_NOISE
from gdviz.ui.dockbar import DockBar
from gdviz.ui.picture import Picture
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.curves import CurvesChart
from gdviz.ui.plots.relief import ReliefChart
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.title import title_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.ui.panels.arithmetic.panel import ArithmeticPanel
    from gdviz.ui.panels.compare.panel import ComparePanel
    from gdviz.ui.panels.lesson import LessonPanel
    from gdviz.ui.panels.network.panel import NetworkPanel
    from gdviz.ui.panels.race.panel import RacersPanel
    from gdviz.ui.panels.scene import ScenePanel
    from gdviz.ui.panels.sweep.panel import SweepPanel
    from gdviz.ui.window import Window

    Table = ArithmeticPanel | NetworkPanel
    Part: TypeAlias = (
        Picture
        | Table
        | ComparePanel
        | ScenePanel
        | LessonPanel
        | SweepPanel
        | RacersPanel
    )  # what stands in a dock

CENTRE = (SurfaceChart.name, ReliefChart.name, CurvesChart.name)
SIDE = tuple(name for name in PLOTS if name not in CENTRE)
SCENE, LESSON, COMPARE, SWEEP = "scene", "lesson", "compare", "sweep"
RACERS = "racers"
BELOW = {
    "arithmetic": "Arithmetic",
    "network": "Network",
    COMPARE: "Compare",
    RACERS: "Racers",
    SWEEP: "Sweep map",
}
OF_RACE = ("race", RACERS)
LABELS = {SCENE: "Scene", LESSON: "Lesson", **BELOW}
AT_CALL = (  # hidden at first
    "bars",
    "curvature",
    "race",
    *PANELS_OF_NOISE,
    "samples",
    *BELOW,
    LESSON,
)


class Dock(QDockWidget):
    """A dock that has its part made when it is first shown.

    Parameters
    ----------
    label : text
    part : function
        Returns the part, and has the dock furnished with it.
    """

    def __init__(self, label: str, part: Callable[[], Part]) -> None:
        super().__init__(label)
        self._part = part
        self._bar: DockBar | None = None
        self._bare = QWidget(self)

    def setVisible(self, visible: bool) -> None:  # noqa: N802
        """Show it, with what belongs into it."""
        if visible:
            self._part()
        super().setVisible(visible)

    def show_bar(self, shown: bool) -> None:
        """Have a bar with its name, or none where a tab says it."""
        if self._bar is None:
            self._bar = DockBar(self)
        self.setTitleBarWidget(self._bar if shown else self._bare)


def furnish(dock: QDockWidget, part: Part) -> None:
    """Put a part into its dock, a plot below its title."""
    dock.setWidget(part)
    if isinstance(part, Picture):
        dock.setTitleBarWidget(title_of(part))


def lay_out(window: Window) -> None:
    """Dock every part of a window in its place."""
    option, area = QMainWindow.DockOption, Qt.DockWidgetArea
    window.setDockOptions(option.AllowNestedDocks | option.AllowTabbedDocks)
    window.setTabPosition(area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
    window.setCorner(Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea)
    for name in (LESSON, SCENE, *SIDE, *BELOW):
        _dock(window, name)
    for name in (LESSON, SCENE):
        window.docks[name].setTitleBarWidget(QWidget())
    for name in AT_CALL:
        window.docks[name].hide()
    for name in SIDE:
        if name not in AT_CALL:
            _part_of(window, name)


def is_seen(part: Part) -> bool:
    """Tell whether a part is on the screen: Qt puts hidden tabs far off."""
    if not part.isVisible():
        return False
    window = part.window()
    shown = part.rect().translated(part.mapTo(window, QPoint()))
    return bool(window.rect().intersects(shown))


def home(name: str) -> Qt.DockWidgetArea:
    """Return the side of the window where a dock stands at first."""
    if name in SIDE:
        return Qt.DockWidgetArea.RightDockWidgetArea
    area = Qt.DockWidgetArea
    return area.BottomDockWidgetArea if name in BELOW else area.LeftDockWidgetArea


def _dock(window: Window, name: str) -> None:
    label = LABELS.get(name) or PLOTS[name].label
    dock = window.docks[name] = Dock(label, partial(_part_of, window, name))
    dock.setObjectName(name)
    if name in window.parts:
        furnish(dock, window.parts[name])
    window.addDockWidget(home(name), dock)


def _part_of(window: Window, name: str) -> Part:
    """Return a part, made and in its dock from now on."""
    return window.parts[name]
