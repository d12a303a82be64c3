"""Locks on files: the system frees them when their process ends, however it ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _hold(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """A file that no other process, and no other lock here, holds at the same time.

    A number of a process may be given again to another one; a lock may not.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file

    @classmethod
    def take(cls, path: Path) -> Lock | None:
        """Return the lock of this file, or None if it cannot be had now."""
        while True:
            try:
                file = path.open("ab")
            except OSError:
                return None
            try:
                _hold(file.fileno())
            except OSError:
                file.close()
                return None
            if _is_at(file, path):
                return cls(path, file)
            file.close()  # removed while we waited for it: what we hold is no name

    def release(self) -> None:
        """Let go and remove the file."""
        ours = _is_at(self._file, self._path)
        if sys.platform == "win32":
            self._file.close()  # what is open cannot be removed there
        with suppress(OSError):
            if ours:
                self._path.unlink()
        self._file.close()


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False
