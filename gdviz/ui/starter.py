"""The starter: another start by hand, θ dragged on a plot or a weight typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from gdviz.core.refused import Refused
from gdviz.session.starting import with_weight
from gdviz.ui.tug import STARTED, LineTug, RingTug, SolidHint
from gdviz.ui.weightfield import WeightField

if TYPE_CHECKING:
    import numpy as np
    from PySide6.QtWidgets import QWidget

    from gdviz.session.scene import Scene
    from gdviz.ui.window import Window


class Starter(QObject):
    """Has a window's run start elsewhere.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.ring, self.line = RingTug(window), LineTug(window)
        self.hint = SolidHint(window)
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
            window.player.moved.emit(STARTED)
