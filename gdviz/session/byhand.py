"""A scene's points in the hand: where they lie in the picture, moved, added, drawn.

Places are those of the data plot; with standardised columns the scene keeps the
points in the units of the table, and every place is taken back to these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.datasets.byhand import MOST_POINTS, NO_POINTS, ByHand
from gdviz.core.examples import parted, restored, scaled
from gdviz.core.functions import Formulas
from gdviz.core.knobs import Real, Spec, Whole, knob
from gdviz.core.own import OwnData
from gdviz.core.portrait import CURVE, MAP
from gdviz.core.refused import Refused
from gdviz.session.strictly import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.session.run import Run
    from gdviz.session.scene import Scene

    Array = NDArray[np.float64]

_BINS = 1024  # of a drawn curve: more than a screen has across


@dataclass(frozen=True)
class Sampling(Spec):
    """How a curve that was drawn becomes examples."""

    n_examples: int = knob(
        40, Whole(2, MOST_POINTS), "Points", "How many points are taken of the curve."
    )
    noise: float = knob(
        0.0, Real(0.0, 10.0), "Noise", "Standard deviation of the noise added to them."
    )


class Hand:
    """The points of a scene, to be changed one at a time.

    Parameters
    ----------
    scene : Scene

    Attributes
    ----------
    scene : Scene
        With its points taken over as they are: it has the same path, bit for bit.
    classes : tuple of texts
        None for numbers.

    Raises
    ------
    Refused
        Its examples are not points that can be edited, or cannot be read.
    """

    def __init__(self, scene: Scene) -> None:
        data = points_of(scene)
        self.scene = scene if data is scene.data else replace(scene, data=data)
        self.classes, self._data = data.class_names, data
        self._table = np.array(data.points)[:, :2]
        self._rows = parted(len(self._table), scene.held_out, scene.seed)[0]
        self._like = self._table[self._rows]

    @property
    def places(self) -> Array:
        """Where the examples to learn from lie in the picture, of shape (n, 2)."""
        if not self._data.standardise:
            return self._like
        return scaled(self._like, self._like)

    @property
    def next_row(self) -> int | None:
        """Which example a point that is added will be; None: it will be held out."""
        n, scene = len(self._table) + 1, self.scene
        rows = parted(n, scene.held_out, scene.seed)[0]
        return len(rows) - 1 if rows[-1] == n - 1 else None

    def nearest(self, place: Array, pixel: Array, reach: float) -> int | None:
        """Return the example nearest to a place, within so many pixels.

        Parameters
        ----------
        place, pixel : ndarrays of shape (2,)
            The pixel is the size of one in the units of the picture.
        reach : float
        """
        away = np.hypot(*((self.places - place) / pixel).T)
        best = int(away.argmin())
        return best if away[best] <= reach else None

    def moved(self, row: int, place: Array) -> Scene:
        """Return the scene with an example elsewhere in the picture."""
        at, points = int(self._rows[row]), self._data.points
        here = (*self._taken_back(place).tolist(), *points[at][2:])
        return self._with((*points[:at], here, *points[at + 1 :]))

    def added(self, place: Array, label: int = 0) -> Scene:
        """Return the scene with one more point, the last one.

        Raises
        ------
        Refused
            There are as many as there may be.
        """
        points = self._data.points
        if len(points) >= MOST_POINTS:
            raise Refused(
                f"There are {MOST_POINTS:,} points, the most there may be; remove some."
            )
        of_class = (float(label),) if self.classes else ()
        here = (*self._taken_back(place).tolist(), *of_class)
        return self._with((*points, here))

    def without(self, row: int) -> Scene:
        """Return the scene without an example.

        Raises
        ------
        Refused
            It is the only one.
        """
        at, points = int(self._rows[row]), self._data.points
        if len(self._rows) == 1:
            raise Refused("This is the only point to learn from: it has to stay.")
        return self._with((*points[:at], *points[at + 1 :]))

    def drawn(self, stroke: Array, sampling: Sampling) -> Scene:
        """Return the scene with points of a drawn curve, evenly spaced over x.

        Parameters
        ----------
        stroke : ndarray of shape (m, 2)
            Where the mouse went; what was drawn last over an x counts.
        sampling : Sampling
            The noise comes from the seed of the scene.

        Raises
        ------
        Refused
            The points have classes, or the curve has no width.
        """
        if self.classes:
            raise Refused("A curve can be drawn where a number is to be predicted.")
        heights = heights_of(stroke, sampling.n_examples)
        rng = np.random.default_rng((self.scene.seed, 0xC0BE))
        heights[:, 1] += sampling.noise * rng.standard_normal(len(heights))
        return self._with(tuple(map(tuple, self._taken_back(heights).tolist())))

    def _with(self, points: tuple[tuple[float, ...], ...]) -> Scene:
        return replace(self.scene, data=replace(self._data, points=points))

    def _taken_back(self, places: Array) -> Array:
        """Return places, of shape (..., 2), in the units of the table."""
        if not self._data.standardise:
            return places
        return restored(places, self._like)


def editable(run: Run) -> bool:
    """Tell whether the examples of a run are points that can be edited."""
    kind, facts = run.snapshot.portrait.kind, run.facts
    numbers = kind == CURVE and not facts.classes
    return facts.n_examples <= MOST_POINTS and (
        numbers or (kind == MAP and bool(facts.classes))
    )


def points_of(scene: Scene) -> ByHand:
    """Return the examples of a scene as points; those by hand are what they are."""
    data = scene.data
    if isinstance(data, ByHand):
        return data
    if isinstance(data, Formulas | OwnData):
        raise Refused(NO_POINTS)
    return ByHand.of(data.examples(scene.seed), data.standardise)


def taking_over(scene: Scene) -> str:
    """Return the sentence on what is edited, before anything is."""
    points = points_of(scene).points
    if isinstance(scene.data, ByHand):
        return f"{len(points):,} points by hand: a click adds one, a drag moves one."
    title = printable(scene.data.title)
    return f"The same path as with “{title}”, until you change a point."


def heights_of(stroke: Array, count: int) -> Array:
    """Return points of a stroke, evenly spaced over x, of shape (count, 2).

    Raises
    ------
    Refused
        The stroke has no width.
    """
    stroke = stroke[np.isfinite(stroke).all(axis=1)]
    left, right = stroke[:, 0].min(initial=np.inf), stroke[:, 0].max(initial=-np.inf)
    if not left < right:
        raise Refused("Draw across the plot: a curve has one height over each x.")
    bins, heights = np.linspace(left, right, _BINS), np.full(_BINS, np.nan)
    for one, other in pairwise(stroke):
        low, high = sorted((one, other), key=lambda point: float(point[0]))
        over = (bins >= low[0]) & (bins <= high[0])
        heights[over] = np.interp(bins[over], [low[0], high[0]], [low[1], high[1]])
    x = np.linspace(left, right, count)
    known = np.isfinite(heights)
    return np.column_stack([x, np.interp(x, bins[known], heights[known])])
