"""The looks of racers: 0 is the chosen way down, the ghosts are counted from 1.

Six colours, and another stroke for the second six; the numbers tell all of them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gdviz.ui import style as look

if TYPE_CHECKING:
    from PySide6.QtGui import QPen

    from gdviz.ui.style import Style

_GAPS = (6.0, 11.0)  # pixels between two dots
_DASHES = (5.0, 2.5)  # in widths of the line


def colour(place: int, style: Style) -> str:
    """Return the colour of a racer."""
    if not place:
        return style.path
    return style.racers[(place - 1) % len(style.racers)]


def of_words(text: str, style: Style) -> str:
    """Return the colour of a number, or of several that are written as one."""
    return colour(int(text), style) if text.isdigit() else style.text


def gap(place: int) -> float:
    """Return how far apart the dots of its path are, in pixels."""
    return _GAPS[second(place)]


def second(place: int) -> bool:
    """Tell whether it is one of those that have a colour for the second time."""
    return place > len(look.STYLES[look.DARK].racers)


def stroke(place: int, style: Style, width: float) -> QPen:
    """Return the pen of its curve."""
    made = look.pen(colour(place, style), width)
    if second(place):
        made.setStyle(Qt.PenStyle.CustomDashLine)
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern(list(_DASHES))
    return made
