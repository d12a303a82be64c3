"""The icon of the program as a picture file, drawn without an application."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from gdviz.paths import resource


def icon_svg() -> bytes:
    """Return the icon as it is shipped."""
    return resource("icons/gdviz.svg").read_bytes()


def icon_png(side: int) -> bytes:
    """Return the icon as a PNG file, `side` pixels wide and high."""
    picture = QImage(side, side, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(icon_svg())).render(painter)
    painter.end()
    file = QBuffer()
    file.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(file, b"PNG").write(picture)
    return bytes(file.data().data())
