"""A short soak: a cycle of everything leaves as much behind as the cycle before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gdviz.session.scene import Scene
from tests.ui.soaking import Soak, count, kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gdviz.ui.window import Window

_WARM, _MOST_LOST = 2, 50
_LARGE = (
    ".Window", ".Stage", ".Trainer", ".Run", ".Film", ".FilmApart", ".Studio", "Dialog",
    ".QObject", ".QAction", ".QTextDocument", ".QAbstractListModel",
)  # fmt: skip


@pytest.fixture
def soak(
    open_window: Callable[..., Window], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Soak:
    monkeypatch.setenv("HOME", str(tmp_path))
    return Soak(open_window(Scene()), tmp_path, pause=1, long=False)


def test_a_cycle_leaves_nothing_behind_and_loses_nothing(soak: Soak) -> None:
    for _ in range(_WARM):
        soak.turn()
    before, known = count(), kinds()
    soak.turn()
    after, grown = count(), kinds() - known
    assert after.threads <= before.threads
    assert after.files <= before.files
    assert after.widgets <= before.widgets
    assert {kind: n for kind, n in grown.items() if kind.endswith(_LARGE)} == {}
    assert after.none - before.none > -_MOST_LOST
    assert after.true - before.true > -_MOST_LOST
