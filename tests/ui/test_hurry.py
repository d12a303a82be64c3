"""Flat out: what is drawn seldom is right at rest, and nothing is painted in vain."""

from __future__ import annotations

import gc
import linecache
import sys
import time
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from gdviz.core.datasets import Moons
from gdviz.core.losses import Logistic
from gdviz.core.models import MLP
from gdviz.session.scene import Descent, Scene
from gdviz.ui.asking import FLAT_OUT
from gdviz.ui.hurry import hurry
from gdviz.ui.marks.corner import READABLE
from gdviz.ui.marks.path import Path
from gdviz.ui.panels.footer import Timeline
from gdviz.ui.title import Title
from gdviz.ui.turns import Turns
from tests.ui.conftest import rest
from tests.ui.pictures import apart, pixels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path as FilePath

    from pytestqt.qtbot import QtBot

    from gdviz.ui.window import Window

NETWORK = Scene(Moons(), model=MLP((16,)), loss=Logistic(), descent=Descent(32, 0.05))


class Counter(QObject):
    """Counts the events of a kind that a widget gets."""

    def __init__(self, widget: QWidget, kind: QEvent.Type) -> None:
        super().__init__(widget)
        self.kind, self.count = kind, 0
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == self.kind
        return False


def settle() -> None:
    for _ in range(3):
        QCoreApplication.sendPostedEvents()
        QApplication.processEvents()


@pytest.mark.parametrize(("kind", "asks"), [(Title, False), (QLabel, True)])
def test_other_words_of_a_title_lay_nothing_out_again(
    qapp: QApplication, qtbot: QtBot, kind: type[QLabel], asks: bool
) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    label, row = kind("Loss"), QHBoxLayout(room)
    row.addWidget(label)
    room.show()
    settle()
    layouts = Counter(room, QEvent.Type.LayoutRequest)
    label.setText("Loss surface over a plane of parameter space")
    settle()
    assert label.text().endswith("space")
    assert bool(layouts.count) is asks


def test_a_handle_that_stays_is_not_painted_again(
    qapp: QApplication, qtbot: QtBot
) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(400, 20)
    timeline.show()
    timeline.show_step(5, 5)
    settle()
    paints = Counter(timeline, QEvent.Type.Paint)
    for step in (6, 60, 6000):
        timeline.show_step(step, step)
        settle()
    assert (paints.count, timeline.sliderPosition()) == (0, 6000)
    timeline.show_step(3000, 6000)
    settle()
    assert paints.count > 0


@pytest.mark.parametrize(("fps", "rates"), [(20.0, (3, 5)), (60.0, (7, 9))])
def test_plots_take_turns_and_fewer_of_them_where_frames_are_slow(
    window: Window,
    monkeypatch: pytest.MonkeyPatch,
    fps: float,
    rates: tuple[int, int],
) -> None:
    player, centre, others = window.player, object(), [object(), object(), object()]
    turns, run = Turns(player), player.run
    assert run is not None
    assert turns.due(centre, others, run) == [centre, *others]
    player.playing, player.speed = True, FLAT_OUT
    monkeypatch.setattr(player, "frames_per_second", lambda: fps)
    clock = np.arange(100.0, 101.0, 1 / fps).tolist()
    told = SimpleNamespace(perf_counter=lambda: clock.pop(0))
    monkeypatch.setattr("gdviz.ui.turns.time", told)
    drawn = list[object]()
    while clock:
        due = turns.due(centre, others, run)
        assert len(due) == 1
        drawn += due
    player.playing = False
    centres = [part is centre for part in drawn]
    assert all(one or other for one, other in pairwise(centres))
    assert centres.count(True) >= 0.5 * fps
    low, high = rates
    assert all(low <= drawn.count(part) <= high for part in others)
    assert turns.due(centre, others, run) == [centre, *others]


def test_a_title_stands_long_enough_and_is_right_at_rest(
    open_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = open_window(NETWORK)
    changes = list[float]()
    window.surface.titled.connect(lambda _: changes.append(time.perf_counter()))
    window.player.speed = FLAT_OUT
    window.player.play()
    qtbot.waitUntil(lambda: len(changes) > 3, timeout=30_000)
    gaps = np.diff(changes)
    window.player.play(False)
    rest(qtbot, window)
    assert gaps.min() > 0.9 * READABLE
    shown = window.surface.title
    assert window.player.run is not None
    window.surface.show_run(window.player.run)
    assert window.surface.title == shown


def test_a_path_stroked_in_a_hurry_goes_the_same_way(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(NETWORK, 200)
    pictures = []
    for quick in (False, True):
        item = next(i for i in window.surface.item.items if isinstance(i, Path))
        item.quick = quick
        item.forget()
        item.update()
        settle()
        pictures.append(pixels(window.surface.view.grab().toImage()))
    much = apart(*pictures).max(axis=-1) > 96
    assert apart(*pictures).max() > 0
    assert much.mean() < 0.002


def test_where_a_path_is_not_finite_it_is_left_out() -> None:
    path, end = Path(), np.array([[3.0, 3.0]])
    points = np.array([[0.0, 0.0], [1.0, np.inf], [2.0, 2.0], [2.5, 2.0]])
    path.set_points(points[:1], end, 0)
    assert path._from(0).tolist() == [[0.0, 0.0], [3.0, 3.0]]
    path.set_points(points, end, 0)
    assert path._from(0).tolist() == [[0, 0], [2, 2], [2.5, 2], [3, 3]]
    path.set_points(points[2:], np.full((1, 2), np.nan), 1)
    assert path._from(1).tolist() == [[2.5, 2.0]]


def test_in_a_hurry_nothing_is_collected_and_no_source_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: FilePath
) -> None:
    """A module that is loaded afterwards is not in the cache of sources."""
    features = sys.modules["shibokensupport.feature"]
    monkeypatch.setattr(features, "_mod_uses_pyside", features._mod_uses_pyside)
    monkeypatch.syspath_prepend(tmp_path)
    read = []
    for name in ("before_hurry", "after_hurry"):
        (tmp_path / f"{name}.py").write_text("import math\n")
        __import__(name)  # as the statement does
        read.append(str(tmp_path / f"{name}.py") in linecache.cache)
        hurry()
    assert read == [True, False]
    assert not gc.isenabled()
