"""The variance of a batch's mean gradient over the batch size, on log-log axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdviz.session.noisewords import NOTHING, TOO_LARGE, drawn, when
from gdviz.session.writing import number
from gdviz.ui.chart import Chart
from gdviz.ui.marks.axes import DecadeAxis
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.notes import Name, Notes
from gdviz.ui.marks.writing import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.noise import Noise
    from gdviz.session.noise import NoiseReading
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_ROUNDING = 1e-12  # of tr Σ: less than this is 0
_FINE = 240  # points of a line
_TITLE = "Variance by batch size"
_TAIL = 3.0  # decades: below the last point the line is not followed


class VarianceChart(Chart):
    """How far means of batches stray, by the size of the batch."""

    name: ClassVar[str] = "variance"
    label: ClassVar[str] = "Variance by batch size (log–log)"
    tip: ClassVar[str] = (
        "How far the mean gradient of a random batch strays from the full gradient, "
        "squared, on average: measured at this θ (points, with standard errors) and as "
        "the law of averages has it. With replacement it is tr Σ/M; without, it "
        "falls to 0 where the batch is all there is."
    )

    def axes(self) -> dict[str, Any]:
        """Return two decade axes."""
        return {"left": DecadeAxis("left"), "bottom": DecadeAxis("bottom")}

    def build(self) -> None:
        """Make the two laws, the points, the line at M and the mark of 0."""
        self.law, self.other = (Curve(antialias=True) for _ in range(2))
        self.errors = Curve(connect="pairs", antialias=False)
        self.dots = Dots(size=8)
        self.now = pg.InfiniteLine(angle=90)
        self.here = Dots(size=15)
        self.end = Dots(size=13, symbol="t")
        for item in (self.other, self.now, self.law, self.errors, self.dots):
            self.item.addItem(item, ignoreBounds=True)
        for item in (self.here, self.end):
            self.item.addItem(item, ignoreBounds=True)
        self.notes = Notes(self.box, stacked=True)
        self.empty = Sentence(self.box, "")
        self.box.setMouseEnabled(x=False, y=False)
        self.set_labels("batch size M", "E‖ĝ − ∇L‖²")

    def restyle(self, style: Style) -> None:
        """Colour the parts."""
        self.law.setPen(self.curve_pen(style.full, 2.0))
        self.other.setPen(self.curve_pen(style.muted, 1.2, Qt.PenStyle.DashLine))
        self.errors.setPen(self.curve_pen(style.mean, 1.5))
        for mark in (self.dots, self.end):
            mark.setBrush(style.mean)
            mark.setPen(self.curve_pen(style.plot, 1.0))
        self.here.setBrush(None)
        self.here.setPen(self.curve_pen(style.text, 2.0))
        self.now.setPen(self.curve_pen(style.muted, 1.0))
        self.notes.ground, self.notes.colour = style.plot, style.text
        self.empty.colour = style.muted

    def draw(self, run: Run) -> None:
        """Draw the laws at the noise last measured, and points where they are new."""
        reading = run.noise.latest
        known = reading is not None and reading.noise.trace > 0
        self._show(known)
        self.set_title(_TITLE)
        if reading is None or not known:
            self.notes.write((), "")
            self.empty.text = "" if reading is None else _why(reading.noise)
            self.empty.refresh()
            return
        sizes, measured, errors = _points(run, reading)
        noise, replaced = reading.noise, reading.drawing.replaced
        last = max(noise.n, int(sizes.max(initial=1)), reading.drawing.size)
        low = self._choose_view(noise, measured, last, replaced)
        for item, way in ((self.law, replaced), (self.other, not replaced)):
            item.setData(*_line(noise, way, last, low))
        seen = measured > _ROUNDING * noise.trace
        self._draw_points(sizes[seen], measured[seen], errors[seen], low)
        self._draw_marks(reading, low)
        self.set_title(_TITLE + when(run, reading))
        self._write(run, reading)

    def _show(self, known: bool) -> None:
        parts = (self.law, self.other, self.errors, self.dots, self.now, self.here)
        for item in (*parts, self.end):
            item.setVisible(known)
        self.empty.setVisible(not known)

    def _choose_view(
        self, noise: Noise, measured: Array, last: int, replaced: bool
    ) -> float:
        """Show all sizes and all that is above 0; return where the plot ends below."""
        top = float(np.log10(noise.trace))
        next_to_last = last if replaced else max(noise.n - 1, 1)
        found = measured[measured > _ROUNDING * noise.trace]
        low = float(np.log10(noise.variance(next_to_last, replaced)))
        low = min(low, float(np.log10(found.min(initial=noise.trace))))
        pad = 0.08 * max(top - low, 1.0)
        right = max(float(np.log10(last)), 0.3)
        low = low - 2.2 * pad
        high = self.notes.below(low, top + pad)
        self.show_range(np.array([-0.05 * right, low]), np.array([1.06 * right, high]))
        return low

    def _draw_points(
        self, sizes: Array, measured: Array, errors: Array, low: float
    ) -> None:
        """Draw what was measured, with bars of a standard error up and down."""
        x, y = np.log10(sizes), np.log10(measured)
        below = np.maximum(measured - errors, 10.0**low)
        bars = np.stack([np.log10(below), np.log10(measured + errors)], axis=1)
        self.errors.setData(np.repeat(x, 2), bars.ravel())
        self.dots.setData(x, y)

    def _draw_marks(self, reading: NoiseReading, low: float) -> None:
        """Mark the present batch size, and where the variance is 0."""
        (size, replaced), noise = reading.drawing, reading.noise
        at, pixel = float(np.log10(size)), self.box.viewPixelSize()[1]
        self.now.setValue(at)
        variance = noise.variance(size, replaced)
        self.here.setData(*([[at], [np.log10(variance)]] if variance > 0 else [[], []]))
        self.end.setData(
            *([[], []] if replaced else [[np.log10(noise.n)], [low + 8 * pixel]])
        )

    def _write(self, run: Run, reading: NoiseReading) -> None:
        style, (size, replaced) = self.style_, reading.drawing
        laws = ("tr Σ/M", "tr Σ/M · (N−M)/(N−1)")
        variance = reading.noise.variance(size, replaced)
        names = [
            Name(style.full, f"━ {laws[not replaced]}"),
            Name(style.muted, f"╌ {laws[replaced]}"),
            Name(style.mean, "● measured"),
            Name(style.text, f"○ M = {size:,}: {number(variance)}"),
        ]
        if not replaced:
            names.append(Name(style.mean, f"▼ 0 at M = N = {reading.noise.n:,}"))
        self.notes.write(names, drawn(run))


def _why(noise: Noise) -> str:
    return NOTHING if np.isfinite(noise.trace) else TOO_LARGE


def _points(run: Run, latest: NoiseReading) -> tuple[Array, Array, Array]:
    """Return batch sizes, what was measured there and errors, if it was here."""
    reading, none = run.noise.measured, np.empty(0)
    fitting = reading is not None and reading.step == latest.step
    if reading is None or reading.variances is None or not fitting:
        return none, none, none
    told = reading.variances
    if told.replaced != latest.drawing.replaced:
        return none, none, none
    known = np.isfinite(told.measured)
    return told.sizes[known].astype(float), told.measured[known], told.errors[known]


def _line(noise: Noise, replaced: bool, last: int, low: float) -> tuple[Array, Array]:
    """Return a law from M = 1 on, in decades, down to the edge of the plot."""
    end = last if replaced else noise.n
    x = np.log10(end) * (1 - np.linspace(1, 0, _FINE) ** 3)  # fine near the end
    values = np.array([noise.variance(m, replaced) for m in 10.0**x])
    return x, np.maximum(np.log10(np.maximum(values, 1e-300)), low - _TAIL)
