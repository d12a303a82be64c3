"""Curvature, noise, race and samples in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.session.forecast import rate_limits
from gdviz.session.noisewords import angles, centred, pays, title, when
from gdviz.session.race import standings
from gdviz.session.samples import samples as samples_of
from gdviz.session.samplewords import words
from gdviz.session.spoken.ways import listed, spread
from gdviz.session.writing import number

if TYPE_CHECKING:
    from gdviz.session.run import Run

_WAIT = "Not measured yet."


def curvature(run: Run, hidden: frozenset[str]) -> str:
    """Return how sharp the loss is, and what that allows."""
    reading = run.reading
    if reading is None:
        return _WAIT
    rate = run.snapshot.record.rate
    said = [
        f"The largest eigenvalue of the Hessian, at step {reading.step:,}, is "
        f"{number(reading.sharpness)}; times the learning rate "
        f"{number(rate * reading.sharpness)}."
    ]
    if len(reading.top) > 1:
        said.append(f"The next: {listed([number(v) for v in reading.top[1:]])}.")
    said += [f"Limit of the learning rate, {limit.letters}: {number(limit.rate)}."
             for limit in rate_limits(run)]  # fmt: skip
    return " ".join(said)


def race(run: Run, hidden: frozenset[str]) -> str:
    """Return how far every racer has come."""
    lines = standings(run.racers, run.facts.n_examples)
    if not lines:
        return "Nobody races yet."
    said = ["One way down." if len(lines) == 1 else f"{len(lines):,} ways down."]
    for line in lines:
        now, least = line.figures["Loss now"].text, line.figures["Best loss"].text
        updates = line.figures["Updates"].text
        name = line.name or "the chosen way down"
        said.append(f"{line.place}, {name}: loss {now} after {updates} updates, "
                    f"best {least}.")  # fmt: skip
    return " ".join(said)


def noise(run: Run, hidden: frozenset[str]) -> str:
    """Return what the cloud of batch means shows."""
    reading = run.noise.clouded
    if reading is None or reading.cloud is None:
        return _WAIT
    return f"{title(run)}; {centred(reading.cloud)}. {angles(run, reading)}"


def variance(run: Run, hidden: frozenset[str]) -> str:
    """Return how the variance of the mean falls with the batch size."""
    reading = run.noise.measured
    if reading is None or reading.variances is None:
        return _WAIT
    told = reading.variances
    known = np.isfinite(told.measured)
    sizes, values = told.sizes[known], told.measured[known]
    if not len(sizes):
        return _WAIT
    each = [f"{number(float(v))} for M = {m:,}"
            for m, v in zip(sizes.tolist(), values, strict=True)]  # fmt: skip
    said = "Squared distance of a batch's mean gradient from the full one, on average"
    return f"{said}{when(run, reading)}: {listed(each, 12)}."


def noise_scale(run: Run, hidden: frozenset[str]) -> str:
    """Return how large the noise is beside the gradient, now and so far."""
    reading = run.noise.latest
    if reading is None:
        return _WAIT
    said = pays(reading, run.snapshot.scene.descent.batch_size)
    _, values = run.noise.over_steps(200)
    scales = values[:, 2] if len(values) else values
    if np.isfinite(scales).sum() > 1:
        said += f" So far: {spread(scales)}."
    return said


def samples(run: Run, hidden: frozenset[str], index: int = 0) -> str:
    """Return what the histogram of a parameter shows."""
    found, name = samples_of(run, index), run.facts.parameters[index]
    said = [f"Samples of {name}."]
    if len(found.values):
        said.append(f"Values {spread(found.values)}.")
    return " ".join([*said, *words(run, index, found)])
