"""The loss over steps, examples seen or epochs, on a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

from gdviz.core.examples import TASKS
from gdviz.session.losslog import EPOCHS, SEEN, STEPS
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.marks.axes import DecadeAxis, StepAxis
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.heading import Heading
from gdviz.ui.marks.over import OverChoice, View, fits, grown, show_view
from gdviz.ui.marks.paths import PathMarks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.paths import Path
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_FEW = 3000  # points: beyond, smooth edges cost more than they show
_NARROW = 340  # points: less room than all names take
_FEW_DOTS = 120  # so many evaluations of the full loss are each marked
_OVER = {
    STEPS: ("Updates", "step"),
    SEEN: ("Examples", "examples seen"),
    EPOCHS: ("Epochs", "epochs"),
}
_OVER_TIP = (
    "What the losses are drawn over: updates made, examples seen or epochs. Batch "
    "sizes are compared by examples seen."
)


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
        self.batch = Curve(connect="finite")
        self.full = Curve(connect="finite", antialias=True)
        self.test = Curve(connect="finite", antialias=True)
        self.dots = Dots(size=6, pen=None)
        self.batch_dots = Dots(size=4, pen=None)
        self.own = Dots(size=12, symbol="d", pen=None)
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
        self.words = self.legend = Heading(self.item)
        self.paths, self.over = PathMarks(self.box), STEPS
        self.item.addItem(self.paths.lines, ignoreBounds=True)
        below: tuple[Any, ...] = (self.batch, self.batch_dots, self.paths.lines)
        for place, item in enumerate(below):
            item.setZValue(place - 3)  # what a path shares with this one lies below
        self.corner = self.choice = OverChoice(
            "Loss over", _OVER_TIP, _OVER, self.set_over
        )
        self.box.setMouseEnabled(x=False, y=False)
        self._view: View | None = None
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
        self.paths.restyle(style)
        self._text = ""

    def draw(self, run: Run) -> None:
        """Draw the losses known so far."""
        if run.number != self._number:
            self._number, self._view = run.number, None
        bins = max(200, self.view.width())
        over, place = self.over, run.place(self.over)
        steps, batch = run.batch_losses(bins, over)
        seen, full, held, test = run.seen_losses(bins, over)
        has_test = run.facts.n_held_out > 0
        axis, self.plain = self.item.getAxis("left"), run.facts.task not in TASKS
        if axis.plain != self.plain:
            axis.plain = self.plain
            axis.picture = None
            axis.update()
        self._show_over()
        scaled = _finite if self.plain else _logs
        curves = [scaled(values) for values in (batch, full, test)]
        for item, x, y in zip(
            (self.batch, self.full, self.test), (steps, seen, held), curves, strict=True
        ):
            item.setData(x, y, antialias=len(x) < _FEW)
        for dots, x, y in (
            (self.dots, seen, curves[1]),
            (self.batch_dots, steps, curves[0]),
        ):
            few = np.isfinite(y) & (len(x) <= _FEW_DOTS)
            dots.setData(x[few], y[few])
        own = scaled(self._own_loss(run))
        self.own.setData(np.full(len(own), place), own)
        self.test.setVisible(has_test)
        self.now.setValue(place)
        curves.insert(0, own)
        paths = self._draw_paths(run, bins)
        values = np.concatenate(curves[: 3 + has_test])
        self._keep_in_view(self._last(run, steps, place), _with_others(values, paths))
        self._name_curves(has_test, len(own) > 0)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def set_over(self, over: str) -> None:
        """Draw the losses over steps, examples seen or epochs."""
        self.over, self._view = over, None
        self.choice.turn_to(over, self.item.getAxis("bottom"), over != EPOCHS)
        if self.run is not None:
            self.show_run(self.run)

    def _show_over(self) -> None:
        """Name the axis, here and in the title."""
        name = _OVER[self.over][1]
        self.set_labels(name, "loss")
        what = "steps" if self.over == STEPS else name
        self.set_title(f"Loss over {what}" + ("" if self.plain else " (log)"))

    def _draw_paths(self, run: Run, bins: int) -> list[Array]:
        """Draw the full losses of other paths; return them as they are drawn."""
        others = () if self.hides(legend.PATHS) else run.others
        over, scaled = self.over, _finite if self.plain else _logs

        def trace(path: Path) -> Array:
            x, full, _, _ = path.run.seen_losses(bins, over)
            return np.column_stack([x, scaled(full)])

        self.paths.show(others, trace, bins, over, self.plain)
        return [path.points for path in self.paths.traced]

    def _last(self, run: Run, x: Array, place: float) -> float:
        """Return how far the axis reaches, at least."""
        least = 4 / (run.facts.n_examples if self.over == EPOCHS else 1)
        newest = run.newest if self.over == STEPS else 0
        ends = [path.points[-1, 0] for path in self.paths.traced]
        return float(max(newest, place, x[-1], least, *ends))

    def _keep_in_view(self, last: float, logs: Array) -> None:
        if self.held:
            return
        finite = logs[np.isfinite(logs)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        least = 1e-3 * max(abs(low), abs(high), 1e-3) if self.plain else 0.15
        pad = max(0.06 * (high - low), least)
        if not fits(self._view, low, high, last, pad):
            right = grown(last, 1.25 if self.over == EPOCHS else 1.02)
            self._view = (float(low - pad), float(high + pad), float(right))
            show_view(self.box, self._view)

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
        text = " &nbsp; ".join(self.named(c, n) for c, n in names)
        if text != self._text:
            self._text = text
            self.words.setText(text, size=look.pixels(12))

    def _clicked(self, event: Any) -> None:
        if self.run is not None and event.button() == Qt.MouseButton.LeftButton:
            at = self.box.mapSceneToView(event.scenePos())
            self.step_chosen.emit(self.run.step_at(at.x(), self.over))


def _with_others(values: Array, paths: list[Array]) -> Array:
    """Return values and those of other paths, as far as these stay near."""
    finite = values[np.isfinite(values)]
    if not (finite.size and paths):
        return values
    span = max(float(np.ptp(finite)), 1.0)
    bounds = finite.min() - span, finite.max() + span
    others = [points[:, 1].clip(*bounds) for points in paths]
    return np.concatenate([values, *others])


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
