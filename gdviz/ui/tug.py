"""A tug: θ dragged on a plot, which has the run start elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from gdviz.core.refused import Refused
from gdviz.session.starting import at_place, with_weight
from gdviz.ui.marks.grip import Grip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.session.scene import Scene
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.marks.grip import Touch
    from gdviz.ui.plots.curves import CurvesChart
    from gdviz.ui.plots.surface import SurfaceChart
    from gdviz.ui.window import Window

    Array = NDArray[np.float64]
    Tuggable = SurfaceChart | CurvesChart

_REACH = 11.0  # pixels: just beyond the ring
ON_MAP = (
    "In 3-D a drag turns the picture. To start elsewhere, press 2 and drag θ there."
)
STARTED = "The run starts anew at this θ; undo brings the one before back."


class Tug(QObject):
    """Drags θ on a plot; all scenes of a drag are one change.

    Parameters
    ----------
    window : Window
    chart : SurfaceChart or CurvesChart
    cursor : Qt.CursorShape
        Shown where θ can be taken.
    """

    def __init__(self, window: Window, chart: Tuggable, cursor: Qt.CursorShape) -> None:
        super().__init__(window)
        self._window, self._chart = window, chart
        self._from: tuple[Scene, Snapshot] | None = None
        self._moving = False
        self.grip = Grip(chart, self._takes, cursor)
        self.grip.grabbed.connect(self._grab)
        self.grip.dragged.connect(self._drag)
        self.grip.dropped.connect(self._drop)

    def away(self, run: Run, place: Array) -> Array:
        """Return how far a place is from the mark at θ, in the units of the plot."""
        raise NotImplementedError

    def scene(self, scene: Scene, snapshot: Snapshot, place: Array) -> Scene:
        """Return the scene with a run that starts at a place."""
        raise NotImplementedError

    def show(self, place: Array) -> None:
        """Have the mark under the mouse at once; all else follows."""
        raise NotImplementedError

    def _takes(self, touch: Touch) -> bool:
        """Tell whether a press is on the mark at θ."""
        run = self._chart.run
        left = touch.button != Qt.MouseButton.RightButton
        if run is None or not left or touch.again or self._window.guessing.held:
            return False
        return bool(np.hypot(*self.away(run, touch.place) / touch.pixel) <= _REACH)

    def _grab(self, _: Touch) -> None:
        run = self._chart.run
        assert run is not None
        self._from = self._window.player.scene, run.snapshot

    def _drag(self, touch: Touch) -> None:
        window = self._window
        if self._from is None:
            return
        try:
            wanted = self.scene(*self._from, touch.place)
        except Refused as refusal:
            window.footer.say(str(refusal))
            self._from = None
            return
        if not self._moving:
            self._moving = True
            window.gesture.begin()
        self.show(touch.place)
        window.gesture.edit(wanted, window.player.chosen)

    def _drop(self, touch: Touch, moved: bool) -> None:
        if self._moving:
            self._moving = False
            self._window.gesture.end()
            self._window.player.moved.emit(STARTED)
        elif not moved:
            self._chart.choose_at(*touch.place)


class RingTug(Tug):
    """Drags the ring on the map: two coordinates of θ."""

    def __init__(self, window: Window) -> None:
        super().__init__(window, window.surface, Qt.CursorShape.OpenHandCursor)

    def away(self, run: Run, place: Array) -> Array:
        """Return how far a place is from the ring."""
        return place - run.snapshot.arrows.here

    def scene(self, scene: Scene, snapshot: Snapshot, place: Array) -> Scene:
        """Return the scene with a run that starts at a place of the plane."""
        return at_place(scene, snapshot, place)

    def show(self, place: Array) -> None:
        """Have the ring under the mouse."""
        self._window.surface.step.ring.set_point(place)


class LineTug(Tug):
    """Drags the upright line over the curves: the only parameter."""

    def __init__(self, window: Window) -> None:
        super().__init__(window, window.curves, Qt.CursorShape.SizeHorCursor)

    def away(self, run: Run, place: Array) -> Array:
        """Return how far a place is from the line."""
        known = run.curves is not None
        across = place[0] - run.snapshot.record.theta[0] if known else np.inf
        return np.array([across, 0.0])

    def scene(self, scene: Scene, snapshot: Snapshot, place: Array) -> Scene:
        """Return the scene with a run that starts over a place of the axis."""
        return with_weight(scene, snapshot.record.theta, 0, float(place[0]))

    def show(self, place: Array) -> None:
        """Have the line under the mouse."""
        self._window.curves.track.now.setValue(float(place[0]))


class SolidHint(QObject):
    """Says, where θ is pressed in 3-D, that it is dragged on the map."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._canvas = window, window.centre.relief.canvas
        self._canvas.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        """Look where a button is pressed, and leave the press to the picture."""
        if event.type() == QEvent.Type.MouseButtonPress:
            assert isinstance(event, QMouseEvent)
            left = event.button() == Qt.MouseButton.LeftButton
            if left and self._on_ring(event.position()):
                self._window.footer.say(ON_MAP)
        return False

    def _on_ring(self, at: QPointF) -> bool:
        sight, here = self._canvas.sight(), self._canvas.marks.here[None]
        if sight is None or not np.isfinite(here).all():
            return False
        away = sight.see(here).pixels[0] - [at.x(), at.y()]
        return bool(np.hypot(*away) <= _REACH)
