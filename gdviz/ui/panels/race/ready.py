"""The menu of ready-made races."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from gdviz.session.readymade import READYMADE

if TYPE_CHECKING:
    from collections.abc import Callable


class ReadyMenu(QToolButton):
    """A button with a menu of ready-made races."""

    def __init__(self, race: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("small")
        self.setText("Race ▾")
        self.setToolTip("Ready-made races: who runs beside the chosen way down.")
        self.setAccessibleName("Ready-made races")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        fill_races(menu, race)
        self.setMenu(menu)


def fill_races(menu: QMenu, race: Callable[[str], None]) -> None:
    """Offer all ready-made races in a menu."""
    menu.setToolTipsVisible(True)
    for name, ready in READYMADE.items():
        entry = menu.addAction(ready.title)
        entry.setToolTip(ready.tip)
        entry.triggered.connect(lambda _=False, name=name: race(name))
