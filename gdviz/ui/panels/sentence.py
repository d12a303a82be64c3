"""A line of sentences: as many whole ones as there is room for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_ENDS = re.compile(r"(?<=\.) +(?=\S)")
_MORE = " …"
_SMALLEST = 0.6  # of the usual size, where one sentence is too long


class Sentences(QLabel):
    """The first ones are kept longest; the tool tip holds them all."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sentence")
        self.setTextFormat(Qt.TextFormat.RichText)
        self._words = ""

    def show_words(self, words: str) -> None:
        """Show these sentences, the most important first."""
        if words != self._words:
            self._words = words
            self.setToolTip(words)
            self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new width."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        parts, shown = _ENDS.split(self._words), self._words
        while len(parts) > 1 and self._wide(shown) > self.width():
            parts.pop()
            shown = " ".join(parts) + _MORE
        share = max(self.width() / max(self._wide(shown), 1.0), _SMALLEST)
        if share < 1.0:
            size = int(share * self.fontInfo().pixelSize())
            shown = f"<span style='font-size: {size}px'>{shown}</span>"
        if shown != self.text():
            self.setText(shown)

    def _wide(self, words: str) -> float:
        self.ensurePolished()
        drawn = QTextDocument()
        drawn.setDefaultFont(self.font())
        drawn.setDocumentMargin(0)
        drawn.setHtml(words)
        return drawn.idealWidth()
