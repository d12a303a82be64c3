"""Every example's loss over the only parameter, their mean, and the slopes at θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal

from gdviz.core.planes import Region
from gdviz.ui.chart import Chart
from gdviz.ui.marks import legend, telling
from gdviz.ui.marks.arrows import nearest
from gdviz.ui.marks.family import Family
from gdviz.ui.marks.guess import Frame, GuessMarks
from gdviz.ui.marks.names import Names
from gdviz.ui.marks.paths import PathMarks
from gdviz.ui.marks.sight import Sight, floor
from gdviz.ui.marks.slopes import Slopes
from gdviz.ui.marks.track import Track
from gdviz.ui.marks.writing import Sentence, Words, to_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.curves import Curves
    from gdviz.session.guess import Guess
    from gdviz.session.paths import Path
    from gdviz.session.run import Run
    from gdviz.ui.marks.family import Shown
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_EMPTY = "Each example's loss can be drawn as a curve\nwhere there is one parameter."
_SAMPLED = 8  # curves that a name must not hide
_UPRIGHT = 40


class CurvesChart(Chart):
    """Losses over the only parameter."""

    name: ClassVar[str] = "curves"
    label: ClassVar[str] = "Each example's loss"
    tip: ClassVar[str] = (
        "The loss of each example of the batch that comes next, their mean, and their "
        "slopes at θ: the slope of the mean is the mean of the slopes. Drag to move, "
        "wheel to zoom, double click to fit; click a curve to select its example. Drag "
        "the upright line at θ to start elsewhere."
    )
    region_wanted = Signal(object)

    def build(self) -> None:
        """Make the curves, the track of θ, the slopes and the words."""
        self.family, self.track = Family(), Track()
        self.paths = PathMarks(self.box)
        for item in (*self.family.items, *self.track.items, self.paths.lines):
            self.item.addItem(item, ignoreBounds=True)
        self.slopes, self.names = Slopes(self.box), Names(self.box)
        self.words, self.sentence = Words(self.box), Sentence(self.box, _EMPTY)
        self.sentence.setVisible(False)
        self.guess = GuessMarks(self, _frame)
        self.sight, self._number = Sight(self), -1
        self._drawn: Shown | None = None
        self._settle = QTimer(self, singleShot=True, interval=40)
        self._settle.timeout.connect(self._want_region)
        self.box.sigRangeChanged.connect(self._moved)
        self.box.sigResized.connect(self._place_again)
        self.box.sigRangeChangedManually.connect(self._let_go)
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def restyle(self, style: Style) -> None:
        """Colour the items."""
        self.track.restyle(style, self)
        self.paths.restyle(style)
        self.sentence.colour = style.muted
        for overlay in (self.slopes, self.names, self.words):
            overlay.ground = style.plot

    def draw(self, run: Run) -> None:
        """Draw the curves of the batch that comes next and their slopes."""
        if run.number != self._number:
            same, self._number = run.goes_on_from(self._number), run.number
            if not same:
                self.sight.begin(run)
        curves = run.curves
        self._show_axes(curves is not None, run)
        self.set_title(_title(run))
        self.sight.keep(run)
        self._place(run)

    @property
    def settling(self) -> bool:
        """Whether the view moved just now and its region is not yet asked for."""
        return bool(self._settle.isActive())

    def refit(self) -> None:
        """Choose the heights anew."""
        self.sight.loosen()
        super().refit()

    def fit_view(self) -> None:
        """Show the start, the goal and the path again."""
        if self.run is not None:
            self.sight.fit(self.run)

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Fit the view."""
        self.fit_view()

    def _show_axes(self, shown: bool, run: Run) -> None:
        names = (run.snapshot.plane.labels[0], "loss") if shown else ("", "")
        self.set_labels(*names)
        if shown == self.sentence.isVisible():
            self.sentence.setVisible(not shown)
            for side in ("left", "bottom"):
                self.item.getAxis(side).setStyle(showValues=shown)

    def _place(self, run: Run) -> None:
        """Draw everything in the present view."""
        curves = run.curves
        if curves is None:
            self._clear()
            return
        drawn = self._drawn = telling.shown(self, run, curves)
        self.family.show(drawn, self.style_, self)
        on_curve = drawn.full is not None or (
            drawn.mean is not None and telling.same(curves)
        )
        self.track.show(self, run, curves, on_curve)
        self.guess.show(run)
        self._show_paths(run, curves)
        self._write(run, curves, drawn)

    def _show_paths(self, run: Run, curves: Curves) -> None:
        """Show where other paths end, on the mean of all curves."""
        others = () if self.hides(legend.PATHS) else run.others
        like, plane = [p for p in others if run.like(p.run)], run.snapshot.plane

        def trace(path: Path) -> Array:
            x = path.run.way(plane)[-1:, 0]
            y = np.interp(x, curves.grid, curves.full, np.nan, np.nan)
            return np.column_stack([x, y])

        self.paths.show(like, trace, plane.labels, curves)

    def _write(self, run: Run, curves: Curves, drawn: Shown) -> None:
        snapshot, style = run.snapshot, self.style_
        names = telling.names(run, curves, drawn, style)
        names += [] if self.hides(legend.GHOST) else telling.ghosts(snapshot, style)
        points = self._points(drawn, float(snapshot.record.theta[0]))
        self.names.set_names(names, points, floor())
        slopes = telling.slopes(snapshot, drawn, style)
        self.slopes.set_slopes(slopes, self.names.place, floor())
        word = self.track.word
        self.words.set_words([*self.slopes.words, *([word] if word else [])])

    def _points(self, drawn: Shown, theta: float) -> Array:
        """Return pixels on curves and above θ, for names to keep away from."""
        some = [*drawn.examples[:_SAMPLED], drawn.mean, drawn.full, drawn.chosen]
        curves = [np.column_stack([drawn.grid, c]) for c in some if c is not None]
        low, high = self.box.viewRange()[1]
        up = np.linspace(low, high, _UPRIGHT)
        upright = np.column_stack([np.full(_UPRIGHT, theta), up])
        return to_pixels(self.box, np.concatenate([upright, *curves]))

    def _clear(self) -> None:
        self._drawn = None
        self.family.clear()
        self.track.clear()
        self.paths.clear()
        self.names.set_names([], np.empty((0, 2)), floor())
        self.slopes.set_slopes([], self.names.place, floor())
        self.words.set_words([])

    def _place_again(self, *_: object) -> None:
        run = self.run
        if run is not None and run.number == self._number:
            with np.errstate(all="ignore"):
                self._place(run)

    def _moved(self, *_: object) -> None:
        self.names.loose = True
        if self.run is not None and self.run.curves is not None:
            self._settle.start()
        self._place_again()

    def _let_go(self, *_: object) -> None:
        self.sight.follow = False

    def _want_region(self) -> None:
        """Ask for the curves over what is in view."""
        run, (left, right) = self.run, self.box.viewRange()[0]
        if run is not None and run.curves is not None and right > left:
            start = run.facts.start_region
            self.region_wanted.emit(Region(left, right, start.bottom, start.top))

    def _clicked(self, event: Any) -> None:
        """Select the example whose curve was clicked, or none."""
        left = event.button() == Qt.MouseButton.LeftButton
        if self.run is None or not left or event.double():
            return
        at = self.box.mapSceneToView(event.scenePos())
        self.choose_at(at.x(), at.y())

    def choose_at(self, x: float, y: float) -> None:
        """Select the example whose curve is at a place, or none."""
        with np.errstate(all="ignore"):
            self.example_chosen.emit(self._row_at(x, y))

    def _row_at(self, x: float, y: float) -> int | None:
        """Return the row of the example whose curve passes within a few pixels."""
        curves, drawn = self.run.curves if self.run else None, self._drawn
        if curves is None or drawn is None:
            return None
        some = curves.examples[: len(drawn.examples)]
        points = np.stack([np.broadcast_to(curves.grid, some.shape), some], axis=2)
        tails, tips = points[:, :-1].reshape(-1, 2), points[:, 1:].reshape(-1, 2)
        segment = nearest(tails, tips, (x, y), self.box.viewPixelSize())
        if segment is None:
            return None
        return int(curves.rows[segment // (len(curves.grid) - 1)])


def _frame(guess: Guess) -> Frame | None:
    theta = guess.snapshot.record.theta
    if len(theta) > 1:
        return None
    return Frame(np.array([float(theta[0]), 0.0]), 1.0, flat=True)


def _title(run: Run) -> str:
    curves, batch = run.curves, len(run.snapshot.record.rows)
    if curves is None:
        return CurvesChart.label
    over, count = run.snapshot.plane.labels[0], len(curves.examples)
    title = f"{CurvesChart.label} over {over}"
    if count < batch:
        return f"{title} · {count} of {batch:,} curves, and the mean of all {batch:,}"
    if batch == 1:
        return f"{title} · one curve is its own mean"
    return f"{title} · {count} curves and their mean"
