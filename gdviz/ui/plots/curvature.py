"""The largest eigenvalues of the Hessian over steps, against the stability limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

from gdviz.session.forecast import bound_in_letters, limits_of, no_limit
from gdviz.session.sharpness import TRACKED, sharpness_limit
from gdviz.session.writing import number
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks.axes import DecadeAxis, StepAxis
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.heading import Heading
from gdviz.ui.marks.over import View, fits, grown, show_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_FEW_DOTS = 60  # so many measurements are each marked
_NEAR = 1.0  # decades: so far off, the limit and the lesser eigenvalues are drawn
_NARROW, _WIDE = 330, 420  # points: room for short names, and for one more
_NAMES = ("λ", "λ₂", "λ₃")  # as many as are tracked


class CurvatureChart(Chart):
    """Sharpness over steps: where it passes the limit, steps grow."""

    name: ClassVar[str] = "curvature"
    label: ClassVar[str] = "Curvature (full batch, local quadratic)"
    tip: ClassVar[str] = (
        "The sharpness λ: the largest eigenvalue of the Hessian of the full loss, and "
        "the next two. Where λ is above the limit, 2/η for gradient descent, a step "
        "along the sharpest direction overshoots by more than it was off, as long as "
        "the loss is a quadratic there. Click or drag to go to a step."
    )
    step_chosen = Signal(int)

    def axes(self) -> dict[str, Any]:
        """Return the decade axis and the axis of steps."""
        return {"left": DecadeAxis("left"), "bottom": StepAxis("bottom")}

    def build(self) -> None:
        """Make the curves, the limit, the line at the step shown and the names."""
        self.curves = [Curve(antialias=True) for _ in range(TRACKED)]
        self.dots = Dots(size=6, pen=None)
        self.limit = Curve(connect="finite")
        self.now = pg.InfiniteLine(angle=90)
        for item in (*self.curves[::-1], self.limit, self.dots, self.now):
            self.item.addItem(item, ignoreBounds=True)
        self.words = self.legend = Heading(self.item)
        self.box.setMouseEnabled(x=False, y=False)
        self._view: View | None = None
        self._number, self._text = -1, ("", "", 0.0)
        self.set_labels("step", "eigenvalue")
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def restyle(self, style: Style) -> None:
        """Colour the curves."""
        self.curves[0].setPen(self.curve_pen(style.full, 2.5))
        for curve in self.curves[1:]:
            curve.setPen(self.curve_pen(style.muted, 1.0))
        self.dots.setBrush(style.full)
        self.limit.setPen(self.curve_pen(style.text, 1.5, Qt.PenStyle.DashLine))
        self.now.setPen(self.curve_pen(style.muted, 1.0))
        self._text = ("", "", 0.0)

    def draw(self, run: Run) -> None:
        """Draw what is known of the curvature so far."""
        if run.number != self._number:
            self._number = run.number
            self._view = self._view if self.held else None
        steps, values = run.bends(max(200, self.view.width()))
        logs = _logs(values)
        for curve, column in zip(self.curves, logs.T, strict=True):
            known = np.isfinite(column)
            curve.setData(steps[known], column[known])
        dotted = np.isfinite(logs[:, 0]) & (len(steps) <= _FEW_DOTS)
        self.dots.setData(steps[dotted], logs[dotted, 0])
        limits = self._draw_limit(run)
        self.now.setValue(run.step)
        self._keep_in_view(float(max(run.newest, 4)), logs, limits)
        self._name_curves(run, limits)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _draw_limit(self, run: Run) -> Array:
        """Draw the limit in force from step to step; return its logarithms."""
        steps, limits = limits_of(run)
        x = np.repeat([*steps, 2 * max(run.newest, 4)], 2)[1:-1]
        y = np.repeat(np.log10(limits), 2)
        self.limit.setData(x, y)
        return y

    def _keep_in_view(self, last: float, logs: Array, limits: Array) -> None:
        """Change the view only where what is to be seen has left it."""
        if self.held and self._view is not None:
            return
        low, high = _span(logs, limits)
        view, pad = self._view, max(0.06 * (high - low), 0.1)
        if not fits(view, low, high, last, pad):
            self._view = (low - pad, high + pad, grown(last))
            show_view(self.box, self._view)

    def _name_curves(self, run: Run, limits: Array) -> None:
        """Name what is drawn, in short words where there is no room for others."""
        forms = [self._named_all(run, limits, short) for short in (False, True)]
        key = (*forms, self.box.width())
        if key == self._text:
            return
        self._text = key
        for text in forms[self.view.width() < _NARROW :]:
            self.words.setText(text, size=look.pixels(12))
            if self.words.width <= self.box.width():
                break

    def _named_all(self, run: Run, limits: Array, short: bool) -> str:
        reading, style = run.reading, self.style_
        shown = "" if reading is None else f" = {number(reading.sharpness)}"
        names = [(style.full, f"━ λ{shown}" if short else f"━ sharpness λ{shown}")]
        if others := ", ".join(_NAMES[1 : len(run.facts.parameters)]):
            names.append((style.muted, f"─ {others}"))
        descent = run.snapshot.scene.descent
        if why := no_limit(descent, run.facts.n_examples):
            names.append((style.text, "no limit" if short else why))
        elif np.isfinite(limits).any():
            letters = f"{bound_in_letters(descent, 'η')}{self._where(_now(run))}"
            names.append(
                (style.text, f"╌ {letters}" if short else f"╌ limit {letters}")
            )
        lowest = None if reading is None else reading.lowest
        if lowest is not None and lowest < 0 and self.view.width() > _WIDE:
            names.append((style.muted, f"most negative {_short(lowest)}"))
        return " &nbsp; ".join(self.named(c, n) for c, n in names)

    def _where(self, limit: float) -> str:
        """Return the limit in numbers where it is out of sight."""
        assert self._view is not None
        if not np.isfinite(limit) or self._view[0] <= limit <= self._view[1]:
            return ""
        arrow = "↑" if limit > self._view[1] else "↓"
        return f" = {_short(10.0**limit)} {arrow}"

    def _clicked(self, event: Any) -> None:
        if self.run is not None and event.button() == Qt.MouseButton.LeftButton:
            x = self.box.mapSceneToView(event.scenePos()).x()
            self.step_chosen.emit(min(max(round(x), 0), self.run.newest))


def _now(run: Run) -> float:
    """Return the logarithm of the limit at the step shown; NaN: there is none."""
    scene, rate = run.snapshot.scene, run.snapshot.record.rate
    limit = sharpness_limit(scene.descent, run.facts.n_examples, rate)
    return float("nan") if limit is None else float(np.log10(limit))


def _short(value: float) -> str:
    return number(float(f"{value:.2g}"))


def _logs(values: Array) -> Array:
    """Return log₁₀; NaN where an eigenvalue is not positive."""
    return np.log10(np.where(values > 0, values, np.nan))


def _span(logs: Array, limits: Array) -> tuple[float, float]:
    """Return the heights to be seen: the sharpness, and what is near to it."""
    first = logs[:, 0][np.isfinite(logs[:, 0])]
    if not first.size:
        first = limits[np.isfinite(limits)][-1:]
    if not first.size:
        return 0.0, 1.0
    low, high = float(first.min()), float(first.max())
    others = np.concatenate([logs[:, 1:].ravel(), limits])
    near = others[(others > low - _NEAR) & (others < high + _NEAR)]
    return float(near.min(initial=low)), float(near.max(initial=high))
