"""The settings that all paths share, in as many lines as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

_TALL = 10_000  # points: as high as a text may become


class Alike(QLabel):
    """A text that leaves out its last entries where room is short; its tip has all.

    Attributes
    ----------
    entries : tuple of texts
    """

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[str, ...] = ()
        self.setObjectName("muted")
        self.setAccessibleName("The same for all paths")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: Sequence[str]) -> None:
        """Tell of other settings."""
        self.entries = tuple(entries)
        self.setToolTip("\n".join(self.entries))

    def fit(self, width: int, height: int) -> None:
        """Show as many entries as this room holds, and one line at least."""
        count = len(self.entries)
        height = max(height, self._height("", width))
        while count > 1 and self._height(self._text(count), width) > height:
            count -= 1
        text = self._text(count)
        if text != self.text():
            self.setText(text)
        self.setFixedHeight(min(self._height(text, width), height))

    def _text(self, count: int) -> str:
        left = "" if count == len(self.entries) else " · …"
        return " · ".join(self.entries[:count]) + left

    def _height(self, text: str, width: int) -> int:
        """Return how high a text is when it is broken at this width."""
        room, wrap = QRect(0, 0, width, _TALL), Qt.TextFlag.TextWordWrap
        return self.fontMetrics().boundingRect(room, wrap, text or "X").height()
