"""Words in a corner of a plot, painted again only when they change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtGui import QColor

from gdviz.ui import style as look
from gdviz.ui.marks.kept import keep

if TYPE_CHECKING:
    from gdviz.ui.style import Style

TOP, BOTTOM = 0, 1
READABLE = 1 / 4  # seconds that words stand at least, while playing fast
_MARGIN = 12  # pixels
_BREAK = "<br>"
_ASIDE = {TOP: (-6, 2), BOTTOM: (-8, -4)}  # pixels


class Corner(pg.LabelItem):
    """Words at the right edge of a plot.

    Parameters
    ----------
    box : ViewBox
    edge : int
        `TOP` or `BOTTOM`.
    """

    def __init__(self, box: Any, edge: int = TOP) -> None:
        super().__init__(justify="right")
        self._place, self._when = (1, edge), 0.0
        self._said: tuple[object, ...] = ()
        self._aside = _ASIDE[edge]
        self.setParentItem(box)
        self._stand()
        keep(self.item)

    def say(self, text: str, style: Style, soon: bool = True) -> None:
        """Write these words on a shade of the plot's ground.

        Parameters
        ----------
        soon : bool
            Whether at once; else only if the last words could be read.
        """
        size, now = look.pixels(12), time.perf_counter()
        room = self.parentItem().size()
        said = (text, style.text, size, room.width(), room.height())
        if said == self._said or not (soon or now - self._when > READABLE):
            return
        self._said, self._when = said, now
        self.setToolTip(text)
        lines = text.split(_BREAK)
        self._write(lines, style, size, room.width())
        most = 0.5 * room.height()
        while len(lines) > 1 and self.item.boundingRect().height() > most:
            del lines[0]
            self._write(lines, style, size, room.width())
        self.adjustSize()  # a shorter text takes less room
        self._stand()

    def _write(self, lines: list[str], style: Style, size: str, room: float) -> None:
        ground = QColor(style.plot)
        shade = f"rgba({ground.red()},{ground.green()},{ground.blue()},0.72)"
        text = _BREAK.join(lines)
        words = f"<span style='background-color: {shade}'>{text}</span>"
        self.item.setTextWidth(-1)
        self.setText(words if text else "", color=style.text, size=size)
        if self.item.boundingRect().width() > room - _MARGIN > 0:
            self.item.setTextWidth(room - _MARGIN)
            self.updateMin()

    def _stand(self) -> None:
        self.anchor(itemPos=self._place, parentPos=self._place, offset=self._aside)
