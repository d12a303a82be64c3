"""The bar above a panel: its name, and buttons to take it out and to close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gdviz.ui import style as look
from gdviz.ui.scaling import px
from gdviz.ui.title import Title

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget

_ICON = 14  # points
_SHEET = "QToolButton { background: transparent; min-height: 0; padding: 2px; }"


class DockBar(QWidget):
    """The name of a dock and its buttons, as large as all words are.

    The bar that Qt draws keeps its size.
    """

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        name = dock.windowTitle()
        self.title = Title(name)
        self.float = _button(f"Take {name} out of the window, or put it back")
        self.shut = _button(f"Close {name}: the View menu brings it back")
        self.setToolTip("Drag it to move the panel.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        row.addWidget(self.title, 1)
        row.addWidget(self.float)
        row.addWidget(self.shut)
        self.float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self.shut.clicked.connect(dock.close)
        self._suit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of words and the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._suit()

    def _suit(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.WindowText).name()
        for button, icon in ((self.float, "float"), (self.shut, "close")):
            button.setIcon(look.icon(icon, colour))
            button.setIconSize(QSize(px(_ICON), px(_ICON)))


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setStyleSheet(_SHEET)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
