"""Names beside the ends of lines, each as near to its own as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gdviz.ui.faults import careful
from gdviz.ui.marks.kept import Kept
from gdviz.ui.marks.writing import Word, Words, extent, to_pixels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyqtgraph as pg
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_SIZE = 12  # pixels
_ROWS = 4  # above or below an end; a name further off would seem another's


class EndNames(Words):
    """The names of paths beside their ends, none over another; the newest come first.

    Where too many end at one place some have no room: they are listed elsewhere.
    """

    def __init__(self, box: Any, labels: tuple[pg.LabelItem, ...] = ()) -> None:
        super().__init__(box)
        self._labels = labels
        self._ends: tuple[tuple[Array, str, str], ...] = ()
        self._version, self._kept = 0, Kept()

    def set_ends(self, ends: Sequence[tuple[Array, str, str]]) -> None:
        """Write names: each where it ends, of shape (1, 2), the words, the colour."""
        self._ends, self._version = tuple(ends), self._version + 1
        self.setVisible(bool(self._ends))
        self.refresh()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the names, placed anew where the view is another one."""
        if not self._ends:
            return
        corners = [label.mapRectToParent(label.itemRect()) for label in self._labels]
        ends = np.concatenate([end for end, _, _ in self._ends])
        places = to_pixels(self._box, ends).tolist()
        key = (self._version, places, [corner.getRect() for corner in corners])

        def write(brush: QPainter) -> None:
            self.words = tuple(self._placed(places, corners))
            super(EndNames, self).paint(brush)

        self._kept.show(painter, self.boundingRect(), write, key)

    def _placed(self, places: list[list[float]], taken: list[QRectF]) -> Iterator[Word]:
        frame, taken = self.boundingRect(), list(taken)
        pairs = list(zip(places, self._ends, strict=True))
        for (x, y), (_, name, shade) in reversed(pairs):
            if not frame.contains(QPointF(x, y)):
                continue
            size = extent(name, _SIZE)
            for place in _around(x, y, size.width(), size.height()):
                inside = frame.contains(place)
                if inside and not any(place.intersects(other) for other in taken):
                    taken.append(place)
                    yield Word(name, shade, place, _SIZE)
                    break


def _around(x: float, y: float, width: float, height: float) -> Iterator[QRectF]:
    """Yield places beside a point, the nearest first."""
    for row in range(_ROWS):
        for up in (-1, 1):
            top = y + up * row * height - height / 2
            for left in (x + 6, x - width - 6):  # a curve comes from the left
                yield QRectF(left, top, width, height)
