"""`gdviz list`: all there is to choose from, out of the registries."""

from __future__ import annotations

import json
import textwrap
from itertools import chain
from typing import TYPE_CHECKING, Any

from gdviz.cli.console import Parser, say
from gdviz.cli.lessons import lessons
from gdviz.cli.options import described
from gdviz.cli.scenes import examples
from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.averaging import RECIPES
from gdviz.core.batches import ORDERS
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import Choice, Spec, default, knobs
from gdviz.core.losses import LOSSES
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.planekinds import PLANES
from gdviz.core.schedules import SCHEDULES
from gdviz.session.lessons.entry import Entry
from gdviz.session.lessons.lesson import Lesson
from gdviz.session.lessons.measures import MEASURES
from gdviz.session.scenefile import Document

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping

LISTED: dict[str, tuple[str, Callable[[], Mapping[str, Any]]]] = {
    "lessons": ("--lesson NAME", lessons),
    "datasets": ("--dataset NAME", lambda: SOURCES),
    "models": ("--model NAME", lambda: MODELS),
    "losses": ("--loss NAME", lambda: LOSSES),
    "activations": ("--activation NAME", lambda: ACTIVATIONS),
    "optimizers": ("--optimizer NAME", lambda: OPTIMIZERS),
    "schedules": ("--schedule NAME", lambda: SCHEDULES),
    "recipes": ("--recipe NAME", lambda: RECIPES),
    "planes": ("--plane NAME", lambda: PLANES),
    "orders": ("--order NAME", lambda: ORDERS),
    "scenes": ("{NAME} in place of SCENE.json", examples),
    "measures": ("{NAME} or {NAME:ARGUMENT} in a lesson", lambda: MEASURES),
}
_LONGEST = 40  # letters of a default
_ARGUMENT = max(len(entry.argument) for entry in MEASURES.values())


def parser() -> ArgumentParser:
    """Return the parser of `gdviz list`."""
    about = "Print what there is to choose from, with settings, defaults and ranges."
    made = Parser("list", "[WHAT]", about)
    made.add_argument("what", metavar="WHAT", nargs="?", help=f"{', '.join(LISTED)}.")
    return made


def run(arguments: Namespace) -> int:
    """Print one list or all of them."""
    chosen = list(LISTED)
    if arguments.what is not None:
        chosen = [Choice(tuple(LISTED)).check(arguments.what, "what to list")]
    say("\n\n".join(_section(name, *LISTED[name]) for name in chosen))
    return 0


def _section(name: str, use: str, read: Callable[[], Mapping[str, Any]]) -> str:
    registry = read()
    wide = max(map(len, registry), default=0)
    entries = (_entry(f"  {key:{wide}}  ", entry) for key, entry in registry.items())
    return "\n".join([f"{name} ({use})", *chain.from_iterable(entries)])


def _entry(start: str, entry: Any) -> list[str]:
    """Return the lines of one entry: its words, and a line for every knob."""
    match entry:
        case str():
            return _wrapped(start, entry)
        case Activation():
            return _wrapped(start, entry.title)
        case Lesson():
            stop = "" if entry.title.endswith(("?", "!", ".")) else "."
            return _wrapped(start, f"{entry.title}{stop} {entry.summary}")
        case Document():
            return _wrapped(start, f"{entry.title}. {entry.about}")
        case Entry():
            return _wrapped(f"{start}{entry.argument:{_ARGUMENT}}  ", entry.means)
    indent = " " * (len(start) + 2)
    settings = [indent + line for line in _settings(entry)]
    return _wrapped(start, f"{entry.title}. {entry.sentence()}") + settings


def _wrapped(start: str, words: str) -> list[str]:
    indent = " " * len(start)
    return textwrap.wrap(words, 96, initial_indent=start, subsequent_indent=indent)


def _settings(entry: type[Spec]) -> list[str]:
    rows = [
        (key, _short(json.dumps(default(entry, key))), described(worn.kind))
        for key, worn in knobs(entry).items()
    ]
    wide, wider = (max((len(row[i]) for row in rows), default=0) for i in (0, 1))
    return [f"{a:{wide}} = {b:{wider}}  {c}" for a, b, c in rows]


def _short(text: str) -> str:
    return textwrap.shorten(text, _LONGEST, placeholder=" …")
