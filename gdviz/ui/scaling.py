"""How large words and marks are: one scale for everything on the screen."""

from __future__ import annotations

from dataclasses import dataclass

SIZES = (100, 125, 150, 175, 200)  # per cent of the usual size of words


@dataclass
class _Scale:
    text: float = 1.0
    marks: float = 1.0


_SCALE = _Scale()


def enlarge(text: float, marks: float) -> bool:
    """Choose how many times as large words, and as thick marks, are as usual.

    Returns
    -------
    bool
        Whether that is other than before: then everything is to be dressed again.
    """
    same = (_SCALE.text, _SCALE.marks) == (text, marks)
    _SCALE.text, _SCALE.marks = text, marks
    return not same


def times() -> float:
    """Return how many times as large as usual words are."""
    return _SCALE.text


def px(points: float) -> int:
    """Return the room that is `points` where words are of the usual size."""
    return round(points * _SCALE.text)


def wide(points: float) -> int:
    """Return the width of what may be narrower for its words where these are large."""
    return round(points * (1.0 + 0.85 * (_SCALE.text - 1.0)))


def thickness(points: float) -> float:
    """Return the width of a mark that is usually `points` wide."""
    return points * _SCALE.marks
