"""Copying: the plot in use as a picture, the arithmetic as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gdviz.core.refused import Refused
from gdviz.ui.export.stills import check_pixels
from gdviz.ui.export.subjects import LABELS
from gdviz.ui.export.views import focused, sheet_of

if TYPE_CHECKING:
    from gdviz.ui.window import Window

_SCALE = 2.0
_TABLE = "arithmetic"


def copy(window: Window) -> None:
    """Put the plot with the focus on the clipboard, or else the window."""
    view = focused(window)
    if view == _TABLE:
        rows = window.tables[_TABLE].copy()  # type: ignore[union-attr]
        window.footer.say(f"Copied: {rows:,} row{'s' * (rows > 1)} of numbers as text.")
        return
    sheet = sheet_of(window, view)
    try:
        check_pixels(sheet.size.toTuple(), _SCALE)
    except Refused as refusal:
        window.refuse(str(refusal))
        return
    QGuiApplication.clipboard().setImage(sheet.image(_SCALE))
    width, height = (round(side * _SCALE) for side in sheet.size.toTuple())
    name = LABELS[view].lower()
    window.footer.say(f"Copied: {name} as a picture, {width:,} × {height:,} pixels.")
