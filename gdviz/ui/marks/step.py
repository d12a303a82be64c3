"""The pending step on the surface: its arrows at θ, and the ghosts beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.remembering import own_rates
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import ThickArrows, ThinArrows, nearest
from gdviz.ui.marks.ghosts import GhostMarks, seen_of
from gdviz.ui.marks.guess import Frame
from gdviz.ui.marks.lengths import NORMALISED, Lengths
from gdviz.ui.marks.path import Ring

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.guess import Guess
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.chart import Chart
    from gdviz.ui.marks.arrows import Thick
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]


class StepMarks:
    """Arrows, ring and ghosts of one chart, all of one scale."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.thin, self.thick = ThinArrows(), ThickArrows()
        self.ring, self.ghosts = Ring(), GhostMarks()
        self.lengths = Lengths()
        for item in (self.ghosts, self.thin, self.thick, self.ring):
            chart.item.addItem(item, ignoreBounds=True)

    def restyle(self, style: Style) -> None:
        """Colour everything."""
        self.thin.colour, self.thin.ground = style.example, style.surface[2]
        self.thin.halo = style.plot
        self.thin.ratio = self.chart.devicePixelRatioF()
        self.ring.colour, self.ring.edge = style.update, style.plot
        self.ghosts.look = style

    def draw(self, snapshot: Snapshot) -> None:
        """Move everything to the step of a snapshot."""
        chart, arrows = self.chart, snapshot.arrows
        rate, here = arrows.rate, arrows.here
        self.ring.set_point(here)
        self.thin.quick = chart.brisk
        thin, steps = arrows.examples * rate, true_steps(snapshot, rate)
        self.lengths.own_rates = own_rates(snapshot.scene.descent.optimizer)
        self._suit([*steps.values(), _middle(np.abs(thin)) / 2])
        thin = self.lengths.scaled(thin)[: chart.examples_shown()]
        pixel = chart.box.viewPixelSize()
        self.thin.set_arrows(np.broadcast_to(here, thin.shape), here + thin, pixel)
        tips = {mark: here + self.lengths.scaled(step) for mark, step in steps.items()}
        thick = legend.arrows(here, tips, chart.hidden_now, chart.style_)
        self.thick.set_arrows([*thick, *self._draw_ghosts(snapshot, rate)])

    def at(self, point: tuple[float, float]) -> int | None:
        """Return the place in the batch of the arrow at a point of the plane."""
        pixel = self.chart.box.viewPixelSize()
        return nearest(self.thin.tails, self.thin.tips, point, pixel)

    def frame(self, guess: Guess) -> Frame | None:
        """Return how a guess lies here: an average beside the arrows, a step as it is.

        A single parameter has a plot of its own.
        """
        arrows = guess.snapshot.arrows
        if len(guess.snapshot.record.theta) == 1:
            return None
        if guess.kind.step:
            return Frame(arrows.here, 1.0)
        if self.lengths.scale == NORMALISED:
            long = float(np.hypot(*guess.vector))
            return Frame(arrows.here, self.lengths.factor, long)
        return Frame(arrows.here, self.lengths.factor * arrows.rate)

    def _suit(self, steps: list[Array]) -> None:
        (left, right), (bottom, top) = self.chart.box.viewRange()
        self.lengths.suit(steps, 0.28 * min(right - left, top - bottom))

    def _draw_ghosts(
        self, snapshot: Snapshot, rate: float
    ) -> list[tuple[Array, Array, Thick]]:
        """Draw the ghosts' paths; return their arrows, and the recipe's own."""
        if self.chart.hides(legend.GHOST):
            self.ghosts.set_ghosts([])
            return []
        here = snapshot.arrows.here
        steps = ghost_steps(snapshot)
        own = [] if snapshot.right else [snapshot.arrows.handed * rate]
        tips = [here + self.lengths.scaled(step) for step in steps + own]
        dotted, arrows = seen_of(snapshot, tips, self.chart.style_)
        self.ghosts.set_ghosts(dotted)
        return [(here, tip, look) for tip, look in arrows]


def _middle(lengths: Array) -> Array:
    """Return about the median of each column (m, 2): half of them are not longer."""
    return np.sort(lengths, axis=0)[(len(lengths) - 1) // 2]


def ghost_steps(snapshot: Snapshot) -> list[Array]:
    """Return the arrows of ghosts as true steps, each at its own learning rate."""
    rate, drawn = snapshot.record.rate, snapshot.arrows.rate
    times = drawn / rate if rate else 1.0
    return [ghost.arrow * (ghost.rate * times) for ghost in snapshot.ghosts]


def true_steps(snapshot: Snapshot, rate: float) -> dict[str, Array]:
    """Return the thick arrows as true steps, the widest first."""
    arrows = snapshot.arrows
    steps = {
        legend.MEAN: arrows.mean * rate,
        legend.FULL: arrows.full * rate,
        legend.UPDATE: arrows.update,
    }
    if arrows.memory is not None:
        steps[legend.MEMORY] = arrows.memory * rate
    if snapshot.chosen is not None:
        steps[legend.CHOSEN] = snapshot.chosen.arrow * rate
    return steps
