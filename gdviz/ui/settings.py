"""What is remembered between two starts, as a small JSON text that is checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import qVersion

from gdviz.core.knobs import Choice, Flag, Real, Text, Whole
from gdviz.core.refused import Refused
from gdviz.session.workers import THREAD, WORKERS
from gdviz.ui import motion
from gdviz.ui import style as look
from gdviz.ui.marks import legend
from gdviz.ui.marks.lengths import FIT, SCALES
from gdviz.ui.scaling import SIZES
from gdviz.ui.stride import UNITS, UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VERSION, MOST_RECENT, MOST_CUES = 1, 10, 100
FLAT_OUT = "flat out"
MARKS = frozenset(legend.MARKS) - legend.HIDDEN_AT_FIRST
_LONGEST = 20_000  # letters of a layout


@dataclass(frozen=True)
class Settings:
    """All that is remembered besides the last scene.

    Attributes
    ----------
    theme : text
    geometry, layout : bytes
        As Qt writes them: of the window, and of its docks.
    seal : text
        Of these two; Qt may crash on bytes that it did not write.
    panels : frozen set of texts
        The docks there were: the layout of others is of no use.
    marks : frozen set of texts
        Those that are shown.
    arrows : text
        How long they are.
    speed : float or "flat out"
    unit : text
        Of a step.
    solid : bool
        Whether the surface is shown in 3-D.
    by_card : bool
        Whether that is drawn by OpenGL.
    worker : text
        Where steps are made: in a thread or in a process.
    motion : text
        Whether things may glide: one of `motion.WISHES`.
    words : int
        How large they are, in per cent.
    cues : tuple of texts
        See `gdviz.ui.cues`.
    recent : tuple of texts
        Paths of files, newest first.
    lesson, page : text, int
        What was read; the page counts from 0.
    file : text
        That of the last scene, if it has one.
    written : int
        When that scene was written down, in nanoseconds: of another one, as after a
        kill, the file is not known.
    """

    theme: str = look.SYSTEM
    geometry: bytes = b""
    layout: bytes = b""
    seal: str = ""
    panels: frozenset[str] = frozenset()
    marks: frozenset[str] = MARKS
    arrows: str = FIT
    speed: float | str = 12.0
    unit: str = UPDATE
    solid: bool = False
    by_card: bool = False
    worker: str = THREAD
    motion: str = motion.SYSTEM
    words: int = SIZES[0]
    cues: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    lesson: str = ""
    page: int = 0
    file: str = ""
    written: int = 0

    @property
    def sealed(self) -> bool:
        """Whether geometry and layout are what this Qt wrote."""
        return self.seal == seal(self.geometry, self.layout)


def seal(geometry: bytes, layout: bytes) -> str:
    """Return the checksum of what this Qt wrote."""
    total = hashlib.sha256(f"{qVersion()} {len(geometry)} ".encode())
    total.update(geometry + layout)
    return total.hexdigest()


def to_text(settings: Settings) -> str:
    """Return settings as JSON, one line each."""
    tree = {"gdviz": VERSION, **asdict(settings)}
    lines = (f'  "{k}": {json.dumps(v, default=_plain)}' for k, v in tree.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_text(text: str) -> Settings:
    """Return the settings of a JSON text; those that are missing are the usual ones.

    Raises
    ------
    Refused
        The text is not JSON, or a value in it is not what it should be.
    """
    try:
        return _settings(json.loads(text))
    except Refused:
        raise
    except (ValueError, RecursionError) as fault:
        raise Refused("this is not JSON.") from fault


def _settings(tree: object) -> Settings:
    if not isinstance(tree, dict):
        raise Refused("settings must be an object in braces.")
    Whole(VERSION, VERSION).check(tree.pop("gdviz", None), "gdviz")
    for key in tree:
        if key not in _CHECKS:
            raise Refused(f"there is no setting {key[:80]!r}.")
    return Settings(**{key: _CHECKS[key](value, key) for key, value in tree.items()})


def with_recent(path: str, recent: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths with this one first."""
    others = [other for other in recent if other != path]
    return (path, *others)[:MOST_RECENT]


def _plain(value: object) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    assert isinstance(value, frozenset)
    return sorted(value)


def _bytes(value: object, place: str) -> bytes:
    text = Text(_LONGEST).check(value, place)
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as fault:
        raise Refused(f"{place} must be Base64.") from fault


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refused(f"{place} must be a list of texts.")
    return tuple(Text().check(each, place) for each in value)


def _marks(value: object, place: str) -> frozenset[str]:
    known = Choice(tuple(legend.MARKS))
    return frozenset(known.check(mark, place) for mark in _texts(value, place))


def _size(value: object, place: str) -> int:
    wanted = Whole(SIZES[0], SIZES[-1]).check(value, place)
    return min(SIZES, key=lambda size: abs(size - wanted))


def _speed(value: object, place: str) -> float | str:
    return FLAT_OUT if value == FLAT_OUT else Real(1e-3, 1e9).check(value, place)


_CHECKS: Mapping[str, Callable[[object, str], Any]] = {
    "theme": Choice(tuple(look.THEMES)).check,
    "geometry": _bytes,
    "layout": _bytes,
    "seal": Text().check,
    "panels": lambda value, place: frozenset(_texts(value, place)),
    "marks": _marks,
    "arrows": Choice(tuple(SCALES)).check,
    "speed": _speed,
    "unit": Choice(tuple(UNITS)).check,
    "solid": Flag().check,
    "by_card": Flag().check,
    "worker": Choice(WORKERS).check,
    "motion": Choice(motion.WISHES).check,
    "words": _size,
    "cues": lambda value, place: _texts(value, place)[:MOST_CUES],
    "recent": lambda value, place: _texts(value, place)[:MOST_RECENT],
    "lesson": Text().check,
    "page": Whole(0, 1000).check,
    "file": Text().check,
    "written": Whole(0, 2**63).check,
}
assert set(_CHECKS) == {f.name for f in fields(Settings)}
