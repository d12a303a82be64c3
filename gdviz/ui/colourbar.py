"""The scale of the surface's colours, with the losses they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from gdviz.ui.style import Style

_TOP, _BOTTOM, _BAR = 26, 46, 12
_PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)


class Values(Protocol):
    """What the colours stand for."""

    def value(self, shade: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the losses of shades between 0 and 1."""


class ColourBar(QWidget):
    """A vertical bar from low loss at the bottom to high at the top."""

    caption = "loss"

    def __init__(self) -> None:
        super().__init__()
        self.style_ = look.STYLES[look.DARK]
        self.shades: Values | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setToolTip("Loss of all examples; each contour line is one even shade.")
        self.setAccessibleName("Colours of the loss")

    def sizeHint(self) -> QSize:
        """Return room for the bar and five numbers."""
        return QSize(px(62), 100)

    def show_shades(self, shades: Values) -> None:
        """Show what the colours stand for."""
        if shades != self.shades:
            self.shades = shades
            self.update()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.updateGeometry()
        self.update()

    def names(self, values: list[float]) -> list[str]:
        """Return the numbers beside the bar, the lowest first."""
        return distinct(values)

    def colours(self) -> tuple[str, ...]:
        """Return the colours from the bottom to the top."""
        return self.style_.surface

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar and its numbers."""
        if self.shades is None:
            return
        painter, s = QPainter(self), self.style_
        top, bottom = px(_TOP), px(_BOTTOM)
        bar = QRectF(4, top, px(_BAR), self.height() - top - bottom)
        ramp = look.ramp(self.colours())[::-1, None]
        pixels = np.ascontiguousarray(ramp, dtype=np.uint32)
        image = QImage(pixels.data, 1, 256, 4, QImage.Format.Format_RGB32)
        painter.drawImage(bar, image)
        painter.setPen(QColor(s.edge))
        painter.drawRect(bar)
        painter.setFont(look.font(12))
        painter.setPen(QColor(s.muted))
        painter.drawText(QPointF(2, top - px(10)), self.caption)
        texts = self.names(self.shades.value(np.array(_PLACES)).tolist())
        for place, text in zip(_PLACES, texts, strict=True):
            y = bar.bottom() - place * bar.height()
            painter.drawText(QPointF(bar.right() + 5, y + px(4)), text)


def distinct(values: list[float]) -> list[str]:
    """Return the values in as few digits as tell them apart."""
    for digits in range(2, 7):
        texts = [_short(value, digits) for value in values]
        if len(set(texts)) == len(texts):
            break
    return texts


def _short(value: float, digits: int) -> str:
    places = 1 if abs(value) < 1e99 else 0  # the exponent has three digits
    text = f"{value:.{digits}g}" if abs(value) < 1e4 else f"{value:.{places}e}"
    if abs(value) < 1e4 and "e+" in text:
        text = f"{value:.0f}"
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
