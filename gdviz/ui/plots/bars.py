"""The gradient weight by weight: a bar for each example, and their mean beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF

from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.marks.columns import HANDED, MEAN, Columns, columns
from gdviz.ui.marks.curve import Dots
from gdviz.ui.marks.figures import figures
from gdviz.ui.marks.writing import Words
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.session.snapshot import Record, Snapshot
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_SPANS = 4  # heights of the plot: what is farther off is cut there
_LINE = 24.0  # pixels above and below the bars, for their numbers
_NEAR = 6.0  # pixels
_HUGE = 1e99  # what is larger ends there: no axis reaches farther


class BarsChart(Chart):
    """Gradients as bars, weight by weight."""

    name: ClassVar[str] = "bars"
    label: ClassVar[str] = "Gradient of each weight"
    tip: ClassVar[str] = (
        "For each weight the gradient of every example's loss (narrow bars) and their "
        "mean (wide bar): every weight has its own mean. Click a bar to select its "
        "example."
    )

    def build(self) -> None:
        """Make one item for all bars of a kind."""
        self.examples, self.chosen, self.mean, self.handed = (
            pg.BarGraphItem(x=[], height=[], width=1.0) for _ in range(4)
        )
        self.zero = pg.InfiniteLine(angle=0)
        self.nothing = Dots(symbol="d", size=13, antialias=True)
        bars = (self.examples, self.chosen, self.mean, self.handed)
        for item in (*bars, self.zero, self.nothing):
            self.item.addItem(item, ignoreBounds=True)
        self.words = Words(self.box)
        self.columns: Columns | None = None
        self._view: tuple[float, float] | None = None
        self._number, self._ticks = -1, ""
        self.box.setMouseEnabled(x=False, y=False)
        self.box.sigResized.connect(self._resized)
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def restyle(self, style: Style) -> None:
        """Colour the bars; the mean's have an outline."""
        self.examples.setOpts(brush=QColor(style.example), pen=None)
        edge = self.curve_pen(style.text, 1.2)
        self.chosen.setOpts(brush=QColor(style.chosen), pen=edge)
        self.mean.setOpts(brush=QColor(style.mean), pen=self.curve_pen(style.text, 1.6))
        other = self.curve_pen(style.ghost, 2.0, Qt.PenStyle.DotLine)
        self.handed.setOpts(brush=None, pen=other)
        self.zero.setPen(self.curve_pen(style.text, 1.6))
        self.nothing.setBrush(style.mean)
        self.nothing.setPen(self.curve_pen(style.text, 1.2))
        self.words.ground = style.plot

    def draw(self, run: Run) -> None:
        """Draw the bars of the step shown."""
        snapshot, record = run.snapshot, run.snapshot.record
        if run.number != self._number:
            self._number, self._view = run.number, None
        handed = not snapshot.right and not self.hides(legend.GHOST)
        chosen = self._chosen(snapshot)
        shown = self.columns = columns(record, chosen, handed, self.box.width())
        self.set_title(_title(run, shown))
        self.set_labels("", "gradient")
        values = record.gradients[shown.places][:, shown.weights]
        mean, other = record.gradient[shown.weights], record.handed[shown.weights]
        self._keep_in_view([values, mean, other[: None if handed else 0]])
        self._name(run, shown)
        self._draw_examples(shown, values, chosen)
        known = not self.hides(legend.MEAN)
        self._set(self.mean, shown.mean, mean, MEAN, known)
        self._set(self.handed, shown.last, other, HANDED, handed)
        none = (mean == 0) & known
        self.nothing.setData(shown.mean[none], np.zeros(none.sum()))
        scale = np.abs(record.gradients[:, shown.weights]).max(axis=0)
        words = figures(self.box, shown, mean, scale, self.style_.mean)
        self.words.set_words(words if known else [])

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _chosen(self, snapshot: Snapshot) -> int:
        hidden = snapshot.chosen is None or self.hides(legend.CHOSEN)
        return -1 if hidden or snapshot.chosen is None else snapshot.chosen.place

    def _draw_examples(self, shown: Columns, values: Array, chosen: int) -> None:
        count = self.examples_shown()
        known = shown.places < (np.inf if count is None else count)
        special = shown.places == chosen
        width = 0.88 * shown.width
        some, one = known & ~special, known & special
        self._set(self.examples, shown.examples[some], values[some], width)
        self._set(self.chosen, shown.examples[one], values[one], shown.width)

    def _set(
        self, item: Any, x: Array, heights: Array, width: float, shown: bool = True
    ) -> None:
        low, high = self.box.viewRange()[1]
        far = _SPANS * (high - low)
        heights = np.nan_to_num(heights.clip(low - far, high + far)).ravel()
        some = slice(None if shown else 0)
        item.setOpts(x=x.ravel()[some], height=heights[some], width=width)

    def _keep_in_view(self, parts: list[Array]) -> None:
        """Show all bars from zero on; change the view in jumps, not every frame."""
        everything = np.concatenate([part.ravel() for part in parts])
        finite = everything[np.isfinite(everything)]
        finite = finite.clip(-_HUGE, _HUGE)
        low, high = finite.min(initial=0.0), finite.max(initial=0.0)
        slack = 1.0
        if self._view is not None:
            bottom, top = self._view
            if bottom <= low and high <= top and high - low > (top - bottom) / 4:
                return
            slack = 1.4  # the next batch may need a little more
        self._view = (float(slack * low), float(slack * high))
        self._show_view()

    def _show_view(self) -> None:
        if self._view is None or self.columns is None:
            return
        low, high = self._view
        if not high > low:
            low, high = -1.0, 1.0
        share = min(px(_LINE) / max(self.box.height(), 1.0), 0.2)
        pad = share * (high / 2 - low / 2) / (0.5 - share)
        right = len(self.columns.weights) - 0.5
        self.show_range(np.array([-0.5, low - pad]), np.array([right, high + pad]))

    def _name(self, run: Run, shown: Columns) -> None:
        """Write the weights' names below, as many as there is room for."""
        names = [run.facts.parameters[i] for i in shown.weights]
        metrics = QFontMetricsF(look.font(12))
        widest = max(metrics.horizontalAdvance(name) for name in names) + 8
        stride = int(np.ceil(widest * len(names) / max(self.box.width(), 1.0)))
        ticks = list(enumerate(names))[:: max(stride, 1)]
        if str(ticks) != self._ticks:
            self._ticks = str(ticks)
            self.item.getAxis("bottom").setTicks([ticks])

    def _resized(self, *_: object) -> None:
        self._show_view()
        if self.run is not None and self.run.number == self._number:
            self._draw(self.run)

    def _clicked(self, event: Any) -> None:
        """Select the example whose bar was clicked, or none."""
        if self.run is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at = self.box.mapSceneToView(event.scenePos())
        self.example_chosen.emit(self._row_at(self.run.snapshot.record, at.x(), at.y()))

    def _row_at(self, record: Record, x: float, y: float) -> int | None:
        found = self.columns.at(x) if self.columns else None
        if found is None or self.columns is None:
            return None
        place = int(self.columns.places[found[0]])
        count = self.examples_shown()
        value = record.gradients[place, self.columns.weights[found[1]]]
        near = _NEAR * self.box.viewPixelSize()[1]
        on_bar = min(value, 0.0) - near <= y <= max(value, 0.0) + near
        known = count is None or place < count
        return int(record.rows[place]) if on_bar and known else None


def _title(run: Run, shown: Columns) -> str:
    batch, drawn = len(run.snapshot.record.rows), len(shown.places)
    weights, p = len(shown.weights), len(run.facts.parameters)
    title = BarsChart.label
    if weights < p:
        title = f"Gradient · {weights} of {p:,} weights, the largest of the mean"
    if drawn < batch:
        return f"{title} · {drawn} of {batch:,} examples"
    if batch == 1:
        return f"{title} · one example is its own mean"
    return f"{title} · {drawn} examples, mean"
