"""Measures of the gradients' noise at the step shown, where a lesson shows its plots.

Those of one batch size name it; without a name it is that of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.lessons.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.core.clouds import Cloud
    from gdviz.core.noise import Noise
    from gdviz.session.lessons.entry import Find
    from gdviz.session.noise import NoiseReading
    from gdviz.session.run import Run


def of_noise(pick: Callable[[Noise], float | None]) -> Find:
    """Return a measure of how all gradients vary."""

    def find(run: Run, _: str) -> float:
        return _known(pick(_here(run, run.noise.latest).noise))

    return find


def of_cloud(pick: Callable[[Cloud], float]) -> Find:
    """Return a measure of the cloud of random batches."""

    def find(run: Run, _: str) -> float:
        cloud = _here(run, run.noise.clouded).cloud
        if cloud is None:
            raise LookupError("no cloud")
        return pick(cloud)

    return find


def gap(cloud: Cloud) -> float:
    """Return how far the cloud's mean is from the full gradient, in the plane."""
    return float(np.hypot(*(cloud.mean - cloud.centre)))


def gap_in_errors(cloud: Cloud) -> float:
    """Return the same in standard errors, along the direction where they are most."""
    away, error = np.abs(cloud.mean - cloud.centre), cloud.error
    if not (error > 0).any():
        raise LookupError("no batch is left out")
    return float((away[error > 0] / error[error > 0]).max())


def measured(run: Run, size: str) -> float:
    """Return E‖ĝ − ∇L‖² as measured for batches of a size."""
    told = _here(run, run.noise.measured).variances
    if told is None:
        raise LookupError("not measured yet")
    place = told.sizes.tolist().index(_size(run, size))
    return float(told.measured[place])


def by_theory(run: Run, size: str) -> float:
    """Return the same as the law of averages has it."""
    reading = _here(run, run.noise.latest)
    return reading.noise.variance(_size(run, size), reading.drawing.replaced)


def typical_angle(run: Run, size: str) -> float:
    """Return how far a typical batch of a size points off the full gradient."""
    reading = _here(run, run.noise.latest)
    size_ = _size(run, size)
    return _known(reading.noise.typical_angle(size_, reading.drawing.replaced))


def _here(run: Run, reading: NoiseReading | None) -> NoiseReading:
    if reading is None or reading.step != run.step:
        raise LookupError("not of this step")
    return reading


def _size(run: Run, size: str) -> int:
    reading = _here(run, run.noise.latest)
    known = int(size) if size.strip() else reading.drawing.size
    if known < 1 or (known > reading.noise.n and not reading.drawing.replaced):
        raise LookupError(size)
    return known


def _known(value: float | None) -> float:
    if value is None:
        raise LookupError("there is none")
    return value


NOISY: dict[str, Entry] = {
    "noise trace": Entry(
        of_noise(lambda n: n.trace), "", "tr Σ, where the noise is looked at"
    ),
    "noise scale": Entry(of_noise(lambda n: n.scale), "", "tr Σ / ‖∇L‖²"),
    "cloud batches": Entry(
        of_cloud(lambda c: len(c.points)), "", "random batches in the cloud"
    ),
    "cloud mean gap": Entry(
        of_cloud(gap), "", "from the cloud's mean to ∇L, in the plane"
    ),
    "cloud mean errors": Entry(
        of_cloud(gap_in_errors), "", "the same in standard errors"
    ),
    "standard error": Entry(
        of_cloud(lambda c: float(np.hypot(*c.error))),
        "",
        "of the cloud's mean, in the plane; 0 where all batches are there",
    ),
    "variance measured": Entry(
        measured, "[size]", "E‖ĝ − ∇L‖² over batches of that size"
    ),
    "variance theory": Entry(
        by_theory, "[size]", "the same as the law of averages has it"
    ),
    "typical angle": Entry(
        typical_angle,
        "[size]",
        "between a typical batch's mean gradient and ∇L, in degrees",
    ),
}
