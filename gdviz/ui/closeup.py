"""Close-up: the surface around θ, as near as a step can be pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.geometry import length

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.guess import Guess
    from gdviz.ui.plots.surface import SurfaceChart

    Array = NDArray[np.float64]

_REACHES, _SMALL = 1.7, 0.6  # longest arrows to an edge, and shares of a view


class CloseUp:
    """Shows where θ may go next, and then again what was shown before."""

    def __init__(self, surface: SurfaceChart) -> None:
        self._surface = surface
        self._before: tuple[Array, Array, bool] | None = None

    def show(self, guess: Guess) -> None:
        """Come closer, where the arrows of this step are small."""
        surface, arrows = self._surface, guess.snapshot.arrows
        steps = [*arrows.examples * arrows.rate, arrows.update]
        away = _REACHES * max(length(step) for step in steps)
        low, high = np.array(surface.box.viewRange()).T
        if 0 < away < _SMALL * float((high - low).min()) / 2:
            if self._before is None:
                self._before = low, high, surface.follow
            surface.follow = False
            surface.show_range(arrows.here - away, arrows.here + away)

    def end(self) -> None:
        """Show what was shown before; another scene has a view of its own."""
        if self._before is not None:
            low, high, self._surface.follow = self._before
            self._before = None
            self._surface.show_range(low, high)
