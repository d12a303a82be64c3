"""What lies over the window in front of a class: black, a spotlight, or ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QWidget

from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from gdviz.ui.window import Window

_FOLLOW = 16  # milliseconds between two looks at the mouse
_LIGHT = 0.17  # radius of the spotlight, of the height
_SHADE = 170  # of 255, around it
_INK = 3.5  # points


class Overlay(QWidget):
    """Covers the window while anything lies over it.

    Attributes
    ----------
    black, lit, inked : bools
        Whether the screen is blank, a spotlight follows the mouse, the mouse draws.
    strokes : list of QPolygonF
        In points of the window.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.black = self.lit = self.inked = False
        self.strokes: list[QPolygonF] = []
        self._at = QPointF()
        self._follow = QTimer(self, interval=_FOLLOW)
        self._follow.timeout.connect(self._look)
        self.setAccessibleName("Spotlight and pen")
        self.setAccessibleDescription("Lies over the window in front of a class.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        window.installEventFilter(self)
        window.player.opened.connect(lambda _: self.clean())

    def blank(self, on: bool | None = None) -> None:
        """Show nothing but black, or the window again."""
        self.black = not self.black if on is None else on
        self._cover()

    def light(self) -> None:
        """Follow the mouse with a spotlight, or no more."""
        self.lit = not self.lit
        self._cover()

    def ink(self) -> None:
        """Let the mouse draw over the window, or no more; what is drawn stays."""
        self.inked = not self.inked
        self._cover()

    def wipe(self) -> None:
        """Take the last stroke away."""
        del self.strokes[-1:]
        self._cover()

    def clean(self) -> None:
        """Take all strokes away: they belong to the picture they were drawn on."""
        if self.strokes:
            self.strokes.clear()
            self._cover()

    def clear(self) -> None:
        """Take everything away."""
        self.black = self.lit = self.inked = False
        self.strokes.clear()
        self._cover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.resize(self._window.size())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke; a black screen comes back."""
        if self.black:
            self.blank(False)
        elif self.inked and event.button() == Qt.MouseButton.LeftButton:
            self.strokes.append(QPolygonF([event.position()]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self.inked and self.strokes and event.buttons() & Qt.MouseButton.LeftButton:
            self.strokes[-1].append(event.position())
            self.update()

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the black, or the shade around the light, and the ink."""
        painter = QPainter(self)
        if self.black:
            painter.fillRect(self.rect(), QColor("black"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.lit:
            painter.fillPath(self._shade(), QColor(0, 0, 0, _SHADE))
        style = self._window.style_
        for colour, wider in ((style.plot, 2.0), (style.ink, 0.0)):
            painter.setPen(look.pen(colour, thickness(_INK) + wider))
            for stroke in self.strokes:
                painter.drawPolyline(stroke)

    def _shade(self) -> QPainterPath:
        radius = _LIGHT * self.height()
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        shade.addEllipse(self._at, radius, radius)
        return shade

    def _cover(self) -> None:
        """Lie over the window if there is anything to show, and take what is needed."""
        shown = self.black or self.lit or self.inked or bool(self.strokes)
        takes = self.black or self.inked
        through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
        self.setAttribute(through, not takes)
        shape = Qt.CursorShape.BlankCursor if self.black else Qt.CursorShape.CrossCursor
        self.setCursor(shape) if takes else self.unsetCursor()
        self.resize(self._window.size())
        self.setVisible(shown)
        self.raise_()
        self._follow.start() if self.lit else self._follow.stop()
        self._look()
        self.update()

    def _look(self) -> None:
        """Move the light to the mouse."""
        at = QPointF(self.mapFromGlobal(QCursor.pos()))
        if at != self._at:
            self._at = at
            self.update()
