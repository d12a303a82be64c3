"""Curves and points that are not there while they are empty.

An item that has nothing to paint is asked to all the same, in every frame.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen

from gdviz.ui.faults import careful
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from PySide6.QtGui import QPainterPath

    Array = NDArray[np.float64]

_FAR = 1e7  # pixels: strokes that reach much farther may end the program
_LOOKS = 64  # pictures of points that are kept at least: every new pen makes one
_RASTER = QPaintEngine.Type.Raster
_MADE = "_path", "_reach", "_pieces"  # of the present points, when first painted


class Curve(pg.UIGraphicsItem):
    """A curve, as wide as its plot: no bounds are worked out for a frame.

    Parameters
    ----------
    connect : text
        *all* points, *pairs* of them, or those that are *finite*.
    antialias : bool
    steps : bool
        Whether each y is a step between two of the x, one more of them; the room
        between the steps and 0 is filled.

    Attributes
    ----------
    xData, yData : ndarrays
    pen : QPen
    """

    def __init__(
        self, connect: str = "all", *, antialias: bool = False, steps: bool = False
    ) -> None:
        super().__init__()
        self.connect, self.antialias, self.steps = connect, antialias, steps
        self.xData = self.yData = np.empty(0)
        self.pen, self.fill = QPen(), QColor(0, 0, 0, 0)
        self.setVisible(False)

    def setData(
        self,
        x: ArrayLike,
        y: ArrayLike,
        pen: QPen | None = None,
        antialias: bool | None = None,
    ) -> None:
        """Take on other points; with none of them it is hidden."""
        self.xData, self.yData = np.asarray(x, float), np.asarray(y, float)
        for made in _MADE:
            self.__dict__.pop(made, None)
        self.pen = self.pen if pen is None else pen
        self.antialias = self.antialias if antialias is None else antialias
        self.setVisible(len(self.xData) > 0)
        self.update()

    def getData(self) -> tuple[Array, Array]:
        """Return the points, as x and y."""
        return self.xData, self.yData

    def setPen(self, pen: QPen | QColor) -> None:
        """Draw with this pen, or a thin line of this colour."""
        self.pen = QPen(pen)
        self.pen.setCosmetic(True)
        self.update()

    def setBrush(self, colour: QColor) -> None:
        """Fill the room between the steps and 0."""
        self.fill = colour
        self.update()

    @careful
    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the curve; points too far off for Qt are pulled nearer."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.antialias)
        painter.setPen(self.pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        way = painter.worldTransform()
        scale, shift = (way.m11(), way.m22()), (way.dx(), way.dy())
        if not self._near(scale, shift):
            painter.resetTransform()
            self._stroke(painter, self._pulled(scale, shift))
        elif self._in_pieces and painter.paintEngine().type() == _RASTER:
            painter.drawLines(self._pieces)
        else:
            self._stroke(painter, self._path)

    def _stroke(self, painter: QPainter, path: QPainterPath) -> None:
        if self.steps:
            painter.fillPath(path, self.fill)
        painter.drawPath(path)

    def _near(self, scale: tuple[float, float], shift: tuple[float, float]) -> bool:
        """Tell whether no point is too far off for Qt."""
        return all(
            abs(bound * s + d) <= _FAR
            for bounds, s, d in zip(self._reach, scale, shift, strict=True)
            for bound in bounds
        )

    @property
    def _in_pieces(self) -> bool:
        """Whether it looks the same in pieces: wide smooth strokes are slow as one."""
        pen = self.pen
        plain = pen.style() == Qt.PenStyle.SolidLine and pen.color().alpha() == 255
        wide = pen.widthF() > 1.0 and self.connect != "pairs" and not self.steps
        return self.antialias and plain and wide

    @cached_property
    def _path(self) -> QPainterPath:
        return pg.arrayToQPath(*self._drawn(), connect=self.connect)

    @cached_property
    def _pieces(self) -> list[QLineF]:
        x, y = self.xData, self.yData
        pieces = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
        finite = np.isfinite(pieces).all(axis=1)
        return [QLineF(*piece) for piece in pieces[finite].tolist()]

    @cached_property
    def _reach(self) -> tuple[tuple[float, float], ...]:
        """The lowest and the highest of the finite x and y."""
        both = [values[np.isfinite(values)] for values in self._drawn()]
        return tuple(
            (float(v.min()), float(v.max())) if len(v) else (0.0, 0.0) for v in both
        )

    def _drawn(self) -> tuple[Array, Array]:
        """Return the points that are joined."""
        if not self.steps:
            return self.xData, self.yData
        heights = np.repeat(self.yData, 2)
        return np.repeat(self.xData, 2), np.concatenate([[0.0], heights, [0.0]])

    def _pulled(
        self, scale: tuple[float, float], shift: tuple[float, float]
    ) -> QPainterPath:
        """Return the path in pixels, with what is too far off at the edge of `_FAR`."""
        with np.errstate(all="ignore"):
            x, y = (
                v * s + d for v, s, d in zip(self._drawn(), scale, shift, strict=True)
            )
            size = np.maximum(np.maximum(np.abs(x), np.abs(y)) / _FAR, 1.0)
            return pg.arrayToQPath(x / size, y / size, connect=self.connect)


class Dots(pg.ScatterPlotItem):
    """Points, as large as the scale of all marks has them."""

    _usual: Any = 7.0

    def suit_scale(self) -> None:
        """Take on the scale of all marks."""
        self.setSize(self._usual)

    def setSize(self, size: Any, *of: Any, **which: Any) -> None:
        """Make points so large, where marks are as usual."""
        self._usual = size
        super().setSize(thickness(size), *of, **which)

    def setData(self, *data: Any, **how: Any) -> None:
        """Take on other points; with none of them it is hidden."""
        if len(data) == 2 and len(data[0]) == 0 and not self.isVisible():
            return
        super().setData(*data, **how)
        self.setVisible(len(self.data) > 0)

    def _maybeRebuildAtlas(  # noqa: N802
        self, threshold: int = 2, minlen: int = _LOOKS
    ) -> None:
        """Let go of pictures of points that look otherwise now, sooner than usual."""
        super()._maybeRebuildAtlas(threshold, minlen)
