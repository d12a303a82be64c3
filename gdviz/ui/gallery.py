"""The plots of a window, each made when it is first wanted: most are hidden then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.ui import docks
from gdviz.ui.plots import PLOTS
from gdviz.ui.plots.curvature import CurvatureChart
from gdviz.ui.plots.data import DataChart
from gdviz.ui.plots.loss import LossChart
from gdviz.ui.plots.noise_scale import NoiseScaleChart

if TYPE_CHECKING:
    from gdviz.ui.docks import Part
    from gdviz.ui.picture import Picture
    from gdviz.ui.window import Window

_OVER_STEPS = (LossChart, CurvatureChart, NoiseScaleChart)


class Gallery(dict[str, "Picture"]):
    """Plots by name; a name asked for is made, wired and put into its dock.

    Parameters
    ----------
    window : Window
        With its scene panel and player.
    """

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window

    def __missing__(self, name: str) -> Picture:
        """Make a plot."""
        chart = self[name] = PLOTS[name](self._window.style_)
        self._wire(chart)
        if name in docks.SIDE:
            self._window.parts[name] = chart
            docks.furnish(self._window.docks[name], chart)
        return chart

    def _wire(self, chart: Picture) -> None:
        marks, player = self._window.panel.marks, self._window.player
        chart.set_hidden(marks.unticked)
        marks.hidden.connect(chart.set_hidden)
        chart.example_chosen.connect(player.choose)
        if isinstance(chart, DataChart):
            self._window.pencil.take(chart)
        if isinstance(chart, _OVER_STEPS):
            chart.step_chosen.connect(player.seek)


class Parts(dict[str, "Part"]):
    """What stands in the docks; a plot that is asked for is made.

    Parameters
    ----------
    charts : Gallery
    panels : dict of texts to widgets
        Which are made already.
    """

    def __init__(self, charts: Gallery, panels: dict[str, Part]) -> None:
        super().__init__(panels)
        self._charts = charts

    def __missing__(self, name: str) -> Part:
        """Make a plot."""
        return self._charts[name]
