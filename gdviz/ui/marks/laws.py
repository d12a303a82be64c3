"""The laws of a path on the surface: 1σ and 2σ ellipses of what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt

from gdviz.session.samples import ellipses
from gdviz.ui.marks.curve import Curve

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.ui.chart import Chart
    from gdviz.ui.style import Style


class LawMarks:
    """Ellipses of the posterior (solid) and of the stationary law (dashed)."""

    def __init__(self) -> None:
        self.edge, self.posterior, self.settled = (
            Curve(connect="finite", antialias=True) for _ in range(3)
        )
        for place, item in enumerate(self.items):
            item.setZValue(12 + place)  # above the path, below the arrows

    @property
    def items(self) -> tuple[Any, Any, Any]:
        """What is to be added to a plot, from the lowest to the highest."""
        return self.edge, self.posterior, self.settled

    def restyle(self, style: Style, chart: Chart) -> None:
        """Colour the ellipses."""
        dash = Qt.PenStyle.DashLine
        self.edge.setPen(chart.curve_pen(style.plot, 5.0))
        self.posterior.setPen(chart.curve_pen(style.full, 2.5))
        self.settled.setPen(chart.curve_pen(style.update, 2.0, dash))

    def show(self, run: Run, hidden: bool) -> None:
        """Draw the laws that are known, as the plane cuts or projects them."""
        laws, plane = run.laws, run.snapshot.plane
        known = (None, None) if hidden else (laws.posterior, laws.settled)
        both = [ellipses(law, plane) for law in known]
        gap = np.full((min(map(len, both), default=0) and 1, 2), np.nan)
        self.edge.setData(*np.concatenate([both[0], gap, both[1]]).T)
        for item, points in zip((self.posterior, self.settled), both, strict=True):
            item.setData(*points.T)
