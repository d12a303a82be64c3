"""Pieces of text that a script is put together from, and the numbers in them.

A piece is fixed text with a few `$places`. Only numbers and names chosen here are
put into them; texts of a user come in as `repr` writes them, in comments alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from gdviz.core.knobs import knobs
from gdviz.core.refused import Refused
from gdviz.session.script import literals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdviz.core.knobs import Spec


@dataclass(frozen=True)
class Piece:
    """What a script says of one entry of a registry.

    Attributes
    ----------
    text : text
        With `$places`, those of its knobs among them.
    knobs : tuple of texts
        Every knob that the text takes into account.
    function : text
        What its function is called, where a step calls it.
    """

    text: str
    knobs: tuple[str, ...] = ()
    function: str = ""


def piece_for(pieces: Mapping[str, Piece], spec: Spec) -> Piece:
    """Return the piece of a registry entry, if all its knobs are taken into account."""
    piece = pieces.get(spec.name)
    if piece is None or set(piece.knobs) != set(knobs(spec)):
        raise unknown(spec.title or spec.name)
    return piece


def unknown(what: str) -> Refused:
    """Return the refusal of something that no script can tell."""
    return Refused(
        f"A script cannot tell “{what}” yet; choose another, or write the path as CSV."
    )


def settings_of(spec: Spec) -> dict[str, str]:
    """Return the knobs of a spec as Python writes them."""
    return {name: repr(getattr(spec, name)) for name in knobs(spec)}


def defined(function: str, given: str, settings: Mapping[str, str]) -> str:
    """Return the first lines of a function, with the knobs that it has by itself."""
    usual = "".join(f", {name}={value}" for name, value in settings.items())
    line = f"def {function}({given}{usual}):"
    if len(line) <= literals.WIDTH:
        return line
    return f"def {function}(\n{literals.wrapped(given + usual, 4)}\n):"


def filled(text: str, **places: object) -> str:
    """Return a text with its places filled, without blank lines around it."""
    return Template(text.strip("\n")).substitute(places).rstrip("\n")
