"""The command line: a window, a training run without one, a picture, a list.

Qt is loaded only where a window or a picture is drawn; `gdviz train` works without.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from gdviz.cli import listing, pictures, sweeps, train, windows
from gdviz.cli.console import drop_output, tell
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    Command = tuple[Callable[[], ArgumentParser], Callable[[Namespace], int]]

COMMANDS: dict[str, Command] = {
    "train": (train.parser, train.run),
    "sweep": (sweeps.parser, sweeps.run),
    "render": (pictures.parser, pictures.run),
    "list": (listing.parser, listing.run),
}
WINDOW: Command = (windows.parser, windows.run)


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 0, 2 for what was refused or 130 for Ctrl+C."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console may not know η
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except Refused as refusal:
        tell(str(refusal))
    except MemoryError:
        tell("there is not enough memory for this; choose fewer examples.")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        drop_output()
        return 1
    except OSError as fault:
        drop_output()
        tell(f"{fault.filename or 'output'}: {fault.strerror}.")
    return 2


def _run(words: list[str]) -> int:
    named = bool(words) and words[0] in COMMANDS
    parser, command = COMMANDS[words[0]] if named else WINDOW
    try:
        code = command(parser().parse_args(words[1:] if named else words))
    except SystemExit:  # the parser has printed the help or the version
        code = 0
    sys.stdout.flush()  # a closed pipe shows here, not at exit
    return code
