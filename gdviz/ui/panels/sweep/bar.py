"""The scale of a map's colours, with the numbers they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from gdviz.ui import style as look
from gdviz.ui.colourbar import ColourBar
from gdviz.ui.panels.sweep.grid import MEASURES
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from gdviz.ui.panels.sweep.scales import Scale


class OutcomeBar(ColourBar):
    """A vertical bar from what is best at the bottom to what is worst."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Colours of the map")
        self._over = False
        self.setToolTip("What the colours of the cells stand for; low is better.")

    def sizeHint(self) -> QSize:
        """Return room for five numbers, the last with a sign."""
        return QSize(px(70), 100)

    def show_scale(self, scale: Scale | None, measure: str, highest: float) -> None:
        """Show another scale; none where nothing is known.

        Parameters
        ----------
        highest : float
            The largest value there is.
        """
        self._over = scale is not None and highest > 1.001 * abs(scale.high)
        self.shades, self.caption = scale, MEASURES[measure].caption
        self.setToolTip(f"{MEASURES[measure].tip} Low is better.")
        self.update()

    def names(self, values: list[float]) -> list[str]:
        """Return the numbers; the last one may be the least of many."""
        *texts, last = super().names(values)
        return [*texts, f"≥{last}" if self._over and last else last]

    def colours(self) -> tuple[str, ...]:
        """Return the colours from the bottom to the top."""
        return look.OUTCOMES
