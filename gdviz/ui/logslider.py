"""A slider over a logarithmic scale with named marks, and ticks at limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QSlider

from gdviz.session.writing import number
from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from gdviz.session.forecast import RateLimit

_STILL = 1.5  # points a tick may be off its place: it does not tremble
_POSITIONS = 1000
_HANDLE = 9.0  # points


class LogSlider(QSlider):
    """A slider over a logarithmic range, painted with its marks.

    Attributes
    ----------
    value_ : float
        The value shown; it may lie beyond the ends, where the handle then stays.
    """

    slid = Signal(object)

    def __init__(self, low: float, high: float, whole: bool) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, _POSITIONS)
        self.low, self.high, self.whole = low, high, whole
        self.value_: float = low
        self.marks: dict[float, str] = {}
        self._about = ""
        self.limits: tuple[RateLimit, ...] = ()
        self.style_ = look.STYLES[look.DARK]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def _radius(self) -> float:
        return float(px(_HANDLE))

    def set_style(self, style: look.Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for groove and marks."""
        return QSize(px(200), px(42))

    def setAccessibleDescription(self, text: str) -> None:  # noqa: N802
        """Explain it; the value comes first, the position says little."""
        self._about = text
        self._tell()

    def _tell(self) -> None:
        told = f"{number(self.value_)}. {self._about}"
        super().setAccessibleDescription(told.strip())

    def set_ends(self, low: float, high: float) -> None:
        """Change the range."""
        self.low, self.high = low, max(high, low)
        self.set_number(self.value_)

    def set_number(self, value: float) -> None:
        """Show a value."""
        self.value_ = value
        self._tell()
        self.setSliderPosition(round(_POSITIONS * self._share(value)))
        self.update()

    def set_limits(self, limits: tuple[RateLimit, ...], settled: bool = False) -> None:
        """Show ticks at limits; until they are settled small moves are left out."""
        limits = tuple(limit for limit in limits if self.low <= limit.rate <= self.high)
        names = [[limit.letters for limit in some] for some in (limits, self.limits)]
        moves = [
            abs(self._x(new.rate) - self._x(old.rate))
            for new, old in zip(limits, self.limits, strict=False)
        ]
        least = 0.0 if settled else _STILL
        if names[0] != names[1] or max(moves, default=0.0) > least:
            self.limits = limits
            self.update()

    def next(self, way: int) -> float:
        """Return the next value up (1) or down (-1) for the arrow keys."""
        if self.whole:
            return self._inside(self.value_ + way * max(1, int(self.value_ * 0.1)))
        return self._inside(self.value_ * 1.1**way)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a small step with the arrows, to the ends with Home and End."""
        key = Qt.Key(event.key())
        ends = {Qt.Key.Key_Home: self.low, Qt.Key.Key_End: self.high}
        up, down = (Qt.Key.Key_Right, Qt.Key.Key_Up), (Qt.Key.Key_Left, Qt.Key.Key_Down)
        if key in ends:
            self._slide(ends[key])
        elif key in up + down:
            self._slide(self.next(1 if key in up else -1))
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls around it."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        self.setSliderDown(True)
        self._slide(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            self._slide(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)
        event.accept()

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groove, handle and marks."""
        painter, s = QPainter(self), self.style_
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, handle = self._radius + 2, self._x(self.value_)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(s.edge))
        painter.drawRoundedRect(QRectF(0, y - 3, self.width(), 6), 3, 3)
        painter.setBrush(QColor(s.example))
        painter.drawRoundedRect(QRectF(0, y - 3, handle, 6), 3, 3)
        if self.hasFocus():
            painter.setBrush(QColor(s.text))
            painter.drawEllipse(QPointF(handle, y), self._radius + 2, self._radius + 2)
            painter.setBrush(QColor(s.example))
        painter.drawEllipse(QPointF(handle, y), self._radius, self._radius)
        painter.setFont(look.font(11))
        taken = self._paint_limits(painter, y)
        self._paint_marks(painter, taken)

    def _paint_limits(self, painter: QPainter, y: float) -> list[tuple[float, float]]:
        """Paint a tick and its name for each limit; return the room of the names."""
        taken: list[tuple[float, float]] = []
        end = float(self.width())
        for limit in sorted(self.limits, key=lambda limit: -limit.rate):
            x, metrics = self._x(limit.rate), painter.fontMetrics()
            width = metrics.horizontalAdvance(limit.letters)
            left = max(0.0, min(x - width / 2, end - width))
            colour = self.style_.mean if limit.noisy else self.style_.full
            painter.setPen(look.pen(self.style_.panel, 5.0))
            painter.drawLine(QPointF(x, y - px(8)), QPointF(x, y + px(9)))
            painter.setPen(look.pen(colour, 2.5))
            painter.drawLine(QPointF(x, y - px(8)), QPointF(x, y + px(9)))
            painter.setPen(QColor(look.legible(colour, self.style_.panel)))
            painter.drawText(QPointF(left, self.height() - 6.0), limit.letters)
            taken.append((left - 8, left + width + 8))
            end = left - 10
        return taken

    def _paint_marks(self, painter: QPainter, taken: list[tuple[float, float]]) -> None:
        """Paint the marks that have room beside each other and what is there."""
        painter.setPen(QColor(self.style_.muted))
        free, last = -1.0, max(self.marks, default=0.0)
        end = self.width() - painter.fontMetrics().horizontalAdvance(
            self.marks.get(last, "")
        )
        for value, text in self.marks.items():
            width = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(self._x(value) - width / 2, 0.0), self.width() - width)
            if any(left < high and low < left + width for low, high in taken):
                continue
            if value == last or (left > free and left + width + 6 < end):
                painter.drawText(QPointF(left, self.height() - 6.0), text)
                free = left + width + 6

    def _share(self, value: float) -> float:
        if self.high <= self.low:
            return 1.0
        inside = min(max(value, self.low), self.high)
        return float(np.log(inside / self.low) / np.log(self.high / self.low))

    def _x(self, value: float) -> float:
        return self._radius + self._share(value) * (self.width() - 2 * self._radius)

    def _at(self, x: float) -> float:
        room = self.width() - 2 * self._radius
        share = min(max((x - self._radius) / room, 0.0), 1.0)
        value = self.low * (self.high / self.low) ** share
        return self._inside(value if self.whole else float(f"{value:.2g}"))

    def _inside(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return round(inside) if self.whole else inside

    def _slide(self, value: float) -> None:
        if value != self.value_:
            self.set_number(value)
            self.repaint()  # at the hand, whatever else is to be drawn
            self.slid.emit(value)
