"""Turns: which plots are drawn in a frame, so that playing stays smooth."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdviz.session.run import Run
    from gdviz.ui.player import Player

    Part = TypeVar("Part")

_READABLE = 20.0  # pictures a second that an eye can still tell apart
_WORDS = 1 / 5  # seconds that they can be read, at least
_PLOTS, _SELDOM = 1 / 8, 1 / 4  # seconds between two pictures of the same, at least
_SMOOTH = 45.0  # frames a second: where there are fewer, the surface comes first


class Turns:
    """Every plot at each step as long as one can follow; faster, one plot a frame.

    Two in one frame would take as long as two frames: the picture would halt.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._drawn: dict[int, float] = {}
        self._aside = False  # whether the last frame was another's than the centre's
        self._words, self._seen = 0.0, (-1, -1)  # when, and of what

    def due(self, centre: Part, others: Sequence[Part], run: Run) -> list[Part]:
        """Return the parts to be drawn now: all, or one.

        That is the centre, or at most every second frame the other that waits longest.
        """
        if not self.dense(run):
            return [centre, *others]
        now, drawn = time.perf_counter(), self._drawn
        smooth = self._player.frames_per_second() > _SMOOTH
        rest = _PLOTS if smooth else _SELDOM
        late = [part for part in others if now - drawn.get(id(part), 0.0) > rest]
        self._aside = bool(late) and not self._aside
        if not self._aside:
            return [centre]
        chosen = min(late, key=lambda part: drawn.get(id(part), 0.0))
        drawn[id(chosen)] = now
        return [chosen]

    def words_due(self, run: Run) -> bool:
        """Tell whether settings are shown now: at once where they are others."""
        now, seen = time.perf_counter(), (run.number, id(run.snapshot.scene))
        same = seen == self._seen
        if self.dense(run) and same and now - self._words < _WORDS:
            return False
        self._words, self._seen = now, seen
        return True

    def dense(self, run: Run) -> bool:
        """Tell whether more is played than an eye can follow."""
        player = self._player
        return player.playing and player.stride.pace(player.speed, run) > _READABLE
