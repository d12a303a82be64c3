"""The surface in the making: ever finer, dropped when another one is wanted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.landscape import CLOSE, GRIDS, Surface, refine
from gdviz.core.planekinds import AUTOMATIC
from gdviz.session.viewing import step_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.planes import Plane, Region
    from gdviz.session.trainer import Trainer

_LIVE = 0.1  # seconds between two surfaces while θ moves
_PATIENCE = 0.25  # seconds: a slow surface is shown coarser still
_COARSER = GRIDS[:3]
_LIVE_GRID = GRIDS[1]  # while θ moves, a surface this fine is shown before the next


class Canvas:
    """Works on one surface at a time, a slice at a time.

    Attributes
    ----------
    step : int
        The step whose θ it goes through.
    """

    def __init__(self) -> None:
        self.step = 0
        self._wanted: tuple[Region, tuple[object, ...], object] | None = None
        self._work: Iterator[Surface | None] = iter(())
        self._size, self._stale, self._begun = 0, False, 0.0
        self._finest, self._follows = True, False

    @property
    def busy(self) -> bool:
        """Whether a finer surface, or one through a newer θ, is under way."""
        return self._stale or not self._finest

    @property
    def working(self) -> bool:
        """Whether it has work to do now, not to wait for the next turn of a surface."""
        waiting = time.perf_counter() < self._begun + _LIVE
        return not self._finest or (self._stale and not waiting)

    def want(
        self, trainer: Trainer, plane: Plane, region: Region, quick: bool = False
    ) -> None:
        """Ask for the surface over a region of the plane, which may move with θ.

        One that moves with θ may stay coarser if it is to be `quick`.

        Where only θ has moved on, a surface begun is first brought to a size worth
        showing, and a new one is begun only so often: else a fast run would never
        show one, or show nothing else.
        """
        grids, enough = fineness(trainer, quick)
        look = (plane.labels, grids, enough)
        wanted = (region, look, (plane.key, plane.origin.tobytes()))
        self._stale = wanted != self._wanted
        if not self._stale:
            return
        now = time.perf_counter()
        moved_on = self._wanted is not None and wanted[:2] == self._wanted[:2]
        age = now - self._begun
        unripe = self._size < (_LIVE_GRID if age < _PATIENCE else GRIDS[0])
        if moved_on and not self._finest and unripe:
            return
        if moved_on and age < _LIVE:
            return
        self._wanted, self._size, self.step = wanted, 0, step_of(trainer)
        self._stale, self._finest, self._begun = False, False, now
        self._follows = moved_on
        self._work = refine(trainer.objective, plane, region, grids, enough)

    def draw(self, until: float) -> Surface | None:
        """Work until the time `until`, at least a slice; return the finest one new.

        One that follows θ is not shown before it is as fine as the last one was, if
        that does not take long.
        """
        newest = None
        for surface in self._work:
            if surface is not None:
                newest, self._size = surface, len(surface.values)
                self._finest = surface.finest
            if time.perf_counter() >= until:
                break
        return None if self._unripe else newest

    @property
    def _unripe(self) -> bool:
        """Whether a finer surface through about this θ is worth waiting for."""
        coarse = self._follows and not self._finest and self._size < _LIVE_GRID
        return coarse and time.perf_counter() - self._begun < _PATIENCE


def fineness(trainer: Trainer, quick: bool) -> tuple[tuple[int, ...], float]:
    """Return the grids of a surface and the error that is small enough.

    As fine as the scene says; one that moves with θ may stay coarser if it is quick.
    """
    wanted, live = (
        trainer.scene.plane.grid,
        quick and trainer.objective.n_parameters > 2,
    )
    grids = (
        GRIDS if wanted == AUTOMATIC else tuple(g for g in GRIDS if g <= int(wanted))
    )
    if not live:
        return grids, 0.0
    return (_COARSER if wanted == AUTOMATIC else grids), CLOSE


class OwnCanvas:
    """The surface of the selected example alone, over the plane that is shown.

    Attributes
    ----------
    busy : bool
        Whether a finer one is under way.
    """

    def __init__(self) -> None:
        self.busy = False
        self._example: object = None
        self._wanted: object = None
        self._work: Iterator[Surface | None] = iter(())
        self._surface: Surface | None = None

    def draw(
        self,
        trainer: Trainer,
        plane: Plane,
        row: int | None,
        region: Region,
        until: float,
    ) -> Surface | None:
        """Return the finest surface so far; None if no example is selected."""
        source = trainer.pending.fresh or trainer.objective
        if row is None or not 0 <= row < source.n_examples:
            self._wanted, self._surface, self.busy = None, None, False
            return None
        example = (row, trainer.step if trainer.pending.fresh else None)
        if example != self._example:
            self._example, self._surface = example, None
        wanted = (example, region, plane.key, plane.origin.tobytes())
        if wanted != self._wanted:
            self._wanted, self.busy = wanted, True
            one = source.only(np.array([row]))
            self._work = refine(one, plane, region, _COARSER)
        for surface in self._work:
            if surface is not None:
                self._surface, self.busy = surface, not surface.finest
            if time.perf_counter() >= until:
                break
        return self._surface
