"""Beside the map: what to sweep, start and cancel, how far it is, and what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gdviz.ui.panels.network.bar import Turn
from gdviz.ui.panels.sweep.form import SweepForm

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

_START = "Start", "Run every cell of the map in the background; the window stays free."
_CANCEL = (
    "Cancel",
    "Stop; the cells that are known stay, and Start goes on with the others.",
)


class Controls(QWidget):
    """The form, the buttons below it and two texts.

    Attributes
    ----------
    form : SweepForm
    wrong : QLabel
        What is wrong with the sweep that is chosen.
    told : QLabel
        What is known of the cell that is looked at, or of the map.
    begun, stopped : Signals
        A person wants to start or to cancel.
    """

    begun = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form, self.wrong, self.told = SweepForm(), QLabel(), QLabel()
        self.start, self.progress = Turn(*_START), QProgressBar()
        self.load = Turn("Open …", "Show a map that was saved here or by gdviz sweep.")
        self.save = Turn("Save …", "Write the cells that are known to a CSV file.")
        self.running = False
        self._room = QWidget(self)
        self._beside = QStackedLayout(self._room)
        self._dress()
        self._lay_out()
        self.start.clicked.connect(self._clicked)

    def blame(self, sentence: str) -> None:
        """Say what is wrong; nothing can be started until it is mended."""
        self.say(sentence)
        if not self.running:
            self.start.setEnabled(not sentence)

    def say(self, sentence: str) -> None:
        """Say why something was not done."""
        self.wrong.setText(_capital(sentence))
        self.wrong.setToolTip(self.wrong.text())
        self.wrong.setVisible(bool(sentence))

    def set_running(self, on: bool) -> None:
        """Offer to cancel, or to start."""
        self.running = on
        self.form.set_running(on)
        words, tip = _CANCEL if on else _START
        self.start.setText(words)
        self.start.setToolTip(tip)
        self.start.setEnabled(True)
        self._beside.setCurrentIndex(int(on))

    def show_progress(self, done: int, total: int, words: str) -> None:
        """Show how many cells are done."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(words)

    def _clicked(self) -> None:
        if self.running:
            self.start.setEnabled(False)
            self.stopped.emit()
        else:
            self.begun.emit()

    def _dress(self) -> None:
        self.start.setObjectName("accent")
        self.start.setAccessibleName("Start or cancel the sweep")
        self.load.setAccessibleName("Open a sweep map")
        self.save.setAccessibleName("Save the sweep map")
        self.save.setEnabled(False)
        self.wrong.setObjectName("note")
        self.wrong.hide()
        for text in (self.wrong, self.told):
            text.setWordWrap(True)
            text.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told.setAccessibleName("The cell that is looked at")
        self.progress.setAccessibleName("Cells done")
        self.progress.setToolTip("How many cells are done, and how long it may take.")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(5)
        column.setContentsMargins(10, 4, 6, 4)
        column.addWidget(self.form)
        column.addWidget(self.wrong)
        column.addLayout(self._buttons())
        column.addWidget(self.told, 1)

    def _buttons(self) -> QLayout:
        line, files = QHBoxLayout(), QWidget(self._room)
        row = QHBoxLayout(files)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.load)
        row.addWidget(self.save)
        row.addStretch(1)
        self._beside.addWidget(files)
        self._beside.addWidget(self.progress)
        line.addWidget(self.start)
        line.addWidget(self._room, 1)
        return line


def _capital(sentence: str) -> str:
    """Return a sentence with a capital, unless it begins with a place or a file."""
    named = "." in sentence.partition(" ")[0]
    return sentence if named else sentence[:1].upper() + sentence[1:]
