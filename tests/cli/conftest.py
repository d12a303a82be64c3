"""A terminal in a folder of its own, and stand-ins for the screen."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from gdviz.session.scenefile import Document
from gdviz.ui import preflight
from tests.cli.asking import TABLE, NoShell
from tests.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def gdviz(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(TABLE)
    return Terminal(capsys)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Stand in for what opens windows and draws pictures; return what was asked."""
    asked: list[tuple[Any, ...]] = []

    def opened(what: Any, theme: str | None, *_: object) -> int:
        asked.append((what.scene if isinstance(what, Document) else what, theme))
        return 0

    def drawn(*what: Any) -> int:
        asked.append(what[:7])  # not the course
        return int(what[1])

    for name, function in {"open_window": opened, "render": drawn}.items():
        module = "app" if name == "open_window" else name
        stand_in = ModuleType(module)
        setattr(stand_in, name, function)
        monkeypatch.setitem(sys.modules, f"gdviz.ui.{module}", stand_in)
    shell = ModuleType("shell")
    shell.Shell = NoShell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gdviz.ui.shell", shell)
    monkeypatch.setattr(preflight, "missing_libraries", lambda **_: [])
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return asked
