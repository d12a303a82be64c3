"""A sheet: which widgets make up a picture, and where each of them lies on it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QGraphicsItem, QMainWindow, QWidget

from gdviz.ui.centre import Switch
from gdviz.ui.export.recording import Recorder
from gdviz.ui.export.replay import picture
from gdviz.ui.faults import check
from gdviz.ui.marks.kept import is_kept, keep
from gdviz.ui.marks.path import Path
from gdviz.ui.relief.canvas import Canvas
from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.ui.export.drawing import Drawing


@dataclass(frozen=True, eq=False)
class Sheet:
    """Widgets that are drawn as they are on the screen.

    Attributes
    ----------
    parts : tuple of (QWidget, QPoint)
        With the place of their top left corner, in points.
    size : QSize
        In points.
    ground : text
        The colour between them.
    title : text
        What the picture shows.
    """

    parts: tuple[tuple[QWidget, QPoint], ...]
    size: QSize
    ground: str
    title: str

    @classmethod
    def of(cls, widget: QWidget, ground: str, title: str) -> Sheet:
        """Return the sheet of one widget."""
        return cls(((widget, QPoint()),), widget.size(), ground, title)

    @classmethod
    def around(cls, widgets: list[QWidget], ground: str, title: str) -> Sheet:
        """Return the sheet of widgets of one window, as they lie beside each other."""
        boxes = [QRect(w.mapTo(w.window(), QPoint()), w.size()) for w in widgets]
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.united(box)
        parts = zip(widgets, (box.topLeft() - whole.topLeft() for box in boxes),
                    strict=True)  # fmt: skip
        return cls(tuple(parts), whole.size(), ground, title)

    @property
    def ratio(self) -> float:
        """Pixels of the screen to the point."""
        return self.parts[0][0].devicePixelRatioF()

    def drawing(self) -> Drawing:
        """Return the picture as shapes and words."""
        recorder = Recorder(self.size, self.ratio)
        with _as_shapes([widget for widget, _ in self.parts]):
            self._paint(QPainter(recorder))
        return recorder.drawing

    def image(self, scale: float) -> QImage:
        """Return the picture in pixels, `scale` to the point."""
        if scale != self.ratio:
            return picture(self.drawing(), scale)
        for item in _items([widget for widget, _ in self.parts], Path):
            item.forget()  # pixels must not tell on which steps it was drawn
        image = QImage(self.size * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        self._paint(QPainter(image))
        image.setDevicePixelRatio(1.0)
        return image

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(QRect(QPoint(), self.size), QColor(self.ground))
        try:
            for widget, place in self.parts:
                with _without_switches(widget), _painted(widget):
                    widget.render(painter, place, QRegion(), _FLAGS)
        finally:
            painter.end()  # it must not outlive what it paints on
        for widget, _ in self.parts:
            check(widget)


def _items(widgets: list[QWidget], kind: Any) -> list[Any]:
    views = [view for w in widgets for view in w.findChildren(pg.GraphicsView)]
    items = (item for view in views for item in view.scene().items())
    return [item for item in items if isinstance(item, kind)]


_FLAGS = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren


@contextmanager
def _without_switches(widget: QWidget) -> Iterator[None]:
    """Leave out buttons beside a title and rings, unless all of a window is painted."""
    whole = isinstance(widget, QMainWindow)
    switches: list[Switch | Ring] = []
    if not whole:
        switches = [*widget.findChildren(Switch), *widget.findChildren(Ring)]
    for switch in switches:
        switch.drawn = False
    try:
        yield
    finally:
        for switch in switches:
            switch.drawn = True


@contextmanager
def _painted(widget: QWidget) -> Iterator[None]:
    """Have all painted that a graphics card may draw on the screen."""
    with ExitStack() as stack:
        for canvas in widget.findChildren(Canvas):
            stack.enter_context(canvas.uncovered())
        yield


@contextmanager
def _as_shapes(widgets: list[QWidget]) -> Iterator[None]:
    """Have all painted as shapes, not as copies of pictures."""
    dots = _items(widgets, pg.ScatterPlotItem)
    kept = [item for item in _items(widgets, QGraphicsItem) if is_kept(item)]
    for item in dots:
        item.setExportMode(True, {"antialias": True})
    for item in kept:
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    try:
        yield
    finally:
        keep(*kept)
        for item in dots:
            item.setExportMode(False)
