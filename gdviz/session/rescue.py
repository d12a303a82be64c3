"""The rescue: after a bad end, a last good step and a learning rate that holds there.

Nothing is guessed: the rate is found by making the steps again, by the same code and
with the same batches, from the good step on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.knobs import Real, knobs
from gdviz.session.scene import Descent
from gdviz.session.sharpness import quick_sharpness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.session.course import Course
    from gdviz.session.trainer import Trainer

CHECKED = 200  # steps made at each rate that is tried
PARTS = (2, 4, 8, 16, 64, 256, 1024, 4096)  # of the rate that was too high
_AT_ONCE = 25  # steps between two looks at the clock
_STAYS = 1.5  # times the loss of the good step: so near it has stayed


@dataclass(frozen=True)
class Rescue:
    """What a search from the end of a diverged path has found.

    Attributes
    ----------
    step : int
        The last good step: going back from the end by 1, 2, 4, … steps, the last one
        on the way down to the lowest loss since the settings changed.
    sharpness : float or None
        The largest eigenvalue of the Hessian there, where it is quick to work out.
    before : float
        The full loss there.
    end : float
        The full loss at the last finite step.
    rate : float or None
        The largest learning rate of those tried that holds; None: none does.
    after : float
        The full loss after the steps made with it.
    steps : int
        How many these are.
    tried : int
        How many rates were tried.
    """

    step: int
    sharpness: float | None
    before: float
    end: float
    rate: float | None
    after: float
    steps: int
    tried: int

    @property
    def bottomless(self) -> bool:
        """Whether the path ended below where it began, as on x³."""
        return self.rate is None and self.end < min(self.before, 0.0)


class Rescuer:
    """Searches a piece at a time where a path has ended badly."""

    def __init__(self) -> None:
        self._of: tuple[int, Course] | None = None
        self._work: Iterator[Rescue | None] | None = None
        self.found: Rescue | None = None

    def due(self, trainer: Trainer) -> bool:
        """Tell whether there is a bad end that was not searched from yet."""
        return trainer.diverged and (self.found is None or self._of != _end(trainer))

    def go_on(self, trainer: Trainer, until: float) -> Rescue | None:
        """Search until the time `until`, at least a piece; return what is known."""
        if not trainer.diverged:
            return None
        if self._of != _end(trainer):
            self._of, self.found = _end(trainer), None
            self._work = search(trainer)
        while self.found is None and self._work is not None:
            self.found = next(self._work, _nothing(trainer))
            if time.perf_counter() >= until:
                break
        return self.found


def search(trainer: Trainer) -> Iterator[Rescue | None]:
    """Yield None after each piece of work and the rescue at last; see `Rescue`.

    Parameters
    ----------
    trainer : Trainer
        At the end of a path that overflows; it stays as it is.
    """
    good, last = trainer.branch(), trainer.step
    end = float(trainer.objective.loss(trainer.state.theta))
    good.seek(_taken_over(trainer))
    began = _loss(good)
    if end < min(began, 0.0):  # a smaller rate would only take longer
        yield Rescue(good.step, None, began, end, None, began, 0, 0)
        return
    yield from _go_back(good, last, began)
    before, sharpness = _loss(good), None
    for measured in quick_sharpness(good):
        sharpness = measured
        yield None
    found = Rescue(good.step, sharpness, before, end, None, before, CHECKED, 0)
    yield from _try_rates(good, found)


def _try_rates(good: Trainer, found: Rescue) -> Iterator[Rescue | None]:
    """Yield None after each piece of work, and the first rate that holds at last."""
    stayed, right = None, good.scene.descent.recipe.right
    for tried, rate in enumerate(_rates(good), 1):
        after = np.inf
        for loss in _tried(good, rate):
            after = loss
            yield None
        found = replace(found, tried=tried)
        if after < found.before:
            yield replace(found, rate=rate, after=after)
            return
        if right and stayed is None and after <= _STAYS * abs(found.before):
            stayed = replace(found, rate=rate, after=after)
    yield found if stayed is None else replace(stayed, tried=found.tried)


def _go_back(trainer: Trainer, end: int, most: float) -> Iterator[None]:
    """Let a trainer stand at the last good step of its path.

    Parameters
    ----------
    trainer : Trainer
        It stands where the settings were taken over.
    end : int
        The last finite step.
    most : float
        The loss where it stands: no step with a higher one is good.
    """
    began = good = trainer.step
    lowest, back = np.inf, 1
    while True:
        at = max(began, end - back)
        trainer.seek(at)
        yield None
        if (loss := _loss(trainer)) >= lowest:
            break
        if loss <= most:
            good, lowest = at, loss
        if at == began:
            break
        back *= 2
    trainer.seek(good)


def _taken_over(trainer: Trainer) -> int:
    """Return the step from which the settings at the end were in force."""
    changed = [at for at, _ in trainer.course.changes if at <= trainer.step]
    return max(changed, default=0)


def _rates(trainer: Trainer) -> Iterator[float]:
    """Yield smaller learning rates, falling, in two digits."""
    kind = knobs(Descent)["learning_rate"].kind
    assert isinstance(kind, Real)
    for part in PARTS:
        rate = float(f"{trainer.scene.descent.learning_rate / part:.2g}")
        if rate >= kind.low and rate > 0:
            yield rate


def _tried(good: Trainer, rate: float) -> Iterator[float]:
    """Yield the loss after some steps at another rate, infinite where they overflow."""
    other = good.branch()
    other.go_on(good.step, replace(good.scene.descent, learning_rate=rate))
    for _ in range(CHECKED // _AT_ONCE):
        other.advance(_AT_ONCE)
        if other.diverged:
            yield np.inf
            return
        yield _loss(other)


def _loss(trainer: Trainer) -> float:
    """Return the full loss where a trainer stands, infinite where it overflows."""
    loss = float(trainer.objective.loss(trainer.state.theta))
    return loss if np.isfinite(loss) else np.inf


def _nothing(trainer: Trainer) -> Rescue:
    """Return that nothing was found: the search was broken off for want of memory."""
    return Rescue(trainer.step, None, np.inf, np.inf, None, np.inf, 0, 0)


def _end(trainer: Trainer) -> tuple[int, Course]:
    """Return what tells one bad end from another."""
    return trainer.step, replace(trainer.course, shown=0)
