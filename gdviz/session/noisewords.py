"""The noise of the gradients in words: what a cloud is of, and what a batch pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FILE_ORDER, FRESH
from gdviz.session.writing import degrees, number

if TYPE_CHECKING:
    from gdviz.core.clouds import Cloud
    from gdviz.core.noise import Noise
    from gdviz.session.noise import NoiseReading
    from gdviz.session.run import Run

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_EXACT = 6.0  # decades: so many are told one by one
_SURE = 1e-9  # of the cloud's width: nearer is rounding
_PLENTY, _LITTLE = 3.0, 1 / 3  # of the noise scale: far above it, far below

NOTHING = "All gradients are alike here: there is no noise."
TOO_LARGE = "The gradients are too large here to measure their noise."
TOO_SMALL = "The gradients are too small here to measure their noise."
FLAT = "The full gradient is 0 here: whatever a batch says is noise."


def many(exponent: float) -> str:
    """Return a number given by its logarithm: 1,024, or 10¹² about."""
    if exponent < _EXACT:
        return f"{round(10**exponent):,}"
    return "10" + str(round(exponent)).translate(_RAISED)


def count(cloud: Cloud) -> str:
    """Return how many batches a cloud shows: all 15, or 2,000 of 10¹²."""
    shown = len(cloud.points)
    if cloud.whole:
        return f"all {shown:,}" if shown > 1 else "the only one"
    return f"{shown:,} of {many(cloud.exponent)}"


def title(run: Run) -> str:
    """Return what the cloud is of, for its title."""
    reading = run.noise.clouded
    if reading is None or reading.cloud is None:
        return "Means of random batches"
    said = f"Means of batches of {reading.cloud.batch_size:,}: {count(reading.cloud)}"
    return said + when(run, reading)


def when(run: Run, reading: NoiseReading) -> str:
    """Return of which step a reading is, where it is not the one shown."""
    return "" if reading.step == run.step else f" · step {reading.step:,}"


def drawn(run: Run) -> str:
    """Return how these batches are drawn, where it is not as those of the run are."""
    order = run.snapshot.scene.descent.order
    n = run.facts.n_examples
    if order == FILE_ORDER:
        return "Drawn at random, though the run takes them in file order."
    if order == FRESH:
        return (
            f"Drawn with replacement from the {n:,} examples, in place of fresh ones."
        )
    return ""


def centred(cloud: Cloud) -> str:
    """Return how far the cloud's mean is from the full gradient."""
    away, error = np.abs(cloud.mean - cloud.centre), cloud.error
    width = float(np.abs(cloud.points).max(initial=1e-300))
    if float(away.max()) <= _SURE * width:
        return "their mean: ∇L, to rounding"
    known = error > 0
    if cloud.whole or not known.any():
        return f"their mean: {number(float(np.hypot(*away)))} off"
    most = float((away[known] / error[known]).max())
    return f"their mean: {most:.1f} standard errors off"


def angles(run: Run, reading: NoiseReading) -> str:
    """Return how far batches point off the full gradient, this one and larger ones.

    With one parameter there are no angles: then it is how far off they are in length.
    """
    if said := _none(reading.noise):
        return said
    alone = len(run.facts.parameters) == 1
    this, told = reading.angle, _share if alone else _angle
    said = (
        "" if this is None or alone else f"This batch points {degrees(this)} off ∇L. "
    )
    size, n = reading.drawing.size, run.facts.n_examples
    larger = 2 * size if reading.drawing.replaced else min(2 * size, n)
    said += f"Typical for M = {size:,}: {told(reading, size)}"
    if larger > size:
        said += f", for M = {larger:,}: {told(reading, larger)}"
    return f"{said}{' of ∇L off' * alone}."


def _angle(reading: NoiseReading, size: int) -> str:
    angle = reading.noise.typical_angle(size, reading.drawing.replaced)
    return "any" if angle is None else degrees(angle)


def _share(reading: NoiseReading, size: int) -> str:
    noise, replaced = reading.noise, reading.drawing.replaced
    return f"{np.sqrt(noise.variance(size, replaced) / noise.squared):.0%}"


def pays(reading: NoiseReading, batch_size: int) -> str:
    """Return what batch the noise scale suggests."""
    noise = reading.noise
    if noise.scale is None or not noise.trace > 0:
        return _none(noise)
    short = float(f"{noise.scale:.2g}")
    about, least = number(short), f"{max(round(short), 1):,}"
    if noise.scale > noise.n:
        pays = f"above all {noise.n:,} examples, so larger batches pay"
    elif batch_size > _PLENTY * max(noise.scale, 1.0):
        pays = f"a batch of {batch_size:,} gains little over {least}"
    elif batch_size < _LITTLE * noise.scale:
        pays = f"batches up to about {least} pay"
    else:
        pays = f"batches far beyond {least} gain little"
    return f"Noise scale {about}: {pays}."


def _none(noise: Noise) -> str:
    """Return why there is no noise scale, or none to speak of; empty: there is."""
    if not (np.isfinite(noise.trace) and np.isfinite(noise.squared)):
        return TOO_SMALL if noise.squared < 1.0 else TOO_LARGE
    if not noise.trace > 0:
        return NOTHING
    return "" if noise.squared > 0 else FLAT
