"""The noise of the gradients over steps: its scale, its size, the batch's direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

from gdviz.session.noise import COSINE, SCALE, SQUARED, TRACE
from gdviz.session.noisewords import angles, pays
from gdviz.session.writing import degrees, number
from gdviz.ui.chart import Chart
from gdviz.ui.fields import QuietCombo
from gdviz.ui.marks.axes import DecadeAxis, StepAxis
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.notes import Name, Notes
from gdviz.ui.marks.over import View, fits, grown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.noise import NoiseReading
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

OF_SCALE, OF_SIZE, OF_ANGLE = "scale", "size", "angle"
_KINDS = {
    OF_SCALE: ("Scale", "Noise scale", "examples", (SCALE, None)),
    OF_SIZE: ("Parts", "Noise and gradient", "squared length", (TRACE, SQUARED)),
    OF_ANGLE: ("Cosine", "Batch and full gradient", "cosine", (COSINE, None)),
}
_FEW_DOTS = 60  # so many measurements are each marked


class NoiseScaleChart(Chart):
    """What size of batch the noise asks for, from step to step."""

    name: ClassVar[str] = "noise_scale"
    label: ClassVar[str] = "Noise scale over steps"
    tip: ClassVar[str] = (
        "The simple noise scale tr Σ/‖∇L‖² (McCandlish et al. 2018): in a batch as "
        "large as this, noise and gradient are equally long. Or its two parts, or the "
        "cosine between each batch's mean gradient and the full one. Click to go to "
        "a step."
    )
    step_chosen = Signal(int)

    def axes(self) -> dict[str, Any]:
        """Return the decade axis and the axis of steps."""
        return {"left": DecadeAxis("left"), "bottom": StepAxis("bottom")}

    def build(self) -> None:
        """Make the two curves, the line of the batch size and the choice."""
        self.first, self.second = (Curve(antialias=True) for _ in range(2))
        self.dots = Dots(size=6, pen=None)
        self.level = pg.InfiniteLine(angle=0)
        self.now = pg.InfiniteLine(angle=90)
        for item in (self.level, self.now, self.second, self.first, self.dots):
            self.item.addItem(item, ignoreBounds=True)
        self.notes, self.kind = Notes(self.box), OF_SCALE
        self.corner = self.choice = self._choice()
        self._view: View | None = None
        self._number = -1
        self.box.setMouseEnabled(x=False, y=False)
        self.box.sigResized.connect(lambda *_: self._show_view())
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def restyle(self, style: Style) -> None:
        """Colour the curves: what is of batches as their mean, ∇L as it is."""
        self.notes.ground, self.notes.colour = style.plot, style.text
        self.now.setPen(self.curve_pen(style.muted, 1.0))
        self.second.setPen(self.curve_pen(style.full, 2.0, Qt.PenStyle.DashLine))
        scale = self.kind == OF_SCALE
        colour = style.text if scale else style.mean
        self.first.setPen(self.curve_pen(colour, 2.0))
        self.dots.setBrush(colour)
        line = style.mean if scale else style.full
        self.level.setPen(self.curve_pen(line, 1.6, Qt.PenStyle.DashLine))

    def set_kind(self, kind: str) -> None:
        """Choose what is drawn, out of OF_SCALE, OF_SIZE and OF_ANGLE."""
        self.kind, self._view = kind, None
        self.choice.setCurrentIndex(self.choice.findData(kind))
        axis = self.item.getAxis("left")
        axis.plain, axis.picture = kind == OF_ANGLE, None
        axis.update()
        self.set_style(self.style_)

    def draw(self, run: Run) -> None:
        """Draw what is known of the noise so far."""
        if run.number != self._number:
            self._number, self._view = run.number, None
        _, name, unit, columns = _KINDS[self.kind]
        self.set_title(f"{name} over steps")
        self.set_labels("step", unit)
        steps, values = run.noise.over_steps(max(200, self.view.width()))
        drawn = [
            np.full(len(steps), np.nan) if c is None else self._scaled(values[:, c])
            for c in columns
        ]
        for curve, y in zip((self.first, self.second), drawn, strict=True):
            known = np.isfinite(y)
            curve.setData(steps[known], y[known])
        dotted = np.isfinite(drawn[0]) & (len(steps) <= _FEW_DOTS)
        self.dots.setData(steps[dotted], drawn[0][dotted])
        self.now.setValue(run.step)
        level = self._level(run)
        self.level.setVisible(level is not None)
        self.level.setValue(level or 0.0)
        self._write(run)
        self._keep_in_view(float(max(run.newest, 4)), *drawn, _some(level))

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _scaled(self, values: Array) -> Array:
        """Return values as they are drawn: logarithms, but for the cosine."""
        if self.kind == OF_ANGLE:
            return values
        return np.log10(np.where(values > 0, values, np.nan))

    def _level(self, run: Run) -> float | None:
        """Return the height of the line: the batch size, or a cosine of 1."""
        size = run.snapshot.scene.descent.batch_size
        return {OF_SCALE: float(np.log10(size)), OF_ANGLE: 1.0}.get(self.kind)

    def _keep_in_view(self, last: float, *drawn: Array) -> None:
        """Change the view only where what is to be seen has left it."""
        every = np.concatenate(drawn)
        every = every[np.isfinite(every)]
        low, high = (
            (float(every.min()), float(every.max())) if every.size else (0.0, 1.0)
        )
        if self.kind == OF_ANGLE:
            low, high = min(low, 0.0), 1.0
        span = max(high - low, 0.5)
        pad = 0.06 * span
        if not fits(self._view, low, high, last, pad):
            self._view = (low - pad, high + pad, grown(last))
        self._show_view()

    def _show_view(self) -> None:
        """Show the view between what is written at the top and at the foot."""
        if self._view is not None:
            low, high, right = self._view
            bottom, top = self.notes.around(low, high)
            self.show_range(
                np.array([-0.015 * right, bottom]), np.array([1.01 * right, top])
            )

    def _write(self, run: Run) -> None:
        reading, style = run.noise.latest, self.style_
        if reading is None:
            self.notes.write((), "")
            return
        size = run.snapshot.scene.descent.batch_size
        names, said = _names(self.kind, reading, size, style), pays(reading, size)
        if self.kind == OF_ANGLE:
            said = angles(run, reading)
        self.notes.write(names, said)

    def _choice(self) -> QuietCombo:
        """Return the drop-down beside the title."""
        combo = QuietCombo()
        combo.setObjectName("small")
        combo.setAccessibleName("Noise over steps")
        combo.setToolTip(
            "What is drawn over the steps: the noise scale beside the batch size, its "
            "two parts tr Σ and ‖∇L‖², or how well each batch points."
        )
        for kind, (words, *_) in _KINDS.items():
            combo.addItem(words, kind)
        combo.activated.connect(lambda _: self.set_kind(combo.currentData()))
        return combo

    def _clicked(self, event: Any) -> None:
        if self.run is not None and event.button() == Qt.MouseButton.LeftButton:
            x = self.box.mapSceneToView(event.scenePos()).x()
            self.step_chosen.emit(min(max(round(x), 0), self.run.newest))


def _some(level: float | None) -> Array:
    return np.array([] if level is None else [level])


def _names(kind: str, reading: NoiseReading, size: int, style: Style) -> list[Name]:
    """Return what the lines stand for, with their numbers now."""
    noise, cosine, angle = reading.noise, reading.cosine, reading.angle
    if kind == OF_SIZE:
        return [
            Name(style.mean, f"━ tr Σ = {number(noise.trace)}"),
            Name(style.full, f"╌ ‖∇L‖² = {number(noise.squared)}"),
        ]
    if kind == OF_ANGLE:
        told = ""
        if cosine is not None and angle is not None:
            told = f" = {number(cosine)} ({degrees(angle)})"
        return [
            Name(style.mean, f"━ cosine of ĝ and ∇L{told}"),
            Name(style.full, "╌ 1: one direction"),
        ]
    scale = "" if noise.scale is None else f" = {number(noise.scale)}"
    return [
        Name(style.text, f"━ tr Σ/‖∇L‖²{scale}"),
        Name(style.mean, f"╌ batch size M = {size:,}"),
    ]
