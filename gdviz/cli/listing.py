"""`gdviz list`: all there is to choose from, out of the registries."""

from __future__ import annotations

import json
import textwrap
from itertools import chain
from typing import TYPE_CHECKING, Any

from gdviz.cli.console import Parser, say
from gdviz.cli.options import described
from gdviz.core.activations import ACTIVATIONS, Activation
from gdviz.core.batches import ORDERS
from gdviz.core.datasets import DATASETS
from gdviz.core.knobs import Choice, Spec, default, knobs
from gdviz.core.losses import LOSSES
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

LISTED: dict[str, tuple[str, Mapping[str, Any]]] = {
    "datasets": ("--dataset", DATASETS),
    "models": ("--model", MODELS),
    "losses": ("--loss", LOSSES),
    "activations": ("--activation", ACTIVATIONS),
    "optimizers": ("--optimizer", OPTIMIZERS),
    "orders": ("--order", ORDERS),
}


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


def _section(name: str, flag: str, registry: Mapping[str, Any]) -> str:
    wide = max(map(len, registry))
    entries = (_entry(f"  {key:{wide}}  ", entry) for key, entry in registry.items())
    return "\n".join([f"{name} ({flag} NAME)", *chain.from_iterable(entries)])


def _entry(start: str, entry: str | Activation | type[Spec]) -> list[str]:
    """Return the lines of one entry: its words, and a line for every knob."""
    if isinstance(entry, str | Activation):
        return [start + (entry if isinstance(entry, str) else entry.title)]
    words = f"{entry.title}. {entry.sentence()}"
    indent = " " * len(start)
    first = textwrap.wrap(words, 96, initial_indent=start, subsequent_indent=indent)
    return first + [f"{indent}  {line}" for line in _settings(entry)]


def _settings(entry: type[Spec]) -> list[str]:
    rows = [
        (key, json.dumps(default(entry, key)), described(worn.kind))
        for key, worn in knobs(entry).items()
    ]
    wide, wider = (max((len(row[i]) for row in rows), default=0) for i in (0, 1))
    return [f"{a:{wide}} = {b:{wider}}  {c}" for a, b, c in rows]
