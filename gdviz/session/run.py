"""The run: what was learnt of one path so far, kept for the views to read."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import Draw
from gdviz.session.guess import Tally
from gdviz.session.laws import Laws
from gdviz.session.losslog import STEPS, LossLog
from gdviz.session.noiselog import NoiseLog
from gdviz.session.scene import needs_restart
from gdviz.session.sharpnesslog import SharpnessLog
from gdviz.session.trail import Trail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdviz.core.check import Check
    from gdviz.core.costs import Cost
    from gdviz.core.landscape import Surface
    from gdviz.core.planes import Plane, Region
    from gdviz.session.beats import Beat
    from gdviz.session.curves import Curves
    from gdviz.session.guess import Guess
    from gdviz.session.paths import Path
    from gdviz.session.questions import Answer, Made
    from gdviz.session.racing import Racer
    from gdviz.session.rescue import Rescue
    from gdviz.session.sharpness import Reading
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
    asked : int or None
        The example last asked for, selected if there is such a one.
    check : Check or None
        The last self-check made, maybe some steps ago while playing.
    costs : dict
        What recipes cost, where that was measured, by name.
    curves : Curves or None
        Every example's loss over the only parameter, where there is but one.
    own_surface : Surface or None
        The loss of the selected example alone.
    noise : NoiseLog
        The noise of the gradients, as far as it was looked at.
    noisy_limit : float or None
        Below which learning rate mini-batches come to rest, where that is known.
    laws : Laws
        What is known in closed form of where the path wanders.
    rescue : Rescue or None
        Where the step shown is a bad end: how to go on, once that is found.
    racers : tuple of Racer
        As last looked at, the chosen way down first.
    worked_out : dict
        What was worked out of it, kept until it takes in another answer.
    beat : Beat or None
        Which phase of the pending step is shown; None: all of it.
    guess : Guess or None
        Of what the pending step makes.
    tally : Tally
        Of guesses so far.
    others : tuple of Path
        Other paths to be drawn beside this one.
    heard : int
        How many answers were taken in: with none in between it is still the same.
    """

    def __init__(self, first: Answer) -> None:
        assert first.facts is not None
        assert first.snapshot is not None
        self.number, self.facts = first.run, first.facts
        self.snapshot = first.snapshot
        self.newest = self.heard = 0
        self.surface: Surface | None = None
        self.surface_step, self.busy = 0, True
        self.region: Region | None = None
        self.asked: int | None = None
        self._losses = LossLog(self.facts.n_examples)
        self._trail = Trail(len(self.facts.parameters), _MOST_TRAIL)
        self.check: Check | None = None
        self.costs: dict[str, Cost] = {}
        self.curves: Curves | None = None
        self.own_surface: Surface | None = None
        self.beat: Beat | None = None
        self.guess: Guess | None = None
        self.tally = Tally()
        self.racers: tuple[Racer, ...] = ()
        self.noisy_limit: float | None = None
        self.laws = Laws()
        self.rescue: Rescue | None = None
        self.worked_out: dict[object, object] = {}
        self._sharpness, self.noise = SharpnessLog(), NoiseLog()
        self.others: tuple[Path, ...] = ()
        self._end: tuple[int, Array, bool] = (-1, np.empty(0), False)
        self.take_in(first)

    def branch(self, first: Answer) -> Run:
        """Return the run that shares this one's steps up to its own first answer's."""
        assert first.snapshot is not None
        step, made = first.snapshot.step, copy(self)
        made.number, made.newest = first.run, step
        made._losses, made._trail = self._losses.copy(step), self._trail.copy(step)
        made._sharpness, made.noise = self._sharpness.copy(step), self.noise.copy(step)
        made.costs = dict(self.costs)
        made.take_in(first)
        return made

    def like(self, other: Run) -> bool:
        """Tell whether the other is a path over the same loss surface."""
        return not needs_restart(self.snapshot.scene, other.snapshot.scene)

    def goes_on_from(self, number: int) -> bool:
        """Tell whether the run of this number is another path over the same surface."""
        return any(p.number == number and self.like(p.run) for p in self.others)

    def take_in(self, answer: Answer) -> None:
        """Take in an answer to a question about this run."""
        self.heard += 1
        self.worked_out = {}
        if answer.kept < self.newest:
            self._cut(answer.kept)
        if answer.made is not None:
            self._append(answer.made)
        self.newest, self.busy = answer.newest, answer.busy
        self.region, self.asked = answer.region, answer.chosen
        if answer.snapshot is not None:
            if _other_plane(self.snapshot, answer.snapshot):
                self.surface = None  # of a plane that is not looked at any more
            self.snapshot = answer.snapshot
            self._losses.note(answer.snapshot)
            if self.step == self.newest:
                theta, diverged = self.snapshot.record.theta, self.snapshot.diverged
                self._end = (self.step, theta, diverged)
        if answer.surface is not None:
            self.surface, self.surface_step = answer.surface, answer.surface_step
        if answer.check is not None:
            self.check = answer.check
        self.costs |= answer.costs
        self.curves, self.own_surface = answer.curves, answer.own_surface
        self.noisy_limit = answer.noisy_limit
        self.racers = self.racers if answer.racers is None else answer.racers
        self.laws, self.rescue = answer.laws or self.laws, answer.rescue
        self._sharpness.take_in(answer.readings)
        self.noise.take_in(answer.noise_readings)

    @property
    def version(self) -> int:
        """Goes up whenever the path was cut or thinned: drawings of it start over."""
        return self._trail.version

    @property
    def stride(self) -> int:
        """The path keeps every `stride`-th step."""
        return self._trail.stride

    @property
    def reading(self) -> Reading | None:
        """The curvature as last measured, maybe some steps ago."""
        return self._sharpness.latest

    @property
    def step(self) -> int:
        """The step shown: updates made up to here."""
        return self.snapshot.step

    @property
    def diverged(self) -> bool:
        """Whether the newest step was the last that could be made."""
        step, _, diverged = self._end
        return diverged and step == self.newest

    @property
    def chosen(self) -> int | None:
        """The row of the selected example."""
        chosen = self.snapshot.chosen
        return chosen.row if chosen else None

    def epoch_ends(self) -> tuple[int, int]:
        """Return the steps at which the present epoch began and will end."""
        descent, cursor = self.snapshot.scene.descent, self.snapshot.record.cursor
        draw = Draw(self.facts.n_examples, 0, descent.order, descent.short_last)
        size = descent.batch_size
        began = max(0, self.step - draw.gone(size, cursor))
        return began, self.step + draw.left(size, cursor)

    def trail(self) -> Array:
        """Return the path up to the step shown in plane coordinates, (m, 2).

        Every `stride`-th θ from the start; θ now is not among them.
        """
        return self._trail.flat(self.snapshot.plane, self.step)

    def kept(self) -> tuple[Array, int]:
        """Return the path before the step shown, (m, p), and its stride."""
        return self._trail.rows(self.step), self.stride

    def way(self, plane: Plane, most: int = 2000) -> Array:
        """Return the whole path in the coordinates of a plane, (m, 2), thinned.

        Parameters
        ----------
        plane : Plane
            Of a run like this one.
        most : int
            How many points there may be, and the newest θ.
        """
        rows = self._trail.flat(plane, self.newest)
        kept = rows[:: max(1, -(-len(rows) // most))]
        step, theta, _ = self._end
        end = plane.project(theta)[None] if step == self.newest else rows[-1:]
        return np.concatenate([kept, end])

    def batch_losses(self, bins: int, over: str = STEPS) -> tuple[Array, Array]:
        """Return steps and batch losses, with the pending one, at most 4·bins long.

        Parameters
        ----------
        bins : int
            How many columns of a screen there are.
        over : text
            `STEPS`, or `SEEN` or `EPOCHS` in their place.
        """
        return self._losses.of_batches(bins, over, self.snapshot)

    def seen_losses(
        self, bins: int, over: str = STEPS
    ) -> tuple[Array, Array, Array, Array]:
        """Return steps and full losses, and steps and test losses, where evaluated."""
        return self._losses.of_all(bins, over)

    def bends(self, bins: int) -> tuple[Array, Array]:
        """Return steps and the largest eigenvalues there, where they were measured."""
        return self._sharpness.over_steps(bins)

    def crossing(self) -> tuple[int, float] | None:
        """Return the first step where the settings now in force go too far.

        That is where their learning rate, by its schedule, is known to be too high.

        Returns
        -------
        step : int
        sharpness : float
        """
        descent, n = self.snapshot.scene.descent, self.facts.n_examples
        return self._sharpness.crossing(descent, n, self.step)

    def place(self, over: str) -> float:
        """Return where the step shown lies on an axis of steps, examples or epochs."""
        return self._losses.place(self.snapshot, over)

    def step_at(self, x: float, over: str) -> int:
        """Return the step nearest to a place on an axis of steps, examples, epochs."""
        return self._losses.step_at(x, over, self.snapshot, self.newest)

    def _append(self, made: Made) -> None:
        known = len(self._losses)
        fresh = slice(max(0, known - made.first), None)
        self._losses.extend(made.losses[fresh], made.seen[fresh])
        self._trail.append(max(known, made.first), made.thetas[fresh])

    def _cut(self, newest: int) -> None:
        for log in (self._losses, self._trail, self._sharpness, self.noise):
            log.cut(newest)


def _other_plane(old: Snapshot, new: Snapshot) -> bool:
    """Tell whether another plane is looked at, not the same one moved along."""
    if old.plane.labels != new.plane.labels:
        return True
    same = old.scene.plane.bare == new.scene.plane.bare
    return not same and old.plane.key != new.plane.key
