"""Where the surface is painted, and turned, moved and enlarged with the mouse."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter
from PySide6.QtWidgets import QWidget

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.kept import Kept
from gdviz.ui.relief import frame, painting
from gdviz.ui.relief.body import painted
from gdviz.ui.relief.camera import Camera
from gdviz.ui.relief.ground import MESH, Ground, net
from gdviz.ui.relief.marks import Marks
from gdviz.ui.relief.sight import Sight, hair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from gdviz.ui.relief.glass import Glass
    from gdviz.ui.relief.terrain import Terrain
    from gdviz.ui.style import Style

_FINEST, _COARSEST = 500_000, 80_000  # pixels of the body: at rest, while it turns
_SETTLED = 160  # milliseconds
_PER_POINT = 0.4  # degrees
_CLICK = 4  # points: a shorter way of the mouse is no drag
_PER_NOTCH = 1.15


class Canvas(QWidget):
    """A terrain with its marks before a camera."""

    clicked = Signal(object)
    fitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(120, 100)
        self.style_ = look.STYLES[look.DARK]
        self.camera, self.marks, self.labels = Camera(), Marks(), ("", "")
        self.ground = Ground()
        self.words: list[str] = []
        self.cover: Glass | None = None
        self.terrain: Terrain | None = None
        self._sight: tuple[object, Sight] | None = None
        self._kept, self._pressed, self._dragged = Kept(), QPointF(), False
        self._rest = QTimer(self, singleShot=True, interval=_SETTLED)
        self._rest.timeout.connect(self.refresh)

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.refresh()

    def show_terrain(self, terrain: Terrain | None) -> None:
        """Show another terrain, or none."""
        self.terrain = terrain
        self.refresh()

    def say(self, labels: tuple[str, str], words: list[str]) -> None:
        """Name the axes, and write these lines in a corner."""
        if (labels, words) != (self.labels, self.words):
            self.labels, self.words = labels, words
            self.refresh()

    def show_marks(self, made: Marks) -> None:
        """Show these marks."""
        self.marks = made
        self.refresh()

    def look_from(self, camera: Camera) -> None:
        """Look from elsewhere: quickly at first, then as finely as can be."""
        if camera != self.camera:
            self.camera = camera
            self._rest.start()
            self.refresh()

    def refresh(self) -> None:
        """Draw what is seen anew."""
        (self.cover or self).update()

    def set_cover(self, cover: Glass | None) -> None:
        """Leave the drawing to a pane over this canvas, or draw again oneself."""
        if self.cover is not None:
            self.cover.hide()
            self.cover.deleteLater()
        self.cover = cover
        self._fit_cover()
        if cover is not None:
            cover.show()
        self.update()

    @contextmanager
    def uncovered(self) -> Iterator[None]:
        """Paint as if there were no cover, as pictures for files are."""
        cover = self.cover
        if cover is None:
            yield
            return
        cover.hide()
        self.cover = None
        try:
            yield
        finally:
            self.cover = cover
            cover.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cover as large as this."""
        super().resizeEvent(event)
        self._fit_cover()

    def sight(self, fine: float | None = None) -> Sight | None:
        """Return the terrain as it is seen, None if there is none."""
        if self.terrain is None:
            return None
        size = float(self.width()), float(self.height())
        fine = self._fine(1.0) if fine is None else fine
        key = (id(self.terrain), self.camera, size, fine)
        if self._sight is None or self._sight[0] != key:
            self._sight = key, Sight.of(self.terrain, self.camera, size, fine)
        return self._sight[1]

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint surface, marks and words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.style_.plot))
        if self.cover is None:
            self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        device = painter.device()
        paper = painter.paintEngine().type() != QPaintEngine.Type.Raster
        fine = self._fine(4.0 if paper else device.devicePixelRatioF())
        sight = self.sight(fine)
        if sight is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self.rect())
            key = (id(sight), self.labels, self.style_.name)
            self._kept.show(
                painter, QRectF(self.rect()), lambda p: self._build(p, sight), key
            )
            with np.errstate(all="ignore"):
                painting.paint(painter, self.marks, sight, self.style_)
        self.paint_words(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn or to move the picture."""
        self._pressed, self._dragged = event.position(), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn with the left button, move with another one."""
        way = event.position() - self._pressed
        if not self._dragged and way.manhattanLength() < _CLICK:
            return
        self._dragged, self._pressed = True, event.position()
        if event.buttons() & Qt.MouseButton.LeftButton:
            turned = self.camera.turned(_PER_POINT * way.x(), _PER_POINT * way.y())
            self.look_from(turned)
        else:
            size = float(self.width()), float(self.height())
            self.look_from(self.camera.moved(way.x(), way.y(), size))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton and not self._dragged:
            self.clicked.emit(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell of it, and of no click."""
        self._dragged = True
        self.fitted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go nearer or farther; what is under the mouse stays there."""
        notches = event.angleDelta().y() / 120
        middle = QPointF(self.width() / 2, self.height() / 2)
        at = event.position() - middle
        factor = _PER_NOTCH**notches
        self.look_from(self.camera.zoomed(factor, (at.x(), at.y())))
        event.accept()

    def _fit_cover(self) -> None:
        if self.cover is not None:
            self.cover.setGeometry(self.rect())

    def _fine(self, ratio: float) -> float:
        """Return how many pixels to the point there may be."""
        most = _COARSEST if self._rest.isActive() else _FINEST
        return float(min(ratio, (most / max(self.width() * self.height(), 1)) ** 0.5))

    def _build(self, painter: QPainter, sight: Sight) -> None:
        """Paint all that stays as long as the terrain and the camera do."""
        style, terrain = self.style_, sight.terrain
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame.paint(painter, terrain, sight.projection, self.labels, style)
        under = look.mixed(style.surface[2], style.plot, 0.55).name()
        self._show_body(painter, sight, under)
        for points, alpha in (
            (net(terrain, MESH), 55),
            (net(terrain, 1), 170),
            (self.ground.levels(terrain), 110),
        ):
            sight.see(points).stroke(painter, hair(style.contour, alpha), dim=False)

    def _show_body(self, painter: QPainter, sight: Sight, under: str) -> None:
        horizon = sight.horizon
        skin = self.ground.colours(sight.terrain, self.style_)
        colours, first = painted(horizon, skin, under, self.height())
        rows, columns = colours.shape
        form = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(colours.data, columns, rows, 4 * columns, form)
        place = (part / horizon.fine for part in (horizon.left, first, columns, rows))
        painter.drawImage(QRectF(*place), image)

    def paint_words(self, painter: QPainter) -> None:
        """Write what the picture hides or stretches, in its corner."""
        painter.setFont(look.font(12))
        painter.setPen(QColor(self.style_.text))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        room = QRectF(self.rect()).adjusted(8, 8, -8, -6)
        how = int(align) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room, how, "\n".join(self.words))
