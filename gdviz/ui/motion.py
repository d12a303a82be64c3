"""Motion: whether things may glide on the screen, or are to jump where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QStyle

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

SYSTEM, REDUCED, FULL = "system", "reduced", "full"
WISHES = (SYSTEM, REDUCED, FULL)
TIP = (
    "Nothing glides: what moves is there at once. At first it is as the desktop "
    "asks for."
)


class _Motion:
    """What was chosen for the whole application."""

    wish = SYSTEM


def wish() -> str:
    """Return what was chosen, one of `WISHES`."""
    return _Motion.wish


def choose(chosen: str) -> None:
    """Choose whether things may glide; `SYSTEM` leaves it to the desktop."""
    _Motion.wish = chosen


def reduced() -> bool:
    """Tell whether things are to jump where they go."""
    return _Motion.wish == REDUCED or (_Motion.wish == SYSTEM and _still())


def action(parent: QObject) -> QAction:
    """Return the entry of a menu that chooses it."""
    entry = QAction("Reduced motion", parent, checkable=True)
    entry.setToolTip(TIP)
    entry.setChecked(reduced())
    entry.triggered.connect(lambda on: choose(REDUCED if on else FULL))
    return entry


def prefer(chosen: str, entry: QAction) -> None:
    """Choose it, and show that in a menu."""
    choose(chosen)
    entry.setChecked(reduced())


def _still() -> bool:
    """Tell whether the desktop asks for no animation."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) <= 0
