"""The cloud: mean gradients of random batches at this θ, around the full gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdviz.session.noisewords import angles, centred, drawn, title
from gdviz.session.planewords import slope_labels
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import ThickArrows
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.framing import OFTEN, SELDOM, reframed
from gdviz.ui.marks.notes import Name, Notes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.clouds import Cloud
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_TURN = np.linspace(0.0, 2 * np.pi, 73)
_CIRCLE = np.column_stack([np.cos(_TURN), np.sin(_TURN)])
_GAP = np.full((1, 2), np.nan)
_FEW = 100  # points: so many are drawn larger
_ZERO = 2.5  # cloud widths: so far off, zero is still in view
_GOLDEN = 0.6180339887498949  # heights that spread points evenly, however many


class NoiseChart(Chart):
    """Where the means of random batches fall."""

    name: ClassVar[str] = "noise"
    label: ClassVar[str] = "Means of random batches"
    tip: ClassVar[str] = (
        "Minus the mean gradient of many batches of this size, all at this θ: the "
        "cloud is centred on the full gradient. Its ellipses, 1σ and 2σ, lie on those "
        "that theory gives. With few batches each of them is shown."
    )

    def build(self) -> None:
        """Make the points, the ellipses, the marks and the arrows."""
        self.box.setAspectLocked(True)
        self.zero = [pg.InfiniteLine(angle=angle) for angle in (0, 90)]
        self.points = Dots(size=7, pen=None)
        self.own, self.theory = (
            Curve(connect="finite", antialias=True) for _ in range(2)
        )
        self.thick = ThickArrows()
        self.thick.setZValue(5)
        self.error = Curve(connect="pairs", antialias=False)
        self.mean, self.centre, self.batch = (
            Dots(size=size, symbol=symbol)
            for size, symbol in ((9, "+"), (17, "d"), (12, "o"))
        )
        above: tuple[Any, ...] = (self.batch, self.centre, self.error, self.mean)
        for item in (*self.zero, self.points, self.own, self.theory, self.thick):
            self.item.addItem(item, ignoreBounds=True)
        for place, item in enumerate(above):
            item.setZValue(40 + place)
            self.item.addItem(item, ignoreBounds=True)
        self.notes = Notes(self.box)
        self._view: tuple[Array, Array] | None = None
        self._number = -1
        self.box.setMouseEnabled(x=False, y=False)
        self.box.sigResized.connect(lambda *_: self._show_view())

    def restyle(self, style: Style) -> None:
        """Colour the parts: batches as their mean, theory as ∇L, the cloud as text."""
        self.own.setPen(self.curve_pen(style.text, 1.4))
        self.theory.setPen(self.curve_pen(style.full, 2.0, Qt.PenStyle.DashLine))
        self.error.setPen(self.curve_pen(style.text, 2.0))
        edge = self.curve_pen(style.plot, 1.0)
        for mark, colour in ((self.centre, style.full), (self.batch, style.mean)):
            mark.setBrush(colour)
            mark.setPen(edge)
        self.mean.setPen(self.curve_pen(style.text, 1.0))
        self.mean.setBrush(style.text)
        for line in self.zero:
            line.setPen(self.curve_pen(style.edge, 1.0))
        self.notes.ground, self.notes.colour = style.plot, style.text

    def draw(self, run: Run) -> None:
        """Draw the cloud as it was last worked out."""
        if run.number != self._number:
            self._number, self._view = run.number, None
        self.set_title(title(run))
        across, up = slope_labels(run.snapshot)
        self.set_labels(across, up or "spread out, to be seen")
        reading = run.noise.clouded
        cloud = None if reading is None else reading.cloud
        if cloud is None:
            self._draw_nothing(run)
            return
        flat = len(run.facts.parameters) == 1
        points = _spread_out(-cloud.points, flat)
        ellipses = [
            _ellipses(-centre, _thickened(spread, points, flat))
            for centre, spread in (
                (cloud.mean, cloud.covariance),
                (cloud.centre, cloud.theory),
            )
        ]
        self._write(run, cloud)
        self._draw_marks(run, cloud)
        self._keep_in_view(points, *ellipses, -cloud.centre[None])
        size, fade = (8, 0.3) if len(points) <= _FEW else (3, 0.5)
        colour = look.mixed(self.style_.mean, self.style_.plot, fade)
        self.points.setData(*points.T, size=size, brush=colour)
        shown = not self.hides(legend.SPREAD)
        for item, ellipse in zip((self.own, self.theory), ellipses, strict=True):
            item.setData(*ellipse[: None if shown else 0].T)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _draw_marks(self, run: Run, cloud: Cloud) -> None:
        """Draw ∇L, the cloud's mean with its standard error, and the next batch."""
        mean, error = -cloud.mean, cloud.error
        arms = np.array([[[-1, 0], [1, 0]], [[0, -1], [0, 1]]]) * error + mean
        self.error.setData(*arms.reshape(-1, 2).T)
        self.mean.setData(*mean[:, None])
        here = run.noise.clouded is not None and run.noise.clouded.step == run.step
        batch = run.snapshot.arrows.mean
        shown = here and np.isfinite(batch).all() and not self.hides(legend.MEAN)
        self.batch.setData(*batch[:, None]) if shown else self.batch.clear()
        self.centre.setData(*-cloud.centre[:, None])
        tips = {legend.FULL: -cloud.centre, legend.MEAN: batch}
        hidden = self.hidden_now if here else self.hidden_now | {legend.MEAN}
        zero = np.zeros(2)
        self.thick.set_arrows(legend.arrows(zero, tips, hidden, self.style_))

    def _draw_nothing(self, run: Run) -> None:
        for item in (self.points, self.mean, self.centre, self.batch):
            item.clear()
        for curve in (self.own, self.theory, self.error):
            curve.setData([], [])
        self.thick.set_arrows([])
        latest = run.noise.latest
        self.notes.write((), "" if latest is None else angles(run, latest))

    def _write(self, run: Run, cloud: Cloud) -> None:
        style, reading = self.style_, run.noise.latest
        names = [
            Name(style.mean, "● batch"),
            Name(style.text, "─ 1σ, 2σ"),
            Name(style.full, "◆ −∇L, ╌ theory"),
            Name(style.text, f"+ {centred(cloud)}"),
        ]
        said = "" if reading is None else angles(run, reading)
        self.notes.write(names, " ".join(filter(None, (said, drawn(run)))))

    def _keep_in_view(self, *parts: Array) -> None:
        """Show the cloud, and zero if it is near; change the view in jumps."""
        all_of_it = np.concatenate(parts)
        finite = all_of_it[np.isfinite(all_of_it).all(axis=1)]
        low, high = finite.min(axis=0), finite.max(axis=0)
        width = float((high - low).max())
        if (np.maximum(low, -high) <= _ZERO * width).all() or not width > 0:
            low, high = np.minimum(low, 0.0), np.maximum(high, 0.0)
        least = SELDOM if self.held else OFTEN
        if (view := reframed(low, high, self._view, least)) is not None:
            self._view = view
            self._show_view()

    def _show_view(self) -> None:
        """Show the view between what is written at the top and at the foot."""
        if self._view is None:
            return
        low, high = self._view
        bottom, top = self.notes.around(float(low[1]), float(high[1]))
        self.show_range(np.array([low[0], bottom]), np.array([high[0], top]))


def _spread_out(points: Array, flat: bool) -> Array:
    """Return the points; on a line they are lifted off it, so as to be seen."""
    if not flat or len(points) < 2:
        return points
    height = 0.35 * float(np.ptp(points[:, 0]))
    lift = (np.arange(len(points)) * _GOLDEN) % 1.0 - 0.5
    return np.column_stack([points[:, 0], lift * height])


def _thickened(spread: Array, points: Array, flat: bool) -> Array:
    """Return a covariance; on a line with a height, as that of the points."""
    if not flat:
        return spread
    height = float(np.ptp(points[:, 1]))
    return np.diag([spread[0, 0], (height / 4) ** 2])


def _ellipses(centre: Array, covariance: Array) -> Array:
    """Return the 1σ and 2σ ellipses around a centre as one broken curve."""
    variances, axes = np.linalg.eigh(covariance)
    one = _CIRCLE * np.sqrt(np.maximum(variances, 0.0)) @ axes.T
    return np.concatenate([centre + one, _GAP, centre + 2 * one])
