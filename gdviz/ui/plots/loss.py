"""The loss over steps, on a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_FEW = 3000  # points: beyond, smooth edges cost more than they show
_NARROW = 340  # points: less room than all names take
_FEW_DOTS = 120  # so many evaluations of the full loss are each marked
_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class DecadeAxis(pg.AxisItem):
    """An axis of log₁₀ values that names decades, and 2 and 5 where there is room.

    Attributes
    ----------
    plain : bool
        Whether the values are themselves: losses given by formulas may be negative.
    """

    plain = False

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:
        """Return the positions to name, few enough for the height."""
        if self.plain:
            return super().tickValues(low, high, size)
        decades = np.arange(np.floor(low), np.ceil(high) + 1)
        steps: list[int] = [1, 2, 5] if high - low < size / 70 else [1]
        steps = list(range(1, 10)) if high - low < 0.5 else steps
        stride = max(1, int(np.ceil(len(decades) * 22 / max(size, 1.0))))
        marks = [d + np.log10(s) for d in decades[::stride] for s in steps]
        return [(1.0, [m for m in marks if low <= m <= high])]

    def tickStrings(self, values: list[float], *how: Any) -> list[str]:
        """Return plain numbers near 1 and powers of ten beyond."""
        if self.plain:
            return super().tickStrings(values, *how)
        return [_name(value) for value in values]


class StepAxis(pg.AxisItem):
    """An axis of whole steps."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[Any]:
        """Return the usual spacings, but none finer than a step."""
        spacings = super().tickSpacing(low, high, size)
        return [(s, o) for s, o in spacings if s >= 1] or [(1.0, 0)]


def _name(exponent: float) -> str:
    if -3.5 < exponent < 4.5:
        return f"{10.0**exponent:.3g}" if exponent < 3 else f"{10.0**exponent:,.0f}"
    return "10" + str(round(exponent)).translate(_DIGITS)


class LossChart(Chart):
    """Batch, full and test loss."""

    name: ClassVar[str] = "loss"
    label: ClassVar[str] = "Loss over steps (log)"
    tip: ClassVar[str] = (
        "The loss of each batch, and the loss of all examples and of the held-out "
        "ones at the steps that were drawn. Click or drag to go to a step."
    )
    step_chosen = Signal(int)

    def axes(self) -> dict[str, Any]:
        """Return the decade axis."""
        return {"left": DecadeAxis("left"), "bottom": StepAxis("bottom")}

    def build(self) -> None:
        """Make the curves, the line at the step shown and the legend."""
        self.batch = pg.PlotCurveItem(antialias=False)
        self.full = pg.PlotCurveItem(antialias=True)
        self.test = pg.PlotCurveItem(antialias=True)
        self.dots = pg.ScatterPlotItem(size=6, pen=None)
        self.batch_dots = pg.ScatterPlotItem(size=4, pen=None)
        self.own = pg.ScatterPlotItem(size=12, symbol="d", pen=None)
        self.now = pg.InfiniteLine(angle=90)
        for item in (
            self.batch,
            self.batch_dots,
            self.test,
            self.full,
            self.dots,
            self.now,
            self.own,
        ):
            self.item.addItem(item, ignoreBounds=True)
        self.words = pg.LabelItem(justify="right")
        self.words.setParentItem(self.box)
        self.words.anchor(itemPos=(1, 0), parentPos=(1, 0), offset=(-6, 2))
        self.box.setMouseEnabled(x=False, y=False)
        self._view: tuple[float, float, float] | None = None
        self._number, self._text, self.plain = -1, "", False
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def restyle(self, style: Style) -> None:
        """Colour the curves."""
        self.batch.setPen(self.curve_pen(style.mean, 1.0))
        self.full.setPen(self.curve_pen(style.full, 2.5))
        self.dots.setBrush(style.full)
        self.batch_dots.setBrush(style.mean)
        self.own.setBrush(style.chosen)
        self.test.setPen(self.curve_pen(style.text, 1.5, Qt.PenStyle.DashLine))
        self.now.setPen(self.curve_pen(style.muted, 1.0))

    def draw(self, run: Run) -> None:
        """Draw the losses known so far."""
        if run.number != self._number:
            self._number, self._view = run.number, None
        bins = max(200, self.view.width())
        steps, batch = run.batch_losses(bins)
        seen, full, held, test = run.seen_losses(bins)
        has_test = run.facts.n_held_out > 0
        axis, self.plain = self.item.getAxis("left"), bool(run.facts.formulas)
        if axis.plain != self.plain:
            axis.plain = self.plain
            axis.picture = None
            axis.update()
        self.set_title("Loss over steps" if self.plain else self.label)
        scaled = _finite if self.plain else _logs
        curves = [scaled(values) for values in (batch, full, test)]
        for item, x, y in zip(
            (self.batch, self.full, self.test), (steps, seen, held), curves, strict=True
        ):
            item.setData(x, y, connect="finite", antialias=len(x) < _FEW)
        for dots, x, y in (
            (self.dots, seen, curves[1]),
            (self.batch_dots, steps, curves[0]),
        ):
            few = np.isfinite(y) & (len(x) <= _FEW_DOTS)
            dots.setData(x[few], y[few])
        own = scaled(self._own_loss(run))
        self.own.setData(np.full(len(own), run.step), own)
        self.test.setVisible(has_test)
        self.now.setValue(run.step)
        curves.insert(0, own)
        self._keep_in_view(run.newest, np.concatenate(curves[: 3 + has_test]))
        self.set_labels("step", "loss")
        self._name_curves(has_test, len(own) > 0)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _keep_in_view(self, newest: int, logs: Array) -> None:
        finite = logs[np.isfinite(logs)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        least = 1e-3 * max(abs(low), abs(high), 1e-3) if self.plain else 0.15
        pad = max(0.06 * (high - low), least)
        last = max(newest, 4)
        view = self._view
        if view is None or not (
            view[0] <= low and high <= view[1] and view[2] >= last > view[2] / 3
            and view[1] - view[0] < 3.6 * (high - low + 2 * pad)
        ):  # fmt: skip
            grown = last * (1.25 if last > 20 else 1.02)
            top = high + pad + 0.22 * (high - low + 2 * pad)  # room for the names
            self._view = (float(low - pad), float(top), float(grown))
            self.box.setRange(
                xRange=(-0.01 * self._view[2], self._view[2]),
                yRange=self._view[:2],
                padding=0.01,
            )

    def _own_loss(self, run: Run) -> Array:
        """Return the loss of the selected example, of shape (1,) or (0,)."""
        chosen = None if self.hides(legend.CHOSEN) else run.snapshot.chosen
        losses = np.array([] if chosen is None else [chosen.loss])
        return losses[np.isfinite(losses) & ((losses > 0) | self.plain)]

    def _name_curves(self, has_test: bool, has_own: bool) -> None:
        all_of = "training examples" if has_test else "all examples"
        if has_own and self.view.width() < _NARROW:
            all_of = all_of.split(maxsplit=1)[0]
        names = [(self.style_.full, f"━ {all_of}"), (self.style_.mean, "─ batch")]
        if has_test:
            names.append((self.style_.text, "╌ held out"))
        if has_own:
            names.append((self.style_.chosen, "◆ selected"))
        text = " &nbsp; ".join(f'<span style="color:{c}">{n}</span>' for c, n in names)
        if text != self._text:
            self._text = text
            self.words.setText(text, size="12px")

    def _clicked(self, event: Any) -> None:
        if self.run is not None and event.button() == Qt.MouseButton.LeftButton:
            at = self.box.mapSceneToView(event.scenePos())
            self.step_chosen.emit(min(max(round(at.x()), 0), self.run.newest))


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def _logs(values: Array) -> Array:
    """Return log₁₀; zeros are drawn at the smallest positive value."""
    finite = np.isfinite(values)
    positive = values[finite & (values > 0)]
    if positive.size == 0:
        return np.full(len(values), np.nan)
    floored = np.maximum(np.where(finite, values, np.nan), positive.min())
    return np.log10(floored)
