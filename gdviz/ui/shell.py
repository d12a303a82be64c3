"""The first thing on the screen: a small window while the program is loaded.

It needs neither NumPy nor pyqtgraph, so that it is there at once.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QObject,
    QSize,
    Qt,
    QThread,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPixmapCache
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QVBoxLayout, QWidget

from gdviz.ui import style as look
from gdviz.ui.dressing import dress, palette
from gdviz.ui.faults import careful
from gdviz.ui.folder import remembered_theme, usual_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent

_SIZE, _ICON, _MARGIN = QSize(420, 220), 64, 32  # points
_PATIENCE = 0.25  # seconds, for a screen that is slow to show it
_PICTURES = 2**17  # KiB of kept pictures: the usual 10 MiB hold none of a large screen
_NAME, _ABOUT = "gdviz", "Watch gradient descent average gradients."


def application(arguments: Sequence[str] = (_NAME,)) -> QApplication:
    """Return the one application, dressed for its work."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")  # it would wait for training
    made = QApplication(list(arguments))
    made.setApplicationName(_NAME)
    made.setStyle("Fusion")
    made.setFont(look.font(13))
    made.setWindowIcon(look.icon(_NAME, "#E69F00"))
    QPixmapCache.setCacheLimit(_PICTURES)
    return made


def loop_runs() -> bool:
    """Tell whether an event loop runs already, so that nobody need wait."""
    return QThread.currentThread().loopLevel() > 0


class Shell(QWidget):
    """Says what is being opened. As a context it is shown inside and closed after.

    Parameters
    ----------
    what : text
        What is opened, in few words; nothing: what was open last.
    theme : text or None
        None: the one that is remembered.
    fresh : bool
        Whether nothing is remembered.

    Attributes
    ----------
    closed : bool
        Whether the user has closed it: then nothing more is to be opened.
    """

    given_up = Signal()

    def __init__(
        self, what: str = "", theme: str | None = None, fresh: bool = False
    ) -> None:
        self._application = application()
        super().__init__(None, Qt.WindowType.SplashScreen)
        self.closed = self._painted = False
        known = look.SYSTEM if fresh else remembered_theme(usual_folder())
        style = look.resolve(theme or known)
        self._application.setPalette(palette(style))
        dress(self, style)  # alone: under a sheet a window takes long to make
        self.setObjectName("shell")
        self.setWindowTitle(_NAME)
        self.setAccessibleName(f"{_NAME} is starting")
        self.setFixedSize(_SIZE)
        self._frame(style.edge)
        self._fill(f"Opening {what} …" if what else "Opening …")
        self.move(self.screen().availableGeometry().center() - self.rect().center())

    def __enter__(self) -> Self:
        """Show it, and return when it can be seen."""
        self.show()
        end = time.monotonic() + _PATIENCE
        while not self._painted and not self.closed and time.monotonic() < end:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take it from the screen."""
        self.leave()

    def make_way(self, window: QWidget) -> None:
        """Go when another window has come to the screen."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Go once the other window is painted."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.leave)
        return False

    def leave(self) -> None:
        """Go, now that there is something else to see."""
        self.hide()

    def refuse(self, sentence: str) -> None:
        """Say why nothing is opened, until that is read: there may be no terminal."""
        box = QMessageBox(QMessageBox.Icon.Warning, _NAME, sentence, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        read = QEventLoop()
        box.finished.connect(read.quit)
        self.leave()
        box.open()
        read.exec()

    def wanted(self) -> bool:
        """Tell whether the user still wants what is being opened."""
        QApplication.processEvents()
        return not self.closed

    def closeEvent(self, event: QCloseEvent) -> None:
        """Note that it was closed."""
        self.closed = True
        self.given_up.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape: there is no button."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Note when it has come to the screen."""
        super().paintEvent(event)
        QTimer.singleShot(0, self, self._note)

    def _note(self) -> None:
        self._painted = True

    def _frame(self, colour: str) -> None:
        """Set it off from a desktop of its own colour."""
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        border = f"#{self.objectName()} {{ border: 1px solid {colour}; }}"
        self.setStyleSheet(f"{self.styleSheet()}\n{border}")

    def _fill(self, sentence: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.addStretch()
        picture = QLabel()
        picture.setPixmap(self._application.windowIcon().pixmap(_ICON, _ICON))
        column.addWidget(picture)
        column.addWidget(self._line(_NAME, 24))
        column.addWidget(self._line(_ABOUT, 14))
        column.addWidget(self._line(sentence, 14, "muted"))
        column.addStretch()

    def _line(self, text: str, size: int, name: str = "") -> QLabel:
        font = look.font(size, look.BOLD if size > 14 else look.font().weight())
        room = _SIZE.width() - 2 * _MARGIN
        middle = Qt.TextElideMode.ElideMiddle
        line = QLabel(QFontMetrics(font).elidedText(text, middle, room))
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setObjectName(name)
        line.setFont(font)
        return line
