"""Presenting: the whole screen for the plots, large, and a clicker is enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gdviz.ui import docks, keys, room

if TYPE_CHECKING:
    from gdviz.ui.window import Window

_USUAL_HEIGHT = 640.0  # points of a screen on which words are of the usual size
_LEAST, _MOST = 1.2, 4.0
_MARKS = 1.25  # times as thick as words are large
_ALWAYS = ("F5", "F11", "Esc", "PgDn", "PgUp")  # even where a text is written
_ANSWER, _TIMES = 400, 5  # milliseconds for an answer of the desktop; asked so often
_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit)


@dataclass(frozen=True)
class Usual:
    """What a window was like before."""

    geometry: QByteArray
    layout: QByteArray
    state: Qt.WindowState


class Presenter(QObject):
    """Starts and ends presenting, and has all keys meanwhile.

    Attributes
    ----------
    usual : Usual or None
        What the window was like; None: it is not presenting.
    """

    changed = Signal(bool)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.usual: Usual | None = None
        self._before: Usual | None = None  # the usual one, also once it has ended
        self._asked = 0
        self._answer = QTimer(self, singleShot=True, interval=_ANSWER)
        self._answer.timeout.connect(self._look)
        window.lectern.turned.connect(self._make_room)
        window.lectern.closed.connect(self._put_away)
        window.player.opened.connect(lambda _: self._make_room())

    @property
    def on(self) -> bool:
        """Whether it is presenting."""
        return self.usual is not None

    def toggle(self) -> None:
        """Start, or end."""
        self.end() if self.on else self.start()

    def start(self) -> None:
        """Take the whole screen."""
        window = self.window
        if self.on:
            return
        window.welcome.close()
        self.usual = self._before = self._as_it_is()
        self._asked = 0
        self._ask()
        self._make_room()
        self.fit()
        window.centre.chart.setFocus()
        _application().installEventFilter(self)
        self.changed.emit(True)

    def end(self) -> None:
        """Bring the window back as it was."""
        window, usual = self.window, self.usual
        if usual is None:
            return
        _application().removeEventFilter(self)
        self.usual = None
        window.overlay.clear()
        window.transport.show()
        if (strip := window.menuWidget()) is not None:
            strip.show()
        self._asked = 0
        self._ask()
        window.set_size(window.text_size)
        self._restore(usual)
        window.documents.bring_back()
        window.centre.chart.setFocus()
        self.changed.emit(False)

    def fit(self) -> None:
        """Make words and marks as large as the screen asks for."""
        if self.on:
            text = max(self.window.height() / _USUAL_HEIGHT, _LEAST)
            text = min(max(text, self.window.text_size / 100), _MOST)
            self.window.enlarge(text, _MARKS * text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the keys, and let nothing pop up."""
        kind = event.type()
        if kind == QEvent.Type.ToolTip:
            return True
        if kind == QEvent.Type.Resize and watched is self.window:
            self.fit()
        if kind == QEvent.Type.KeyPress and isinstance(watched, QWidget):
            assert isinstance(event, QKeyEvent)
            return watched.window() is self.window and self._take(event)
        return False

    def _as_it_is(self) -> Usual:
        """Return what the window is like; as it was, while the desktop changes it."""
        window, layout = self.window, self.window.saveState()
        if self._before is not None and self._answer.isActive():
            return replace(self._before, layout=layout)
        state = Qt.WindowState(window.windowState())
        return Usual(window.saveGeometry(), layout, state)

    def _frame(self, usual: Usual) -> None:
        """Give the window its frame and place back."""
        self.window.setWindowState(usual.state)
        self.window.restoreGeometry(usual.geometry)

    def _ask(self) -> None:
        """Have the desktop make the window full or framed, once it has answered before.

        What is asked twice in a moment ends as the desktop likes.
        """
        if self._answer.isActive():
            return
        usual = self._before
        assert usual is not None
        self.window.showFullScreen() if self.on else self._frame(usual)
        self._answer.start()

    def _look(self) -> None:
        """Look whether it has come so, after keys that were pressed fast."""
        window, usual = self.window, self._before
        assert usual is not None
        full = self.on or bool(usual.state & Qt.WindowState.WindowFullScreen)
        self._asked += 1
        other = window.isFullScreen() != full and window.isVisible()
        if other and self._asked < _TIMES:
            self._ask()

    def _take(self, event: QKeyEvent) -> bool:
        """Act on a key; tell whether nobody else is to have it."""
        name, window = keys.name(event), self.window
        writes = isinstance(_application().focusWidget(), _FIELDS)
        if writes and name not in _ALWAYS:
            return False
        if window.overlay.black and name not in keys.BLANK:
            window.overlay.blank(False)  # any key: nobody should search for the one
            return True
        if window.lectern.reading and self._stays(name):
            return True
        return window.guessing.take(event) or keys.act(window, name)

    def _stays(self, name: str) -> bool:
        """Show what the page keeps back before it is turned; tell whether it did."""
        sheet, guessing = self.window.lesson.sheet, self.window.guessing
        if name == "PgUp":
            return sheet.go_back()
        if name != "PgDn":
            return False
        if guessing.held:
            guessing.reveal()
            return True
        return sheet.go_on()

    def _make_room(self) -> None:
        """Show what the lesson names; without a lesson the plots; never the bar."""
        if not self.on:
            return
        window, lectern = self.window, self.window.lectern
        window.transport.hide()
        if (strip := window.menuWidget()) is not None:
            strip.hide()  # it asks, which can wait
        if lectern.reading and lectern.lesson is not None:
            named = lectern.lesson.pages[lectern.number].show
            window.docks[docks.SCENE].setVisible(docks.SCENE in named)
        else:
            window.docks[docks.SCENE].hide()
        room.share_room(window)

    def _put_away(self, layout: QByteArray | None) -> None:
        """End without a lesson what began with one: its layout goes with it."""
        if self.usual is not None and layout is not None:
            self.usual = replace(self.usual, layout=layout)
        self._make_room()

    def _restore(self, usual: Usual) -> None:
        """Bring the docks back, but where another lesson came or went meanwhile."""
        window = self.window
        lectern, reading = window.lectern, window.lectern.reading
        window.restoreState(usual.layout)
        window.docks[docks.LESSON].setVisible(reading)
        if reading and lectern.lesson is not None:
            room.open_lesson(window, lectern.lesson.pages[lectern.number].show)
        else:
            window.docks[docks.SCENE].show()
            room.share_room(window)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
