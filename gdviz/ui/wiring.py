"""Wiring: who in a window listens to whom."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gdviz.session.noise import PANELS_OF_NOISE
from gdviz.ui import docks, keys, room
from gdviz.ui.panels.compare.offer import Offer
from gdviz.ui.plots.curvature import CurvatureChart

if TYPE_CHECKING:
    from gdviz.ui.window import Window


def connect(window: Window) -> None:
    """Let the player, the panels and the plots hear each other."""
    player, surface = window.player, window.surface
    player.refreshed.connect(window.show_run)
    player.refused.connect(window.refuse)
    window.faults.told.connect(window.warn)
    player.moved.connect(window.footer.say)
    window.table_watch.told.connect(window.tell)
    player.played.connect(window.transport.show_playing)
    window.panel.changed.connect(player.edit)
    window.panel.refused.connect(window.refuse)
    window.panel.own_data_wanted.connect(window.open_table)
    for drawn in (surface, window.centre.relief):
        window.panel.marks.scaled.connect(drawn.set_scale)
    for seen in (surface, window.centre.relief, window.curves):
        seen.region_wanted.connect(player.look_at)
    window.centre.relief.faltered.connect(window.footer.say)
    window.sweep.said.connect(window.footer.say)
    for table in window.tables.values():
        table.example_chosen.connect(player.choose)
    window.footer.timeline.wanted.connect(player.seek)
    buttons = window.transport.buttons
    for name, act in keys.BUTTONS.items():
        buttons[name].clicked.connect(partial(act, window))
    window.transport.speeded.connect(partial(setattr, player, "speed"))
    window.transport.united.connect(player.set_unit)
    player.united.connect(window.transport.show_unit)
    window.transport.seeded.connect(lambda seed: window.panel.choose(seed=seed))
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(window.follow_system)


def connect_docks(window: Window) -> None:
    """Let what is shown be worked out, and nothing that is not."""
    for name, dock in window.docks.items():
        dock.visibilityChanged.connect(partial(window.catch_up, name))
        dock.toggleViewAction().triggered.connect(lambda _: room.share_room(window))
    curvature = window.docks[CurvatureChart.name]
    curvature.visibilityChanged.connect(window.player.watch_curvature)
    for name in docks.OF_RACE:
        watch = partial(window.player.watch_race, name)
        window.docks[name].visibilityChanged.connect(watch)
    for name in PANELS_OF_NOISE:
        watch = partial(window.player.watch_noise, name)
        window.docks[name].visibilityChanged.connect(watch)
    compare = window.docks[docks.COMPARE]
    Offer(compare, window.player, partial(room.share_room, window))
    shown = window.docks[docks.LESSON].toggleViewAction()
    shown.triggered.connect(window.lectern.show)
