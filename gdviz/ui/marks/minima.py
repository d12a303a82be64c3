"""Minima of the loss on the surface: diamonds, with their names where they are few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPolygonF

from gdviz.session.writing import number
from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.endnames import EndNames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.formulas.minima import Minimum
    from gdviz.core.planes import Plane
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_SIZE = 6.5  # pixels from the middle to a tip
FEW = 6  # are named
_NEAR = 1e-9  # of the plane: the others are not on it
_FAR = 1e5  # pixels


class MinimumMarks:
    """Diamonds and names in one plot.

    Parameters
    ----------
    labels : LabelItems
        In the corners of the plot: the names stand clear of them.

    Attributes
    ----------
    shown : tuple of Minimum
        Those that lie in the plane shown.
    """

    def __init__(self, box: Any, *labels: pg.LabelItem) -> None:
        self.points, self.names = Diamonds(), EndNames(box, labels)
        self.shown: tuple[Minimum, ...] = ()
        self._colour = "#ffffff"
        self._key: object = None

    def restyle(self, style: Style) -> None:
        """Take on a theme."""
        self._colour, self.names.ground = style.text, style.plot
        self.points.colour, self.points.edge = style.text, style.plot
        self._key = None

    def show(self, minima: tuple[Minimum, ...], snapshot: Snapshot) -> None:
        """Show those of these minima that lie in the plane of a snapshot."""
        plane = snapshot.plane
        key = (minima, plane.key, self._colour)
        if key == self._key:
            return
        self._key = key
        self.shown, places = lying_in(plane, minima)
        self.points.set_points(places, np.array([m.lowest for m in self.shown], bool))
        few = self.shown if len(self.shown) <= FEW else self.shown[:1]
        ends = [
            (place[None], words(minimum), self._colour)
            for minimum, place in zip(few, places, strict=False)
        ]
        self.names.set_ends(ends)


def lying_in(
    plane: Plane, minima: tuple[Minimum, ...]
) -> tuple[tuple[Minimum, ...], Array]:
    """Return those of these minima that lie in a plane, and where (m, 2)."""
    thetas = np.array([m.theta for m in minima]).reshape(-1, len(plane.origin))
    off = np.abs(plane.off(thetas)).max(axis=1, initial=0.0)
    inside = off <= _NEAR * np.maximum(1.0, np.abs(thetas).max(axis=1, initial=0.0))
    lying = tuple(m for m, on in zip(minima, inside, strict=True) if on)
    return lying, plane.project(thetas[inside])


def words(minimum: Minimum) -> str:
    """Return what is written beside a minimum."""
    place = ", ".join(number(v if abs(v) > _NEAR else 0.0) for v in minimum.theta)
    value = minimum.value if abs(minimum.value) > _NEAR else 0.0
    return f"minimum ({place}): {number(value)}"


class Diamonds(pg.UIGraphicsItem):
    """Diamonds of one size on screen, full or hollow."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(5)
        self.colour, self.edge = "#ffffff", "#000000"
        self._points, self._full = np.empty((0, 2)), np.empty(0, bool)

    def set_points(self, points: Array, full: NDArray[np.bool_]) -> None:
        """Show diamonds at these points, of shape (m, 2)."""
        self._points, self._full = points, full
        self.setVisible(len(points) > 0)
        self.update()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint those that are not too far off."""
        way = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (x, y), full in zip(self._points.tolist(), self._full, strict=True):
            at = way.map(QPointF(x, y))
            if max(abs(at.x()), abs(at.y())) < _FAR:
                paint_diamond(painter, at, self.colour, self.edge, full=bool(full))
        painter.restore()


def paint_diamond(
    painter: QPainter, at: QPointF, colour: str, edge: str, *, full: bool
) -> None:
    """Paint one diamond with an edge that shows on any ground."""
    tips = [
        QPointF(0, -_SIZE),
        QPointF(_SIZE, 0),
        QPointF(0, _SIZE),
        QPointF(-_SIZE, 0),
    ]
    diamond = QPolygonF([at + tip for tip in tips])
    painter.setBrush(QColor(colour) if full else QColor(edge))
    for shade, width in ((edge, 4.5), (colour, 1.8)):
        painter.setPen(look.pen(shade, width, alpha=255))
        painter.drawPolygon(diamond)
