"""The drawing of the network: painted when seen, with numbers under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from gdviz.session.wiring import WEIGHTS
from gdviz.session.wiringwords import tip
from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.marks.networkpaint import paint
from gdviz.ui.panels.network import walk
from gdviz.ui.panels.network.picture import picture
from gdviz.ui.ring import Ring

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent

    from gdviz.session.run import Run
    from gdviz.session.wiring import Seen, Spot
    from gdviz.ui.marks.network import Picture

KEYS_OF_NETWORK = (
    "Enter walks through the network: the arrows go from unit to unit, Enter again "
    "along the edges into a unit, F2 changes a weight, Esc ends it."
)
NO_NETWORK = "No network here: each example's loss is a function of its own."


class NetworkView(QWidget):
    """One example's network; a click picks a node or an edge."""

    picked = Signal(object)
    weight_wanted = Signal(int, object, object)  # parameter, view and place in it

    def __init__(self) -> None:
        super().__init__()
        self.style_, self.quantity = look.STYLES[look.DARK], WEIGHTS
        self.run: Run | None = None
        self.example: Seen | None = None
        self.under: Spot | None = None
        self.spot: Spot | None = None
        self.walking = False
        self._picture: Picture | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # most keys are the window's
        self.setAccessibleName("Network")
        self.setToolTip(KEYS_OF_NETWORK)
        self.ring = Ring(self)

    def show_example(self, run: Run, example: Seen | None) -> None:
        """Show an example of a run; without one there is no network."""
        self.run, self.example = run, example
        self.refresh()

    def set_quantity(self, quantity: str) -> None:
        """Choose what the edges show."""
        self.quantity = quantity
        self.refresh()

    def refresh(self) -> None:
        """Make the picture anew, as soon as it is seen."""
        self._picture = None
        self.update()

    def picture(self) -> Picture | None:
        """Return what is painted."""
        if self._picture is None and self.run is not None and self.example is not None:
            size = max(self.width(), 1), max(self.height(), 1)
            with np.errstate(all="ignore"):  # what is not finite is written so
                self._picture = picture(self.run, self.example, self.quantity, size)
        return self._picture

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which something can be told."""
        return QSize(200, 80)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(480, 240)

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture."""
        painter, drawn = QPainter(self), self.picture()
        painter.fillRect(self.rect(), QColor(self.style_.plot))
        if drawn is not None:
            spots = tuple(s for s in (self.spot, self.under) if s is not None)
            paint(painter, drawn, self.style_, spots)
        elif self.run is not None:
            painter.setPen(QColor(self.style_.muted))
            painter.setFont(look.font(15))
            middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), middle, NO_NETWORK)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the picture for another size."""
        super().resizeEvent(event)
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the mouse."""
        self._look_at(self._spot(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        self._look_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what is under the mouse, or nothing."""
        self.pick(self._spot(event.position().x(), event.position().y()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for another weight where an edge is under the mouse."""
        spot = self._spot(event.position().x(), event.position().y())
        if spot is not None and spot.parameter >= 0:
            self.weight_wanted.emit(spot.parameter, self, event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk by the arrows once Enter was pressed; F2 asks for another weight."""
        if self._walk(Qt.Key(event.key())):
            return
        drawn, spot = self.picture(), self.spot
        edges = drawn.edges_of((spot,)) if drawn and spot else []
        if event.key() == Qt.Key.Key_F2 and drawn and spot and edges:
            middle = drawn.lines[edges[0]].center() * drawn.zoom
            self.weight_wanted.emit(spot.parameter, self, middle.toPoint())
        else:
            super().keyPressEvent(event)

    def pick(self, spot: Spot | None, walking: bool = False) -> None:
        """Pick a node or an edge, or nothing."""
        self.spot, self.walking = spot, walking
        self.picked.emit(spot)
        self.update()

    def _walk(self, key: Qt.Key) -> bool:
        """Take a key of a walk; tell whether it was one.

        After a bad end Enter is the window's: it goes on with a rate that holds.
        """
        drawn, run = self.picture(), self.run
        if drawn is None or run is None:
            return False
        if self.walking and key == Qt.Key.Key_Escape:
            self.pick(None)
        elif self.walking and key in walk.KEYS:
            self.pick(walk.step(drawn, self.spot or walk.first(drawn), key), True)
        elif key in walk.ENTER and not self.walking and not run.snapshot.diverged:
            self.pick(self.spot or walk.first(drawn), True)
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of what is under the mouse."""
        if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
            return super().event(event)
        spot = self._spot(event.pos().x(), event.pos().y())
        words = self.toolTip()
        if spot is not None and self.run is not None and self.example is not None:
            words = tip(self.run, self.example, spot)
        QToolTip.showText(event.globalPos(), words, self)
        return True

    def _look_at(self, spot: Spot | None) -> None:
        if spot != self.under:
            self.under = spot
            self.update()

    def _spot(self, x: float, y: float) -> Spot | None:
        drawn = self.picture()
        return drawn.spot_at(x, y) if drawn is not None else None
