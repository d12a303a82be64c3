"""A real window on a first scene, closed whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from gdviz.session.losslog import STEPS
from gdviz.session.scene import Scene
from gdviz.ui import scaling
from gdviz.ui.app import FIRST_STEPS, application
from gdviz.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as users have it."""
    return application()


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., Window]]:
    """A function that opens a window on a scene and waits until it is at rest."""
    opened: list[Window] = []

    def opening(scene: Scene | None = None, steps: int = FIRST_STEPS) -> Window:
        window = Window("dark")
        opened.append(window)
        window.player.open(scene or Scene(), steps)
        window.show()
        rest(qtbot, window)
        return window

    yield opening
    for window in opened:
        window.documents.close()  # whatever is unsaved
        window.deleteLater()
    scaling.enlarge(1.0, 1.0)  # where one was closed while presenting
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module")
def shared(qapp: QApplication) -> Iterator[Window]:
    """One window for all tests of a file; they bring it `back` first."""
    window = Window("dark")
    window.show()
    yield window
    window.documents.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    """The window as it first opens."""
    return open_window()


@pytest.fixture
def enlarged(qapp: QApplication) -> Iterator[Callable[[float], None]]:
    """A function that makes words and marks larger, until the test is over."""

    def make(scale: float) -> None:
        scaling.enlarge(scale, scale)

    yield make
    scaling.enlarge(1.0, 1.0)


def back(qtbot: QtBot, window: Window, scene: Scene, steps: int) -> None:
    """Open a scene in a window that was used before, as if it were a new one."""
    window.default_layout()
    window.loss.set_over(STEPS)
    window.surface.follow = True
    window.player.open(scene, steps)
    rest(qtbot, window)
    window.footer.forget()


def rest(qtbot: QtBot, window: Window) -> None:
    """Wait until there is nothing left to compute or to draw."""
    qtbot.waitUntil(lambda: window.player.idle and window.settled, timeout=20_000)


@pytest.fixture
def walked(shared: Window, qtbot: QtBot) -> Window:
    """A window on a run of 24 updates, looking at step 10."""
    back(qtbot, shared, Scene(), 24)
    shared.player.seek(10)
    rest(qtbot, shared)
    return shared
