"""Words on a plot: written in pixels, kept apart, legible on anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF

from gdviz.session.writing import number
from gdviz.ui import style as look
from gdviz.ui.faults import careful

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    Array = NDArray[np.float64]

_ROUNDING = 1e-12
_SIDE = 3.0  # pixels
_AROUND = tuple(
    QPointF(x, y) for x in (-2.0, 0.0, 2.0) for y in (-2.0, 0.0, 2.0) if x or y
)  # strokes around letters would be slow
_VEIL = 205  # of 255: what lies under words shines through a little


@dataclass(frozen=True)
class Word:
    """A few words and where they stand, in pixels of the plot."""

    text: str
    colour: str
    place: QRectF
    size: int = 14


class Overlay(pg.GraphicsObject):
    """Base of what is painted in pixels over a plot, whatever its range."""

    def __init__(self, box: Any) -> None:
        super().__init__()
        self._box = box  # asking Qt for it again and again loses references
        self.setParentItem(box)
        self.setZValue(60)
        self.ground = "#000000"

    def boundingRect(self) -> QRectF:
        """Return the whole plot."""
        return QRectF(self._box.rect())

    def refresh(self) -> None:
        """Paint again, in a plot of maybe another size."""
        self.prepareGeometryChange()
        self.update()

    def veil(self) -> QColor:
        """Return the colour of the ground, not quite opaque."""
        shade = QColor(self.ground)
        shade.setAlpha(_VEIL)
        return shade


class Words(Overlay):
    """Words, each with an edge in the colour of the ground."""

    def __init__(self, box: Any) -> None:
        super().__init__(box)
        self.words: tuple[Word, ...] = ()

    def set_words(self, words: Sequence[Word]) -> None:
        """Write these."""
        self.words = tuple(words)
        self.refresh()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the words."""
        write(painter, self.words, self.ground)


def write(painter: QPainter, words: Sequence[Word], ground: str) -> None:
    """Paint words, all edges first, so that none covers a word."""
    for edges in (_AROUND, (QPointF(),)):
        for word in words:
            painter.setFont(look.font(word.size, look.BOLD))
            shade = look.legible(word.colour, ground)
            painter.setPen(QColor(ground if len(edges) > 1 else shade))
            start = _start(word)
            for edge in edges:
                painter.drawText(start + edge, word.text)


class Sentence(Overlay):
    """One calm sentence in the middle of an empty plot."""

    def __init__(self, box: Any, text: str) -> None:
        super().__init__(box)
        self.text, self.colour = text, "#808080"

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint it over as many lines as it needs."""
        room = self.boundingRect().adjusted(24, 12, -24, -12)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(look.font(14))
        painter.setPen(QColor(self.colour))
        painter.drawText(room, int(flags), self.text)


def _start(word: Word) -> QPointF:
    """Return where the first letter of a word stands on its line."""
    metrics = QFontMetricsF(look.font(word.size, look.BOLD))
    middle = word.place.center().y() + (metrics.ascent() - metrics.descent()) / 2
    return QPointF(word.place.left() + _SIDE, middle)


def extent(text: str, size: int = 14) -> QSizeF:
    """Return the room that words take, in pixels."""
    metrics = QFontMetricsF(look.font(size, look.BOLD))
    return QSizeF(metrics.horizontalAdvance(text) + 2 * _SIDE, metrics.height())


def to_pixels(box: Any, points: Array) -> Array:
    """Return where points (m, 2) in a plot's units lie in pixels, y downwards."""
    (left, right), (bottom, top) = box.viewRange()
    size = np.array([box.rect().width(), box.rect().height()])
    share = (points - [left, top]) / [right - left, bottom - top]
    return np.asarray(share * size)


def told(value: float, scale: float, plus: str = "") -> str:
    """Return a number in three digits, or that rounding is all it is.

    Parameters
    ----------
    scale : float
        Size of the numbers that it was summed from.
    plus : text
        Written before a number above 0.
    """
    if not np.isfinite(value):
        return number(value)
    if 0 < abs(value) <= _ROUNDING * scale:
        return "≈ 0"
    text = number(float(f"{abs(value):.3g}"))
    return ("−" if value < 0 else plus if value > 0 else "") + text


def apart(centres: Array, height: float, low: float, high: float) -> Array:
    """Return rising centres at least `height` apart, as near to these as can be.

    Parameters
    ----------
    centres : ndarray of shape (m,)
        In the order that they are to have; those that fall come to one place first.
    low, high : floats
        Nothing reaches beyond; where there is no room for all, low gives way.
    """
    steps = height * np.arange(len(centres))
    free = _rising((centres - steps).tolist())
    last = high - height / 2 - (steps[-1] if len(steps) else 0.0)
    return np.minimum(np.maximum(free, low + height / 2), last) + steps


def _rising(values: list[float]) -> Array:
    """Return the nearest numbers that never fall: neighbours are pooled."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean = (before * many + mean * count) / (many + count)
            count += many
        pools.append((mean, count))
    return np.array([mean for mean, count in pools for _ in range(count)])
