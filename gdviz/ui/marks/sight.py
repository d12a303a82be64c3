"""Which part of the curves is in view: chosen in jumps, and only while it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.ui.marks.heights import worth_showing
from gdviz.ui.scaling import px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.curves import Curves
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

_FLOOR = 58.0  # points at the bottom kept free for the step
_ROOF = 0.07
_FAR = 100.0  # widths of the start region: a diverging path is not followed beyond
_NEAR = 3.0  # widths of it: a ghost is not followed beyond
_EDGE = 0.04


class Sight:
    """Keeps θ and the curves in view.

    Attributes
    ----------
    follow : bool
        Whether the view goes where θ goes; not once it was moved by hand.
    """

    def __init__(self, chart: Any) -> None:
        self._chart, self.follow = chart, True
        self._fitted: tuple[float, float] | None = None

    def begin(self, run: Run) -> None:
        """Show where a run starts."""
        start = run.facts.start_region
        self.follow = True
        if self._chart.held:
            return
        self._fitted = None
        self._show((start.left, start.right), self._heights())

    def fit(self, run: Run) -> None:
        """Show the start, the goal and the path."""
        self.begin(run)
        path = run.trail()[:, 0]
        self._cover(path[_near(run, path, _FAR)])
        self.keep(run)

    def loosen(self) -> None:
        """Choose the heights anew."""
        self._fitted = None

    def keep(self, run: Run) -> None:
        """Follow θ, and the ghosts near by, and the heights of new curves."""
        if not self.follow or run.curves is None:
            return
        if not self._chart.held:
            self._follow(run)
        self._fit_heights(run, run.curves)

    def _follow(self, run: Run) -> None:
        snapshot = run.snapshot
        theta = snapshot.record.theta[:1]
        others = np.array([ghost.here[0] for ghost in snapshot.ghosts])
        where = np.concatenate(
            [theta[_near(run, theta, _FAR)], others[_near(run, others, _NEAR)]]
        )
        left, right = self._chart.box.viewRange()[0]
        edge = _EDGE * (right - left)
        self._cover(np.concatenate([where - edge, where + edge]))

    def _cover(self, where: Array) -> None:
        """Grow the view in one jump, half as large again as needed."""
        left, right = self._chart.box.viewRange()[0]
        low, high = where.min(initial=left), where.max(initial=right)
        if low < left or high > right:
            pad = 0.25 * (high - low)
            self._show((low - pad, high + pad), self._heights())

    def _fit_heights(self, run: Run, curves: Curves) -> None:
        """Fit the heights to curves over a new range; else grow only, in jumps."""
        needed = worth_showing(curves, run.snapshot)
        if needed is None:
            return
        span = (float(curves.grid[0]), float(curves.grid[-1]))
        across, (bottom, top) = self._chart.box.viewRange()
        low, high = self._padded(*needed)
        if span != self._fitted:
            self._fitted = span
            self._show(across, (low, high))
        elif needed[0] < bottom or needed[1] > top:
            self._show(across, (min(low, bottom), max(high, top)))

    def _padded(self, low: float, high: float) -> tuple[float, float]:
        """Return heights with room for the step below and a little above."""
        if not high > low:
            half = 0.5 * (abs(low) or 1.0)
            low, high = low - half, high + half
        below = min(floor() / max(self._chart.box.height(), 1.0), 0.35)
        unit = (high / 2 - low / 2) / (1 - below - _ROOF) * 2
        return low - below * unit, high + _ROOF * unit

    def _heights(self) -> tuple[float, float]:
        low, high = self._chart.box.viewRange()[1]
        return low, high

    def _show(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        corners = np.array([across, up])
        self._chart.show_range(corners[:, 0], corners[:, 1])


def floor() -> float:
    """Return how many pixels at the bottom are kept free for the step."""
    return px(_FLOOR)


def _near(run: Run, where: Array, widths: float) -> NDArray[np.bool_]:
    """Tell which places are not so far off that the start would vanish."""
    start = run.facts.start_region
    middle, width = (start.left + start.right) / 2, start.right - start.left
    return np.asarray(np.abs(where - middle) < widths * width)
