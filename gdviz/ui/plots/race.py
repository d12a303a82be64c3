"""The losses of all racers together, over updates, examples, epochs or gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from gdviz.session import race
from gdviz.session.racenames import names
from gdviz.session.racing import LOSS
from gdviz.session.scene import EXAMPLES, MOST_GHOSTS, UPDATES
from gdviz.ui import style as look
from gdviz.ui.chart import Chart
from gdviz.ui.marks import racers
from gdviz.ui.marks.axes import DecadeAxis, StepAxis
from gdviz.ui.marks.curve import Curve, Dots
from gdviz.ui.marks.endnames import EndNames
from gdviz.ui.marks.heading import Heading
from gdviz.ui.marks.over import OverChoice, View, fits, grown, show_view

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from gdviz.session.racing import Racer
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]
    Spot = tuple[Array, str]  # where, and its colour

_WIDTHS = (2.4, 1.6)  # points: of the chosen one's curve, and of the others'
_HIGHER = 1.0  # decades above the start, or spans: what is beyond is not followed
_RING = 1.06  # of the last place: so far a view reaches, for a whole ring
_WIDE, _FEW, _LONGEST = 620, 7, 30  # points, racers: room for names; letters
_OVER_TIP = (
    "What the losses are drawn over. Batch sizes are compared by examples or "
    f"gradients, optimisers by updates. {race.COUNTED}"
)
_ALONE = "No racers yet:<br>add some in the panel Racers."


class RaceChart(Chart):
    """One curve for each racer, a ring where it stands, a cross where it diverged."""

    name: ClassVar[str] = "race"
    label: ClassVar[str] = "Race (log)"
    tip: ClassVar[str] = (
        "The loss of all training examples along the way of every racer: the chosen "
        "way down and the ghosts by their numbers. A ring is where it stands, a cross "
        f"where it diverged. {race.COUNTED}"
    )

    def axes(self) -> dict[str, Any]:
        """Return the decade axis and the axis of counts."""
        return {"left": DecadeAxis("left"), "bottom": StepAxis("bottom")}

    def build(self) -> None:
        """Make the curves, the rings, the crosses, the names and the drop-down."""
        self.curves = [Curve() for _ in range(1 + MOST_GHOSTS)]
        self.rings = Dots(size=9, symbol="o")
        self.crosses = Dots(size=11, symbol="x", pen=None)
        for item in (*self.curves[::-1], self.crosses, self.rings):
            self.item.addItem(item, ignoreBounds=True)
        self.words = self.legend = Heading(self.item)
        self.names, self.over = EndNames(self.box), race.STEPS
        self.corner = self.choice = OverChoice(
            "Race over", _OVER_TIP, race.OVER, self.set_over
        )
        self.box.setMouseEnabled(x=False, y=False)
        self._view: View | None = None
        self._number, self._seen, self.plain = -1, -1, False
        self._drawn: tuple[object, ...] = ()
        self._pace = UPDATES
        self._show_over()

    def restyle(self, style: Style) -> None:
        """Colour the curves."""
        ratio = self.devicePixelRatioF()
        for place, curve in enumerate(self.curves):
            pen = racers.stroke(place, style, _WIDTHS[place > 0] * ratio)
            pen.setCosmetic(True)
            curve.setPen(pen)
        self.names.ground = style.plot

    def draw(self, run: Run) -> None:
        """Draw the losses known so far."""
        self._follow(run.snapshot.scene.pace)
        key = (run.racers, self.over, self.style_, self.view.size().toTuple())
        if run.number == self._number and self._view is not None and key == self._drawn:
            return
        if run.number != self._number:
            self._number, self._view = run.number, None
        self._drawn = key
        many = len(run.racers)
        if many != self._seen:
            self._seen, self._view = many, None
        text = "" if many > 1 else _ALONE
        if self.words.text != text:
            self.words.setText(text, size=look.pixels(12), color=self.style_.muted)
        self._scale(run.racers)
        points = [self._points(racer, run.facts.n_examples) for racer in run.racers]
        for place, curve in enumerate(self.curves):
            known = points[place] if place < many else np.empty((0, 2))
            curve.setData(known[:, 0], known[:, 1], antialias=len(known) < 3000)
        self._mark(run)
        if points:
            self._keep_in_view(points)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name the racers as there is room now."""
        super().resizeEvent(event)
        if self.run is not None:
            self._draw(self.run)

    def refit(self) -> None:
        """Choose the view anew."""
        self._view = None
        super().refit()

    def set_over(self, over: str) -> None:
        """Draw the losses over updates, examples seen, epochs or gradients."""
        self._turn_to(over)
        if self.run is not None:
            self.show_run(self.run)

    def _follow(self, pace: str) -> None:
        """Draw over what the racers keep pace by, where that is another now."""
        if pace != self._pace:
            self._pace = pace
            self._turn_to(race.EXAMPLES if pace == EXAMPLES else race.STEPS)

    def _turn_to(self, over: str) -> None:
        self.over, self._view = over, None
        self.choice.turn_to(over, self.item.getAxis("bottom"), over != race.EPOCHS)
        self._show_over()

    def _show_over(self) -> None:
        self.set_labels(race.OVER[self.over][1], "loss")

    def _scale(self, seen: tuple[Racer, ...]) -> None:
        """Draw logarithms, unless a loss is negative, as of formulas."""
        plain = any(_finite(racer.curve[:, LOSS]).min() < 0 for racer in seen)
        axis = self.item.getAxis("left")
        if axis.plain != plain:
            axis.plain, axis.picture, self._view = plain, None, None
            axis.update()
        self.plain = plain
        self.set_title("Race" if plain else "Race (log)")

    def _points(self, racer: Racer, n_examples: int) -> Array:
        """Return the points of a curve, without those that are not finite."""
        x = race.along(racer, self.over, n_examples)
        points = np.column_stack([x, self._height(racer.curve[:, LOSS])])
        return points[np.isfinite(points).all(axis=1)]

    def _height(self, losses: Array) -> Array:
        return losses if self.plain else np.log10(np.where(losses > 0, losses, np.nan))

    def _mark(self, run: Run) -> None:
        """Mark where each racer stands, with its number, and where it diverged."""
        rings: list[Spot] = []
        crosses: list[Spot] = []
        ends: list[tuple[Array, str, str]] = []
        for place, racer in enumerate(run.racers):
            x = race.place_of(racer, self.over, run.facts.n_examples)
            at = np.array([x, *self._height(np.array([racer.loss]))])
            if np.isfinite(at).all():
                shade = racers.colour(place, self.style_)
                (crosses if racer.diverged else rings).append((at, shade))
                ends.append((at[None], self._name(place, run), shade))
        ratio = 2 * self.devicePixelRatioF()
        inside = QColor(self.style_.plot)
        self.rings.setData(
            [
                {"pos": at, "pen": pg.mkPen(shade, width=ratio), "brush": inside}
                for at, shade in rings
            ]
        )
        self.crosses.setData([{"pos": at, "brush": shade} for at, shade in crosses])
        self.names.set_ends(ends[::-1])  # room for the chosen one first

    def _name(self, place: int, run: Run) -> str:
        """Return the number of a racer, and its name where there is room."""
        number = str(place) if place else "chosen"
        if self.view.width() < _WIDE or not 2 <= len(run.racers) <= _FEW:
            return number
        name = names_of(run)[place]
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
        return f"{number} {short}"

    def _keep_in_view(self, points: list[Array]) -> None:
        """Change the view only where what is to be seen has left it."""
        if self.held and self._view is not None:
            return
        low, high, last = self._span(points)
        least = 1e-3 * max(abs(low), abs(high), 1e-3) if self.plain else 0.1
        pad = max(0.06 * (high - low), least)
        if not fits(self._view, low, high, last, pad, _RING):
            self._view = (low - pad, high + pad, grown(last, _RING))
            show_view(self.box, self._view)

    def _span(self, points: list[Array]) -> tuple[float, float, float]:
        """Return the heights to be seen and how far the axis reaches."""
        known = np.concatenate(points)
        if not len(known):
            return 0.0, 1.0, 1.0
        start, low = float(known[0, 1]), float(known[:, 1].min())
        room = max(start - low, 1e-3) if self.plain else _HIGHER
        high = max(min(float(known[:, 1].max()), start + room), low)
        return low, high, max(float(known[:, 0].max()), 1e-3)


def names_of(run: Run) -> list[str]:
    """Return the names of all racers."""
    return names([racer.descent for racer in run.racers])


def _finite(values: Array) -> Array:
    return np.append(values[np.isfinite(values)], np.inf)
