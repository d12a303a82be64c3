"""Which part of the plane is shown: it grows where θ walks out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.planes import Region
    from gdviz.session.run import Run

    Array = NDArray[np.float64]

_FAR = 100.0  # widths of the first region: a diverging path is not followed beyond
_EDGE, _JUMP = 0.04, 0.25  # of the region: too near to its edge, and how far it grows


class Scope:
    """The part of the plane that is shown of a run.

    Attributes
    ----------
    region : Region or None
    """

    def __init__(self) -> None:
        self.region: Region | None = None
        self._look: object = None
        self._number = -1

    def begin(self, run: Run, held: bool) -> bool:
        """Take on another run or plane; tell whether it is over another surface."""
        look = look_of(run)
        if (run.number, look) == (self._number, self._look):
            return False
        same = look == self._look and run.goes_on_from(self._number)
        self._number, self._look = run.number, look
        if not (same or (held and self.region)):
            self.region = run.snapshot.projection.home
        return not same

    def follow(self, run: Run) -> None:
        """Grow where θ is at the edge or beyond."""
        here = run.snapshot.arrows.here
        if self.region is None or by_hand(run) or not worth_following(run, here):
            return
        spans = _spans(self.region)
        edge = self.region.around(
            np.stack([here - _EDGE * spans, here + _EDGE * spans])
        )
        if edge != self.region:
            reach = _JUMP * _spans(edge)
            self.region = self.region.around(np.stack([here - reach, here + reach]))

    def fit(self, run: Run) -> None:
        """Show the start, the goal and the path."""
        self.region = run.snapshot.projection.home
        if not by_hand(run):
            path = np.concatenate([run.trail(), run.snapshot.arrows.here[None]])
            kept = [worth_following(run, point) for point in path]
            if any(kept):
                self.region = self.region.around(path[kept])


def look_of(run: Run) -> tuple[object, ...]:
    """Return what tells one plane from another, not counting how it moves along."""
    plane = run.snapshot.scene.plane
    return (plane.bare, plane.extent, run.snapshot.plane.labels)


def by_hand(run: Run) -> bool:
    """Tell whether the extent is one that a person has typed."""
    return bool(run.snapshot.scene.plane.extent)


def worth_following(run: Run, point: Array) -> bool:
    """Tell whether a point is not so far off that the start would vanish."""
    home = run.snapshot.projection.home
    distance = np.hypot(point[0] - home.left, point[1] - home.bottom)
    return bool(distance < _FAR * (home.right - home.left))


def _spans(region: Region) -> Array:
    return np.array([region.right - region.left, region.top - region.bottom])
