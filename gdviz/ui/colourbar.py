"""The scale of the surface's colours, with the losses they stand for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from gdviz.ui.style import Style

_TOP, _BOTTOM, _BAR = 26, 46, 12
_LEFT, _GAP, _FONT = 4, 5, 12
_LINE = 16  # points from one number to the next
_DIGITS = 17  # tell any two numbers apart
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
        return QSize(px(70), 100)

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
        """Return the numbers beside the bar, the lowest first, none of them twice.

        Where those that differ would need too many digits they are told as how much
        higher they are than the lowest.
        """
        advance = QFontMetricsF(look.font(_FONT)).horizontalAdvance
        room = self.width() - (_LEFT + px(_BAR) + _GAP)
        values = _about_zero(values)
        texts = distinct(values)
        if max(map(advance, texts)) > room:
            texts = risen(values, lambda text: advance(text) <= room)
        return [text if text not in texts[:at] else "" for at, text in enumerate(texts)]

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
        bar = QRectF(_LEFT, top, px(_BAR), self.height() - top - bottom)
        ramp = look.ramp(self.colours())[::-1, None]
        pixels = np.ascontiguousarray(ramp, dtype=np.uint32)
        image = QImage(pixels.data, 1, 256, 4, QImage.Format.Format_RGB32)
        painter.drawImage(bar, image)
        painter.setPen(QColor(s.edge))
        painter.drawRect(bar)
        painter.setFont(look.font(_FONT))
        painter.setPen(QColor(s.muted))
        painter.drawText(QPointF(2, top - px(10)), self.caption)
        places = spread(bar.height())
        texts = self.names(self.shades.value(np.array(places)).tolist())
        for place, text in zip(places, texts, strict=True):
            y = bar.bottom() - place * bar.height()
            painter.drawText(QPointF(bar.right() + _GAP, y + px(4)), text)


def spread(height: float) -> tuple[float, ...]:
    """Return where numbers stand beside a bar, as parts of it: none over another."""
    steps = (step for step in (1, 2, 4) if step * height / 4 >= px(_LINE))
    return _PLACES[:: next(steps, 4)]


def distinct(values: list[float]) -> list[str]:
    """Return the values in as few digits as tell them apart."""
    different = len(set(values))
    for digits in range(2, _DIGITS + 1):
        texts = [_short(value, digits) for value in values]
        if len(set(texts)) == different:
            break
    return texts


def risen(values: list[float], fits: Callable[[str], bool]) -> list[str]:
    """Return the lowest value, and of the others how much higher they are.

    Parameters
    ----------
    values : list of float
        The lowest first.
    fits : function of text
        Tells whether there is room: the lowest is told in as many digits as fit.
    """
    lowest, *others = values
    forms = (_short(lowest, digits) for digits in range(6, 1, -1))
    text = next(filter(fits, forms), _short(lowest, 1))
    rises = [value - lowest for value in others]
    few, more = (
        [f"+{rise}" for rise in told] for told in (_round(rises), distinct(rises))
    )
    alike = len(set(few)) < len(set(rises))
    told = more if alike and all(map(fits, more)) else few
    return [text, *(t if rise else text for t, rise in zip(told, rises, strict=True))]


def _about_zero(values: list[float]) -> list[float]:
    """Return values on both sides of 0 without digits that their span does not tell."""
    span = max(values) - min(values)
    if not min(values) < 0 < max(values) or not math.isfinite(span):
        return values
    places = 2 - math.floor(math.log10(span))
    return [round(value, places) + 0.0 for value in values]


def _round(values: list[float]) -> list[str]:
    return [_short(value, 1) for value in values]


def _short(value: float, digits: int) -> str:
    if value and not 1e-99 < abs(value) < 1e99:
        digits = max(digits - 1, 1)  # the exponent has three digits
    large = abs(value) >= 1e4
    text = f"{value:.{digits - 1}e}" if large else f"{value:.{digits}g}"
    if not large and "e+" in text:
        text = f"{value:.0f}"
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
