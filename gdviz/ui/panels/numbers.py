"""A line of names and numbers: as many as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gdviz.ui import style as look

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gdviz.ui.style import Style

_NUMBER = '<span style="color:{}">{}</span>&nbsp;<b>{}</b>'


class Numbers(QLabel):
    """The first entries are kept longest; every change of width fills it again."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        self._entries: dict[str, str] = {}
        self._muted = look.STYLES[look.DARK].muted

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self._muted = style.muted
        self._fill()

    def show_entries(self, entries: dict[str, str]) -> None:
        """Show these numbers by name, the most important first."""
        self._entries = entries
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new width."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        room, shown = self.width(), []
        for name, value in self._entries.items():
            room -= self.fontMetrics().horizontalAdvance(f"{name} {value}      ")
            if room < 0:
                break
            shown.append(_NUMBER.format(self._muted, name, value))
        self.setText(("&nbsp;" * 4).join(shown))
