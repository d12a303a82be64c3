"""`gdviz`: the window, or a picture of it where there is no display.

The window's options are read before anything is loaded that takes a while.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz import __version__
from gdviz.cli.flags import add_lesson, flags_of, scene_parser
from gdviz.cli.screens import qt
from gdviz.core.knobs import Choice
from gdviz.core.refused import Refused
from gdviz.session.workers import WORKERS
from gdviz.ui import preflight

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gdviz.cli.lessons import Leaf
    from gdviz.session.scenefile import Document
    from gdviz.ui.shell import Shell

_ABOUT = """\
Watch gradient descent average the gradients of a mini-batch, live and exact.

commands:
  gdviz [SCENE.json] [options]     open the window
  gdviz NAME                       open the window on a shipped scene
  gdviz --lesson NAME              open the window on a lesson
  gdviz train ... --steps N        train without a window; print one line of JSON
  gdviz render ... --steps N -o FILE
                                   write a picture, a film, a table or a script
  gdviz list [WHAT]                print lessons, data sets, models, ... with settings
  gdviz install-desktop            put gdviz into the menu of a Linux desktop
"""
_EXAMPLES = """\
examples:
  gdviz edge-of-stability
  gdviz --lesson what-is-averaged
  gdviz --dataset moons --hidden 8,8 --batch-size 16
  gdviz --data flowers.csv --target species
  gdviz train --dataset iris --steps 500 -o path.csv

`gdviz COMMAND --help` tells more about a command.
"""


def parser() -> ArgumentParser:
    """Return the parser of the window."""
    made = scene_parser("", "", _ABOUT, _EXAMPLES)
    tip = "system, light or dark; the remembered one unless given."
    made.add_argument("--theme", metavar="NAME", help=tip)
    tip = "Where steps are made: thread or process; as remembered unless given."
    made.add_argument("--worker", metavar="NAME", help=tip)
    tip = "Start without what is remembered, and leave that as it is."
    made.add_argument("--fresh", action="store_true", help=tip)
    tip = "Say in a box, too, why a file cannot be opened: there is no terminal."
    made.add_argument("--clicked", action="store_true", help=tip)
    add_lesson(made)
    version = f"gdviz {__version__}"
    made.add_argument("--version", action="version", version=version)
    return made


def run(arguments: Namespace) -> int:
    """Open the window; where there is no display, draw a picture of it."""
    theme = arguments.theme
    if theme is not None:
        theme = Choice(("system", "light", "dark")).check(theme, "--theme")
    worker = arguments.worker
    if worker is not None:
        worker = Choice(WORKERS).check(worker, "--worker")
    if not preflight.has_display(os.environ):
        from gdviz.cli.asking import picture_instead  # noqa: PLC0415  (loads NumPy)

        return picture_instead(arguments)
    with qt(preflight.wants_x(os.environ)):
        from gdviz.ui.hurry import hurry  # noqa: PLC0415
        from gdviz.ui.shell import Shell  # noqa: PLC0415  (needs Qt)
    hurry()
    with Shell(_named(arguments), theme, arguments.fresh) as shell:
        what, file = _asked(arguments, shell)
        if not shell.wanted():
            return 0
        with qt(preflight.wants_x(os.environ)):
            from gdviz.ui.app import open_window  # noqa: PLC0415  (loads pyqtgraph)
        return open_window(what, theme, arguments.fresh, file, shell, worker)


def _asked(
    arguments: Namespace, shell: Shell
) -> tuple[Leaf | Document | None, Path | None]:
    """Return what to open, and the file of a document; a click is told of refusals."""
    from gdviz.cli.asking import asked  # noqa: PLC0415  (loads NumPy)

    try:
        return asked(arguments)
    except Refused as refusal:
        if arguments.clicked:
            shell.refuse(str(refusal))
        raise


def _named(arguments: Namespace) -> str:
    """Return in few words what is asked for."""
    chosen = vars(arguments)
    for place in ("lesson", "scene", "data.path"):
        if chosen[place]:
            return Path(chosen[place]).name
    return str(chosen["data.name"] or ("a scene" if flags_of(arguments) else ""))
