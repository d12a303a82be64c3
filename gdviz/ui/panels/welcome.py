"""The welcome page: four ways to begin, over the plot in the middle."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout

from gdviz.session.lessons.lesson import lesson_files
from gdviz.ui.scaling import px, wide

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QShowEvent

    from gdviz.ui.window import Window

QUIZ = "guess-the-average"  # the lesson that asks before it shows
_TITLE = "Welcome to gdviz"
_ABOUT = (
    "It trains a small model before your eyes and shows every gradient of it. "
    "Where would you like to begin?"
)
_LAST = "You find this page again under <b>Help → Welcome</b>."
_WIDE, _GAP = 470, 12  # points
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_MOVED = (QEvent.Type.Resize, QEvent.Type.Move)


class Welcome(QScrollArea):
    """Lies over the centre until something is chosen, begun or opened.

    Parameters
    ----------
    window : Window

    Attributes
    ----------
    ways : dict of texts to QPushButton
        By what they lead to: "lesson", "quiz", "table" and "look".
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window_ = window
        self.setObjectName("welcome")
        self.setAccessibleName(_TITLE)
        self.setAccessibleDescription(_ABOUT)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ways: dict[str, QPushButton] = {}
        self._lay_out()
        self.hide()
        window.centre.installEventFilter(self)
        window.lectern.turned.connect(self.leave)
        window.player.played.connect(self.leave)
        window.player.edited.connect(self.leave)
        window.player.opened.connect(self._make_way)

    def open(self) -> None:
        """Show the page, with its first way in the hand of the keyboard."""
        self._place()
        self.show()
        self.raise_()
        self.ways["lesson"].setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self, *_: object) -> None:
        """Give the plot its place and the keys back."""
        if not self.isHidden():
            self.hide()
            self.window_.centre.chart.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay over the centre, wherever that goes."""
        if isinstance(watched, QPushButton):
            if event.type() == QEvent.Type.FocusIn:
                self.ensureWidgetVisible(watched)
            elif isinstance(event, QKeyEvent) and event.key() in _STEPS:
                if event.type() == QEvent.Type.KeyPress:
                    self._go(_STEPS[Qt.Key(event.key())])
                return True
        elif not self.isHidden() and event.type() in _MOVED:
            self._place()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the place there is: only now are all sizes known."""
        super().showEvent(event)
        self._place()
        self.ways["lesson"].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            event.ignore()  # the window knows the other keys

    def _go(self, by: int) -> None:
        """Go from way to way."""
        ways = list(self.ways.values())
        at = next((i for i, way in enumerate(ways) if way.hasFocus()), 0)
        ways[(at + by) % len(ways)].setFocus()

    def _make_way(self, _: object) -> None:
        """Leave where a scene is opened, but not for the very first one."""
        if self.window_.player.drawn:
            self.leave()

    def _place(self) -> None:
        """Lie over the middle of the centre, no larger than there is room."""
        window, centre = self.window_, self.window_.centre
        corner = centre.mapTo(window, centre.rect().topLeft())
        around = QRect(corner, centre.size())
        wide_ = min(wide(_WIDE), window.width() - 2 * _GAP)
        frame = 2 * self.frameWidth() + 2
        needed = self._column.totalHeightForWidth(wide_ - frame) + frame
        high = min(needed, max(around.height() - 2 * _GAP, px(200)))
        x = around.center().x() - wide_ // 2
        x = min(max(x, _GAP), window.width() - wide_ - _GAP)
        y = around.center().y() - high // 2
        self.setGeometry(x, y, wide_, high)

    def _lay_out(self) -> None:
        inside = QFrame()
        inside.setObjectName("welcome")
        column = self._column = QVBoxLayout(inside)
        column.setContentsMargins(26, 16, 26, 14)
        column.setSpacing(6)
        title, about = _words(_TITLE, "page"), _words(_ABOUT, "prose")
        column.addWidget(title)
        column.addWidget(about)
        column.addSpacing(6)
        for name, (words, tip, act) in _WAYS.items():
            self.ways[name] = self._way(words, tip, partial(act, self.window_))
            column.addWidget(self.ways[name])
            column.addWidget(_words(tip, "muted"))
        column.addSpacing(6)
        column.addWidget(_words(_LAST, "muted"))
        column.addStretch(1)
        self.setWidget(inside)

    def _way(self, words: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName("way")
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setAccessibleDescription(tip)
        button.setAutoDefault(True)
        button.installEventFilter(self)
        button.clicked.connect(self.leave)
        button.clicked.connect(lambda _: act())
        return button


def _words(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label


def _look(window: Window) -> None:
    """Leave all as it is."""
    window.surface.setFocus()


def _first_lesson(window: Window) -> None:
    """Open the first lesson on the shelf."""
    window.open_lesson(next(iter(lesson_files())))


_WAYS: dict[str, tuple[str, str, Callable[[Window], object]]] = {
    "lesson": (
        "Start with the first lesson",
        "What is averaged in a mini-batch? The picture moves along.",
        _first_lesson,
    ),
    "quiz": (
        "Guess first, then see",
        "A quiz: where will the average of the arrows point?",
        lambda window: window.open_lesson(QUIZ),
    ),
    "table": (
        "Use my own data …",
        "A table (CSV) with a header line: train on it.",
        lambda window: window.open_table(),
    ),
    "look": (
        "Just look around",
        "Space plays, → steps, ? lists all keys.",
        _look,
    ),
}
