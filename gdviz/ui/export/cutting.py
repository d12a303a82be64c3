"""Clips, and shapes cut to the box of theirs for viewers that know none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.ui.export.drawing import Shape

    Array = NDArray[np.float64]


def cut(shape: Shape, filled: bool) -> QPainterPath:
    """Return what of a shape's path lies in the box of its clip."""
    assert shape.clip is not None
    box, path = shape.clip.boundingRect(), shape.path
    if box.contains(path.controlPointRect()):
        return path
    if filled:
        room = QPainterPath()
        room.addRect(box)
        return path.intersected(room)
    made = QPainterPath()
    for line in path.toSubpathPolygons():
        points = np.array([(p.x(), p.y()) for p in line.toList()])
        for part in _inside(points, box):
            made.addPolygon(QPolygonF([QPointF(x, y) for x, y in part.tolist()]))
    return made


def rectangle(path: QPainterPath) -> QRectF:
    """Return the rectangle that a path is, or an empty one."""
    box, closed = path.boundingRect(), path.elementCount() == 5
    corners = all(
        path.elementAt(i).isLineTo() or i == 0 for i in range(path.elementCount())
    )
    return box if closed and corners and path.contains(box) else QRectF()


def common(one: QPainterPath, other: QPainterPath) -> QPainterPath:
    """Return what two clips have in common."""
    first, second = rectangle(one), rectangle(other)
    if first.isEmpty() or second.isEmpty():
        return one.intersected(other)
    made = QPainterPath()
    made.addRect(first.intersected(second))
    return made


def _inside(points: Array, box: QRectF) -> list[Array]:
    """Return the parts of a line (m, 2) within a box (Liang and Barsky 1984)."""
    low = np.array([box.left(), box.top()])
    high = np.array([box.right(), box.bottom()])
    start, way = points[:-1], np.diff(points, axis=0)
    with np.errstate(all="ignore"):
        bounds = np.stack([(low - start) / way, (high - start) / way])
    still = way == 0
    kept = (low <= start) & (start <= high)
    near = np.where(still, np.where(kept, 0.0, 1.0), bounds.min(axis=0))
    far = np.where(still, np.where(kept, 1.0, 0.0), bounds.max(axis=0))
    enter = near.max(axis=1).clip(0.0, 1.0)
    leave = far.min(axis=1).clip(0.0, 1.0)
    begun = start + enter[:, None] * way
    fresh = (enter > 0) | (np.roll(leave, 1) < 1)
    return _joined(begun, start + leave[:, None] * way, enter < leave, fresh)


def _joined(
    starts: Array, ends: Array, seen: NDArray[np.bool_], fresh: NDArray[np.bool_]
) -> list[Array]:
    """Return pieces joined where one ends and the next begins."""
    where = np.flatnonzero(seen)
    if len(where) == 0:
        return []
    breaks = np.flatnonzero((np.diff(where) > 1) | fresh[where[1:]]) + 1
    return [np.vstack([starts[run[:1]], ends[run]]) for run in np.split(where, breaks)]
