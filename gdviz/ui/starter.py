"""The starter: another start by hand, θ dragged on the surface or a weight typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt

from gdviz.core.refused import Refused
from gdviz.session.starting import at_place, with_weight
from gdviz.ui.marks.grip import Grip
from gdviz.ui.weightfield import WeightField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gdviz.session.scene import Scene
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.marks.grip import Touch
    from gdviz.ui.window import Window

_REACH = 11.0  # pixels: just beyond the ring
_SAID = "The run starts anew at this θ; undo brings the one before back."


class Starter(QObject):
    """Has a window's run start elsewhere.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._moving = window, False
        self._from: tuple[Scene, Snapshot] | None = None
        self.grip = Grip(window.surface, self._takes, Qt.CursorShape.OpenHandCursor)
        self.grip.grabbed.connect(self._grab)
        self.grip.dragged.connect(self._drag)
        self.grip.dropped.connect(self._drop)
        for table in window.tables.values():
            table.weight_wanted.connect(self.ask)

    def ask(self, parameter: int, view: QWidget, place: QPoint) -> None:
        """Ask for another value of a parameter, in a small field over a view."""
        run = self._window.player.run
        if run is None:
            return
        theta = run.snapshot.record.theta
        name, value = run.facts.parameters[parameter], float(theta[parameter])
        self.field = WeightField(view, place, name, value)
        scene = self._window.player.scene
        self.field.chosen.connect(
            lambda wanted: self._put(scene, theta, parameter, wanted)
        )

    def _put(
        self, scene: Scene, theta: np.ndarray, parameter: int, value: float
    ) -> None:
        """Start at θ with another value of a parameter, or say why that cannot be."""
        window = self._window
        try:
            wanted = with_weight(scene, theta, parameter, value)
        except Refused as refusal:
            window.footer.say(str(refusal))
        else:
            window.gesture.once(wanted, window.player.chosen)
            window.player.moved.emit(_SAID)

    def _takes(self, touch: Touch) -> bool:
        """Tell whether a press is on the ring around θ."""
        run = self._window.surface.run
        left = touch.button != Qt.MouseButton.RightButton
        if run is None or not left or touch.again or self._window.guessing.held:
            return False
        away = (touch.place - run.snapshot.arrows.here) / touch.pixel
        return bool(np.hypot(*away) <= _REACH)

    def _grab(self, _: Touch) -> None:
        run = self._window.surface.run
        assert run is not None
        self._from = self._window.player.scene, run.snapshot

    def _drag(self, touch: Touch) -> None:
        window = self._window
        if self._from is None:
            return
        scene, snapshot = self._from
        try:
            wanted = at_place(scene, snapshot, touch.place)
        except Refused as refusal:
            window.footer.say(str(refusal))
            self._from = None
            return
        if not self._moving:
            self._moving = True
            window.gesture.begin()
        window.surface.step.ring.set_point(touch.place)
        window.gesture.edit(wanted, window.player.chosen)

    def _drop(self, touch: Touch, moved: bool) -> None:
        if self._moving:
            self._moving = False
            self._window.gesture.end()
            self._window.player.moved.emit(_SAID)
        elif not moved:
            self._window.surface.choose_at(*touch.place)
