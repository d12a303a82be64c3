"""Nothing that Qt calls to paint lets a fault through."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from inspect import getmembers, isclass
from typing import TYPE_CHECKING

import gdviz.ui
from gdviz.ui.faults import careful

if TYPE_CHECKING:
    from collections.abc import Iterator

PAINTED_BY = {
    "paint",
    "paintEvent",
    "paintGL",
    "paintSection",
    "resizeGL",
    "drawBackground",
    "drawForeground",
}
CAREFUL = careful(print).__code__  # the same for all that it guards
NEED_OPENGL = {"gdviz.ui.relief.glass", "gdviz.ui.relief.pieces"}


def classes() -> Iterator[type]:
    """Yield every class of the room, with what it is in."""
    for module in pkgutil.walk_packages(gdviz.ui.__path__, "gdviz.ui."):
        if module.name not in NEED_OPENGL or find_spec("OpenGL"):
            for _, kind in getmembers(import_module(module.name), isclass):
                if kind.__module__ == module.name:
                    yield kind


def unguarded(kind: type) -> list[str]:
    """Return what this class paints with, and does not guard."""
    own = ((name, vars(kind)[name]) for name in PAINTED_BY & vars(kind).keys())
    return [name for name, does in own if getattr(does, "__code__", 0) is not CAREFUL]


def test_everything_that_paints_is_careful() -> None:
    known = list(classes())
    bare = [f"{kind.__qualname__}.{name}" for kind in known for name in unguarded(kind)]
    assert bare == []
    assert sum("paintEvent" in vars(kind) for kind in known) >= 10


def test_one_that_is_not_careful_is_found() -> None:
    class Careless:
        def paint(self) -> None: ...

        @careful
        def paintEvent(self) -> None: ...

    assert unguarded(Careless) == ["paint"]
