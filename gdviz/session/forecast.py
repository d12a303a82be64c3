"""The forecast: what the learning rate does along the sharpest direction, in words.

All of it is of the loss as a quadratic near this θ, and of its full gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdviz.core.batches import FILE_ORDER, SHUFFLED
from gdviz.core.optimizers import HeavyBall, Nesterov
from gdviz.core.schedules import Constant
from gdviz.session.sharpness import product_limit, rate_limit, sharpness_limit
from gdviz.session.writing import count, rounded

if TYPE_CHECKING:
    from gdviz.session.run import Run
    from gdviz.session.scene import Descent

_CREEPS = 0.05  # of the limit: below, a step takes little of the way
_EDGE = 0.02  # so near the limit, relative, is at it
_MOST_LIMITS = 600  # points of the limit over steps


def bound_in_letters(descent: Descent, below: str) -> str:
    """Return the limit of η·λ over one of them: 2/η, or 2(1+β)/λ with heavy ball."""
    if isinstance(descent.optimizer, Nesterov):
        return f"2(1+β)/((1+2β){below})"
    above = "2(1+β)" if isinstance(descent.optimizer, HeavyBall) else "2"
    return f"{above}/{below}"


def rate_in_letters(descent: Descent, n: int) -> str:
    """Return the limit of the learning rate in letters, such as 2/λ."""
    if descent.recipe.times(_batch(descent, n)) == 1.0:
        return bound_in_letters(descent, "λ")
    many = "Mλ" if isinstance(descent.optimizer, Nesterov) else "(Mλ)"
    return bound_in_letters(descent, many)


def no_limit(descent: Descent, n: int) -> str:
    """Return why there is no limit of the sharpness, in a few words, if so."""
    optimizer = descent.optimizer
    if product_limit(descent, n) is not None:
        return ""
    if descent.recipe.times(_batch(descent, n)) is None:
        return "no limit known for this recipe"
    if getattr(optimizer, "weight_decay", 0.0) and type(optimizer)().bound is not None:
        return "no limit known with weight decay"
    return f"no limit known for {optimizer.title}"


def warning(run: Run) -> str:
    """Return that the steps will grow, if that is known of this θ."""
    sharpness, descent = _sharpness_here(run), run.snapshot.scene.descent
    limit = rate_limit(descent, sharpness, run.facts.n_examples)
    rate = run.snapshot.record.rate
    if limit is not None and rate > limit * (1 + _EDGE):
        what = f"{rate_in_letters(descent, run.facts.n_examples)} = {_short(limit)}"
        along = "along the sharpest direction steps oscillate and grow."
        return f"η = {rate:g} is above {what}: {along}"
    if limit is not None and run.noisy_limit is not None and rate > run.noisy_limit:
        what = _mean_square(run, run.noisy_limit)
        return f"η = {rate:g} is above {what}: chance makes the steps grow."
    return ""


def forecast(run: Run) -> str:
    """Return what becomes of the sharpest direction where steps do not grow."""
    sharpness, descent = _sharpness_here(run), run.snapshot.scene.descent
    limit = rate_limit(descent, sharpness, run.facts.n_examples)
    if limit is None or warning(run):
        return ""
    rate = run.snapshot.record.rate
    share = rate / limit
    what = f"{rate_in_letters(descent, run.facts.n_examples)} = {_short(limit)}"
    if share > 1 - _EDGE:
        return f"At the edge: η = {rate:g} is close to {what}."
    if share < _CREEPS:
        return f"It creeps: η = {rate:g} is far below {what}."
    if oscillates(descent, share):
        it = "It" if _whole(run) else "Along the full gradient it"
        return f"{it} oscillates, ever less: η = {rate:g} is below {what}."
    return ""


def _whole(run: Run) -> bool:
    """Tell whether each step is that of the full gradient."""
    descent, n = run.snapshot.scene.descent, run.facts.n_examples
    return _batch(descent, n) == n and descent.order in (SHUFFLED, FILE_ORDER)


def _sharpness_here(run: Run) -> float:
    """Return the sharpness where the step shown moves at all; NaN: not known."""
    reading = run.reading
    known = reading is not None and reading.step == run.step
    if reading is None or not known or not run.snapshot.record.gradient.any():
        return float("nan")
    return reading.sharpness


def _mean_square(run: Run, limit: float) -> str:
    batch = count(_batch(run.snapshot.scene.descent, run.facts.n_examples))
    return f"{_short(limit)}, the mean-square limit for batches of {batch}"


def why_it_diverged(run: Run) -> str:
    """Return why the numbers overflow, as far as the curvature tells; or nothing."""
    descent, n = run.snapshot.scene.descent, run.facts.n_examples
    rate, crossing = run.snapshot.record.rate, _crossing(run) or run.crossing()
    if crossing is not None:
        step, sharpness = crossing
        rate = descent.rate(step)
        limit = rate_limit(descent, sharpness, n)
        assert limit is not None  # there is a limit, or nothing was above it
        now = run.reading and run.reading.sharpness
        same = step == run.step or (now and abs(now / sharpness - 1) < _EDGE)
        where = "" if same else f" at step {step:,}"
        what = f"{rate_in_letters(descent, n)} = {_short(limit)}"
        return f"η = {rate:g} is above {what}, the full-batch limit{where}."
    if run.noisy_limit is not None and rate > run.noisy_limit:
        return f"η = {rate:g} is above {_mean_square(run, run.noisy_limit)}."
    return ""


def _crossing(run: Run) -> tuple[int, float] | None:
    """Return the last good step and its sharpness, where the rate is too high."""
    rescue, descent = run.rescue, run.snapshot.scene.descent
    if rescue is None or rescue.sharpness is None:
        return None
    limit = rate_limit(descent, rescue.sharpness, run.facts.n_examples)
    above = limit is not None and descent.rate(rescue.step) > limit
    return (rescue.step, rescue.sharpness) if above else None


class RateLimit(NamedTuple):
    """A learning rate that parts what comes to rest from what does not.

    Attributes
    ----------
    rate : float
    letters : text
        What it is, in letters.
    noisy : bool
        Whether it is that of mini-batches, not of the full batch.
    tip : text
        A sentence on it.
    """

    rate: float
    letters: str
    noisy: bool
    tip: str


def rate_limits(run: Run) -> tuple[RateLimit, ...]:
    """Return the limits of the learning rate where the curvature was measured last.

    They are limits of the rate that is set: with a schedule, of one that makes the
    rate now in force just as large as it may be.
    """
    descent, n, found = run.snapshot.scene.descent, run.facts.n_examples, []
    reading, factor = run.reading, descent.schedule.factor(run.step)
    if factor <= 0:
        return ()
    limit = None if reading is None else rate_limit(descent, reading.sharpness, n)
    if limit is not None:
        letters = rate_in_letters(descent, n)
        tip = _tip(letters, limit) + _by_schedule(descent, factor)
        chance = not _whole(run) and descent.order != FILE_ORDER
        if chance and run.noisy_limit is None:
            tip += f" For batches of {_batch(descent, n):,} it is at most that."
        found.append(RateLimit(limit / factor, letters, False, tip))
    if run.noisy_limit is not None:
        tip = f"{_mean_square(run, run.noisy_limit)}. Above it chance makes steps grow."
        tip += _by_schedule(descent, factor)
        noisy = run.noisy_limit / factor
        found.append(RateLimit(noisy, f"M = {_batch(descent, n)}", True, tip))
    return tuple(found)


def _by_schedule(descent: Descent, factor: float) -> str:
    """Return how far off the rate in force is from the one set, if it is."""
    if descent.schedule == Constant():
        return ""
    return f" By its schedule η is now {_short(factor)} times what is set here."


def _tip(letters: str, limit: float) -> str:
    return (
        f"{letters} = {_short(limit)}: the full-batch limit, of the loss as a "
        "quadratic near this θ. Above it steps along the sharpest direction grow."
    )


def limits_of(run: Run) -> tuple[list[int], list[float]]:
    """Return from which step on which sharpness is the limit, NaN where there is none.

    Where the learning rate has a schedule, the steps are some of those it changes at.

    Returns
    -------
    steps : list of ints
    limits : list of floats
    """
    course, n = run.snapshot.course, run.facts.n_examples
    parts = [(0, course.start), *course.changes]
    ends = [*(at for at, _ in parts[1:]), 2 * max(run.newest, 4)]
    steps, limits = [], []
    for (begin, descent), end in zip(parts, ends, strict=True):
        for step in _told(descent, begin, end, len(parts)):
            limit = sharpness_limit(descent, n, descent.rate(step))
            steps.append(step)
            limits.append(float("nan") if limit is None else limit)
    return steps, limits


def _told(descent: Descent, begin: int, end: int, parts: int) -> list[int]:
    """Return steps enough to draw the learning rate from: its first one first."""
    if descent.schedule == Constant() or product_limit(descent, 1) is None:
        return [begin]
    most = max(2, _MOST_LIMITS // parts)
    return sorted({*np.linspace(begin, max(begin, end - 1), most).astype(int).tolist()})


def _batch(descent: Descent, n: int) -> int:
    return min(descent.batch_size, n)


def oscillates(descent: Descent, share: float) -> bool:
    """Tell whether steps at this share of the limit go past the minimum."""
    optimizer = descent.optimizer
    if isinstance(optimizer, HeavyBall):  # a pair of complex roots
        below = (1 - optimizer.beta**0.5) ** 2
        return share > below / (2 * (1 + optimizer.beta))
    if isinstance(optimizer, Nesterov):
        below = ((1 - optimizer.beta) / (1 + optimizer.beta)) ** 2
        return share > below * (1 + 2 * optimizer.beta) / (2 * (1 + optimizer.beta))
    return share > 0.5


def _short(value: float) -> str:
    return rounded(value, 3)
