"""Pictures of one step as files: PNG, SVG or PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from gdviz.core.refused import Refused
from gdviz.session.files import write_atomically
from gdviz.ui.export.replay import pdf
from gdviz.ui.export.svg import svg

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from gdviz.ui.export.sheet import Sheet

STILLS = (".png", ".svg", ".pdf")
MOST_PIXELS = 100_000_000


def save(sheet: Sheet, path: Path, scale: float = 1.0) -> None:
    """Write a picture; its suffix says which kind.

    Parameters
    ----------
    sheet : Sheet
    path : path
    scale : float
        Pixels to the point, of a PNG; the others have no pixels.

    Raises
    ------
    Refused
        If the file cannot be written or would have too many pixels.
    """
    write_atomically(path, _content(sheet, path.suffix.lower(), scale))


def check_pixels(size: tuple[float, float], scale: float) -> None:
    """Refuse a picture of too many pixels."""
    if size[0] * size[1] * scale**2 > MOST_PIXELS:
        raise Refused(
            f"{round(size[0] * scale):,} × {round(size[1] * scale):,} pixels are more "
            "than 100 million; choose a smaller size or scale."
        )


def _content(sheet: Sheet, suffix: str, scale: float) -> bytes:
    if suffix == ".svg":
        return svg(sheet.drawing(), sheet.title).encode()
    if suffix == ".pdf":
        return pdf(sheet.drawing(), sheet.title)
    check_pixels(sheet.size.toTuple(), scale)
    return _png(sheet.image(scale))


def _png(image: QImage) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())
