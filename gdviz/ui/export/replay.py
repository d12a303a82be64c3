"""A drawing painted again: in pixels of any scale, and as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QSizeF
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from gdviz.ui.export.drawing import DPI, Drawing, Mark, Patch, Shape, Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintDevice

_POINTS = 72 / DPI  # PDF points to one of ours


def picture(drawing: Drawing, scale: float) -> QImage:
    """Return a drawing in pixels, `scale` to the point."""
    image = QImage(drawing.size * scale, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    play(drawing, painter)
    painter.end()
    return image


def pdf(drawing: Drawing, title: str) -> bytes:
    """Return a drawing as a PDF of one page of its size."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("gdviz")
    size = QPageSize(QSizeF(drawing.size) * _POINTS, QPageSize.Unit.Point)
    upright, none = QPageLayout.Orientation.Portrait, QMarginsF()
    writer.setPageLayout(QPageLayout(size, upright, none))
    writer.setResolution(DPI)
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    play(drawing, painter)
    painter.end()
    buffer.close()
    return bytes(content.data())


def play(drawing: Drawing, painter: QPainter) -> None:
    """Paint all marks with a painter that is scaled to points."""
    for mark in drawing.marks:
        painter.save()
        if mark.clip is not None:
            painter.setClipPath(mark.clip)
        painter.setOpacity(mark.opacity)
        _paint(painter, mark)
        painter.restore()


def _paint(painter: QPainter, mark: Mark) -> None:
    if isinstance(mark, Shape):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, mark.smooth)
        painter.setPen(mark.pen)
        painter.setBrush(mark.brush)
        painter.drawPath(mark.path)
    elif isinstance(mark, Words):
        _write(painter, mark)
    elif isinstance(mark, Patch):
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(mark.rect, mark.image)


def _write(painter: QPainter, words: Words) -> None:
    """Write as wide as on the screen, whose pixels may have moved the letters."""
    painter.setTransform(words.transform, combine=True)
    painter.translate(words.start)
    painter.setFont(words.font)
    painter.setPen(words.pen)
    width = _width(words, painter.device())
    if width > 0:
        painter.scale(words.width / width, 1.0)
    painter.drawText(QPointF(), words.text)


def _width(words: Words, device: QPaintDevice) -> float:
    return QFontMetricsF(words.font, device).horizontalAdvance(words.text)
