"""Curves and points that are not there while they are empty.

An item that has nothing to paint is asked to all the same: 0.3 ms of every frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gdviz.ui.faults import careful

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

_FAR = 1e7  # pixels: strokes that reach much farther may end the program


class Curve(pg.PlotCurveItem):
    """A curve."""

    def setData(self, *data: Any, **how: Any) -> None:
        """Take on other points; with none of them it is hidden."""
        super().setData(*data, **how)
        self.setVisible(self.xData is not None and len(self.xData) > 0)

    @careful
    def paint(self, painter: QPainter, *how: Any) -> None:
        """Paint the curve; points too far off for Qt are pulled nearer."""
        with np.errstate(all="ignore"):
            if self._reach(painter) <= _FAR:
                super().paint(painter, *how)
                return
            place = painter.worldTransform()
            x, y = self.xData, self.yData
            if len(x) > len(y):  # the edges of steps
                x, y = np.repeat(x, 2)[1:-1], np.repeat(y, 2)
            x, y = x * place.m11() + place.dx(), y * place.m22() + place.dy()
            size = np.maximum(np.maximum(np.abs(x), np.abs(y)) / _FAR, 1.0)
            path = pg.arrayToQPath(x / size, y / size, connect=self.opts["connect"])
        painter.resetTransform()
        painter.setPen(self.opts["pen"])
        painter.drawPath(path)

    def _reach(self, painter: QPainter) -> float:
        """Return how many pixels off the corner of the plot the farthest point is."""
        place, reach = painter.worldTransform(), 0.0
        for axis, scale, shift in (
            (0, place.m11(), place.dx()),
            (1, place.m22(), place.dy()),
        ):
            for bound in self.dataBounds(axis):
                if bound is not None:
                    reach = max(reach, abs(bound * scale + shift))
        return reach


class Dots(pg.ScatterPlotItem):
    """Points."""

    def setData(self, *data: Any, **how: Any) -> None:
        """Take on other points; with none of them it is hidden."""
        super().setData(*data, **how)
        self.setVisible(len(self.data) > 0)
