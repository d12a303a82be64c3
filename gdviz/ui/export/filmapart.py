"""A film made by a process of its own: the screen goes on as if there were none."""

from __future__ import annotations

import json
import pickle
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QApplication

from gdviz.core.own import OwnData
from gdviz.session.annex import search_path
from gdviz.session.files import remove_parts
from gdviz.session.scene import Scene
from gdviz.ui import style as look
from gdviz.ui.export.cut import check
from gdviz.ui.export.film import Film
from gdviz.ui.export.filmmain import LENGTH
from gdviz.ui.scaling import thickness, times

if TYPE_CHECKING:
    from pathlib import Path

    from gdviz.ui.export.cut import Cut
    from gdviz.ui.export.subjects import Look, Subject

_MAIN = "gdviz.ui.export.filmmain"
_PATIENCE = 5000  # milliseconds, for it to take its unfinished file away
_ENDED = "the film failed: the process that made it has ended; try it again."


class FilmApart(QObject):
    """Has a film made by another process; see `Film`, whose signals these are.

    Parameters
    ----------
    subject : Subject
    look_ : Look
    cut : Cut
    path : path

    Raises
    ------
    Refused
        If no film can be like that.
    """

    progressed = Signal(int, int)
    ended = Signal(str)

    def __init__(self, subject: Subject, look_: Look, cut: Cut, path: Path) -> None:
        super().__init__()
        check(cut, look_.size, path)
        look_ = replace(look_, theme=look.resolve(look_.theme).name)
        words = times(), thickness(1.0), QApplication.font().families()
        self._order = (subject, look_, cut, path, words)
        self.path, self.note, self.cancelled = path, "", False
        self._told, self._over, self._number = False, False, 0
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-P", "-m", _MAIN])
        self._process.setProcessEnvironment(_surroundings())
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._see)
        self._process.errorOccurred.connect(self._see)

    def start(self) -> None:
        """Begin; the process tells how far it is."""
        order = pickle.dumps(self._order)
        self._process.start()
        self._number = self._process.processId()
        self._process.write(len(order).to_bytes(LENGTH, "little") + order)

    def cancel(self) -> None:
        """Stop; nothing is left of the file."""
        self.cancelled = True
        if self._told:
            self._process.closeWriteChannel()
        else:  # it has not begun yet
            self._process.kill()

    def wait(self) -> None:
        """Wait until the process is gone, as it soon is after a cancel."""
        idle = self._process.state() == QProcess.ProcessState.NotRunning
        if not idle and not self._process.waitForFinished(_PATIENCE):
            self._process.kill()
            self._process.waitForFinished(_PATIENCE)

    def _read(self) -> None:
        """Take in the lines that came."""
        while self._process.canReadLine():
            self._told = True
            told = json.loads(bytes(self._process.readLine().data()))
            if "fault" in told:
                self.note, self.cancelled = told["note"], told["stopped"]
                self._end(told["fault"])
            elif "total" in told:
                self.progressed.emit(told["done"], told["total"])

    def _see(self, *_: object) -> None:
        """Tell of an end that the process could not tell of."""
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._read()
            remove_parts(self.path, self._number)
            self._end("" if self.cancelled else _ENDED)

    def _end(self, fault: str) -> None:
        """Tell of the end, once."""
        if not self._over:
            self._over = True
            self.ended.emit(fault)


def filmed(subject: Subject, look_: Look, cut: Cut, path: Path) -> Film | FilmApart:
    """Return what makes a film: another process, if it can know what the film is of."""
    own = isinstance(subject.what, Scene) and isinstance(subject.what.data, OwnData)
    return (Film if own else FilmApart)(subject, look_, cut, path)


def _surroundings() -> QProcessEnvironment:
    """Return the environment of the process: no screen, and this very package."""
    made = QProcessEnvironment.systemEnvironment()
    made.insert("PYTHONPATH", search_path())
    made.insert("QT_QPA_PLATFORM", "offscreen")
    return made
