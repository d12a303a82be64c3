"""Recording: a sheet to paint on, that keeps what widgets paint as a drawing."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontInfo,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from gdviz.ui.export.cutting import common, rectangle
from gdviz.ui.export.drawing import DPI, Drawing, Mark, Patch, Shape, Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEngineState, QTextItem

_KEPT = 4  # by the list, the loop, the question, and once too often
_PATCH, _FINEST = 1e6, 4.0  # pixels in a patch, and to the point, at most


class Recorder(QPaintDevice):
    """A sheet to paint on that keeps what is painted.

    Parameters
    ----------
    size : QSize
        In points.
    ratio : float
        Pixels to the point of the screen for which cosmetic pens are made.
    """

    def __init__(self, size: QSize, ratio: float) -> None:
        super().__init__()
        self.size, self.engine = size, _Engine(size, ratio)
        self._metrics = _metrics(size)

    @property
    def drawing(self) -> Drawing:
        """What was painted so far."""
        return Drawing(self.size, self.engine.marks)

    def paintEngine(self) -> QPaintEngine:  # noqa: N802
        """Return the engine that keeps the marks."""
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        """Return the size and the resolution."""
        known = self._metrics.get(metric)
        return super().metric(metric) if known is None else known


class _Engine(QPaintEngine):
    """Turns what a painter does into marks."""

    def __init__(self, size: QSize, ratio: float) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.marks: list[Mark] = []
        self._all, self._ratio = QRectF(0, 0, size.width(), size.height()), ratio
        self._transform, self._pen, self._brush = QTransform(), QPen(), QBrush()
        self._clip: QPainterPath | None = None
        self._opacity, self._smooth = 1.0, False

    def begin(self, device: QPaintDevice) -> bool:
        """Take part in painting."""
        return True

    def end(self) -> bool:
        """Be done."""
        return True

    def type(self) -> QPaintEngine.Type:
        """Tell that this is no engine of pixels."""
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:  # noqa: N802
        """Take on what the painter was set to."""
        self._transform, self._brush = state.transform(), QBrush(state.brush())
        self._brush.setTransform(self._brush.transform() * self._transform)
        self._pen = self._in_points(state.pen())
        self._opacity = state.opacity()
        hints = state.renderHints()
        self._smooth = bool(hints & QPainter.RenderHint.Antialiasing)
        self._clip = self._clipped(state)

    def drawPath(self, path: QPainterPath) -> None:  # noqa: N802
        """Keep a path, unless it lies outside of its clip."""
        self._keep(self._transform.map(path), self._brush)

    def drawPolygon(  # noqa: N802
        self, points: Any, mode: QPaintEngine.PolygonDrawMode
    ) -> None:
        """Keep a polygon or a line of many points."""
        path = QPainterPath()
        path.addPolygon(self._transform.map(QPolygonF(_taken(points))))
        if mode == QPaintEngine.PolygonDrawMode.PolylineMode:
            self._keep(path, QBrush(Qt.BrushStyle.NoBrush))
            return
        path.closeSubpath()
        if mode == QPaintEngine.PolygonDrawMode.WindingMode:
            path.setFillRule(Qt.FillRule.WindingFill)
        self._keep(path, self._brush)

    def drawPoints(self, points: Any) -> None:  # noqa: N802
        """Keep points as dots of the pen."""
        pen, brush = self._pen, QBrush(self._pen.color())
        radius, path = pen.widthF() / 2, QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        for point in _taken(points):
            path.addEllipse(self._transform.map(point), radius, radius)
        self._pen = QPen(Qt.PenStyle.NoPen)
        self._keep(path, brush)
        self._pen = pen

    def drawTextItem(self, start: Any, item: QTextItem) -> None:  # noqa: N802
        """Keep a line of text."""
        room = QRectF(start.x(), start.y() - item.ascent(), item.width(), 0)
        room.setHeight(item.ascent() + item.descent())
        if item.text().strip() and self._seen(self._transform.mapRect(room)):
            self.marks.append(
                Words(
                    self._clip,
                    self._opacity,
                    item.text(),
                    _whole(item.font()),
                    QPen(self._pen),
                    QTransform(self._transform),
                    QPointF(start),
                    item.width(),
                )
            )

    def drawPixmap(  # noqa: N802
        self, rect: Any, pixmap: Any, source: Any
    ) -> None:
        """Keep a picture."""
        self._patch(rect, lambda brush: brush.drawPixmap(rect, pixmap, source))

    def drawImage(  # noqa: N802
        self, rect: Any, image: QImage, source: Any, *_: Any
    ) -> None:
        """Keep a picture."""
        self._patch(rect, lambda brush: brush.drawImage(rect, image, source))

    def drawTiledPixmap(  # noqa: N802
        self, rect: Any, pixmap: Any, start: Any
    ) -> None:
        """Keep a picture that is repeated."""
        self._patch(rect, lambda brush: brush.drawTiledPixmap(rect, pixmap, start))

    def _keep(self, path: QPainterPath, brush: QBrush) -> None:
        half = self._pen.widthF() / 2
        bounds = path.controlPointRect().adjusted(-half, -half, half, half)
        if self._seen(bounds):
            pen, clip = QPen(self._pen), self._clip
            kept = Shape(clip, self._opacity, path, pen, QBrush(brush), self._smooth)
            self.marks.append(kept)

    def _patch(self, rect: QRectF, draw: Any) -> None:
        """Keep what is seen of a picture, its pixels finer than the screen's."""
        seen = self._transform.mapRect(rect).intersected(self._bounds)
        seen = QRectF(seen.toAlignedRect()).intersected(self._all)
        if seen.isEmpty():
            return
        area = seen.width() * seen.height()
        fine = min(max((_PATCH / area) ** 0.5, 1.0), _FINEST)
        size = (seen.size() * fine).toSize()
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        brush = QPainter(image)
        brush.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        brush.scale(size.width() / seen.width(), size.height() / seen.height())
        brush.translate(-seen.topLeft())
        brush.setTransform(self._transform, combine=True)
        draw(brush)
        brush.end()
        self.marks.append(Patch(self._clip, self._opacity, seen, image))

    @property
    def _bounds(self) -> QRectF:
        return self._all if self._clip is None else self._clip.boundingRect()

    def _seen(self, bounds: QRectF) -> bool:
        """Tell whether something of this extent can be seen; it may be a mere line."""
        thick = bounds.adjusted(-0.01, -0.01, 0.01, 0.01)
        return bool(thick.intersects(self._bounds))

    def _in_points(self, pen: QPen) -> QPen:
        """Return a pen that is as wide as this one would be on the screen."""
        made, width = QPen(pen), pen.widthF()
        if pen.isCosmetic():
            made.setWidthF(width / self._ratio if width > 0 else 1.0)
        else:
            made.setWidthF(width * abs(self._transform.determinant()) ** 0.5)
        made.setCosmetic(False)
        return made

    def _clipped(self, state: QPaintEngineState) -> QPainterPath | None:
        """Return what can be seen, or None if that is everything."""
        clip: QPainterPath | None = None
        system = self.systemClip()
        if not system.isEmpty():
            clip = QPainterPath()
            clip.addRegion(system)
        painter = state.painter()
        if painter.hasClipping():
            own = self._transform.map(painter.clipPath())
            clip = own if clip is None else common(clip, own)
        if clip is not None and rectangle(clip).contains(self._all):
            return None
        return clip


def _taken(points: Any) -> list[QPointF]:
    """Return copies of points; their wrappers are let go, which PySide6 forgets to."""
    copies = [QPointF(point) for point in points]
    for point in points:
        if sys.getrefcount(point) == _KEPT:
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(point))
    return copies


def _whole(font: QFont) -> QFont:
    """Return a font that takes nothing over from the sheet it is used on."""
    made = QFont(font)
    made.setFamilies(font.families())
    made.setPixelSize(QFontInfo(font).pixelSize())
    made.setWeight(font.weight())
    made.setStyle(font.style())
    return made


def _metrics(size: QSize) -> dict[QPaintDevice.PaintDeviceMetric, int]:
    kinds = QPaintDevice.PaintDeviceMetric
    return {
        kinds.PdmWidth: size.width(),
        kinds.PdmHeight: size.height(),
        kinds.PdmWidthMM: round(size.width() * 25.4 / DPI),
        kinds.PdmHeightMM: round(size.height() * 25.4 / DPI),
        kinds.PdmNumColors: 2**24,
        kinds.PdmDepth: 32,
        kinds.PdmDpiX: DPI,
        kinds.PdmDpiY: DPI,
        kinds.PdmPhysicalDpiX: DPI,
        kinds.PdmPhysicalDpiY: DPI,
        kinds.PdmDevicePixelRatio: 1,
    }
