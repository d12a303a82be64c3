"""Painting the cells of a map and the marks on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPolygonF

from gdviz.ui import style as look

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from gdviz.session.sweep import Outcome
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

DIVERGED, FAULT, MISSED, UNKNOWN, VALUE = "diverged", "fault", "missed", "unknown", ""
_GAP = 9  # points: smaller cells touch each other
_ROOM = 6  # points a sign may reach beyond its cell
_SIGN = {FAULT: "!", MISSED: "–"}


def kind_of(outcome: Outcome | None, value: float) -> str:
    """Return what a cell shows: a colour, or the sign of one of these ends."""
    if outcome is None:
        return UNKNOWN
    if outcome.fault:
        return FAULT
    if outcome.diverged is not None:
        return DIVERGED
    return VALUE if np.isfinite(value) else MISSED


def paint_value(painter: QPainter, cell: QRectF, shade: float) -> None:
    """Fill a cell with the colour of a shade."""
    colour = int(look.ramp(look.OUTCOMES)[int(shade * 255)])
    painter.fillRect(_inside(cell), QColor.fromRgb(colour))


def paint_sign(painter: QPainter, cell: QRectF, kind: str, style: Style) -> None:
    """Paint a cell that has no value, and why."""
    inside = _inside(cell)
    if kind == UNKNOWN:
        painter.fillRect(inside, QColor(style.plot))
        painter.setPen(look.pen(style.edge, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inside.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.fillRect(inside, QColor(style.field))
    if kind == DIVERGED:
        _cross(painter, inside, style)
    else:
        painter.setPen(QColor(style.text))
        painter.setFont(look.font(_fitting(inside), look.BOLD))
        room = inside.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, _SIGN[kind])


def paint_star(painter: QPainter, cell: QRectF) -> None:
    """Mark a cell as the best one."""
    radius = min(max(0.42 * min(cell.width(), cell.height()), 7.0), 12.0)
    angles = np.pi / 2 + np.arange(10) * np.pi / 5
    radii = np.where(np.arange(10) % 2, 0.42 * radius, radius)
    x = cell.center().x() + radii * np.cos(angles)
    y = cell.center().y() - radii * np.sin(angles)
    painter.setPen(look.pen("#000000", 1.2))
    painter.setBrush(QColor("#ffffff"))
    painter.drawPolygon(QPolygonF([QPointF(*p) for p in zip(x, y, strict=True)]))


def paint_ring(painter: QPainter, centre: QPointF, size: float) -> None:
    """Mark where a scene lies."""
    radius = min(max(0.5 * size, 6.0), 13.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in (("#000000", 4.5), ("#ffffff", 2.2)):
        painter.setPen(look.pen(colour, width))
        painter.drawEllipse(centre, radius, radius)


def paint_cursor(painter: QPainter, cell: QRectF, style: Style, strong: bool) -> None:
    """Frame a cell; stronger where the keys act on it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    widths = (5.0, 2.6) if strong else (3.5, 1.5)
    for colour, width in zip((style.plot, style.text), widths, strict=True):
        painter.setPen(look.pen(colour, width))
        painter.drawRect(cell)


def _cross(painter: QPainter, inside: QRectF, style: Style) -> None:
    half = min(0.32 * min(inside.width(), inside.height()), 9.0)
    x, y = inside.center().x(), inside.center().y()
    painter.setPen(look.pen(style.text, min(max(half / 2.5, 1.2), 2.4)))
    for way in (1, -1):
        painter.drawLine(
            QPointF(x - half, y - way * half), QPointF(x + half, y + way * half)
        )


def _inside(cell: QRectF) -> QRectF:
    gap = 1.0 if min(cell.width(), cell.height()) >= _GAP else 0.0
    return cell.adjusted(0, 0, -gap, -gap)


def _fitting(inside: QRectF) -> int:
    return int(min(max(min(inside.width(), inside.height()) * 0.85, 11), 18))
