"""What every command does with the terminal and with files."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gdviz.core.faults import printable, reason
from gdviz.core.refused import Refused
from gdviz.session.strictly import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.scene import Scene

_STREAMS = 2  # the number of the last one


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(f"{text}\n")


def tell(sentence: str) -> None:
    """Print a note or a refusal where no results go, if anybody reads there."""
    with suppress(OSError):
        sys.stderr.write(f"gdviz: {brief(sentence)}\n")
        sys.stderr.flush()


def hold_streams() -> None:
    """Leave no stream closed: a file to be written would take its place.

    What is printed where a stream was closed goes nowhere.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= _STREAMS:
        pass
    os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def drop_output() -> None:
    """Send what is still to be written nowhere: it would fail again at exit."""
    with suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def words_of(fault: OSError) -> str:
    """Return the sentence for a file or an output that cannot be used."""
    if fault.filename:
        name = printable(os.path.basename(os.fsdecode(fault.filename)))
        return f"{name}: {reason(fault)}; choose another name or folder."
    if isinstance(fault, FileNotFoundError):
        return "the folder that you are in is gone; go to another one first."
    return f"the output cannot be written: {reason(fault)}."


@contextmanager
def interrupted() -> Iterator[list[int]]:
    """Collect Ctrl+C, so that what is under way ends in order.

    After it the program is on its way out, and pressing again disturbs nothing.
    """
    presses: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: presses.append(number))
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN if presses else before)


class Parser(ArgumentParser):
    """A parser that refuses in one sentence."""

    def __init__(
        self, command: str, usage: str, about: str, examples: str = ""
    ) -> None:
        super().__init__(
            f"gdviz {command}".strip(),
            usage=f"%(prog)s {usage}",
            description=about,
            epilog=examples,
            allow_abbrev=False,
            formatter_class=RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed."""
        raise Refused(f"{message}; see `{self.prog} --help`.")


def check_out(out: str, scene: Scene, source: str | None) -> Path:
    """Return where to write, links followed; nothing that was read is overwritten."""
    path = Path(os.path.realpath(out))
    if path.exists() and not path.is_file():
        raise Refused(f"-o {out} is a folder or a device; name a file.")
    if not path.parent.is_dir():
        raise Refused(f"-o {out}: there is no folder {path.parent}; make it first.")
    table = None if getattr(scene.data, "text", "") else getattr(scene.data, "path", "")
    for taken in filter(None, (source, table)):
        if path.exists() and Path(taken).exists() and path.samefile(taken):
            raise Refused(f"-o {out} would overwrite what was read; name another file.")
    return path
