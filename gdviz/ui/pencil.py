"""The pencil: points of the data plot added, moved, removed and drawn by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent

from gdviz.core.refused import Refused
from gdviz.session.byhand import Hand, editable, taking_over
from gdviz.ui.marks.curve import Curve
from gdviz.ui.marks.grip import Grip
from gdviz.ui.panels.handtools import HandTools

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.session.scene import Scene
    from gdviz.ui.marks.grip import Touch
    from gdviz.ui.plots.data import DataChart
    from gdviz.ui.window import Window

    Array = NDArray[np.float64]

WORDS = "Edit points by hand"
TIP = (
    "Edit the examples by hand: click empty room to add a point (Shift: of the next "
    "class), drag one to move it, right click or Delete to remove it. N and B go "
    "from point to point, the arrow keys move it, Insert adds one."
)
HINT = "Click adds · drag moves · right click removes"
DRAW_HINT = "Draw a curve across: its points become the examples"
_HELD_OUT = "The new point is one of those held out: no step uses it."
_REACH = 12.0  # pixels
_STEPS = 50  # of an arrow key across the plot
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Pencil(QObject):
    """Edits the examples of a window's scene on its data plot.

    Attributes
    ----------
    action : QAction
        Whether it is in use.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.action = QAction(f"{WORDS}\tD", self, checkable=True)
        self.action.setIconText("Edit")
        self.action.setToolTip(TIP)
        self.tools = HandTools(self.action)
        self._hand: Hand | None = None
        self._row: int | None = None
        self._moving = False
        self._stroke: list[Array] = []
        self._number = -1

    def take(self, chart: DataChart) -> None:
        """Work on a plot."""
        self.chart, chart.corner = chart, self.tools
        self.line = Curve(connect="finite", antialias=True)
        chart.item.addItem(self.line, ignoreBounds=True)
        chart.installEventFilter(self)
        self.grip = Grip(chart, lambda _: self.on, Qt.CursorShape.CrossCursor)
        self.grip.grabbed.connect(self._grab)
        self.grip.dragged.connect(self._drag)
        self.grip.dropped.connect(self._drop)

    def listen(self) -> None:
        """Listen to what else goes on, once the window has all its parts."""
        self.action.toggled.connect(self._turn)
        self.tools.draw_action.toggled.connect(self._change)
        self.tools.sampled.connect(self._draw_again)
        self._window.player.refreshed.connect(self._follow)
        self._window.gesture.rested.connect(self.chart.frame)

    @property
    def on(self) -> bool:
        """Whether the mouse edits."""
        return self.action.isChecked()

    def _turn(self, on: bool) -> None:
        """Begin to edit, or say why that cannot be; or end."""
        window, said = self._window, ""
        if on:
            try:
                said = taking_over(window.player.scene)
            except Refused as refusal:
                self.action.setChecked(False)
                window.footer.say(str(refusal))
                return
            window.docks[self.chart.name].show()
            self.chart.setFocus()
        self._number = -1
        if self.chart.run is not None:
            self._follow(self.chart.run)
        self._hint()
        if said:  # the title is cut where the plot is narrow
            window.footer.say(f"{HINT}. {said}")

    def _change(self, drawing: bool) -> None:
        """Begin to draw a curve, or end."""
        self._hint()
        if drawing:
            self._window.footer.say(f"{DRAW_HINT}.")

    def _hint(self) -> None:
        """Say in the title what the mouse does."""
        self.action.setIconText("Done" if self.on else "Edit")
        hint = DRAW_HINT if self.tools.drawing else HINT
        self.chart.hint = hint if self.on else ""
        if not self.tools.drawing:
            self._stroke = []
            self.line.setData([], [])
        self.chart.refit()

    def _follow(self, run: Run) -> None:
        """Offer the classes of another run, or end where it cannot be edited."""
        if not self.on or run.number == self._number:
            return
        self._number = run.number
        if not editable(run):
            self.action.setChecked(False)
        elif run.facts.classes != self.tools.classes:
            self.tools.offer(run.facts.classes, self._window.style_)

    def _grab(self, touch: Touch) -> None:
        self._hand = self._row = None
        if self.tools.drawing:
            self._stroke = [touch.place]
            return
        self._hand = self._taken()
        if self._hand is not None:
            self._row = self._hand.nearest(touch.place, touch.pixel, _REACH)
        if self._row is not None:
            self._window.player.choose(self._row)

    def _drag(self, touch: Touch) -> None:
        if touch.button != Qt.MouseButton.LeftButton:
            return
        if self.tools.drawing:
            self._stroke.append(self._inside(touch.place))
            stroke = np.array(self._stroke)
            pen = self.chart.curve_pen(self.chart.style_.chosen, 2.5)
            self.line.setData(stroke[:, 0], stroke[:, 1], pen=pen)
        elif self._hand is not None and self._row is not None:
            gesture = self._window.gesture
            if not self._moving:
                self._moving = True
                gesture.begin()
            gesture.edit(
                self._hand.moved(self._row, self._inside(touch.place)), self._row
            )

    def _drop(self, touch: Touch, moved: bool) -> None:
        left = touch.button == Qt.MouseButton.LeftButton
        if self._moving:
            self._moving = False
            self._window.gesture.end()
        elif self.tools.drawing:
            if left and moved:
                self._hand = self._taken()
                self._draw_again()
        elif self._row is not None and not left:
            self._remove(self._row, None)
        elif self._row is None and left and not moved:
            self._add(touch.place, touch.shift)

    def _draw_again(self) -> None:
        """Take the points of the curve that was drawn last."""
        if self._stroke and self._hand is not None:
            hand, stroke = self._hand, np.array(self._stroke)
            self._do(lambda: hand.drawn(stroke, self.tools.sampling), None, "curve")

    def _add(self, place: Array, other: bool) -> None:
        """Add a point of the chosen class, or of the next one."""
        hand = self._taken()
        if hand is None:
            return
        label = self.tools.chosen + other
        label %= max(len(hand.classes), 1)
        self._do(lambda: hand.added(place, label), hand.next_row)
        if hand.next_row is None:
            self._window.player.moved.emit(_HELD_OUT)

    def _remove(self, row: int, then: int | None) -> None:
        hand = self._taken()
        if hand is not None:
            self._do(lambda: hand.without(row), then)

    def _do(
        self, change: Callable[[], Scene], chosen: int | None, kind: str = ""
    ) -> None:
        """Make a change that is a gesture of its own, or say why it cannot be."""
        try:
            scene = change()
        except Refused as refusal:
            self._window.footer.say(str(refusal))
        else:
            self._window.gesture.once(scene, chosen, kind)

    def _taken(self) -> Hand | None:
        """Return the points of the scene as last edited, or say why there are none."""
        try:
            return Hand(self._window.player.scene)
        except Refused as refusal:
            self._window.footer.say(str(refusal))
            return None

    def _inside(self, place: Array) -> Array:
        low, high = np.array(self.chart.box.viewRange()).T
        return np.clip(place, low, high)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the keys that edit while the plot has the focus."""
        if event.type() != QEvent.Type.KeyPress or not self.on:
            return False
        assert isinstance(event, QKeyEvent)
        held = event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        return not held and self._key(Qt.Key(event.key()))

    def _key(self, key: Qt.Key) -> bool:
        """Act on a key; tell whether it means anything here."""
        row = self._window.player.chosen
        if key in _ARROWS and row is not None:
            self._nudge(row, np.array(_ARROWS[key]))
        elif key in (Qt.Key.Key_N, Qt.Key.Key_B):
            self._go(row, 1 if key == Qt.Key.Key_N else -1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and row is not None:
            self._remove(row, max(row - 1, 0))
        elif key == Qt.Key.Key_Insert:
            low, high = np.array(self.chart.box.viewRange()).T
            self._add((low + high) / 2, other=False)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.tools.classes:
            self.tools.choose(key - Qt.Key.Key_1)
        elif key == Qt.Key.Key_Escape and row is None:
            self._leave()
        else:
            return False
        return True

    def _leave(self) -> None:
        """Put the curve away, or end."""
        (self.tools.draw_action if self.tools.drawing else self.action).setChecked(
            False
        )

    def _nudge(self, row: int, way: Array) -> None:
        hand = self._taken()
        if hand is not None and row < len(hand.places):
            low, high = np.array(self.chart.box.viewRange()).T
            place = hand.places[row] + way * (high - low) / _STEPS
            self._do(lambda: hand.moved(row, place), row, f"arrows {row}")

    def _go(self, row: int | None, way: int) -> None:
        hand = self._taken()
        if hand is not None:
            first = -1 if way > 0 else 0
            at = (first if row is None else row) + way
            self._window.player.choose(at % len(hand.places))
