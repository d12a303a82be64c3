"""Gradient space: every example's arrow from one point, and their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import ThickArrows, ThinArrows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.session.snapshot import Arrows
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_TURN = np.linspace(0.0, 2 * np.pi, 73)
_CIRCLE = np.column_stack([np.cos(_TURN), np.sin(_TURN)])


class GradientChart(Chart):
    """The gradients of this step."""

    name: ClassVar[str] = "gradients"
    label: ClassVar[str] = "Gradients of this step"
    tip: ClassVar[str] = (
        "Minus the gradient of each example of the batch that comes next, their mean, "
        "the full gradient, and the update divided by the learning rate."
    )

    def build(self) -> None:
        """Make the arrows, the ellipses and the lines through zero."""
        self.box.setAspectLocked(True)
        self.thin, self.thick = ThinArrows(), ThickArrows()
        self.spread = pg.PlotCurveItem(connect="finite", antialias=True)
        self.zero = [pg.InfiniteLine(angle=angle) for angle in (0, 90)]
        for item in (*self.zero, self.spread, self.thin, self.thick):
            self.item.addItem(item, ignoreBounds=True)
        self._view: tuple[Array, Array] | None = None
        self._number = -1
        self.box.setMouseEnabled(x=False, y=False)
        self.box.sigResized.connect(lambda *_: self._show_view())

    def restyle(self, style: Style) -> None:
        """Colour the items."""
        self.thin.colour, self.thin.ground = style.example, style.plot
        self.thin.ratio = self.devicePixelRatioF()
        self.spread.setPen(self.curve_pen(style.muted, 1.2, Qt.PenStyle.DashLine))
        for line in self.zero:
            line.setPen(self.curve_pen(style.edge, 1.0))

    def draw(self, run: Run) -> None:
        """Draw the arrows of the step shown."""
        snapshot, arrows = run.snapshot, run.snapshot.arrows
        rate = snapshot.scene.descent.learning_rate
        self.set_title(_words(len(snapshot.record.rows), len(arrows.examples)))
        across, up = snapshot.plane.labels
        self.set_labels(f"−∂/∂{across}", f"−∂/∂{up}" if up else "")
        ellipses = _ellipses(arrows)
        if run.number != self._number:
            self._number, self._view = run.number, None
        self._keep_in_view(arrows, arrows.update / rate, ellipses)
        thin = arrows.examples[: 0 if self.hides(legend.EXAMPLE) else None]
        self.thin.set_arrows(np.zeros_like(thin), thin, self.box.viewPixelSize())
        tips = {
            legend.MEAN: arrows.mean,
            legend.FULL: arrows.full,
            legend.UPDATE: arrows.update / rate,
        }
        self.thick.set_arrows(
            legend.arrows(np.zeros(2), tips, self.hidden_marks, self.style_)
        )
        self.spread.setData(*ellipses[: 0 if self.hides(legend.SPREAD) else None].T)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _keep_in_view(self, arrows: Arrows, update: Array, ellipses: Array) -> None:
        """Show everything from zero on; change the view in jumps, not every frame."""
        parts = [arrows.mean[None], arrows.full[None], update[None], np.zeros((1, 2))]
        everything = np.concatenate([arrows.examples, *parts, ellipses])
        finite = everything[np.isfinite(everything).all(axis=1)]
        low, high = finite.min(axis=0), finite.max(axis=0)
        needed = float((high - low).max())
        if self._view is not None:
            bottom, top = self._view
            held = (low >= bottom).all() and (high <= top).all()
            if held and needed > float((top - bottom).max()) / 1.8:
                return
        if 0 < needed < 1e300:
            pad = 0.12 * needed
            self._view = (low - pad, high + pad)
            self._show_view()

    def _show_view(self) -> None:
        if self._view is not None:
            self.show_range(*self._view)


def _words(batch: int, shown: int) -> str:
    if shown < batch:
        return f"Gradients of this step · {shown:,} of {batch:,} arrows"
    if batch == 1:
        return "Gradients of this step · one arrow is its own mean"
    return f"Gradients of this step · {batch} arrows and their mean"


def _ellipses(arrows: Arrows) -> Array:
    """Return the 1σ and 2σ ellipses around the full gradient as one broken curve."""
    if arrows.spread is None or not np.isfinite(arrows.spread).all():
        return np.empty((0, 2))
    variances, axes = np.linalg.eigh(arrows.spread)
    radii = np.sqrt(np.maximum(variances, 0.0))
    one = _CIRCLE * radii @ axes.T
    gap = np.full((1, 2), np.nan)
    return np.concatenate([arrows.full + one, gap, arrows.full + 2 * one])
