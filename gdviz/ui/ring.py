"""The ring around a plot or panel that came into use by a key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPalette, QRegion
from PySide6.QtWidgets import QWidget

from gdviz.ui.faults import careful

_WIDTH = 2  # points
_REASON = Qt.FocusReason
_BY_KEY = (_REASON.TabFocusReason, _REASON.BacktabFocusReason)
_ELSEWHERE = (  # the plot stays in use meanwhile
    _REASON.ActiveWindowFocusReason,
    _REASON.PopupFocusReason,
    _REASON.MenuBarFocusReason,
)


class Ring(QWidget):
    """A frame over a widget that is painted by itself, seen while it has the focus.

    A click needs no ring: the mouse is there.

    Attributes
    ----------
    drawn : bool
        Whether it shows: pictures of the plot alone leave it out.
    """

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.drawn, self._around = True, around
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        around.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the focus and the size of what is framed."""
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self._fit()
        elif isinstance(event, QFocusEvent) and event.reason() not in _ELSEWHERE:
            self._show(kind == QEvent.Type.FocusIn and event.reason() in _BY_KEY)
        elif kind == QEvent.Type.MouseButtonPress:
            self.hide()
        return False

    @careful
    def paintEvent(self, event: QEvent) -> None:
        """Paint the frame; all else is masked."""
        if self.drawn:
            colour = self.palette().color(QPalette.ColorRole.Highlight)
            QPainter(self).fillRect(self.rect(), colour)

    def _show(self, seen: bool) -> None:
        if seen:
            self._fit()
            self.raise_()
        self.setVisible(seen)

    def _fit(self) -> None:
        around = self._around.rect()
        self.setGeometry(around)
        inside = around.adjusted(_WIDTH, _WIDTH, -_WIDTH, -_WIDTH)
        self.setMask(QRegion(around) - QRegion(inside))
