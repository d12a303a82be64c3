"""Painting the names and values of the axes beside the cells of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics

from gdviz.ui import style as look
from gdviz.ui.panels.sweep.frame import TOP, named, widest
from gdviz.ui.panels.sweep.words import axis_name, axis_texts
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gdviz.session.sweep import Sweep
    from gdviz.ui.panels.sweep.frame import Frame
    from gdviz.ui.style import Style

_LINE, _PAD = 15, 12  # points: a line of names, and what keeps them apart
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def margin(sweep: Sweep) -> float:
    """Return the room at the left of the cells that the names need."""
    metrics = QFontMetrics(look.font(12))
    if len(sweep.axes) < 2:
        first = axis_texts(sweep.axes[0])[0]
        return metrics.horizontalAdvance(first) / 2 + _PAD
    return widest(axis_texts(sweep.axes[1]), metrics) + _PAD


def paint_axes(painter: QPainter, frame: Frame, sweep: Sweep, style: Style) -> None:
    """Name the axes, and as many of their values as there is room for."""
    axes, area = sweep.axes, frame.area
    painter.setFont(look.font(12))
    painter.setPen(QColor(style.muted))
    _name_columns(painter, frame, axis_texts(axes[0]))
    title = QRectF(area.left(), area.bottom() + px(24), area.width(), px(_LINE) + 3)
    painter.drawText(title, _MIDDLE, f"{axis_name(axes[0], sweep.scene)} →")
    if len(axes) > 1:
        _name_rows(painter, frame, axis_texts(axes[1]))
        title = QRectF(4, 2, area.right(), TOP - 8)
        painter.drawText(title, _LEFT, f"{axis_name(axes[1], sweep.scene)} ↑")


def _name_columns(painter: QPainter, frame: Frame, texts: list[str]) -> None:
    room = widest(texts, painter.fontMetrics()) + _PAD
    for column in named(texts, frame.cell[0], room):
        x, _ = frame.centre(column, 0)
        box = QRectF(x - room, frame.area.bottom() + 3, 2 * room, px(_LINE))
        painter.drawText(box, _MIDDLE, texts[column])


def _name_rows(painter: QPainter, frame: Frame, texts: list[str]) -> None:
    for row in named(texts, frame.cell[1], px(_LINE)):
        _, y = frame.centre(0, row)
        box = QRectF(0, y - px(_LINE), frame.area.left() - 6, 2 * px(_LINE))
        painter.drawText(box, _RIGHT, texts[row])
