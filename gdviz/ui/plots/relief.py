"""The loss surface in three dimensions, with the path and the arrows lying on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QTimer, Signal

from gdviz.session.planewords import hidden, precision, title
from gdviz.ui.colourbar import ColourBar
from gdviz.ui.marks import legend
from gdviz.ui.marks.arrows import nearest
from gdviz.ui.marks.heat import LEVELS, lines_of
from gdviz.ui.marks.lengths import Lengths
from gdviz.ui.marks.scope import Scope, worth_following
from gdviz.ui.picture import Picture
from gdviz.ui.relief.camera import Camera
from gdviz.ui.relief.canvas import Canvas
from gdviz.ui.relief.graphics import made
from gdviz.ui.relief.marks import Marks, marks_of
from gdviz.ui.relief.terrain import Terrain

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QShowEvent

    from gdviz.core.landscape import Surface
    from gdviz.session.run import Run
    from gdviz.ui.style import Style

_OWN_LEVELS = LEVELS[2::3]  # as on the map
_ROOM = 0.28  # of the narrower side of the region: how long an arrow may well be


class ReliefChart(Picture):
    """Loss over a plane of parameter space as a landscape."""

    name: ClassVar[str] = "relief"
    label: ClassVar[str] = "Loss surface in 3-D"
    tip: ClassVar[str] = (
        "The loss surface as a landscape: the higher, the more loss. Path and arrows "
        "lie on it; from straight above they are those of the map. Drag to turn (or "
        "Shift and an arrow key), drag with the right button to move, wheel to zoom, "
        "double click to fit. The ring at θ can be dragged on the map (2)."
    )
    region_wanted = Signal(object)
    faltered = Signal(str)

    def build(self) -> None:
        """Make the canvas and the scale of colours."""
        self.canvas, self.bar = Canvas(), ColourBar()
        self.row.addWidget(self.canvas, 1)
        self.row.addWidget(self.bar)
        self.lengths, self.scope = Lengths(), Scope()
        self._surface: Surface | None = None
        self._own: Surface | None = None
        self._own_lines = np.empty((0, 2))
        self.by_card = False
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self.want_region)
        self.canvas.clicked.connect(self._choose)
        self.canvas.fitted.connect(self.fit_view)

    def restyle(self, style: Style) -> None:
        """Colour everything."""
        self.bar.set_style(style)
        self.canvas.set_style(style)

    def set_by_card(self, on: bool) -> None:
        """Have the picture drawn by OpenGL as soon as it is seen, or painted."""
        self.by_card = on
        if not on:
            self.canvas.set_cover(None)
        elif self.isVisible():
            self._cover()

    def showEvent(self, event: QShowEvent) -> None:
        """Make what was not needed before."""
        super().showEvent(event)
        if self.by_card:
            self._cover()

    def draw(self, run: Run) -> None:
        """Show surface, path and arrows of the step shown."""
        if self.scope.begin(run, self.held):
            self.lengths.factor = 0.0
        if not self.held:
            self.scope.follow(run)
        if self.scope.region != run.region:
            self._settle.start()
        self._draw_surface(run.surface)
        terrain = self.canvas.terrain
        if terrain is not None:
            region = terrain.region
            narrow = min(region.right - region.left, region.top - region.bottom)
            made = marks_of(self, run, self.lengths, _ROOM * narrow)
            self.canvas.show_marks(replace(made, own=self._own_contours(run)))
        self.canvas.say(run.snapshot.plane.labels, self._words(run))
        self.set_title(title(run))

    def take_over(self, run: Run) -> None:
        """Show the part of the plane that another plot of the run showed."""
        self.scope.begin(run, self.held)
        self.scope.region = run.region or self.scope.region
        self.lengths.factor = 0.0
        self.show_run(run)

    @property
    def settling(self) -> bool:
        """Whether another region is wanted and not yet asked for."""
        return bool(self._settle.isActive())

    def want_region(self) -> None:
        """Ask for the surface over what is to be shown."""
        if self.run is not None and self.scope.region is not None:
            self.region_wanted.emit(self.scope.region)

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
        """Look from where one looks at first, at start, goal and path."""
        self.canvas.look_from(Camera())
        if self.run is not None:
            self.scope.fit(self.run)
            self._settle.start()

    def turn(self, turn: float, tilt: float) -> None:
        """Turn the picture by degrees."""
        self.canvas.look_from(self.canvas.camera.turned(turn, tilt))

    def _cover(self) -> None:
        if self.canvas.cover is not None:
            return
        glass = made(self.canvas)
        if isinstance(glass, str):
            self._falter(glass)
        else:
            glass.failed.connect(self._falter)
            self.canvas.set_cover(glass)

    def _falter(self, why: str) -> None:
        """Paint again, and tell why."""
        self.set_by_card(False)
        self.faltered.emit(why)

    def _draw_surface(self, surface: Surface | None) -> None:
        if surface is self._surface:
            return
        self._surface = surface
        terrain = Terrain.of(surface) if surface is not None else None
        self.canvas.show_terrain(terrain)
        if terrain is not None:
            self.bar.show_shades(terrain.shades)
        else:
            self.canvas.show_marks(Marks())

    def _own_contours(
        self, run: Run
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Return contours of the selected example's own loss."""
        surface = None if self.hides(legend.CHOSEN) else run.own_surface
        if surface is not self._own:
            self._own, self._own_lines = surface, np.empty((0, 2))
            if surface is not None:
                self._own_lines = np.column_stack(lines_of(surface, _OWN_LEVELS))
        return self._own_lines

    def _words(self, run: Run) -> list[str]:
        """Return what the picture hides or stretches, a line for each."""
        terrain, marks = self.canvas.terrain, self.canvas.marks
        if not worth_following(run, run.snapshot.arrows.here):
            return ["θ is far off this map"]
        words = hidden(run.snapshot) if len(run.facts.parameters) > 2 else []
        words += [*precision(run.surface), self.lengths.words()]
        if marks.every > 1:
            words.append(f"path: one step in {marks.every * run.stride:,}")
        if terrain is not None:
            words.append(terrain.words())
        return words

    def _choose(self, at: QPointF) -> None:
        """Select the example whose arrow was clicked, or none."""
        sight = self.canvas.sight()
        if self.run is None or sight is None:
            return
        marks = self.canvas.marks
        ends = sight.see(np.vstack([marks.here, marks.tips])).pixels
        tips = ends[1:]
        tails = np.broadcast_to(ends[:1], tips.shape)
        row = nearest(tails, tips, (at.x(), at.y()), (1.0, 1.0))
        rows = self.run.snapshot.record.rows
        self.example_chosen.emit(None if row is None else int(rows[row]))
