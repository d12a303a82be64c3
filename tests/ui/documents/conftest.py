"""A window that closes without a question, and a file that it has open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gdviz.session.scene import Scene
from gdviz.session.scenefile import write_document
from gdviz.session.trainer import Trainer
from tests.ui.documents.hands import open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Iterator[Window]:
    """The window as it first opens; it closes without a question."""
    made = open_window()
    yield made
    made.documents.path = None
    assert made.documents.may_close()


@pytest.fixture
def file(window: Window, qtbot: QtBot, tmp_path: Path) -> Path:
    """A file that the window has open, with 5 steps, at step 2."""
    path = tmp_path / "one.json"
    trainer = Trainer(Scene())
    trainer.advance(5)
    trainer.seek(2)
    write_document(path, Scene(), trainer.course)
    open_file(qtbot, window, path)
    return path
