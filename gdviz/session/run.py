"""The run: what was learnt of one path so far, kept for the views to read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from gdviz.session import MOST_NUMBERS
from gdviz.session.series import Series, outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.landscape import Region, Surface
    from gdviz.session.desk import Answer, Made
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]

_MOST_TRAIL = 100_000  # points of the path kept for drawing


class Run:
    """One run as the screen knows it; it only ever takes in answers.

    Attributes
    ----------
    facts : Facts
    snapshot : Snapshot
        Of the step shown.
    newest : int
        The last step known.
    surface : Surface or None
    surface_step : int
        The step whose θ the surface goes through.
    busy : bool
        Whether a finer surface is under way.
    region : Region or None
        Where the surface was last asked for.
    version : int
        Goes up whenever the path was cut or thinned: drawings of it start over.
    stride : int
        The path keeps every `stride`-th step.
    """

    def __init__(self, first: Answer) -> None:
        assert first.facts is not None
        assert first.snapshot is not None
        self.number, self.facts = first.run, first.facts
        self.snapshot = first.snapshot
        self.newest, self.version, self.stride = 0, 0, 1
        self.surface: Surface | None = None
        self.surface_step, self.busy = 0, True
        self.region: Region | None = None
        self._losses, self._seen = Series(1), Series(3)
        p = len(self.facts.parameters)
        self._trail, self._flat = Series(p), Series(2)
        self._flat_key: tuple[object, ...] = ()
        self._most_trail = max(64, min(_MOST_TRAIL, MOST_NUMBERS // p))
        self.take_in(first)

    def take_in(self, answer: Answer) -> None:
        """Take in an answer to a question about this run."""
        if answer.kept < self.newest:
            self._cut(answer.kept)
        if answer.made is not None:
            self._append(answer.made)
        self.newest, self.busy = answer.newest, answer.busy
        self.region = answer.region
        if answer.snapshot is not None:
            self.snapshot = answer.snapshot
            self._note(answer.snapshot)
        if answer.surface is not None:
            self.surface, self.surface_step = answer.surface, answer.surface_step

    @property
    def step(self) -> int:
        """The step shown: updates made up to here."""
        return self.snapshot.step

    def trail(self) -> Array:
        """Return the path up to the step shown in plane coordinates, (m, 2).

        Every `stride`-th θ from the start; θ now is not among them.
        """
        count, plane = -(-self.step // self.stride), self.snapshot.plane
        origin = plane.origin @ plane.directions.T
        key = (self.version, plane.labels, *origin.tolist())
        if key != self._flat_key:
            self._flat_key, self._flat = key, Series(2)
        self._flat.extend(plane.project(self._trail.rows[len(self._flat) : count]))
        return self._flat.rows[:count]

    def batch_losses(self, bins: int) -> tuple[Array, Array]:
        """Return steps and batch losses, with the pending one, at most 4·bins long."""
        record = self.snapshot.record
        values = self._losses.rows[:, 0]
        if self.step >= len(values):
            values = np.append(values[: self.step], record.loss)
        return outline(np.arange(len(values), dtype=np.float64), values, bins)

    def seen_losses(self, bins: int) -> tuple[Array, Array, Array, Array]:
        """Return steps and full losses, and steps and test losses, where evaluated."""
        steps, full, test = self._seen.rows.T
        return *outline(steps, full, bins), *outline(steps, test, bins)

    def _append(self, made: Made) -> None:
        known = len(self._losses)
        fresh = slice(max(0, known - made.first), None)
        self._losses.extend(made.losses[fresh, None])
        steps = np.arange(made.first, made.first + len(made.losses))[fresh]
        self._trail.extend(made.thetas[fresh][steps % self.stride == 0])
        while len(self._trail) > self._most_trail:
            self._trail.thin()
            self.stride *= 2
            self.version += 1

    def _cut(self, newest: int) -> None:
        self._losses.cut(newest)
        self._trail.cut(-(-newest // self.stride))
        self._seen.cut(bisect_right(self._seen.rows[:, 0], newest))
        self.version += 1

    def _note(self, snapshot: Snapshot) -> None:
        """Remember the full and test loss of the step shown."""
        steps = self._seen.rows[:, 0]
        row = [snapshot.step, snapshot.full.loss, snapshot.test_loss]
        place = bisect_left(steps, snapshot.step)
        if place < len(steps) and steps[place] == snapshot.step:
            return
        later = self._seen.rows[place:].copy()
        self._seen.cut(place)
        self._seen.extend(np.array([row], dtype=np.float64))
        self._seen.extend(later)
