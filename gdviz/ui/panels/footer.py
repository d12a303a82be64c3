"""The bottom: the timeline, one sentence in plain words, and slow numbers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStackedLayout,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.session.badend import offer
from gdviz.session.words import numbers, sentence
from gdviz.ui import style as look
from gdviz.ui.faults import careful
from gdviz.ui.panels.light import Light
from gdviz.ui.panels.numbers import Numbers
from gdviz.ui.panels.sentence import Sentences
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from gdviz.session.run import Run
    from gdviz.ui.player import Player
    from gdviz.ui.style import Style

_SLOW = 0.25  # seconds: numbers that change faster cannot be read
_NOTE = 8000  # milliseconds a note stays


class Timeline(QSlider):
    """All steps known; dragging goes to a step."""

    wanted = Signal(int)
    _painted = -1  # where the handle was painted

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.style_ = look.STYLES[look.DARK]
        self.setRange(0, 0)
        self.setToolTip("All steps of this run; drag to go back to one.")
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Return the height of the handle."""
        return QSize(200, px(20))

    def show_step(self, step: int, newest: int) -> None:
        """Show where the run stands; at the newest step the handle stays."""
        self.setRange(0, newest)
        self.setSliderPosition(step)
        if round(self._handle) != self._painted:
            self.update()

    def sliderChange(self, change: QSlider.SliderChange) -> None:  # noqa: N802
        """Do not paint it again yet: see `show_step`."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrow keys to the window: they mean steps there too."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the mouse."""
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        event.accept()

    @careful
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove, the way gone and the handle."""
        painter, s = QPainter(self), self.style_
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        y, width, x = self.height() / 2, self.width(), self._handle
        self._painted = round(x)
        painter.setBrush(QColor(s.edge))
        painter.drawRoundedRect(QRectF(0, y - px(3), width, px(6)), px(3), px(3))
        painter.setBrush(QColor(s.path))
        painter.drawRoundedRect(QRectF(0, y - px(3), x, px(6)), px(3), px(3))
        if self.hasFocus():
            painter.setBrush(QColor(s.text))
            painter.drawEllipse(QPointF(x, y), px(10), px(10))
            painter.setBrush(QColor(s.path))
        painter.drawEllipse(QPointF(x, y), px(8), px(8))

    @property
    def _handle(self) -> float:
        """Where the handle stands, in pixels from the left."""
        share = self.sliderPosition() / self.maximum() if self.maximum() else 1.0
        return px(9) + share * (self.width() - px(18))

    def _go(self, x: float) -> None:
        share = min(max((x - px(9)) / max(self.width() - px(18), 1), 0.0), 1.0)
        step = round(share * self.maximum())
        if step != self.sliderPosition():
            self.setSliderPosition(step)
            self.update()
            self.wanted.emit(step)


class Footer(QToolBar):
    """Where the run stands, in a picture, in words and in numbers."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.setObjectName("bottom")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.player = player
        self.timeline, self.light = Timeline(), Light()
        self.sentence, self.numbers, self.note = Sentences(), Numbers(), QLabel()
        self.rescue = _rescue_button(player)
        self.note.setObjectName("note")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self._forget = QTimer(self, singleShot=True, interval=_NOTE)
        self._forget.timeout.connect(self.forget)
        self.rows, self._noted = QStackedLayout(), 0
        self._written, self._rate_from = 0.0, (0.0, 0)
        self._rate = 0.0
        self._lay_out()

    def show_run(self, run: Run) -> None:
        """Move the timeline; write the words if they were not written just now."""
        self.timeline.show_step(run.step, run.newest)
        if run.number != self._noted and self.note.text():
            self.forget()
        now = time.perf_counter()
        if not self.player.playing or now - self._written >= _SLOW:
            self._count(run, now)
            self._written = now
            self.sentence.show_words(sentence(run))
            self._offer(offer(run))
            self.light.show_run(run)
            self.numbers.show_entries(self._entries(run))

    def say(self, note: str) -> None:
        """Show a note in place of the numbers for a while, or until the next run."""
        self.note.setText(note)
        self.note.setToolTip(note)
        self._noted = self.player.run.number if self.player.run else 0
        self.rows.setCurrentWidget(self.note)
        self.light.hide()  # a small window has no room for both
        self._forget.start()

    def forget(self) -> None:
        """Show the numbers again."""
        self.note.clear()
        self.rows.setCurrentWidget(self.numbers)
        self.light.show()

    def set_style(self, style: Style) -> None:
        """Take on a theme."""
        self.timeline.style_ = style
        self.numbers.set_style(style)
        self.light.set_style(style)
        self.timeline.updateGeometry()
        self.timeline.update()

    def _offer(self, words: str) -> None:
        """Show the way back from a bad end, if there is one."""
        self.rescue.setText(f"{words} ↵")
        self.rescue.setAccessibleName(words)
        self.rescue.setVisible(bool(words))

    def _count(self, run: Run, now: float) -> None:
        before, step = self._rate_from
        gone = now - before
        self._rate = max(run.step - step, 0) / gone if 0 < gone < 2 else 0.0
        self._rate_from = (now, run.step)

    def _entries(self, run: Run) -> dict[str, str]:
        entries = numbers(run)
        if self.player.playing:
            entries["steps/s"] = f"{self._rate:,.0f}"
            entries["frames/s"] = f"{self.player.frames_per_second():.0f}"
        return entries

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 7, 14, 9)
        column.setSpacing(4)
        column.addWidget(self.timeline)
        said = QHBoxLayout()
        said.addWidget(self.sentence, 1)
        said.addWidget(self.rescue)
        column.addLayout(said)
        self.rows.addWidget(self.numbers)
        self.rows.addWidget(self.note)
        last = QHBoxLayout()
        last.addLayout(self.rows, 1)
        last.addWidget(self.light)
        column.addLayout(last)
        for label in (self.sentence, self.numbers, self.note):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(inside)


def _rescue_button(player: Player) -> QToolButton:
    button = QToolButton()
    button.setObjectName("rescue")
    button.setToolTip(
        "Go back to the last good step, with a learning rate under which the loss was "
        "seen not to overflow from there. The path that ended stays (Enter)."
    )
    button.setAccessibleName("Go on from the last good step")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
    button.clicked.connect(player.rescue)
    button.hide()
    return button
