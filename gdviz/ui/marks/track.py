"""Where θ was, is and will be, on its curve and along the bottom of the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF

from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import ThickArrows
from gdviz.ui.marks.curve import Dots
from gdviz.ui.marks.ghosts import Dotted, GhostMarks
from gdviz.ui.marks.path import Ring
from gdviz.ui.marks.writing import Word, extent, told
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.curves import Curves
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.chart import Chart
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_LANE, _LINE = 20.0, 44.0  # pixels from the bottom to the arrow, and to words over it
_CELL = 4.0  # pixels: of dots closer than this one is enough


class Track:
    """The path as dots, a ring and a line at θ, an arrow to the next θ, the ghosts."""

    def __init__(self) -> None:
        self.now = pg.InfiniteLine(angle=90)
        self.dots = Dots(size=8, pxMode=True, antialias=True)
        self.ring, self.arrow, self.ghosts = Ring(11.0), ThickArrows(), GhostMarks()
        self.items = (self.now, self.dots, self.ghosts, self.ring, self.arrow)
        self.word: Word | None = None

    def restyle(self, style: Style, chart: Chart) -> None:
        """Colour everything."""
        self.now.setPen(chart.curve_pen(style.muted, 1.0))
        self.dots.setPen(chart.curve_pen(style.path_edge, 1.2))
        self.dots.setBrush(style.path)
        self.ring.colour, self.ring.edge = style.update, style.plot
        self.ghosts.look = style

    def clear(self) -> None:
        """Show nothing."""
        self.word = None
        self.now.setVisible(False)
        self.dots.setData([], [])
        self.ring.set_point(np.full(2, np.nan))
        self.arrow.set_arrows([])
        self.ghosts.set_ghosts([])

    def show(self, chart: Chart, run: Run, curves: Curves, on_curve: bool) -> None:
        """Show them; dots and ring only where the curve they are on is drawn."""
        snapshot, theta = run.snapshot, run.snapshot.record.theta[0]
        self.now.setVisible(bool(np.isfinite(theta)))
        if np.isfinite(theta):
            self.now.setValue(float(theta))
        path = _thinned(run.trail()[: None if on_curve else 0, 0], chart.box)
        heights = _height(curves, path)
        known = np.isfinite(heights)  # the curve may not yet reach that far
        self.dots.setData(path[known], heights[known])
        here = np.array([theta, snapshot.full.loss if on_curve else np.nan])
        self.ring.set_point(here)
        hidden = chart.hides(legend.GHOST)
        self.ghosts.set_ghosts([] if hidden else _dotted(snapshot, curves))
        self._show_update(chart, snapshot)

    def _show_update(self, chart: Chart, snapshot: Snapshot) -> None:
        """Draw Δθ along the bottom, in its true length."""
        style, name = chart.style_, snapshot.plane.labels[0]
        x, step = float(snapshot.record.theta[0]), float(snapshot.record.update[0])
        self.word, arrows = None, []
        text = alone = f"{name} = {told(x, 0.0)}"
        (left, right), (bottom, _) = chart.box.viewRange()
        if not chart.hides(legend.UPDATE) and np.isfinite(step):
            text += f",  Δ{name} = {told(step, abs(x))}"
            y = bottom + _LANE * chart.box.viewPixelSize()[1]
            tip = np.clip(x + step, 2 * left - right, 2 * right - left)
            look = legend.thick(legend.UPDATE, style)
            arrows = [(np.array([x, y]), np.array([tip, y]), look)]
        self.arrow.set_arrows(arrows)
        if not left <= x <= right:
            text = f"{alone} is off this map"
        if extent(text).width() > chart.box.rect().width() - 10:
            text = alone
        share = float(np.clip((x - left) / (right - left), 0.0, 1.0))
        self.word = _beside(chart.box.rect(), share, text, style.update)


def _beside(frame: QRectF, share: float, text: str, colour: str) -> Word:
    """Return words over the arrow, near θ and within the plot."""
    size = extent(text)
    x = min(share * frame.width() + 8, frame.width() - size.width() - 6)
    top = frame.height() - px(_LINE) - size.height() / 2
    return Word(text, colour, QRectF(max(x, 4.0), top, size.width(), size.height()))


def _height(curves: Curves, x: Array) -> Array:
    return np.interp(x, curves.grid, curves.full, np.nan, np.nan)


def _dotted(snapshot: Snapshot, curves: Curves) -> list[Dotted]:
    made = []
    for number, ghost in enumerate(snapshot.ghosts, 1):
        x = ghost.path[:, 0]
        end = np.array([[ghost.here[0], ghost.loss]])
        path = np.vstack([np.column_stack([x, _height(curves, x)]), end])
        made.append(Dotted(str(number), path, None))
    return made


def _thinned(x: Array, box: Any) -> Array:
    """Return one number of those that fall into the same few pixels, the last."""
    left, right = box.viewRange()[0]
    x = x[(left <= x) & (x <= right)]
    if len(x) < 2:
        return x
    count = int(max(box.width(), 1.0) / _CELL) + 1
    cells = ((x - left) / (right - left) * (count - 1)).astype(np.int64)
    last = np.full(count, -1)
    np.maximum.at(last, cells, np.arange(len(x)))
    return x[last[last >= 0]]
