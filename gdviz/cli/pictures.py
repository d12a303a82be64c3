"""`gdviz` and `gdviz render`: the window, or a picture of it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz import __version__
from gdviz.cli.console import check_out, say
from gdviz.cli.lessons import add_lesson, leaf_of
from gdviz.cli.options import STEPS, checked, number
from gdviz.cli.scenes import named_scene, scene_of, scene_parser
from gdviz.core.knobs import Choice, Real, Whole
from gdviz.core.refused import Refused
from gdviz.session.scene import Scene
from gdviz.ui import preflight

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from gdviz.cli.lessons import Leaf

VIEWS = ("window", "plots", "surface", "curves", "gradients", "data", "loss", "bars",
         "arithmetic", "network", "lesson")  # fmt: skip
_SIDE, _SCALE, _MOST_PIXELS = Whole(200, 8000), Real(0.25, 4.0), 100_000_000

_ABOUT = """\
Watch gradient descent average the gradients of a mini-batch, live and exact.

commands:
  gdviz [SCENE.json] [options]     open the window
  gdviz --lesson NAME              open the window on a lesson
  gdviz train ... --steps N        train without a window; print one line of JSON
  gdviz render ... --steps N -o FILE.png
                                   draw a picture without a window
  gdviz list [WHAT]                print lessons, data sets, models, ... with settings
"""
_EXAMPLES = """\
examples:
  gdviz --lesson what-is-averaged
  gdviz --dataset moons --hidden 8,8 --batch-size 16
  gdviz --data flowers.csv --target species
  gdviz train --dataset iris --steps 500 -o path.csv

`gdviz COMMAND --help` tells more about a command.
"""
_RENDER_ABOUT = """\
Draw what the window shows after some steps into a PNG file. A page of a lesson has
made its own steps, unless --steps says how many.
"""
_RENDER_EXAMPLES = """\
examples:
  gdviz render --dataset moons --hidden 8,8 --steps 2000 -o moons.png --view surface
  gdviz render scene.json --steps 50 -o scene.png --size 1920x1080 --scale 2
  gdviz render --lesson what-is-averaged:2 -o page.png
"""


def window_parser() -> ArgumentParser:
    """Return the parser of the window."""
    made = scene_parser("", "", _ABOUT, _EXAMPLES)
    made.add_argument(
        "--theme", default="system", metavar="NAME", help="system, light or dark."
    )
    add_lesson(made)
    version = f"gdviz {__version__}"
    made.add_argument("--version", action="version", version=version)
    return made


def render_parser() -> ArgumentParser:
    """Return the parser of `gdviz render`."""
    more = "[--steps N] -o FILE.png"
    made = scene_parser("render", more, _RENDER_ABOUT, _RENDER_EXAMPLES)
    add_lesson(made)
    add = made.add_argument
    add("-o", dest="out", metavar="FILE.png", required=True, help="The picture.")
    add("--size", default="1280x800", metavar="WxH", help="%(default)s unless given.")
    add("--scale", default="1", metavar="S", help="Pixels per unit of size.")
    add("--theme", default="dark", metavar="NAME", help="dark or light.")
    add("--view", default="window", metavar="NAME", help=f"{', '.join(VIEWS)}.")
    return made


def window(arguments: Namespace) -> int:
    """Open the window; where there is no display, draw a picture of it."""
    theme = Choice(("system", "light", "dark")).check(arguments.theme, "--theme")
    what: Scene | Leaf | None = leaf_of(arguments)
    if what is None and named_scene(arguments):
        what = scene_of(arguments)
    if not preflight.has_display(os.environ):
        return _picture_instead(what or Scene())
    with _qt(preflight.wants_x(os.environ)):
        from gdviz.ui.app import open_window  # noqa: PLC0415
    return open_window(what, theme)


def render(arguments: Namespace) -> int:
    """Draw a picture."""
    if Path(arguments.out).suffix.lower() != ".png":
        raise Refused(f"-o must name a file that ends in .png, not {arguments.out!r}.")
    leaf = leaf_of(arguments)
    steps = _steps(arguments, leaf)
    scale = checked(_SCALE, arguments.scale, "--scale")
    theme = Choice(("dark", "light")).check(arguments.theme, "--theme")
    view = Choice(VIEWS).check(arguments.view, "--view")
    if view == "lesson" and leaf is None:
        raise Refused("--view lesson needs --lesson NAME.")
    size, what = _size(arguments.size, scale), leaf or scene_of(arguments)
    check_out(arguments.out, _scene(what), arguments.scene)
    _draw(what, steps, Path(arguments.out), size, scale, theme, view)
    return 0


def _steps(arguments: Namespace, leaf: Leaf | None) -> int:
    """Return how many steps were asked for; a page has its own."""
    if arguments.steps is not None:
        return checked(STEPS, arguments.steps, "--steps")
    if leaf is None:
        raise Refused("--steps is missing; see `gdviz render --help`.")
    lesson, page = leaf
    return lesson.pages[page].steps


def _scene(what: Scene | Leaf) -> Scene:
    return what if isinstance(what, Scene) else what[0].pages[what[1]].scene


def _picture_instead(what: Scene | Leaf) -> int:
    check_out("gdviz.png", _scene(what), None)
    steps = 200 if isinstance(what, Scene) else what[0].pages[what[1]].steps
    _draw(what, steps, Path("gdviz.png"), (1280, 800), 1.0, "dark", "window")
    say(f"There is no display: gdviz.png shows the window after {steps} steps instead.")
    return 0


def _draw(what: Scene | Leaf, steps: int, out: Path, *look: Any) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with _qt(x11=False):
        from gdviz.ui.render import render as draw  # noqa: PLC0415
    draw(what, steps, out, *look)


def _size(text: str, scale: float) -> tuple[int, int]:
    width, mark, height = text.lower().partition("x")
    if not mark:
        raise Refused(f"--size must be like 1280x800, not {text!r}.")
    w, h = (_SIDE.check(number(side), "--size") for side in (width, height))
    if w * h * scale**2 > _MOST_PIXELS:
        raise Refused("--size times --scale is more than 100 million pixels.")
    return w, h


@contextmanager
def _qt(x11: bool) -> Iterator[None]:
    """Import Qt inside, or say what it lacks."""
    if missing := preflight.missing_libraries(x11=x11):
        raise Refused(preflight.remedy(missing))
    try:
        yield
    except ImportError as fault:
        advice = "install gdviz with its dependencies, or use `gdviz train`."
        raise Refused(f"the window cannot be loaded ({fault}); {advice}") from fault
