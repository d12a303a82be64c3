"""Shapes: the second cue of classes, besides their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHAPES = {  # as the plots draw it, and as it is written
    "o": "●",
    "s": "■",
    "t1": "▲",
    "d": "◆",
    "t": "▼",
    "star": "★",
    "t2": "▶",
    "+": "✚",
    "t3": "◀",
    "x": "✖",
}
SHAPES, SIGNS = tuple(_SHAPES), tuple(_SHAPES.values())


def shape(label: int) -> str:
    """Return the shape of a class, by its number from 0."""
    return SHAPES[label % len(SHAPES)]


def sign(label: int) -> str:
    """Return the same as it is written in a legend."""
    return SIGNS[label % len(SIGNS)]


def shapes(labels: Iterable[float]) -> list[str]:
    """Return the shape of each class."""
    return [shape(int(label)) for label in labels]
