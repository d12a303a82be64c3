"""Tables and scripts, worked out and written by a thread of their own."""

from __future__ import annotations

import csv
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gdviz.core.faults import mistake
from gdviz.core.refused import Refused
from gdviz.session.files import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_POLL = 30  # milliseconds


class Writing(QObject):
    """Writes a text file; see `Film` for its signals.

    Parameters
    ----------
    make : function
        Returns the pieces of the file; it may take its time.
    count : int
        How many pieces there will be, at most.
    path : path
    """

    progressed = Signal(int, int)
    ended = Signal(str)

    def __init__(
        self, make: Callable[[], Iterable[str]], count: int, path: Path
    ) -> None:
        super().__init__()
        self.path, self.note, self.cancelled = path, "", False
        self._make, self._count = make, count
        self._done, self._fault = 0, ""
        self._thread = threading.Thread(target=self._write, name="writing")
        self._watch = QTimer(self, interval=_POLL)
        self._watch.timeout.connect(self._see)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._watch.start()

    def cancel(self) -> None:
        """Stop; nothing is left of the file."""
        self.cancelled = True

    def wait(self) -> None:
        """Wait until the thread is done."""
        if self._thread.ident is not None:
            self._thread.join()

    def _see(self) -> None:
        self.progressed.emit(min(self._done, self._count), self._count)
        if not self._thread.is_alive():
            self._watch.stop()
            self.ended.emit("" if self.cancelled else self._fault)

    def _write(self) -> None:
        try:
            with replacing(self.path, "utf-8") as file:
                for piece in self._make():
                    if self.cancelled:
                        raise Refused("")  # leaves no file
                    file.write(piece)
                    self._done += 1
            self.cancelled = False  # too late: the file is there
        except Refused as refusal:
            self._fault = str(refusal)
        except Exception as error:  # noqa: BLE001  (a fault must reach the screen)
            self._fault = f"writing failed: {mistake(error)}."


def as_lines(rows: Iterable[list[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file."""
    writer = csv.writer(_Line(), lineterminator="\n")
    for row in rows:
        yield writer.writerow(row)


class _Line:
    """A file that hands back what is written."""

    def write(self, text: str) -> Any:
        return text
