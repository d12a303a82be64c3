"""Where the cells of a map and the names of its axes lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QFontMetrics

TOP, BOTTOM, RIGHT = 26, 46, 6  # points around the cells, as beside the colour bar
_STRIDES = (1, 2, 3, 4, 5, 8, 10, 20, 50, 100)


@dataclass(frozen=True)
class Frame:
    """The rectangle of the cells, and how many there are.

    Attributes
    ----------
    area : QRectF
    columns, rows : ints
    """

    area: QRectF
    columns: int
    rows: int

    @classmethod
    def within(
        cls, size: tuple[int, int], shape: tuple[int, int], margin: float
    ) -> Frame:
        """Return the frame of a picture with so much room at its left."""
        width, height = size[0] - margin - RIGHT, size[1] - TOP - BOTTOM
        return cls(QRectF(margin, TOP, max(width, 1), max(height, 1)), *shape)

    def rect(self, column: int, row: int) -> QRectF:
        """Return a cell, its edges on whole points; row 0 lies at the bottom."""
        left, right = (self._x(column + i) for i in (0, 1))
        low, top = (self._y(row + i) for i in (0, 1))
        return QRectF(left, top, right - left, low - top)

    def centre(self, column: float, row: float) -> tuple[float, float]:
        """Return where a place lies that may be between two cells."""
        area = self.area
        x = area.left() + (column + 0.5) / self.columns * area.width()
        return x, area.bottom() - (row + 0.5) / self.rows * area.height()

    def under(self, point: QPointF) -> tuple[int, int] | None:
        """Return the column and row at a point."""
        if not self.area.contains(point):
            return None
        across = (point.x() - self.area.left()) / self.area.width()
        up = (self.area.bottom() - point.y()) / self.area.height()
        column, row = int(across * self.columns), int(up * self.rows)
        return min(column, self.columns - 1), min(row, self.rows - 1)

    @property
    def cell(self) -> tuple[float, float]:
        """The width and height of a cell."""
        return self.area.width() / self.columns, self.area.height() / self.rows

    def _x(self, edge: int) -> float:
        return round(self.area.left() + edge / self.columns * self.area.width())

    def _y(self, edge: int) -> float:
        return round(self.area.bottom() - edge / self.rows * self.area.height())


def named(texts: Sequence[str], room: float, size: float) -> list[int]:
    """Return which of evenly spaced texts are written.

    Parameters
    ----------
    texts : sequence of texts
    room : float
        Between two of them, in points.
    size : float
        What the largest of them takes.
    """
    stride = next((s for s in _STRIDES if s * room >= size), _STRIDES[-1])
    return list(range(0, len(texts), stride))


def widest(texts: Sequence[str], metrics: QFontMetrics) -> float:
    """Return the width of the widest text."""
    return float(np.max([metrics.horizontalAdvance(text) for text in texts]))
