"""The command line: a window, a training run without one, a picture, a list.

Qt is loaded only where a window or a picture is drawn; `gdviz train` works without.
"""

from __future__ import annotations

import io
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from gdviz.cli.console import drop_output, hold_streams, tell, words_of
from gdviz.core.faults import NO_MEMORY, mistake
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from types import ModuleType

COMMANDS = {  # and the file of each, loaded when it is asked for
    "train": "train",
    "sweep": "sweeps",
    "render": "pictures",
    "list": "listing",
    "install-desktop": "desktop",
}
_WINDOW = "windows"


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0, 1 where nobody reads on, 2 for what was refused, 3 for a mistake of gdviz
        (`python -X dev -m gdviz` shows where) or 130 for Ctrl+C.
    """
    hold_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console may not know η
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except Refused as refusal:
        tell(str(refusal))
    except MemoryError:
        tell(f"{NO_MEMORY}.")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        drop_output()
        return 1
    except OSError as fault:
        drop_output()
        tell(words_of(fault))
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        tell(f"{mistake(error)}.")
        return 3
    return 2


def _run(words: list[str]) -> int:
    named = bool(words) and words[0] in COMMANDS
    command = _loaded(COMMANDS[words[0]] if named else _WINDOW)
    if named and signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # to end in order
    try:
        code = command.run(command.parser().parse_args(words[1:] if named else words))
    except SystemExit:  # the parser has printed the help or the version
        code = 0
    sys.stdout.flush()  # a closed pipe shows here, not at exit
    return code


def _loaded(file: str) -> ModuleType:
    """Return a command: what has a `parser` and can `run`."""
    return import_module(f"gdviz.cli.{file}")
