"""The journal: the present document on disk, for the case that the program is killed.

Every process has a file of its own, and a lock beside it that the system frees when
the process ends. A file whose lock is free has been left behind.
"""

from __future__ import annotations

import re
import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.core.datasets import OwnTable
from gdviz.core.refused import Refused
from gdviz.session.files import write_atomically
from gdviz.session.lock import Lock
from gdviz.session.scenefile import read_document, write_document
from gdviz.session.tablefile import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.datasets import Dataset
    from gdviz.session.scenefile import Document

_STRAY = 3600.0  # seconds after which what a killed write left is removed
_ODD = re.compile(r"[^\w.-]")


class Journal:
    """Writes one document again and again, away from the caller's thread.

    A table that the scene holds is written once, beside it.

    Parameters
    ----------
    folder : Path
        Made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"{secrets.token_hex(8)}.json"
        self._lock: Lock | None = None
        self._table = ""  # as it stands beside
        self._read: Dataset | None = None  # whose file is not as it was read
        self._held: Dataset | None = None  # the same with the table inside
        self._writer = ThreadPoolExecutor(1, "journal")
        self._work: Future[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether it still writes."""
        return self._work is not None and not self._work.done()

    def fault(self) -> str:
        """Return why the last writing failed, if it did."""
        if self._work is None or self.busy:
            return ""
        return str(self._work.exception() or "")

    def write(self, document: Document) -> None:
        """Write a document, soon."""
        self._work = self._writer.submit(self._write, document)

    def wait(self) -> None:
        """Return when all is written."""
        self._writer.submit(lambda: None).result()

    def close(self) -> None:
        """Write to the end, then leave nothing behind."""
        self._writer.shutdown()
        if self._lock is not None:
            _remove(self.file)
            self._lock.release()

    def leave(self) -> None:
        """Write to the end, and leave it to be found at the next start."""
        self._writer.shutdown()
        if self._lock is not None:
            self._lock.release()

    def _write(self, document: Document) -> None:
        if self._lock is None:
            self._lock = _locked(self.file)
        scene = document.scene
        data = self._whole(scene.data)
        if isinstance(data, OwnTable) and data.text:
            beside = _beside(self.file, data.path)
            if data.text is not self._table:
                write_atomically(beside, data.text.encode("utf-8", "surrogatepass"))
                self._table = data.text
            scene = replace(scene, data=replace(data, path=str(beside), text=""))
        write_document(self.file, scene, document.course)

    def _whole(self, data: Dataset) -> Dataset:
        """Return the data with the table in them if its file is not as it was read."""
        copy = data.copy if isinstance(data, OwnTable) else None
        if not isinstance(data, OwnTable) or copy is None or not copy.fate():
            return data
        if data != self._read or self._held is None:
            self._read = self._held = data
            with suppress(Refused):  # too large: it is told when it is brought back
                self._held = embedded(data)
        return self._held


class Lost:
    """A document left behind by a killed process; ours until it is released.

    Attributes
    ----------
    file : Path
    when : float
        The time of its last writing, in seconds.
    """

    def __init__(self, file: Path, lock: Lock) -> None:
        self.file, self._lock = file, lock
        self.when = file.stat().st_mtime

    def read(self) -> Document:
        """Return the document; a table that it held is in it again.

        Raises
        ------
        Refused
        """
        document = read_document(self.file)
        data = document.scene.data
        if isinstance(data, OwnTable) and Path(data.path).parent == self.file.parent:
            held = embedded(data)
            name = held.path.removeprefix(_start(self.file))
            scene = replace(document.scene, data=replace(held, path=name))
            return replace(document, scene=scene)
        return document

    def release(self) -> None:
        """Let it be found again by whoever looks next."""
        self._lock.release()

    def discard(self) -> None:
        """Remove it."""
        _remove(self.file)
        self._lock.release()


def lost(folder: Path) -> Iterator[Lost]:
    """Yield what killed processes left in a folder, newest first.

    Each is locked as it is yielded: another process that looks does not find it.
    """
    _tidy(folder)
    for file in sorted(folder.glob("*.json"), key=_age):
        lock = Lock.take(_lock_of(file))
        if lock is None:
            continue
        try:
            found = Lost(file, lock)
        except OSError:  # its owner removed it just now
            lock.release()
        else:
            yield found


def _tidy(folder: Path) -> None:
    """Remove what is of no use to anybody: half files, and locks without a file."""
    with suppress(OSError):
        for part in folder.glob(".gdviz-*.part"):
            if _age(part) > _STRAY:
                part.unlink(missing_ok=True)
        for file in folder.glob("*.lock"):
            alone = not file.with_suffix(".json").exists()
            if alone and _age(file) > _STRAY and (lock := Lock.take(file)):
                _remove(file)
                lock.release()


def _remove(file: Path) -> None:
    """Remove a document and the table beside it."""
    with suppress(OSError):
        file.with_suffix(".json").unlink(missing_ok=True)
        for table in file.parent.glob(_start(file) + "*"):
            table.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return 0.0


def _locked(file: Path) -> Lock:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Refused(f"{file.parent} cannot be made: {fault.strerror}.") from fault
    lock = Lock.take(_lock_of(file))
    if lock is None:
        raise Refused(f"the folder {file.parent} cannot be written.")
    return lock


def _lock_of(file: Path) -> Path:
    return file.with_suffix(".lock")


def _start(file: Path) -> str:
    return f"{file.stem}-"


def _beside(file: Path, name: str) -> Path:
    """Return where the table of this name is put."""
    return file.with_name(_start(file) + (_ODD.sub("_", Path(name).name)[-80:] or "_"))
