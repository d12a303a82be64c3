"""`gdviz`: the window, or a picture of it where there is no display."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz import __version__
from gdviz.cli.console import check_out, say
from gdviz.cli.lessons import add_lesson, leaf_of, scene_of_leaf
from gdviz.cli.scenes import document_of, is_example, named_scene, scene_parser
from gdviz.cli.screens import draw, qt
from gdviz.core.knobs import Choice
from gdviz.session.scene import Scene
from gdviz.session.scenefile import Document
from gdviz.ui import preflight

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gdviz.cli.lessons import Leaf

_STEPS, _LOOK = 200, ((1280, 800), 1.0, "dark", "window")
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
    tip = "Start without what is remembered, and leave that as it is."
    made.add_argument("--fresh", action="store_true", help=tip)
    add_lesson(made)
    version = f"gdviz {__version__}"
    made.add_argument("--version", action="version", version=version)
    return made


def run(arguments: Namespace) -> int:
    """Open the window; where there is no display, draw a picture of it."""
    theme = arguments.theme
    if theme is not None:
        theme = Choice(("system", "light", "dark")).check(theme, "--theme")
    leaf, named = leaf_of(arguments), named_scene(arguments)
    document = document_of(arguments) if named else None
    if not preflight.has_display(os.environ):
        return _picture_instead(leaf, document or Document(Scene()))
    with qt(preflight.wants_x(os.environ)):
        from gdviz.ui.app import open_window  # noqa: PLC0415  (needs Qt)
    own = named == [arguments.scene] and not is_example(arguments.scene)
    file = Path(arguments.scene) if own else None
    return open_window(leaf or document, theme, arguments.fresh, file)


def _picture_instead(leaf: Leaf | None, document: Document) -> int:
    """Draw what the window would show; of a scene that has made no steps, some."""
    course, steps = document.course, _STEPS
    if leaf is not None:
        document, steps = Document(scene_of_leaf(leaf)), leaf[0].pages[leaf[1]].steps
    elif course is not None:
        steps = course.shown
    what, out = leaf or document.scene, Path("gdviz.png")
    check_out(str(out), document.scene, None)
    end = draw(what, steps, out, *_LOOK, document.course)
    say(f"There is no display: {out} shows the window at step {end:,} instead.")
    return 0
