"""pyqtgraph, loaded without what it never uses: a third of the time to a window.

It mirrors all classes of Qt in modules of its own, one by one, and PySide6 makes a
class when it is first asked for: more than a thousand. These mirrors ask when they are
asked. Where pyqtgraph is loaded already, nothing is to be done.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets

_SOURCES = (QtCore, QtGui, QtWidgets)
__all__ = ["pyqtgraph"]


class _Mirror(ModuleType):
    """A module that takes a name from another one when it is first used."""

    def __init__(self, source: ModuleType) -> None:
        super().__init__(source.__name__.replace("PySide6", "pyqtgraph.Qt"))
        self._source = source

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._source, name)
        setattr(self, name, found)
        return found


def _load() -> ModuleType:
    if "pyqtgraph" in sys.modules:
        return sys.modules["pyqtgraph"]
    usual = [source.__dir__ for source in _SOURCES]
    for source in _SOURCES:
        mirror = _Mirror(source)
        sys.modules[mirror.__name__] = mirror
        vars(source)["__dir__"] = list  # what it lists would be copied
    try:
        return import_module("pyqtgraph")
    finally:
        for source, known in zip(_SOURCES, usual, strict=True):
            vars(source)["__dir__"] = known


pyqtgraph = _load()
