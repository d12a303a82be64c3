"""`gdviz render`: a picture, a film, a table or a script of a scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.cli import texts
from gdviz.cli.console import check_out
from gdviz.cli.films import FILMS, add_film, cut_of, shoot
from gdviz.cli.flags import add_lesson, scene_parser
from gdviz.cli.lessons import leaf_of, scene_of_leaf
from gdviz.cli.options import checked, number
from gdviz.cli.scenes import document_of, steps_of
from gdviz.cli.screens import draw, go_offscreen, qt
from gdviz.core.knobs import Choice, Real, Whole
from gdviz.core.refused import Refused
from gdviz.session.scenefile import Document

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gdviz.cli.lessons import Leaf

    Seen = tuple[tuple[int, int], float, str, str]  # size, scale, theme, view

VIEWS = ("window", "plots", "surface", "relief", "curves", "gradients", "data", "loss",
         "bars", "curvature", "race", "noise", "variance", "noise_scale", "samples",
         "arithmetic", "network", "compare", "racers", "lesson")  # fmt: skip
STILLS = (".png", ".svg", ".pdf")
KINDS = (*STILLS, *FILMS, *texts.KINDS)
_SIDE, _SCALE, _MOST_PIXELS = Whole(200, 8000), Real(0.25, 4.0), 100_000_000
_FLAGS = {
    "size": (*STILLS, *FILMS),
    "scale": (".png", *FILMS),
    "theme": (*STILLS, *FILMS),
    "view": (*STILLS, *FILMS, ".csv"),
    "from": (*FILMS, ".csv"),
    "to": (*FILMS, ".csv"),
    "every": FILMS,
    "fps": FILMS,
}  # each with the kinds of file that it goes with

_ABOUT = """\
Write what the window shows after some steps. The ending of FILE says what it is:
a picture (.png, .svg or .pdf); step by step a film (.gif, .webp or .mp4, which needs
`pip install 'gdviz[video]'`); the path as a table (.csv), or with --view arithmetic
the numbers of one step; a plain NumPy script that makes the same steps (.py). A page
of a lesson, and a scene file saved on the way, know how many steps they have made.
"""
_EXAMPLES = """\
examples:
  gdviz render --dataset moons --hidden 8,8 --steps 2000 -o moons.png --view surface
  gdviz render scene.json --steps 50 -o scene.png --size 1920x1080 --scale 2
  gdviz render --lesson what-is-averaged:2 -o page.svg
  gdviz render scene.json -o film.gif --from 0 --to 200 --every 2 --fps 20
  gdviz render scene.json --steps 7 -o step.csv --view arithmetic
  gdviz render scene.json --steps 300 -o run.py
"""


def parser() -> ArgumentParser:
    """Return the parser of `gdviz render`."""
    made = scene_parser("render", "[--steps N] -o FILE", _ABOUT, _EXAMPLES)
    add_lesson(made)
    add = made.add_argument
    add("-o", dest="out", metavar="FILE", required=True, help=f"{', '.join(KINDS)}.")
    add("--size", metavar="WxH", help="1280x800 unless given.")
    add("--scale", metavar="S", help="Pixels per unit of size; 1 unless given.")
    add("--theme", metavar="NAME", help="dark or light; dark unless given.")
    tip = f"{', '.join(VIEWS)}; the window unless given."
    add("--view", metavar="NAME", help=tip)
    add_film(made)
    return made


def run(arguments: Namespace) -> int:
    """Write the file."""
    kind, leaf = _kind(arguments.out), leaf_of(arguments)
    _check_flags(arguments, kind)
    seen = _seen(arguments, leaf)
    document = Document(scene_of_leaf(leaf)) if leaf else document_of(arguments)
    out = check_out(arguments.out, document.scene, arguments.scene)
    if kind in FILMS:
        _film(arguments, leaf, document, seen)
    elif kind in texts.KINDS:
        shown = kind == ".csv" and arguments.view is not None
        steps = None if arguments.to else _steps(arguments, leaf, document, shown)
        texts.write(arguments, document, steps, out)
    else:
        steps, what = _steps(arguments, leaf, document), leaf or document.scene
        draw(what, steps, Path(arguments.out), *seen, document.course)
    return 0


def _kind(out: str) -> str:
    kind = Path(out).suffix.lower()
    if kind not in KINDS:
        raise Refused(f"-o must name a file that ends in {_or(KINDS)}, not {out!r}.")
    return kind


def _check_flags(arguments: Namespace, kind: str) -> None:
    """Refuse an option that this kind of file does not have."""
    for flag, kinds in _FLAGS.items():
        if vars(arguments)[flag] is not None and kind not in kinds:
            raise Refused(f"--{flag} goes with {_or(kinds)}, not with {kind}.")


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _seen(arguments: Namespace, leaf: Leaf | None) -> Seen:
    """Return size, scale, theme and view."""
    scale = checked(_SCALE, arguments.scale or "1", "--scale")
    theme = Choice(("dark", "light")).check(arguments.theme or "dark", "--theme")
    view = Choice(VIEWS).check(arguments.view or "window", "--view")
    if view == "lesson" and leaf is None:
        raise Refused("--view lesson needs --lesson NAME.")
    return _size(arguments.size or "1280x800", scale), scale, theme, view


def _steps(
    arguments: Namespace, leaf: Leaf | None, document: Document, shown: bool = True
) -> int:
    """Return how many steps were asked for; a page has its own."""
    if leaf is None or arguments.steps is not None:
        return steps_of(arguments, document, shown)
    lesson, page = leaf
    return lesson.pages[page].steps


def _film(
    arguments: Namespace, leaf: Leaf | None, document: Document, seen: Seen
) -> None:
    """Draw a film."""
    last = 0 if arguments.to else _steps(arguments, leaf, document, shown=False)
    go_offscreen()
    with qt(x11=False):
        from gdviz.ui.export.subjects import Look, Subject  # noqa: PLC0415
    size, scale, theme, view = seen
    subject = Subject(leaf or document.scene, document.course)
    cut = cut_of(arguments, last, scale)
    shoot(subject, Look(size, view, theme), cut, Path(arguments.out))


def _size(text: str, scale: float) -> tuple[int, int]:
    width, mark, height = text.lower().partition("x")
    if not mark:
        raise Refused(f"--size must be like 1280x800, not {text!r}.")
    w, h = (_SIDE.check(number(side), "--size") for side in (width, height))
    if w * h * scale**2 > _MOST_PIXELS:
        raise Refused("--size times --scale is more than 100 million pixels.")
    return w, h
