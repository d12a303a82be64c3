"""Files written whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gdviz.core.faults import is_full, is_protected, printable, reason
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

_ELSEWHERE = "choose another folder"


def write_atomically(path: str | PathLike[str], content: bytes) -> None:
    """Write a file whole or not at all; what stood there stays until then.

    Parameters
    ----------
    path : path
        A symbolic link is followed; the permissions of a file there are kept.
    content : bytes

    Raises
    ------
    Refused
        The sentence names the file and the remedy.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(
    path: str | PathLike[str], encoding: str | None = None
) -> Iterator[IO[Any]]:
    """Open a new file that takes the place of `path` if all goes well.

    Parameters
    ----------
    path : path
    encoding : text or None
        Of a text file; None: the file takes bytes.

    Raises
    ------
    Refused
        The sentence names the file and the remedy.
    """
    target = _target(path)
    part = target.with_name(f".gdviz-{os.getpid()}-{secrets.token_hex(8)}.part")
    newline, mode = (None, "xb") if encoding is None else ("", "x")
    try:
        with part.open(mode, encoding=encoding, newline=newline) as file:
            yield file
            _settle(file, target)
        part.replace(target)
        _settle_folder(target.parent)
    except OSError as fault:
        raise _refusal(target, fault) from fault
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def remove_parts(path: str | PathLike[str], process: int) -> None:
    """Remove what a process that was killed has left beside a file it was writing.

    Parameters
    ----------
    path : path
        Of the file.
    process : int
        The number of the process.
    """
    with suppress(OSError, ValueError):
        folder = Path(os.path.realpath(path)).parent
        for part in folder.glob(".gdviz-*.part"):
            if part.name.startswith(f".gdviz-{process}-"):
                part.unlink(missing_ok=True)


def _target(path: str | PathLike[str]) -> Path:
    """Return the file to be written, links followed; refuse what can be none."""
    try:
        target = Path(os.path.realpath(path))
        kind = target.stat().st_mode if os.path.lexists(target) else None
        there = target.parent.is_dir()
    except ValueError as fault:  # a null character, half a surrogate pair
        name = _shown(path)
        raise Refused(f"{name} cannot name a file; choose another name.") from fault
    except OSError as fault:
        raise _refusal(Path(path), fault) from fault
    if not there:
        folder = _shown(target.parent)
        why = f"there is no folder {folder}; make it first or {_ELSEWHERE}"
        raise Refused(f"{_shown(target.name)} cannot be written: {why}.")
    if kind is not None and not stat.S_ISREG(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "a device"
        raise Refused(f"{_shown(target)} is {what}; choose the name of a file.")
    if kind is not None and not os.access(target, os.W_OK):
        why = "the file there is write-protected; choose another name"
        raise Refused(f"{_shown(target.name)} cannot be written: {why}.")
    return target


def _settle(file: IO[Any], target: Path) -> None:
    """Bring the file to the disk, with the owner and permissions of the old one."""
    file.flush()
    if target.exists():
        old, new = target.stat(), os.fstat(file.fileno())
        if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (
            new.st_uid,
            new.st_gid,
        ):
            with suppress(OSError):
                os.chown(file.name, old.st_uid, old.st_gid)
        os.chmod(file.name, stat.S_IMODE(old.st_mode))
    os.fsync(file.fileno())


def _settle_folder(folder: Path) -> None:
    """Bring the new name to the disk, where folders can be opened."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _refusal(target: Path, fault: OSError) -> Refused:
    if is_full(fault):
        why = f"{reason(fault)}; make room or {_ELSEWHERE}"
    elif is_protected(fault):
        why = f"the folder {_shown(target.parent)} is protected; {_ELSEWHERE}"
    else:
        why = f"{reason(fault)}; choose another name or folder"
    return Refused(f"{_shown(target.name)} cannot be written: {why}.")


def _shown(name: object) -> str:
    return printable(str(name))
