"""Gradient noise along a run: its size at the steps, and at rest clouds of batches.

While steps are made it is measured now and then, so that neither they nor a frame wait
for it; at rest more of it, part by part. Nothing here ever changes a path.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.batches import FRESH, REPLACEMENT
from gdviz.core.clouds import Cloud, cloud
from gdviz.core.moments import moments
from gdviz.core.noise import Noise, noise_of
from gdviz.core.resampling import Drawing
from gdviz.core.variances import Variances, sizes, variances
from gdviz.session.geometry import angle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.planes import Plane
    from gdviz.session.history import State
    from gdviz.session.trainer import Trainer

PANELS_OF_NOISE = ("noise", "variance", "noise_scale")
_SHARE = 0.25  # of the time of a run goes into its noise while that is drawn
_GLIMPSE = 300  # batches of a cloud drawn while steps are made


@dataclass(frozen=True, eq=False)
class NoiseReading:
    """The noise at one step.

    Attributes
    ----------
    step, seen : ints
        Updates made and examples used before.
    drawing : Drawing
        How the batch that comes next is drawn.
    noise : Noise
    angle : float or None
        Between the batch's mean gradient and ∇L, in degrees.
    cloud : Cloud or None
        Of other batches at this θ; None: not drawn.
    variances : Variances or None
        Over the batch size; None: not measured.
    """

    step: int
    seen: int
    drawing: Drawing
    noise: Noise
    angle: float | None
    cloud: Cloud | None = None
    variances: Variances | None = None

    @property
    def cosine(self) -> float | None:
        """Of the angle between the batch's mean gradient and ∇L."""
        return None if self.angle is None else float(np.cos(np.radians(self.angle)))

    @property
    def row(self) -> tuple[float, ...]:
        """Step, examples seen, tr Σ, ‖∇L‖², noise scale and cosine; NaN: none."""
        told = (self.noise.trace, self.noise.squared, self.noise.scale, self.cosine)
        finite = (v if v is not None and np.isfinite(v) else np.nan for v in told)
        return (self.step, self.seen, *finite)

    def typical_angle(self, times: int = 1) -> float | None:
        """Return how far a typical batch, so many times as large, points off ∇L."""
        size, replaced = self.drawing
        size = size * times if replaced else min(size * times, self.noise.n)
        return self.noise.typical_angle(size, replaced)


VALUES = 4  # of a reading's row, besides step and examples seen
TRACE, SQUARED, SCALE, COSINE = range(VALUES)


class NoiseGauge:
    """Measures the noise where a trainer stands, a part at a time."""

    def __init__(self) -> None:
        self._work: Iterator[NoiseReading | None] | None = None
        self._of: tuple[object, ...] | None = None  # being measured, or measured
        self._next = self._next_glimpse = 0.0
        self._made: list[NoiseReading] = []

    def due(self, trainer: Trainer) -> bool:
        """Tell whether there is more to measure where the trainer stands."""
        return self._work is not None or self._of != _stand(trainer)

    def drop(self) -> None:
        """Begin anew: the path goes another way, or another plane is looked at."""
        self._work = self._of = None

    def follow(self, trainer: Trainer) -> None:
        """Measure now and then while steps are made."""
        begun = time.perf_counter()
        if begun >= self._next:
            self._made.append(_reading(trainer))
            self._next = _due_again(begun)

    def glimpse(self, trainer: Trainer, plane: Plane) -> None:
        """Draw a small cloud now and then while steps are made."""
        begun = time.perf_counter()
        if begun >= self._next_glimpse:
            found = [r for r in _clouded(trainer, plane, _GLIMPSE) if r is not None]
            self._made += found
            self._next_glimpse = _due_again(begun)
        self._work = self._of = None

    def rest(self, trainer: Trainer, plane: Plane, until: float) -> None:
        """Measure where the trainer stands, at least a part of it, by a time."""
        here = _stand(trainer)
        if self._of != here:
            self._of, self._work = here, _whole(trainer, plane)
        if self._work is None:
            return
        for found in self._work:
            if found is not None:
                self._made.append(found)
            if time.perf_counter() >= until:
                return
        self._work = None

    def take(self) -> tuple[NoiseReading, ...]:
        """Return what was measured since the last time."""
        made, self._made = self._made, []
        return tuple(made)


def _due_again(begun: float) -> float:
    """Return when to measure again, after what was begun at a time."""
    now = time.perf_counter()
    return now + (now - begun) * (1 / _SHARE - 1)


def _stand(trainer: Trainer) -> tuple[object, ...]:
    """Return what a measurement depends on, besides the plane."""
    state: State = trainer.state
    descent = trainer.scene.descent
    return (state, descent.batch_size, descent.order, descent.short_last)


def _drawing(trainer: Trainer) -> Drawing:
    replaced = trainer.scene.descent.order in (REPLACEMENT, FRESH)
    return Drawing(len(trainer.pending.rows), replaced)


def _reading(trainer: Trainer) -> NoiseReading:
    """Return the noise where the trainer stands, without a cloud."""
    theta, step, objective = trainer.state.theta, trainer.pending, trainer.objective
    mean = step.gradient
    if trainer.scene.descent.recipe != MeanOfGradients():
        mean = (step.fresh or objective).gradient(theta, step.rows)[1]
    cursor, n = trainer.state.cursor, objective.n_examples
    found = moments(objective, theta, np.arange(n))
    return NoiseReading(
        cursor.step,
        cursor.seen,
        _drawing(trainer),
        noise_of(found, n),
        angle(mean, found.mean),
    )


def _clouded(
    trainer: Trainer, plane: Plane, most: int
) -> Iterator[NoiseReading | None]:
    """Yield None after each part of the work, then a reading with its cloud."""
    reading, rng = _reading(trainer), _rng(trainer, 0xC10D)
    for found in cloud(
        trainer.objective,
        trainer.state.theta,
        plane.directions,
        reading.drawing,
        rng,
        most,
    ):
        if found is not None and found.finite:
            for array in (found.points, found.centre, found.theory):
                array.setflags(write=False)
            reading = replace(reading, cloud=found)
        yield None
    yield reading


def _whole(trainer: Trainer, plane: Plane) -> Iterator[NoiseReading | None]:
    """Yield readings with ever more to them, and None in between."""
    yield _reading(trainer)
    reading = None
    for reading in _clouded(trainer, plane, 2000):
        yield reading
    assert reading is not None
    n, (size, replaced) = trainer.objective.n_examples, reading.drawing
    for found in variances(
        trainer.objective,
        trainer.state.theta,
        sizes(max(n, size) if replaced else n),
        replaced,
        _rng(trainer, 0x5CA7),
    ):
        if found is not None:
            for array in (found.sizes, found.measured, found.errors, found.counts):
                array.setflags(write=False)
            yield replace(reading, variances=found)
        else:
            yield None


def _rng(trainer: Trainer, what: int) -> np.random.Generator:
    """Return a generator of its own: the same batches at every step of a run."""
    return np.random.default_rng((trainer.scene.seed, what))
