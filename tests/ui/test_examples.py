"""The examples of the README: programs that open their own objective."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QTimer

from gdviz.paths import resource
from gdviz.ui import app
from gdviz.ui.window import Window
from tests.ui.conftest import rest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "usual_folder", lambda: tmp_path)


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication
) -> Iterator[Window]:
    """The window that a program opens while an event loop runs, after 20 steps."""
    if request.param == "network.py":
        pytest.importorskip("torch")
    path = str(resource("examples") / request.param)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            runpy.run_path(path)
        except BaseException as fault:  # noqa: BLE001  (a slot would swallow it)
            faults.append(fault)

    def windows() -> list[Window]:
        shown = [w for w in qapp.topLevelWidgets() if w.isVisible()]
        return [window for window in shown if isinstance(window, Window)]

    QTimer.singleShot(0, run)
    qtbot.waitUntil(lambda: bool(faults or windows()), timeout=60_000)
    assert not faults
    (window,) = windows()
    window.player.go_on(20)
    qtbot.waitUntil(lambda: _steps(window) >= 20, timeout=60_000)
    yield window
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _steps(window: Window) -> int:
    return window.player.run.step if window.player.run is not None else 0


@pytest.mark.parametrize("opened", ["poisson.py"], indirect=True)
def test_counts(opened: Window, qtbot: QtBot) -> None:
    rest(qtbot, opened)
    run = opened.player.run
    assert run is not None
    assert (run.facts.n_examples, run.facts.parameters) == (200, ("bias", "slope"))
    assert run.snapshot.record.theta == pytest.approx([0.5, 0.8], abs=0.2)
    assert run.check is not None
    assert run.check.holds


@pytest.mark.parametrize("opened", ["network.py"], indirect=True)
def test_a_network_of_pytorch(opened: Window, qtbot: QtBot) -> None:
    run = opened.player.run
    assert run is not None
    assert (run.facts.n_examples, len(run.facts.parameters)) == (200, 33)
    assert run.facts.parameters[0] == "0.weight[0,0]"
    qtbot.waitUntil(lambda: run.check is not None, timeout=60_000)
    assert run.check is not None
    assert run.check.holds


@pytest.mark.parametrize(("name", "most"), [("poisson.py", 16), ("network.py", 10)])
def test_they_are_short_and_are_those_of_the_readme(name: str, most: int) -> None:
    text = (resource("examples") / name).read_text()
    assert len([line for line in text.splitlines() if line]) <= most
    readme = resource("examples").parents[1] / "README.md"
    if "gdviz.show" in readme.read_text():
        assert text in readme.read_text()
