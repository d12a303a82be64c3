"""A chart: a quiet pyqtgraph plot with a title, shown a run once a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPen

from gdviz.ui import style as look
from gdviz.ui.marks.curve import Dots
from gdviz.ui.marks.kept import keep
from gdviz.ui.picture import Picture
from gdviz.ui.scaling import px, times

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

LABELLED = ("left", "bottom")
_BESIDE = 12  # points: room for half of a tick's label at the end of an axis
_LEFT, _BOTTOM, _TICKS = 60, 40, 22  # pixels
_LEAST = 36
_FARTHEST = 1e154  # of half a range: what is squared is still finite
_LOW = (110, 80)  # pixels: too low for the names of the axes, and for a legend


class Chart(Picture):
    """Base of plots drawn by pyqtgraph: axes, a view box and items in it.

    Attributes
    ----------
    legend : Heading or None
        What gives way, after the names of the axes, where the plot is low.
    """

    legend: Any = None
    _low: int | None = None
    _named: tuple[object, ...] = ()

    def axes(self) -> dict[str, Any] | None:
        """Return own axes, or None for the usual ones."""
        return None

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.view.setBackground(style.ground)
        self.box.setBackgroundColor(style.plot)
        self.box.setBorder(self.curve_pen(style.edge, 1.0))
        for side in LABELLED:
            axis = self.item.getAxis(side)
            axis.setPen(self.curve_pen(style.edge, 1.0))
            axis.setTextPen(QColor(style.muted))
            axis.setStyle(tickFont=look.font(12))
            axis.label.setFont(look.font(12))
        beside = px(_BESIDE)  # a label that needs more is left out, not cut
        self.item.layout.setContentsMargins(1, 1, beside, 1)
        self.item.getAxis("bottom").setStyle(hideOverlappingLabels=beside)
        # fixed room: with the aspect locked, ticks that widen the axis move the ticks
        self.item.getAxis("left").setWidth(px(_LEFT))
        self._low = None
        for mark in self.item.items:
            if isinstance(mark, Dots):
                mark.suit_scale()
        super().set_style(style)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names of the axes the room there is."""
        super().resizeEvent(event)
        self.set_labels(*self._names)

    def show_range(self, low: Array, high: Array) -> None:
        """Show the range between two corners, each (x, y), if it can be drawn."""
        span = np.asarray(high, dtype=np.float64) / 2 - np.asarray(low) / 2
        if np.isfinite(span).all() and (np.abs(span) < _FARTHEST).all():
            tiny = span < 1e-100
            low, high = np.where(tiny, low - 0.5, low), np.where(tiny, high + 0.5, high)
            self.box.setRange(
                xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=0
            )

    def curve_pen(
        self, colour: str, width: float, line: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> QPen:
        """Return a pen of `width` points for a curve of this chart."""
        return look.curve_pen(colour, width, self.devicePixelRatioF(), line)

    def named(self, colour: str, name: str) -> str:
        """Return the name of a mark in its colour, to be read on the plot."""
        shade = look.legible(colour, self.style_.plot)
        return f'<span style="color:{shade}">{name}</span>'

    def set_labels(self, bottom: str, left: str) -> None:
        """Name the two axes; a name too long for its axis is cut with an ellipsis."""
        self._names = (bottom, left)
        named = (bottom, left, self.view.size().toTuple(), times())
        if named == self._named and self._low is not None:
            return
        self._named = named
        for side, text in (("bottom", bottom), ("left", left)):
            room = self.view.width() if side == "bottom" else self.view.height()
            metrics, room = QFontMetrics(look.font(12)), max(room - px(70), px(60))
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            axis = self.item.getAxis(side)
            if axis.labelText != short:
                axis.setLabel(short)
                axis.resizeEvent()  # else it stays where a shorter one was
                self._low = None
        self._give_way()

    def _give_way(self) -> None:
        """Leave out names where the plot is low, so that something is left of it."""
        low = sum(self.view.height() < px(height) for height in _LOW)
        if low == self._low:
            return
        self._low = low
        self.item.getAxis("bottom").setHeight(px(_TICKS if low else _BOTTOM))
        for side in LABELLED:
            self.item.getAxis(side).showLabel(not low)
        if self.legend is not None:
            self.legend.setVisible(low < len(_LOW))

    def _prepare(self) -> None:
        """Make the plot, empty."""
        self.row.setContentsMargins(4, 0, 0, 4)  # the room beside it is within it
        self._names = ("", "")
        self.view = pg.PlotWidget(axisItems=self.axes(), enableMenu=False)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMinimumHeight(_LEAST)  # else many of them lie over the footer
        self.item = self.view.getPlotItem()
        self.box = self.item.getViewBox()
        menu = self.item.ctrlMenu  # else it outlives the chart
        menu.setParent(self.view, menu.windowFlags())
        self._quiet()
        self.row.addWidget(self.view)

    def _quiet(self) -> None:
        self.item.hideButtons()
        self.item.setMenuEnabled(False)
        self.box.setMenuEnabled(False)
        self.view.setAntialiasing(True)
        for side in LABELLED:
            axis = self.item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(
                tickLength=-4,
                maxTickLevel=1,
                hideOverlappingLabels=True,
            )
            keep(axis, axis.label)
