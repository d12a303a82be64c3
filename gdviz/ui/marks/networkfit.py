"""Which words of a network have room: a number is whole, shorter, or not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from gdviz.ui import style as look

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from gdviz.ui.marks.network import Words

FONT, SMALL = 12, 10
_GAP = "  "  # between a name and a number


def font(size: int) -> QFont:
    """Return a font that grows with the picture only, not with all words."""
    made = look.font(size)
    made.setPixelSize(size)
    return made


def fitted(words: tuple[Words, ...]) -> list[tuple[Words, str, int]]:
    """Return what is written of these words, and in which size of the font.

    Where one of a kind needs the smaller font, or the shorter text, all take it;
    where one has no room even then, none is written.
    """
    metrics = {size: QFontMetricsF(font(size)) for size in (FONT, SMALL)}
    needs = [_need(one, metrics) for one in words]
    most: dict[str, int] = {}
    for one, need in zip(words, needs, strict=True):
        if one.kind:
            most[one.kind] = max(most.get(one.kind, 0), need)
    written = []
    for one, need in zip(words, needs, strict=True):
        wish = _wishes(one)[most.get(one.kind, need)]
        if wish is not None:
            text, size = wish
            written.append((one, _named(one, text, metrics[size]), size))
    return written


def _wishes(words: Words) -> tuple[tuple[str, int] | None, ...]:
    """Return texts and sizes of the font, the best first; the last is nothing."""
    text = words.text
    return (text, FONT), (text, SMALL), (words.shorter or text, SMALL), None


def _need(words: Words, metrics: dict[int, QFontMetricsF]) -> int:
    """Return the place of the first wish that fits; a name may be cut."""
    *wishes, _ = _wishes(words)
    for place, wish in enumerate(wishes):
        assert wish is not None
        text, size = wish
        whole = f"{words.name}{_GAP}{text}" if words.name and place == 0 else text
        if metrics[size].horizontalAdvance(whole) <= words.box.width():
            return place
    return len(wishes)


def _named(words: Words, text: str, metrics: QFontMetricsF) -> str:
    """Return a text with as much of its name in front as fits."""
    if not words.name:
        return text
    behind = f"{_GAP}{text}" if text else ""
    room = words.box.width() - metrics.horizontalAdvance(behind)
    name = metrics.elidedText(words.name, Qt.TextElideMode.ElideRight, room)
    return f"{name}{behind}" if len(name) > 1 or name == words.name else text
