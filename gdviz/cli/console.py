"""What every command does with the terminal and with files."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.scene import Scene


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(f"{text}\n")


def tell(sentence: str) -> None:
    """Print a note or a refusal where no results go."""
    sys.stderr.write(f"gdviz: {sentence}\n")


def drop_output() -> None:
    """Send what is still to be written nowhere: it would fail again at exit."""
    with suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


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
