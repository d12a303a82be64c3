"""A grip: takes the mouse before a chart does, where something can be grabbed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.ui.chart import Chart

    Array = NDArray[np.float64]

_STILL = 3.0  # pixels that a click may move
_LEAST_PIXEL = 1e-100  # in the units of an axis: a plot without room has none at all
_MOUSE = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
}


@dataclass(frozen=True, eq=False)
class Touch:
    """Where the mouse is in a chart.

    Attributes
    ----------
    place, pixel : ndarrays of shape (2,)
        In the units of the axes; the pixel is the size of one.
    button : Qt.MouseButton
    shift : bool
    again : bool
        Whether it is the second press of a double click.
    """

    place: Array
    pixel: Array
    button: Qt.MouseButton
    shift: bool
    again: bool


class Grip(QObject):
    """Watches the mouse over a chart.

    Parameters
    ----------
    chart : Chart
    takes : function of a Touch
        Tells whether a press there is for the grip.
    cursor : Qt.CursorShape
        Shown where a press would be taken.

    Attributes
    ----------
    grabbed, dragged : Signal of Touch
    dropped : Signal of Touch, bool
        With it, whether the mouse has moved since it was pressed.
    """

    grabbed = Signal(object)
    dragged = Signal(object)
    dropped = Signal(object, bool)

    def __init__(
        self, chart: Chart, takes: Callable[[Touch], bool], cursor: Qt.CursorShape
    ) -> None:
        super().__init__(chart)
        self.chart, self._takes, self.cursor = chart, takes, cursor
        self._from: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._moved = False
        chart.view.viewport().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what belongs to a grab; leave all else to the chart."""
        if event.type() not in _MOUSE or not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseMove:
            return self._move(event)
        if event.type() == QEvent.Type.MouseButtonRelease:
            return self._release(event)
        return self._press(event)

    def _press(self, event: QMouseEvent) -> bool:
        touch = self._touch(event)
        if self._from is not None:
            return True  # another button, while one is held
        if not self._takes(touch):
            return False
        self._from, self._button, self._moved = event.position(), event.button(), False
        self.chart.setFocus(Qt.FocusReason.MouseFocusReason)
        self.grabbed.emit(touch)
        return True

    def _move(self, event: QMouseEvent) -> bool:
        touch = self._touch(event)
        if self._from is None:
            if event.buttons() == Qt.MouseButton.NoButton:
                self._show_cursor(self._takes(touch))
            return False
        away = event.position() - self._from
        self._moved = self._moved or away.manhattanLength() > _STILL
        if self._moved:
            self.dragged.emit(touch)
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._from is None:
            return False
        if event.button() == self._button:
            self._from = None
            self.dropped.emit(self._touch(event), self._moved)
        return True

    def _show_cursor(self, on: bool) -> None:
        view = self.chart.view.viewport()
        shape = self.cursor if on else Qt.CursorShape.ArrowCursor
        if view.cursor().shape() != shape:
            view.setCursor(shape)

    def _touch(self, event: QMouseEvent) -> Touch:
        chart, held = self.chart, self._button if self._from else None
        at = chart.box.mapSceneToView(chart.view.mapToScene(event.position().toPoint()))
        return Touch(
            np.array([at.x(), at.y()]),
            np.maximum(chart.box.viewPixelSize(), _LEAST_PIXEL),
            held or event.button(),
            bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
            event.type() == QEvent.Type.MouseButtonDblClick,
        )
