"""A small field over a picture or a table, for another value of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QToolTip

from gdviz.ui.fields import entry, numbers_in
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

_WIDTH = 110  # points


class WeightField(QLineEdit):
    """Asks for a number: Enter takes it, Escape and a click elsewhere do not.

    Parameters
    ----------
    view : QWidget
        Where it lies over; gets the focus back.
    place : QPoint
        Its middle in the view.
    name : text
        Of the parameter.
    value : float
    """

    chosen = Signal(float)

    def __init__(self, view: QWidget, place: QPoint, name: str, value: float) -> None:
        super().__init__(view)
        self._view = view
        self._open = True
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(f"Value of {name}")
        self.setToolTip(f"{name} where a new run starts: Enter takes it, Esc leaves.")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setText(entry(value))
        self.setFixedWidth(min(px(_WIDTH), view.width()))
        self._stand(place)
        self.returnPressed.connect(self._take)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape give up."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give up."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._leave(back=False)

    def _take(self) -> None:
        """Take the number, or say that it is none."""
        found = numbers_in(self.text())
        if found is None or len(found) != 1:
            corner = self.mapToGlobal(self.rect().bottomLeft())
            QToolTip.showText(corner, "a number, such as 0.5 or -1", self)
            return
        changed = self.isModified()
        self._leave()
        if changed:
            self.chosen.emit(found[0])

    def _leave(self, back: bool = True) -> None:
        if self._open:
            self._open = False
            if back:
                self._view.setFocus()
            self.close()

    def _stand(self, place: QPoint) -> None:
        """Lie around a place, all of it in the view."""
        size, room = self.sizeHint().height(), self._view.rect()
        left = min(max(place.x() - self.width() // 2, 0), room.width() - self.width())
        top = min(max(place.y() - size // 2, 0), room.height() - size)
        self.move(max(left, 0), max(top, 0))
