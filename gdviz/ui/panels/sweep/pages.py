"""Settings and map beside each other, or one of them where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gdviz.ui.panels.network.bar import Told, Turn
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SETTINGS, _NARROW, _LOWEST = 352, 570, 150  # points
_PAGES = {
    True: ("Settings", "Show what the sweep goes over in place of the map."),
    False: ("Map", "Show the map in place of the settings."),
}


class Pages(QWidget):
    """Settings at the left, the map at the right; a button turns to the other one.

    Attributes
    ----------
    turn : Turn
        Shown where there is room for one of the two.
    brief : Told
        What is told of the map, in one line beside the button.
    on_map : bool
        Which of the two that is.
    """

    def __init__(self, settings: QWidget, shown: tuple[QWidget, ...]) -> None:
        super().__init__()
        self.settings, self._shown = _scrolling(settings), shown
        self.turn, self.brief, self._head = Turn(*_PAGES[False]), Told(), QWidget()
        self.turn.setAccessibleName("Settings or map")
        self.on_map = False
        self._lay_out()
        self.turn.clicked.connect(lambda: self.turn_to(not self.on_map))

    def turn_to(self, on_map: bool) -> None:
        """Show the map or the settings, and both where there is room."""
        self.on_map, narrow = on_map, self.width() < px(_NARROW)
        self.settings.setFixedWidth(min(px(_SETTINGS), max(self.width(), _SETTINGS)))
        self._head.setVisible(narrow)
        self.settings.setVisible(not (narrow and on_map))
        for part in self._shown:
            part.setVisible(on_map or not narrow)
        self.turn.setText(_PAGES[on_map][0])
        self.turn.setToolTip(_PAGES[on_map][1])

    def suit_scale(self) -> None:
        """Take on another size of words."""
        self.turn_to(self.on_map)

    def minimumSizeHint(self) -> QSize:
        """Return room for one of the two."""
        return QSize(_SETTINGS, _LOWEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether there is room for both."""
        super().resizeEvent(event)
        self.turn_to(self.on_map)

    def _lay_out(self) -> None:
        head, row, column = QHBoxLayout(self._head), QHBoxLayout(), QVBoxLayout(self)
        head.setContentsMargins(10, 2, 4, 0)
        head.addWidget(self.turn)
        head.addWidget(self.brief, 1)
        row.setSpacing(4)
        row.addWidget(self.settings)
        for place, part in enumerate(self._shown):
            row.addWidget(part, 1 if place == 0 else 0)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(row, 1)


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
