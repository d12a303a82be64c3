"""The loss surface with the path, and at θ the arrows of the step that comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor

from gdviz.core.planes import Region
from gdviz.session.planewords import hidden, precision, title
from gdviz.ui.chart import Chart
from gdviz.ui.colourbar import ColourBar
from gdviz.ui.marks import legend
from gdviz.ui.marks.corner import BOTTOM, Corner
from gdviz.ui.marks.curve import Curve
from gdviz.ui.marks.guess import GuessMarks
from gdviz.ui.marks.heat import LEVELS, Heat, Shades, lines_of
from gdviz.ui.marks.kept import keep, renew
from gdviz.ui.marks.laws import LawMarks
from gdviz.ui.marks.minima import MinimumMarks
from gdviz.ui.marks.path import Path
from gdviz.ui.marks.paths import PathMarks
from gdviz.ui.marks.scope import by_hand, look_of, worth_following
from gdviz.ui.marks.step import StepMarks
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from gdviz.core.landscape import Surface
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_BARE = 270  # points of width
_OWN_LEVELS = LEVELS[2::3]  # the lowest would be beads along a valley


class SurfaceChart(Chart):
    """Loss over a plane of parameter space."""

    name: ClassVar[str] = "surface"
    label: ClassVar[str] = "Loss surface"
    tip: ClassVar[str] = (
        "The loss of all examples for every pair of values of two parameters; dark "
        "(light, in the light theme) is low. Drag to move, wheel to zoom, double "
        "click to fit. Drag the ring at θ to start elsewhere."
    )
    region_wanted = Signal(object)

    def build(self) -> None:
        """Make the picture, the lines, the path and the arrows."""
        self.box.setAspectLocked(True)
        self.heat, self.lines = Heat(), Curve(connect="finite")
        self.lines.setZValue(-10)
        self.own_lines = Curve(connect="finite")
        self.own_lines.setZValue(-5)
        keep(self.heat, self.lines, self.own_lines)
        self.scale_text = Corner(self.box, BOTTOM)
        self.path, self.paths = Path(), PathMarks(self.box, self.scale_text)
        self.minima = MinimumMarks(self.box, self.scale_text)
        self.laws = LawMarks()
        items = (
            self.heat, self.lines, self.own_lines, self.minima.points,
            self.paths.lines, self.path, *self.laws.items,
        )  # fmt: skip
        for item in items:
            self.item.addItem(item, ignoreBounds=True)
        self.step = StepMarks(self)
        self.lengths = self.step.lengths
        self.guess = GuessMarks(self, self.step.frame)
        self.bar = ColourBar()
        self.row.addWidget(self.bar)
        self.follow, self._number = True, -1
        self._look: object = None
        self._drawn: Surface | None = None
        self._own_drawn: Surface | None = None
        self._settle = QTimer(self, singleShot=True, interval=40)
        self._settle.timeout.connect(self.want_region)
        self.box.sigRangeChanged.connect(self._moved)
        self.box.sigRangeChangedManually.connect(self._let_go)
        self.view.scene().sigMouseClicked.connect(self._clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the bar out where the map needs its room."""
        self.bar.setVisible(event.size().width() > px(_BARE))
        super().resizeEvent(event)

    def restyle(self, style: Style) -> None:
        """Colour everything; the picture is made anew."""
        self.bar.setVisible(self.width() > px(_BARE))
        faint = QColor(style.contour)
        faint.setAlpha(110)
        self.lines.setPen(faint)
        ghostly = QColor(style.chosen)
        ghostly.setAlpha(170)
        self.own_lines.setPen(ghostly)
        self.path.set_colours(style.path, style.path_edge)
        self.paths.restyle(style)
        self.minima.restyle(style)
        self.laws.restyle(style, self)
        self.step.restyle(style)
        self.bar.set_style(style)
        self._drawn = None

    def draw(self, run: Run) -> None:
        """Draw surface, path and arrows of the step shown."""
        snapshot, arrows = run.snapshot, run.snapshot.arrows
        look = look_of(run)
        if run.number != self._number or look != self._look:
            same = look == self._look and run.goes_on_from(self._number)
            self._number, self._look = run.number, look
            if not same:
                self._settle.start()  # another plot may have asked for other parts
            if not (same or self.held):
                self.lengths.factor = 0.0
                self.follow = True
                self._show_region(self._home)
        self.set_labels(*snapshot.plane.labels)
        self._draw_surface(run)
        self._draw_own(run)
        here = arrows.here[None, :]
        drawn = (run.number, run.version, *snapshot.plane.key)
        self.path.quick = self.brisk
        self.path.set_points(run.trail(), here, drawn)
        self._draw_paths(run)
        minima = () if self.hides(legend.MINIMA) else run.facts.minima
        self.minima.show(minima, snapshot)
        self.laws.show(run, self.hides(legend.LAWS))
        if self.follow and not self.held:
            self._keep_in_view(run)
        self._draw_arrows(run)
        self.set_title(title(run))

    @property
    def settling(self) -> bool:
        """Whether the view moved just now and its region is not yet asked for."""
        return bool(self._settle.isActive())

    def refit(self) -> None:
        """Choose the length of the arrows anew."""
        self.lengths.factor = 0.0
        super().refit()

    def set_scale(self, scale: str) -> None:
        """Choose how long the arrows are drawn."""
        self.lengths.scale = scale
        if self.run is not None:
            self.show_run(self.run)

    def fit_view(self) -> None:
        """Show the start, the goal and the path again."""
        self.follow = True
        if self.run is not None:
            self._show_region(self._home)
            if by_hand(self.run):
                return
            path = np.concatenate([self.run.trail(), self._here()])
            self._cover(path[[worth_following(self.run, point) for point in path]])

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Fit the view."""
        self.fit_view()

    @property
    def _home(self) -> Region:
        assert self.run is not None
        return self.run.snapshot.projection.home

    def _draw_surface(self, run: Run) -> None:
        surface = run.surface
        if surface is self._drawn:
            return
        self._drawn = surface
        if surface is None:
            self.heat.clear()
            self.lines.setData([], [])
            return
        region, values = surface.region, surface.values
        rect = QRectF(
            region.left,
            region.bottom,
            region.right - region.left,
            region.top - region.bottom,
        )
        shades = Shades.of(values)
        self.bar.show_shades(shades)
        self.heat.set_picture(shades.shade(values), self.style_.surface, rect)
        self.lines.setData(*lines_of(surface, LEVELS, shades))
        renew(self.heat, self.lines)

    def _draw_own(self, run: Run) -> None:
        """Draw contours of the selected example's own loss."""
        surface = None if self.hides(legend.CHOSEN) else run.own_surface
        if surface is self._own_drawn:
            return
        self._own_drawn = surface
        if surface is None:
            self.own_lines.setData([], [])
        else:
            self.own_lines.setData(*lines_of(surface, _OWN_LEVELS))
        renew(self.own_lines)

    def _draw_paths(self, run: Run) -> None:
        """Draw the other paths over this surface."""
        others = () if self.hides(legend.PATHS) else run.others
        plane, like = run.snapshot.plane, [p for p in others if run.like(p.run)]
        self.paths.show(like, lambda path: path.run.way(plane), plane.key)

    def _draw_arrows(self, run: Run) -> None:
        self.lengths.true = run.guess is not None and run.guess.kind.step
        self.step.draw(run.snapshot)
        self.guess.show(run)
        self.scale_text.say(self._overlay(run), self.style_, soon=not self.brisk)

    def _overlay(self, run: Run) -> str:
        """Return what the picture hides or stretches, for its corner."""
        words = [*precision(run.surface), self.lengths.words()]
        if len(run.facts.parameters) > 2:
            words = [*hidden(run.snapshot), *words]
        if not worth_following(run, run.snapshot.arrows.here):
            words = ["θ is far off this map"]
        return "<br>".join(words)

    def _here(self) -> Array:
        assert self.run is not None
        return self.run.snapshot.arrows.here[None, :]

    def _keep_in_view(self, run: Run) -> None:
        point = run.snapshot.arrows.here
        if by_hand(run) or not worth_following(run, point):
            return
        (left, right), (bottom, top) = self.box.viewRange()
        low, high = np.array([left, bottom]), np.array([right, top])
        edge = 0.04 * (high - low)
        low, high = low + edge, high - edge
        inside = (low <= point).all() and (point <= high).all()
        if not inside:
            self._cover(np.stack([point - edge, point + edge]))

    def _cover(self, points: Array) -> None:
        """Grow the view in one jump, half as large again as needed."""
        (left, right), (bottom, top) = self.box.viewRange()
        low = np.minimum(points.min(axis=0, initial=np.inf), [left, bottom])
        high = np.maximum(points.max(axis=0, initial=-np.inf), [right, top])
        if (low >= [left, bottom]).all() and (high <= [right, top]).all():
            return
        low, high = low - 0.25 * (high - low), high + 0.25 * (high - low)
        self._show_region(Region(*map(float, (low[0], high[0], low[1], high[1]))))

    def _show_region(self, region: Region) -> None:
        self.show_range(
            np.array([region.left, region.bottom]), np.array([region.right, region.top])
        )

    def _moved(self, *_: object) -> None:
        self._settle.start()
        run = self.run
        if run is not None and run.number == self._number:
            with np.errstate(all="ignore"):
                self._draw_arrows(run)

    def _let_go(self, *_: object) -> None:
        self.follow = False

    def _clicked(self, event: Any) -> None:
        """Select the example whose arrow was clicked, or none."""
        if self.run is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            return
        at = self.box.mapSceneToView(event.scenePos())
        self.choose_at(at.x(), at.y())

    def choose_at(self, x: float, y: float) -> None:
        """Select the example whose arrow is at a place, or none."""
        assert self.run is not None
        row = self.step.at((x, y))
        rows = self.run.snapshot.record.rows
        self.example_chosen.emit(None if row is None else int(rows[row]))

    def want_region(self) -> None:
        """Ask for the surface over what is seen."""
        (left, right), (bottom, top) = self.box.viewRange()
        if self.run is not None and right > left and top > bottom:
            self.region_wanted.emit(Region(left, right, bottom, top))
