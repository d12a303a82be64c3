"""Figures: the number of each bar, written where the bar ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF

from gdviz.ui.marks.columns import MEAN
from gdviz.ui.marks.writing import Word, extent, to_pixels, told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.marks.columns import Columns

    Array = NDArray[np.float64]

_MOST = 12
_LARGE, _SMALL, _ROOMY = 14, 12, 80.0  # sizes, and pixels of a group for the large one


def figures(
    box: Any, shown: Columns, mean: Array, scale: Array, colour: str
) -> list[Word]:
    """Return the means as words over their bars, or under those that go down.

    There are none if not all of them find room.

    Parameters
    ----------
    mean, scale : ndarrays of shape (g,)
        Each mean, and the size of the numbers that it was made of.
    """
    group = box.width() / len(mean)
    size = _LARGE if group > _ROOMY else _SMALL
    pairs = zip(mean.tolist(), scale.tolist(), strict=True)
    texts = [told(value, of) for value, of in pairs]
    widest = max(extent(text, size).width() for text in texts)
    if widest > group or len(texts) > _MOST:
        return []
    ends = to_pixels(box, np.column_stack([shown.mean, mean])).tolist()
    half = (group if shown.handed else MEAN * group) / 2
    frame = QRectF(box.rect())
    return [
        Word(text, colour, _place(text, size, end, half, frame, down), size)
        for text, end, down in zip(texts, ends, (mean < 0).tolist(), strict=True)
    ]


def _place(
    text: str, size: int, end: list[float], half: float, frame: QRectF, down: bool
) -> QRectF:
    """Return where a number stands at the end of a bar, not over the one before."""
    room, (x, y) = extent(text, size), end
    left = max(x - room.width() / 2, x - half - 3.0)
    top = y + 3.0 if down else y - room.height() - 7.0
    left = min(max(left, 0.0), frame.width() - room.width())
    top = min(max(top, 0.0), frame.height() - room.height())
    return QRectF(left, top, room.width(), room.height())
