"""Reading: plots tell a screen reader what they show, and a person who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
)

from gdviz.session.spoken.picture import plain_sentence
from gdviz.ui import docks

if TYPE_CHECKING:
    from gdviz.ui.picture import Picture
    from gdviz.ui.window import Window

_SELDOM, _SOON = 2000, 80  # milliseconds, while playing and at rest
_SIZE = (620, 420)  # points
NOTHING = "Nothing is shown yet."


class Reading(QObject):
    """Keeps the descriptions of the plots true, every other second while playing.

    Parameters
    ----------
    window : Window
    """

    announced = Signal(str)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._said = window, ""
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self.tell)
        changes = [window.player.refreshed, window.centre.currentChanged]
        changes += [window.panel.marks.hidden]
        changes += [dock.visibilityChanged for dock in window.docks.values()]
        for change in changes:
            change.connect(self._later)

    def tell(self) -> None:
        """Describe every plot that is seen; say the sentence where all stands still."""
        run = self._window.player.run
        if run is None:
            return
        for chart in seen(self._window):
            if words := chart.spoken():
                chart.setAccessibleDescription(words)
        if not self._window.player.playing:
            self._announce(plain_sentence(run))

    def _later(self, *_: object) -> None:
        if not self._due.isActive():
            self._due.start(_SELDOM if self._window.player.playing else _SOON)

    def _announce(self, sentence: str) -> None:
        """Have a screen reader say a sentence that it has not said just now."""
        if sentence == self._said:
            return
        self._said = sentence
        self.announced.emit(sentence)
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self._window, sentence)
            QAccessible.updateAccessibility(event)


def seen(window: Window) -> list[Picture]:
    """Return the plots that are on the screen, the one with the focus first."""
    charts = [window.centre.chart, *window.charts.values()]
    shown = [chart for chart in dict.fromkeys(charts) if docks.is_seen(chart)]
    focus = QApplication.focusWidget()
    return sorted(shown, key=lambda chart: focus is None or chart is not focus)


def whole(window: Window) -> str:
    """Return all that is on the screen in words: the plot in use comes first."""
    run = window.player.run
    if run is None:
        return NOTHING
    parts = [f"Step {run.step:,}. {plain_sentence(run)}"]
    for chart in seen(window):
        words = chart.spoken()
        told = words.startswith(chart.title)
        parts.append(words if told else f"{chart.title}\n{words}")
    return "\n\n".join(parts)


def describe(window: Window) -> None:
    """Show the picture in words, and put these on the clipboard."""
    text = whole(window)
    dialog = QDialog(window)
    dialog.setWindowTitle("This picture in words")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    words = QPlainTextEdit(text)
    words.setReadOnly(True)
    words.setTabChangesFocus(True)
    words.setAccessibleName("This picture in words")
    words.setToolTip("What the plots show now. It is on the clipboard too.")
    keys = Qt.TextInteractionFlag.TextSelectableByKeyboard
    words.setTextInteractionFlags(words.textInteractionFlags() | keys)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(words)
    column.addWidget(buttons)
    dialog.resize(*_SIZE)
    dialog.open()
    words.setFocus()
    QGuiApplication.clipboard().setText(text)
    window.footer.say("Copied: this picture in words.")
