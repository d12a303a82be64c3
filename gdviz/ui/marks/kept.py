"""A picture of what takes long to paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsItem

from gdviz.ui.marks.path import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    Paint = Callable[[QPainter], None]


def keep(*items: QGraphicsItem) -> None:
    """Have Qt keep pictures of items that seldom change: each costs a frame 0.3 ms."""
    for item in items:
        item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)


def is_kept(item: QGraphicsItem) -> bool:
    """Tell whether Qt keeps a picture of an item."""
    return item.cacheMode() != QGraphicsItem.CacheMode.NoCache


def renew(*items: QGraphicsItem) -> None:
    """Have items painted anew that changed.

    Of one that reaches out of its view and was moved as well, an update alone has Qt
    paint no more than the strip that came into sight.
    """
    for item in items:
        if is_kept(item):
            item.setCacheMode(item.cacheMode())  # lets go of the picture
        item.update()


class Kept:
    """Paints once and shows the picture from then on, as long as nothing changes.

    Attributes
    ----------
    image : QImage
    """

    def __init__(self) -> None:
        self.image = QImage()
        self._key: object = None

    def show(self, painter: QPainter, frame: QRectF, paint: Paint, key: object) -> None:
        """Show what `paint` paints within a frame; paint anew for another key."""
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:  # on paper
            paint(painter)
            return
        way = QTransform(painter.worldTransform())
        room = way.mapRect(frame).toAlignedRect()
        ratio = painter.device().devicePixelRatioF()
        whole = (key, numbers(way), room.getRect(), ratio)
        if whole != self._key:
            self._key = whole
            self._make(room, ratio, way, paint)
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(room.topLeft()), self.image)
        painter.restore()

    def _make(self, room: QRect, ratio: float, way: QTransform, paint: Paint) -> None:
        size, form = room.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied
        self.image = QImage(size, form)
        if self.image.isNull():  # a plot with no room at all
            return
        self.image.setDevicePixelRatio(ratio)
        self.image.fill(Qt.GlobalColor.transparent)
        brush = QPainter(self.image)
        brush.setTransform(way * QTransform.fromTranslate(-room.x(), -room.y()))
        paint(brush)
        brush.end()
