"""Words in a corner of a plot, painted again only when they change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtGui import QColor

from gdviz.ui.marks.kept import keep

if TYPE_CHECKING:
    from gdviz.ui.style import Style

TOP, BOTTOM = 0, 1
_READABLE = 1 / 8  # seconds
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
        self._place, self._said, self._when = (1, edge), ("", ""), 0.0
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
        said, now = (text, style.text), time.perf_counter()
        if said == self._said or not (soon or now - self._when > _READABLE):
            return
        self._said, self._when = said, now
        ground = QColor(style.plot)
        shade = f"rgba({ground.red()},{ground.green()},{ground.blue()},0.72)"
        lines = f"<span style='background-color: {shade}'>{text}</span>"
        self.setText(lines if text else "", color=style.text, size="12px")
        self.adjustSize()  # a shorter text takes less room
        self._stand()

    def _stand(self) -> None:
        self.anchor(itemPos=self._place, parentPos=self._place, offset=self._aside)
