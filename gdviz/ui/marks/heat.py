"""The loss over a plane: a smooth picture, contour lines and their scale of colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from contourpy import LineType, contour_generator
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from gdviz.ui import style as look
from gdviz.ui.faults import careful

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from gdviz.core.landscape import Surface

    Array = NDArray[np.float64]

_FLAT = 1e-9  # of its height: what a flat surface is given to rise
_LARGE = 1e300
LEVELS = np.arange(0.5, 14) / 14  # shades at which contours are drawn
_ENOUGH = 128  # cells in each direction: finer lines look the same


@dataclass(frozen=True)
class Shades:
    """From loss to shade, 0 to 1: t = ((L − low)/(high − low))^power.

    The power gives the median loss the middle shade, so that neither a far wall nor
    a flat valley takes all the colours. The colour bar prints what it does.
    """

    low: float
    high: float
    power: float

    @classmethod
    def of(cls, values: Array) -> Shades:
        """Return shades that suit these values."""
        finite = values[np.isfinite(values)]
        if finite.size == 0:
            return cls(0.0, 1.0, 1.0)
        half = finite.size // 2
        low, middle, high = finite.min(), np.partition(finite, half)[half], finite.max()
        if not high > low:  # far out a height of 1 would be none
            return cls(float(low), float(low + max(1.0, _FLAT * abs(low))), 1.0)
        share = np.clip(_share(middle, low, high), 1e-6, 0.999)
        power = float(np.clip(np.log(0.5) / np.log(share), 0.05, 1.0))
        return cls(float(low), float(high), power)

    def shade(self, values: Array) -> Array:
        """Return shades between 0 and 1; what is not finite is high."""
        share = np.clip(_share(values, self.low, self.high), 0.0, 1.0)
        return np.nan_to_num(share, nan=1.0) ** self.power

    def value(self, shade: Array) -> Array:
        """Return the losses of shades."""
        share = shade ** (1.0 / self.power)
        return self.low * (1.0 - share) + self.high * share  # no span overflows


def _share(values: Any, low: float, high: float) -> Any:
    """Return how far values lie from low to high; scaled where they are too large."""
    part = 1.0 if max(abs(low), abs(high)) < _LARGE else 0.25
    return (values * part - low * part) / (high * part - low * part)


class Heat(pg.GraphicsObject):
    """A grid of values as one smoothly scaled picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-20)
        self._rect, self._image = QRectF(), QImage()
        self._pixels: NDArray[np.uint32] = np.zeros((1, 1), dtype=np.uint32)

    def set_picture(
        self, shades: Array, colours: tuple[str, ...], rect: QRectF
    ) -> None:
        """Show shades (rows, columns) in [0, 1]; `rect` joins the outer centres."""
        rows, columns = shades.shape
        index = (shades * 255).astype(np.uint8)
        self._pixels = np.ascontiguousarray(look.ramp(colours)[index], dtype=np.uint32)
        self._image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
        )
        dx, dy = rect.width() / (columns - 1) / 2, rect.height() / (rows - 1) / 2
        self.prepareGeometryChange()
        self._rect = rect.adjusted(-dx, -dy, dx, dy)
        self.setVisible(True)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.prepareGeometryChange()
        self._rect = QRectF()
        self.setVisible(False)

    def boundingRect(self) -> QRectF:
        """Return where the picture lies."""
        return self._rect

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the picture; row 0 lies at the bottom, as the view looks upwards."""
        if not self._rect.isEmpty():
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._rect, self._image)


def lines_of(
    surface: Surface, levels: Array, shades: Shades | None = None
) -> tuple[Array, Array]:
    """Return contour lines of a surface at these shades, as one broken curve."""
    region, (rows, columns) = surface.region, surface.values.shape
    u = np.linspace(region.left, region.right, columns)
    v = np.linspace(region.bottom, region.top, rows)
    step = max(1, (min(rows, columns) - 1) // _ENOUGH)
    shades = shades or Shades.of(surface.values)
    shaded = shades.shade(surface.values[::step, ::step])
    return contours(u[::step], v[::step], shaded, levels)


def contours(u: Array, v: Array, values: Array, levels: Array) -> tuple[Array, Array]:
    """Return the contour lines as one curve broken by NaN."""
    finite = values if np.isfinite(values).all() else np.ma.masked_invalid(values)
    lines = contour_generator(u, v, finite, line_type=LineType.ChunkCombinedNan)
    parts = [part[0][0] for part in lines.multi_lines(levels) if part[0][0] is not None]
    gap = np.full((1, 2), np.nan)
    joined = np.concatenate([x for part in parts for x in (part, gap)] or [gap])
    return joined[:, 0], joined[:, 1]
