"""The marks of a run on the surface: the same as on the map, and as they look there.

They lie on the surface: from straight above the arrows are those of the map.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.remembering import own_rates
from gdviz.ui.marks import legend
from gdviz.ui.marks.ghosts import Dotted, seen_of
from gdviz.ui.marks.minima import lying_in
from gdviz.ui.marks.paths import Traced
from gdviz.ui.marks.step import ghost_steps, true_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.formulas.minima import Minimum
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Snapshot
    from gdviz.ui.marks.arrows import Thick
    from gdviz.ui.marks.lengths import Lengths
    from gdviz.ui.picture import Picture

    Array = NDArray[np.float64]

MOST_POINTS = 1500  # of a path: more would take longer than a frame
_MOST_OTHERS = 400
_NONE = np.empty((0, 2))


@dataclass(frozen=True, eq=False)
class Marks:
    """What lies on the surface, in plane coordinates.

    Attributes
    ----------
    path : ndarray of shape (m, 2)
        With θ now at its end.
    every : int
        Only each so-manieth point of the path is there.
    here : ndarray of shape (2,)
    tips : ndarray of shape (s, 2)
        Of the arrows of single examples.
    thick : list of (tip, Thick)
        The other arrows, the widest first.
    ghosts : list of Dotted
    others : list of Traced
        Other paths.
    minima : list of (point, Minimum)
        Those that lie in the plane.
    own : ndarray of shape (k, 2)
        Contour lines of the selected example's own loss, broken by NaN.
    """

    path: Array = field(default_factory=lambda: _NONE)
    every: int = 1
    here: Array = field(default_factory=lambda: np.full(2, np.nan))
    tips: Array = field(default_factory=lambda: _NONE)
    thick: list[tuple[Array, Thick]] = field(default_factory=list)
    ghosts: list[Dotted] = field(default_factory=list)
    others: list[Traced] = field(default_factory=list)
    minima: list[tuple[Array, Minimum]] = field(default_factory=list)
    own: Array = field(default_factory=lambda: _NONE)


def marks_of(chart: Picture, run: Run, lengths: Lengths, room: float) -> Marks:
    """Return the marks of a run as a chart shows them.

    Parameters
    ----------
    lengths : Lengths
        Of the arrows; the fitting one is chosen here.
    room : float
        How long an arrow may well be.
    """
    snapshot, arrows = run.snapshot, run.snapshot.arrows
    rate, here = arrows.rate, arrows.here
    lengths.own_rates = own_rates(snapshot.scene.descent.optimizer)
    thin, steps = arrows.examples * rate, true_steps(snapshot, rate)
    lengths.suit([*steps.values(), np.median(np.abs(thin), axis=0) / 2], room)
    tips = {mark: here + lengths.scaled(step) for mark, step in steps.items()}
    thick = legend.arrows(here, tips, chart.hidden_now, chart.style_)
    ghosts, ghostly = _ghosts(chart, snapshot, lengths)
    path, every = thinned(run.trail(), here)
    return Marks(
        path,
        every,
        here,
        here + lengths.scaled(thin)[: chart.examples_shown()],
        [(tip, kind) for _, tip, kind in thick] + ghostly,
        ghosts,
        _others(chart, run),
        _minima(chart, run),
    )


def thinned(trail: Array, here: Array) -> tuple[Array, int]:
    """Return a path with its end in few points, and that it is every so-manieth."""
    every = 1
    while len(trail) > every * MOST_POINTS:
        every *= 2
    points = np.concatenate([trail[::every], here[None]])
    return points[np.isfinite(points).all(axis=1)], every


def _ghosts(
    chart: Picture, snapshot: Snapshot, lengths: Lengths
) -> tuple[list[Dotted], list[tuple[Array, Thick]]]:
    """Return the ghosts, and their arrows with that of the recipe itself."""
    if chart.hides(legend.GHOST):
        return [], []
    here, rate = snapshot.arrows.here, snapshot.arrows.rate
    steps = ghost_steps(snapshot)
    own = [] if snapshot.right else [snapshot.arrows.handed * rate]
    tips = [here + lengths.scaled(step) for step in steps + own]
    return seen_of(snapshot, tips, chart.style_)


def _others(chart: Picture, run: Run) -> list[Traced]:
    if chart.hides(legend.PATHS):
        return []
    plane = run.snapshot.plane
    like = [path for path in run.others if run.like(path.run)]
    return [Traced.of(path, path.run.way(plane, _MOST_OTHERS)) for path in like]


def _minima(chart: Picture, run: Run) -> list[tuple[Array, Minimum]]:
    if chart.hides(legend.MINIMA):
        return []
    lying, places = lying_in(run.snapshot.plane, run.facts.minima)
    return list(zip(places, lying, strict=True))
