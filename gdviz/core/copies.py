"""Copies of files: a run keeps what it has read, whatever becomes of the file."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from gdviz.core.lines import MOST_BYTES, check_bytes, opened
from gdviz.core.refused import Refused

Stamp = tuple[int, ...]
_present: WeakValueDictionary[tuple[str, str, Stamp], Copy] = WeakValueDictionary()


@dataclass(frozen=True)
class Copy:
    """What a file held when it was read.

    Attributes
    ----------
    path : text
    total : text
        The SHA-256 of its bytes.
    content : bytes
    stamp : tuple of ints
        What the system said of the file at that time.
    """

    path: str
    total: str
    content: bytes = field(repr=False, compare=False)
    stamp: Stamp = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Come out of a parcel as the very copy that is known there, if one is."""
        return _known, (self.path, self.total, self.content, self.stamp)

    @classmethod
    def of(cls, path: str) -> Copy:
        """Read a file.

        Raises
        ------
        Refused
            The sentence begins with the file's name.
        """
        with opened(path) as file:
            stamp = _stamp(os.fstat(file.fileno()))
            content = file.read(MOST_BYTES + 1)
            check_bytes(len(content))
        return _known(path, hashlib.sha256(content).hexdigest(), content, stamp)

    def fate(self) -> str:
        """Return what became of the file, in words; nothing if it is as it was."""
        try:
            if _stamp(Path(self.path).stat()) == self.stamp:
                return ""
            same = Copy.of(self.path).total == self.total
        except FileNotFoundError:
            return "is not there any more"
        except (OSError, ValueError, Refused):
            return "cannot be read any more"
        return "" if same else "has changed since it was read"


def _known(path: str, total: str, content: bytes, stamp: Stamp) -> Copy:
    """Return the copy that is known already, so that it is in memory once."""
    key = path, total, stamp
    copy = _present.get(key)
    if copy is None:
        copy = _present[key] = Copy(path, total, content, stamp)
    return copy


def _stamp(status: os.stat_result) -> Stamp:
    """Return what is another number once a file was written; clocks may go back."""
    times = status.st_mtime_ns, status.st_ctime_ns
    return (*times, status.st_size, status.st_ino, status.st_dev)
