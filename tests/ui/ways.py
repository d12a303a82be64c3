"""The paths of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.conftest import rest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gdviz.session.paths import Path
    from gdviz.ui.window import Window


def paths(window: Window) -> list[tuple[str, str, int, int]]:
    """Return of each path its name, whom it left, where, and its newest step."""
    known = window.player.paths
    return [
        (p.name, "" if p.left is None else known.name_of(p.left), p.at, p.run.newest)
        for p in known.all
    ]


def number(window: Window, name: str) -> int:
    return next(p.number for p in window.player.paths.all if p.name == name)


def present(window: Window) -> Path:
    return window.player.paths[window.player.paths.present]


def drop_unlisted(qtbot: QtBot, window: Window) -> None:
    """See that the worker keeps exactly the runs that are listed."""
    rest(qtbot, window)
    assert set(window.player.worker.desk._stages) == window.player.paths.numbers
