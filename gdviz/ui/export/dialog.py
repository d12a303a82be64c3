"""The export dialog: the form, a file to be chosen, progress; it stays open.

It is kept from one time to the next, and with it all that was chosen.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gdviz.ui.export.form import ExportForm, beside, explain

if TYPE_CHECKING:
    from pathlib import Path

_WIDE = 460  # points


class ExportDialog(QDialog):
    """Asks what is exported, and shows how far it is.

    Attributes
    ----------
    wanted : Signal
        The file is to be written.
    stopped : Signal
        What is under way is to be stopped.
    form : ExportForm
    """

    wanted = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setModal(False)
        self.form, self.save = ExportForm(), QPushButton("Export")
        self.cancel, self.told = QPushButton("Stop"), QLabel()
        self.count, self.bar = QLabel(), QProgressBar()
        self._asked: Path | None = None  # to be overwritten
        self._lay_out()
        self._connect()
        self.set_running(False)

    def say(self, sentence: str) -> None:
        """Show what is wrong or done."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    def set_running(self, on: bool) -> None:
        """Show progress and a way to stop, or the way to begin."""
        self.bar.setVisible(on)
        self.cancel.setVisible(on)
        self.save.setEnabled(not on)
        self.form.set_open(not on)

    def show_progress(self, done: int, total: int, words: str) -> None:
        """Show how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(words)

    def show_count(self, words: str) -> None:
        """Show how large the file will be."""
        self.count.setText(words)
        self.count.setVisible(bool(words))

    def accept(self) -> None:
        """Begin; a file that is there is replaced only when asked twice."""
        if not self.save.isEnabled():
            return
        self.form.follow_name()
        path = self.form.path
        if not self.form.file.text().strip():
            self.say("Name a file first.")
        elif os.path.isdir(path):  # a name too long is none
            self.say(f"{path} is a folder; name a file in it.")
        elif os.path.isfile(path) and self._asked != path:
            self._asked = path
            self.save.setText("Replace")
            self.say(f"{path.name} is there already; replace it?")
        else:
            self._forget()
            self.wanted.emit()

    def _forget(self) -> None:
        """Ask again, the next time or for the other file that is named now."""
        self._asked = None
        self.save.setText("Export")

    def _ask(self) -> None:
        """Ask for the file."""
        form = self.form
        dialog = QFileDialog(self, "Export", str(form.path))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffix = str(form.suffix.currentData())
        dialog.setDefaultSuffix(suffix[1:])
        dialog.setNameFilter(f"{form.suffix.currentText()} (*{suffix})")
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, path: str) -> None:
        self.form.file.setText(path)
        self._asked = self.form.path  # the file dialog has asked already
        self.form.follow_name()  # which may name another

    def _shrink(self) -> None:
        """Leave no empty room below fewer rows."""
        self.resize(self.width(), self.sizeHint().height())

    def _connect(self) -> None:
        what = self.form.what
        what.currentIndexChanged.connect(
            lambda: QTimer.singleShot(0, self, self._shrink)
        )
        self.form.changed.connect(lambda: self.say(""))
        self.form.file.textChanged.connect(lambda _: self._forget())
        self.form.choose.clicked.connect(self._ask)
        self.save.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.stopped)

    def _lay_out(self) -> None:
        for label, name in ((self.told, "note"), (self.count, "muted")):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        progress = beside(self.bar, self.cancel)
        for part in (self.form, self.count, self.told, progress):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.setMinimumWidth(_WIDE)
        explain(
            {
                self.save: "Write the file.",
                self.cancel: "Stop; nothing is left of the file.",
                self.bar: "How far the export is.",
            }
        )

    def _buttons(self) -> QHBoxLayout:
        close = QPushButton("Close")
        explain({close: "Close this; what is under way goes on."})
        close.clicked.connect(self.close)
        self.save.setDefault(True)
        for button in (close, self.form.choose, self.cancel):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (close, self.save):
            row.addWidget(button)
        return row
