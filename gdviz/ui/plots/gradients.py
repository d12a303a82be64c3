"""Gradient space: every example's arrow from one point, and their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdviz.session.beats import DIVIDE, SUM
from gdviz.session.planewords import slope_labels
from gdviz.session.remembering import own_rates, turning
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import ThickArrows, ThinArrows, nearest
from gdviz.ui.marks.corner import BOTTOM, Corner
from gdviz.ui.marks.curve import Curve
from gdviz.ui.marks.dividing import Dividing
from gdviz.ui.marks.framing import FAST, OFTEN, SELDOM, reframed
from gdviz.ui.marks.ghosts import seen_of
from gdviz.ui.marks.guess import Frame, GuessMarks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.beats import Beat
    from gdviz.session.guess import Guess
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Arrows, Snapshot
    from gdviz.ui.marks.arrows import Thick
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
        "the full gradient, and the update divided by the learning rate; with an "
        "optimiser that has a rate for each parameter it is drawn as long as the mean."
    )

    def build(self) -> None:
        """Make the arrows, the chain, the ellipses and the lines through zero."""
        self.box.setAspectLocked(True)
        self.thin, self.thick = ThinArrows(), ThickArrows()
        self.chain = ThinArrows()
        self.chain.setZValue(25)
        self.spread = Curve(connect="finite", antialias=True)
        self.zero = [pg.InfiniteLine(angle=angle) for angle in (0, 90)]
        for item in (*self.zero, self.spread, self.thin, self.chain, self.thick):
            self.item.addItem(item, ignoreBounds=True)
        self._view: tuple[Array, Array] | None = None
        self._number = -1
        self.words = Corner(self.box, BOTTOM)
        self.guess = GuessMarks(self, _frame)
        self.dividing = Dividing(self)
        self.dividing.moved.connect(self._redraw)
        self.box.setMouseEnabled(x=False, y=False)
        self.box.sigResized.connect(lambda *_: self._show_view())
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def restyle(self, style: Style) -> None:
        """Colour the items."""
        for thin in (self.thin, self.chain):
            thin.colour, thin.ground = style.example, style.plot
            thin.ratio = self.devicePixelRatioF()
        self.spread.setPen(self.curve_pen(style.muted, 1.2, Qt.PenStyle.DashLine))
        for line in self.zero:
            line.setPen(self.curve_pen(style.edge, 1.0))

    def draw(self, run: Run) -> None:
        """Draw the arrows of the step shown."""
        snapshot, arrows = run.snapshot, run.snapshot.arrows
        batch = len(snapshot.record.rows)
        self.set_title(_title(batch, len(arrows.examples), run.beat))
        self.set_labels(*slope_labels(snapshot))
        ellipses = _ellipses(arrows)
        if run.number != self._number:
            self._number = run.number
            self._view = self._view if self.held else None
        tips = _tips(snapshot)
        others = [] if self.hides(legend.GHOST) else _others(snapshot, self.style_)
        self.dividing.follow(run.step, run.beat, batch)
        links = self._chain(arrows.examples, arrows.mean, batch, run.beat)
        ends = [*tips.values(), *(tip for tip, _ in others)]
        if run.guess is not None and run.beat is not None and run.beat.held:
            ends, ellipses = [run.guess.vector], ellipses[:0]  # else it gives a hint
        self._keep_in_view(ends, arrows.examples, ellipses, links)
        thin = arrows.examples[: self.examples_shown()]
        for item, tails, heads in (
            (self.thin, np.zeros_like(thin), thin),
            (self.chain, links[:-1], links[1:]),
        ):
            item.set_arrows(tails, heads, self.box.viewPixelSize())
        said = "" if self.hides(legend.UPDATE) else _turned(snapshot)
        self.words.say(said, self.style_, soon=not self.brisk)
        zero, style = np.zeros(2), self.style_
        thick = legend.arrows(zero, tips, self.hidden_now, style)
        if run.beat is not None and run.beat.phase in (SUM, DIVIDE) and len(links) > 1:
            total = legend.thick(legend.MEAN, style)
            thick = [a for a in thick if a[2] != total] + [(zero, links[-1], total)]
        self.thick.set_arrows([*thick, *((zero, tip, kind) for tip, kind in others)])
        self.spread.setData(*ellipses[: 0 if self.hides(legend.SPREAD) else None].T)
        self.guess.show(run)

    def _chain(
        self, examples: Array, mean: Array, batch: int, beat: Beat | None
    ) -> Array:
        """Return the joints of the chain of arrows, of shape (m + 1, 2).

        At rest each arrow is divided by their number, so that the chain ends at the
        mean; phase by phase it grows at full length and is divided at the end. It
        would give away what is to be guessed.
        """
        hidden = beat.held if beat is not None else self.hides(legend.CHAIN)
        if hidden:
            return np.zeros((1, 2))
        links = examples if beat is None else examples[: beat.shown]
        joints = np.vstack([np.zeros((1, 2)), np.cumsum(links, axis=0)])
        if len(links) < batch and (beat is None or beat.summed):
            joints = np.vstack([joints, mean * batch])  # those not drawn, as one link
        return joints * self.dividing.factor

    def _clicked(self, event: Any) -> None:
        """Select the example whose arrow was clicked, or none."""
        if self.run is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at = self.box.mapSceneToView(event.scenePos())
        point, pixel = (at.x(), at.y()), self.box.viewPixelSize()
        for arrows in (self.thin, self.chain):
            place = nearest(arrows.tails, arrows.tips, point, pixel)
            if place is not None:
                rows = self.run.snapshot.record.rows
                self.example_chosen.emit(int(rows[place]))
                return
        self.example_chosen.emit(None)

    def _redraw(self) -> None:
        if self.run is not None:
            self.show_run(self.run)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def _keep_in_view(self, tips: list[Array], *more: Array) -> None:
        """Show everything from zero on; change the view in jumps, not every frame."""
        everything = np.concatenate([np.zeros((1, 2)), *(t[None] for t in tips), *more])
        finite = everything[np.isfinite(everything).all(axis=1)]
        low, high = finite.min(axis=0), finite.max(axis=0)
        least = SELDOM if self.held else FAST if self.brisk else OFTEN
        if (view := reframed(low, high, self._view, least)) is not None:
            self._view = view
            self._show_view()

    def _show_view(self) -> None:
        if self._view is not None:
            self.show_range(*self._view)


def _frame(guess: Guess) -> Frame | None:
    return None if guess.kind.step else Frame(np.zeros(2), 1.0)


def _tips(snapshot: Snapshot) -> dict[str, Array]:
    """Return where the thick arrows end, the widest first."""
    arrows = snapshot.arrows
    tips = {
        legend.FULL: arrows.full,
        legend.MEAN: arrows.mean,
        legend.UPDATE: arrows.update / (arrows.rate or 1.0),
    }
    if arrows.memory is not None:
        tips[legend.MEMORY] = arrows.memory
    if snapshot.chosen is not None:
        tips[legend.CHOSEN] = snapshot.chosen.arrow
    return tips


def _turned(snapshot: Snapshot) -> str:
    """Return what the optimizer does to the step, and how long that is drawn."""
    turned = turning(snapshot)
    if not own_rates(snapshot.scene.descent.optimizer):
        return turned
    return f"{turned}, drawn as long" if turned else "Δθ is drawn as long as −ĝ"


def _title(batch: int, shown: int, beat: Beat | None) -> str:
    if beat is not None and beat.held:
        return f"Gradients of this step · {batch:,}, and their mean?"
    if beat is not None and not beat.mean_known:
        whole = "their sum" if beat.phase == SUM else "in turn"
        return f"Gradients of this step · {beat.shown:,} of {batch:,}, {whole}"
    if shown < batch:
        return f"Gradients of this step · {shown:,} of {batch:,} arrows"
    if batch == 1:
        return "Gradients of this step · one arrow is its own mean"
    return f"Gradients of this step · {batch} arrows and their mean"


def _others(snapshot: Snapshot, style: Style) -> list[tuple[Array, Thick]]:
    """Return what other recipes make of the batch, and the chosen one if not right."""
    own = [] if snapshot.right else [snapshot.arrows.handed]
    return seen_of(snapshot, [ghost.arrow for ghost in snapshot.ghosts] + own, style)[1]


def _ellipses(arrows: Arrows) -> Array:
    """Return the 1σ and 2σ ellipses around the full gradient as one broken curve."""
    if arrows.spread is None or not np.isfinite(arrows.spread).all():
        return np.empty((0, 2))
    variances, axes = np.linalg.eigh(arrows.spread)
    radii = np.sqrt(np.maximum(variances, 0.0))
    one = _CIRCLE * radii @ axes.T
    gap = np.full((1, 2), np.nan)
    return np.concatenate([arrows.full + one, gap, arrows.full + 2 * one])
