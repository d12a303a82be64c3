"""The map: a cell for every run, coloured by what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.panels.sweep import cells
from gdviz.ui.panels.sweep.frame import Frame
from gdviz.ui.panels.sweep.grid import FINAL, Grid
from gdviz.ui.panels.sweep.names import margin, paint_axes
from gdviz.ui.panels.sweep.scales import scale_of
from gdviz.ui.panels.sweep.words import told

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from gdviz.ui.panels.sweep.scales import Scale
    from gdviz.ui.style import Style

    Place = tuple[int, int]  # column and row

_EMPTY = (
    "Many runs of this scene, each with other settings: a cell for every run. "
    "Start fills the map in."
)
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SweepMap(QWidget):
    """A grid of cells; a click, or Enter at the frame the arrow keys move, picks one.

    Attributes
    ----------
    scale : Scale or None
        What the colours stand for; None where no cell has a value.
    highest : float
        The largest value; the scale may end below it.
    pointed : Signal of (int, int) or None
        The column and row that is looked at.
    picked : Signal of (int, int)
    """

    pointed = Signal(object)
    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.style_, self.measure = look.STYLES[look.DARK], FINAL
        self.grid: Grid | None = None
        self.spot: Place | None = None
        self.present: tuple[float, float] | None = None
        self.scale: Scale | None = None
        self.highest = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Sweep map")
        self.setToolTip(_EMPTY)

    def show_grid(self, grid: Grid | None, measure: str) -> None:
        """Show these outcomes, coloured by a measure."""
        if self.grid is None or grid is None or grid.shape != self.grid.shape:
            self.spot = None
        self.grid, self.measure = grid, measure
        self.setToolTip("" if grid else _EMPTY)
        self.refresh()

    def refresh(self) -> None:
        """Paint what has come since."""
        values = self.grid.values(self.measure) if self.grid else np.empty(0)
        known = values[np.isfinite(values)]
        self.scale = scale_of(known) if known.size else None
        self.highest = float(known.max()) if known.size else 0.0
        self.update()

    def show_present(self, where: tuple[float, float] | None) -> None:
        """Ring the place of the present scene, in cells; None: it lies outside."""
        if where != self.present:
            self.present = where
            self.update()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.style_ = style
        self.update()

    def point(self, place: Place | None) -> None:
        """Look at a cell, or at none."""
        if place != self.spot:
            self.spot = place
            self.setAccessibleDescription(self.words(place))
            self.pointed.emit(place)
            self.update()

    def words(self, place: Place | None) -> str:
        """Return the values of a cell and what it came to."""
        if self.grid is None or place is None:
            return ""
        return told(self.grid, place)

    def frame(self) -> Frame:
        """Return where the cells lie."""
        assert self.grid is not None
        size, shape = (self.width(), self.height()), self.grid.shape
        return Frame.within(size, shape, margin(self.grid.sweep))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which something can be told."""
        return QSize(170, 120)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(460, 300)

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, the marks on them and the names of the axes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.style_.ground))
        if self.grid is None:
            self._paint_empty(painter)
            return
        frame = self.frame()
        self._paint_cells(painter, self.grid, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, self.grid, frame)
        paint_axes(painter, frame, self.grid.sweep, self.style_)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at the cell under the mouse."""
        if self.grid is not None:
            self.point(self.frame().under(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Look at none, unless the keys point at one."""
        if not self.hasFocus():
            self.point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the cell under the mouse."""
        if self.grid is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.point(self.frame().under(event.position()))
        if self.spot is not None:
            self.picked.emit(self.spot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the frame, or pick its cell; leave all else to the window."""
        key = Qt.Key(event.key())
        if self.grid is None or key not in (*_WAYS, *_OPEN):
            super().keyPressEvent(event)
        elif key in _WAYS:
            self._move(*_WAYS[key])
        elif self.spot is not None:
            self.picked.emit(self.spot)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys point."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tell of the cell under the mouse."""
        if isinstance(event, QHelpEvent) and self.grid is not None:
            place = self.frame().under(QPointF(event.pos()))
            if event.type() == QEvent.Type.ToolTip and place is not None:
                QToolTip.showText(event.globalPos(), self.words(place), self)
                return True
        return super().event(event)

    def _move(self, across: int, up: int) -> None:
        assert self.grid is not None
        columns, rows = self.grid.shape
        start = self.grid.best(self.measure) or (0, 0)
        if self.spot is None:
            self.point(start)
            return
        column, row = self.spot[0] + across, self.spot[1] + up
        self.point((min(max(column, 0), columns - 1), min(max(row, 0), rows - 1)))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(QColor(self.style_.muted))
        painter.setFont(look.font(14))
        room = self.rect().adjusted(16, 0, -16, 0)
        painter.drawText(
            room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _EMPTY
        )

    def _paint_cells(self, painter: QPainter, grid: Grid, frame: Frame) -> None:
        values = grid.values(self.measure)
        shades = self.scale.shade(values) if self.scale else values
        for column, row in np.ndindex(*grid.shape):
            kind = cells.kind_of(grid.at(column, row), float(values[column, row]))
            rect = frame.rect(column, row)
            if kind == cells.VALUE:
                cells.paint_value(painter, rect, float(shades[column, row]))
            else:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                cells.paint_sign(painter, rect, kind, self.style_)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_marks(self, painter: QPainter, grid: Grid, frame: Frame) -> None:
        if (best := grid.best(self.measure)) is not None:
            cells.paint_star(painter, frame.rect(*best))
        if self.present is not None:
            centre = QPointF(*frame.centre(*self.present))
            cells.paint_ring(painter, centre, min(frame.cell))
        if self.spot is not None:
            rect = frame.rect(*self.spot)
            cells.paint_cursor(painter, rect, self.style_, self.hasFocus())
