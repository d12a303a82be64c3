"""The words for what goes wrong outside of the mathematics: disks and mistakes."""

from __future__ import annotations

import errno

_LONGEST = 200  # letters
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROTECTED = (errno.EACCES, errno.EPERM, errno.EROFS)
NO_MEMORY = "there is not enough memory for this; choose fewer examples or smaller ones"


def is_full(fault: OSError) -> bool:
    """Tell whether there is no room left for a file."""
    return fault.errno in _FULL


def is_protected(fault: OSError) -> bool:
    """Tell whether the system does not permit it."""
    return fault.errno in _PROTECTED


def reason(fault: OSError) -> str:
    """Return why a file cannot be used, as words without a capital and a full stop."""
    if is_full(fault):
        return "the disk is full"
    if is_protected(fault):
        return "this is not permitted"
    said = printable(fault.strerror or str(fault) or type(fault).__name__)
    return said[:1].lower() + said[1:]


def mistake(error: BaseException) -> str:
    """Return what went wrong, as words without a capital and a full stop."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    said = printable(str(error).partition("\n")[0]).rstrip(".:")
    kind = type(error).__name__
    return f"gdviz made a mistake ({f'{kind}: {said}' if said else kind})"


def printable(text: str) -> str:
    """Return a text short and on one line, with a question mark for odd letters."""
    text = text if len(text) <= _LONGEST else f"{text[:100]}…{text[-99:]}"
    return "".join(mark if mark.isprintable() else "?" for mark in text)
