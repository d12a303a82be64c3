"""Tables of ways down: a line for each, marked by how it is drawn in the plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableWidget

from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from PySide6.QtGui import QPen

ROW = 24  # points
_HIGH, _END = 14, 2  # points: a mark, and what is left free at its ends


class Rows(QTableWidget):
    """A table to be read line by line, without a grid.

    Parameters
    ----------
    name : text
    mark : int
        The width of the marks in points.
    widest, pad : int
        The greatest width of a column, and what it has beside its text, in points.
    """

    def __init__(self, name: str, mark: int, widest: int, pad: int) -> None:
        super().__init__()
        self._widest, self._pad = widest, pad
        self.setAccessibleName(name)
        self.setAccessibleDescription("The arrows choose a row, Enter opens it.")
        self.ring = Ring(self)
        self.setIconSize(QSize(mark, _HIGH))
        self._quiet()

    def drawn(self, pen: QPen | None) -> QIcon:
        """Return a mark: a line as it is in the plots, or none."""
        ratio, size = self.devicePixelRatioF(), self.iconSize()
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if pen is not None:
            painter.setPen(pen)
            painter.drawLine(_END, _HIGH // 2, size.width() - _END, _HIGH // 2)
        painter.end()
        icon = QIcon(picture)
        icon.addPixmap(picture, QIcon.Mode.Selected)  # else its colours are changed
        return icon

    def widen(self) -> None:
        """Let columns grow to what they show; shrinking ones would flicker."""
        for column in range(self.columnCount()):
            wanted = max(self.sizeHintForColumn(column), self.head(column))
            wanted = min(wanted + self._pad, self._widest)
            if wanted > self.columnWidth(column):
                self.setColumnWidth(column, wanted)

    def head(self, column: int) -> int:
        """Return the width that a heading needs."""
        return self.horizontalHeader().sectionSizeHint(column)

    def _quiet(self) -> None:
        self.setObjectName("paths")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        bar, align = self.horizontalHeader(), Qt.AlignmentFlag
        bar.setHighlightSections(False)
        bar.setMinimumSectionSize(20)
        bar.setDefaultAlignment(align.AlignLeft | align.AlignVCenter)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
