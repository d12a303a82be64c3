"""Opening a cell: its scene becomes the scene, and its run is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gdviz.core.refused import Refused
from gdviz.session.sweep import cell_scene, steps_of
from gdviz.session.sweep.sweep import SINGLE
from gdviz.ui.panels.sweep.words import values

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.scene import Scene
    from gdviz.ui.panels.sweep.grid import Grid
    from gdviz.ui.player import Player

MOST_STEPS = 20_000  # made at once; no more are made again to undo either


class Opening(QObject):
    """Makes the run of a cell the one that is shown; it can be undone.

    Parameters
    ----------
    player : Player
    say : function of a text
        Called when the run has begun: what it tells stays to be read.
    """

    def __init__(self, player: Player, say: Callable[[str], object]) -> None:
        super().__init__(player)
        self._player, self._say = player, say
        self._due: tuple[Scene, str] | None = None
        player.edited.connect(self._begun)
        player.refused.connect(self._give_up)

    def open(self, grid: Grid, place: tuple[int, int]) -> None:
        """Start the run of a cell, and make its steps."""
        cell = grid.cell(*place)
        try:
            scene = cell_scene(grid.sweep, cell)
            steps = steps_of(grid.sweep, cell)
        except Refused as refusal:
            self._say(str(refusal))
            return
        made = steps if steps <= MOST_STEPS else 0
        self._due = scene, _words(grid, place, steps, made)
        self._player.play(False)
        self._player.open(scene, made, keeps=True)

    def _begun(self, before: object, after: object, wanted: object) -> None:
        if self._due is not None and self._due[0] is wanted:
            self._say(self._due[1])
        self._due = None

    def _give_up(self, _: str) -> None:
        self._due = None


def _words(grid: Grid, place: tuple[int, int], steps: int, made: int) -> str:
    """Return what is to be said of a run that was opened."""
    parts = [f"The run with {values(grid, place)}."]
    if not made:
        parts.append(f"Play to make its {steps:,} steps.")
    if grid.sweep.dtype == SINGLE:
        parts.append(
            "The map was computed in float32: this run, in float64, may end elsewhere."
        )
    return " ".join(parts)
