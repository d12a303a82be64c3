"""Sharpness: the largest eigenvalues of the Hessian, at rest and along a run.

While steps are made it is measured now and then, of a θ of the path, so that neither
the steps nor a frame wait for it; at rest once more, better.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT
from gdviz.core.curvature import Spectrum, slices
from gdviz.core.objective import Objective
from gdviz.core.optimizers import SGD
from gdviz.core.stability import mean_square_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdviz.core.sums import FiniteSum
    from gdviz.session.history import State
    from gdviz.session.scene import Descent
    from gdviz.session.trainer import Trainer

TRACKED = 3  # eigenvalues drawn over steps
_FINE, _ROUGH = 1e-6, 1e-3  # largest errors at rest and on the way, relative
_LOWEST = 1e-5  # of the smallest one, as a share of the largest
_SHARE = 0.3  # of the time of a run goes into its curvature while that is drawn
_SELDOM, _LITTLE = 0.25, 0.05  # seconds between two, and share, while only λ is told
_DEAR = 2**20  # numbers of one pass: more are gone through only when looked at


@dataclass(frozen=True)
class Reading:
    """The curvature at one step.

    Attributes
    ----------
    step, seen : ints
        Updates made and examples used before.
    top : tuple of floats
        The largest eigenvalues of the Hessian of the mean loss, falling.
    lowest : float or None
        The smallest one, where it was worked out.
    """

    step: int
    seen: int
    top: tuple[float, ...]
    lowest: float | None = None

    @property
    def sharpness(self) -> float:
        """The largest eigenvalue λ."""
        return self.top[0]


def sharpness_limit(
    descent: Descent, n: int, rate: float | None = None
) -> float | None:
    """Return above which sharpness steps grow: 2/η of gradient descent.

    It is that of the full batch on a quadratic, 2(1 + β)/η with heavy ball (Polyak
    1964) and smaller by the batch size where gradients are summed. None where there is
    no such number: optimizers that adapt, recipes that hand over something else, or a
    learning rate of 0.

    Parameters
    ----------
    descent : Descent
    n : int
        Number of examples.
    rate : float or None
        The learning rate in force, by the schedule; None: as it is set.
    """
    product, rate = (
        product_limit(descent, n),
        descent.learning_rate if rate is None else rate,
    )
    return None if product is None or rate <= 0 else product / rate


def product_limit(descent: Descent, n: int) -> float | None:
    """Return below which η·λ steps do not grow, if there is such a number."""
    times, bound = _times(descent, n), descent.optimizer.bound
    return None if times is None or bound is None else bound / times


def rate_limit(descent: Descent, sharpness: float, n: int) -> float | None:
    """Return above which learning rate steps grow at this sharpness, if there is one.

    Parameters
    ----------
    descent : Descent
        Its learning rate does not matter.
    sharpness : float
    n : int
    """
    limit = product_limit(descent, n)
    if limit is None or not sharpness > 0:
        return None
    return limit / sharpness


def noisy_limit(objective: FiniteSum, descent: Descent) -> float | None:
    """Return below which rate mini-batches come to rest, where that is known.

    See `gdviz.core.stability.mean_square_limit`; batches count as independent.
    """
    n = objective.n_examples
    times, order = _times(descent, n), descent.order
    plain = descent.optimizer == SGD()  # its weight decay is another loss
    known = isinstance(objective, Objective) and plain
    if not known or times is None or order in (FILE_ORDER, FRESH):
        return None
    b = descent.batch_size if order == REPLACEMENT else min(descent.batch_size, n)
    if b == n and order != REPLACEMENT:
        return None
    assert isinstance(objective, Objective)
    limit = mean_square_limit(objective, b, order == REPLACEMENT)
    return None if limit is None else limit / times


def _times(descent: Descent, n: int) -> float | None:
    b = descent.batch_size
    return descent.recipe.times(
        b if descent.order in (REPLACEMENT, FRESH) else min(b, n)
    )


def quick_sharpness(trainer: Trainer) -> Iterator[float | None]:
    """Yield the sharpness where a trainer stands at last, None before that.

    Where that would take long, and where it is not finite, nothing is told.
    """
    if not _wanted(trainer, watched=False):
        return
    theta = trainer.state.theta
    for found in slices(trainer.objective.hessian(theta), len(theta), 1, _FINE):
        yield None if found is None else float(found.top[0])
        if found is not None:
            return


class Gauge:
    """Measures one θ at a time, one product with the Hessian at a time."""

    def __init__(self) -> None:
        self._work: Iterator[Spectrum | None] | None = None
        self._of: tuple[State, bool] | None = None  # being measured, whether well
        self._rested: tuple[State, bool] | None = None
        self._known: Spectrum | None = None  # of a θ near by, for a warm start
        self._spent = self._next = 0.0
        self._made: list[Reading] = []
        self._noisy: tuple[Descent | None, float | None] = (None, None)

    def due(self, trainer: Trainer, watched: bool) -> bool:
        """Tell whether the θ where the trainer stands is still to be measured."""
        done = self._rested in ((trainer.state, watched), (trainer.state, True))
        return _wanted(trainer, watched) and not done

    def drop(self) -> None:
        """Give up the work under way: the path goes another way."""
        self._work = None

    def follow(self, trainer: Trainer, until: float, watched: bool) -> None:
        """Measure now and then while steps are made.

        Parameters
        ----------
        trainer : Trainer
        until : float
            When to leave off, on the clock of `time.perf_counter`, in seconds.
        watched : bool
            Whether the curvature over steps is being looked at.
        """
        if self._work is None:
            if time.perf_counter() < self._next or not _wanted(trainer, watched):
                return
            self._begin(trainer, watched, at_rest=False)
        if self._go_on(until):
            wait = self._spent * (1 / (_SHARE if watched else _LITTLE) - 1)
            self._next = time.perf_counter() + max(wait, 0.0 if watched else _SELDOM)

    def rest(self, trainer: Trainer, until: float, watched: bool) -> None:
        """Measure the θ where the trainer stands, well; see `follow`."""
        if not self.due(trainer, watched):
            return
        here = (trainer.state, watched)
        if self._work is None or self._of != here:
            self._begin(trainer, watched, at_rest=True)
            self._of = here
        if self._go_on(until):
            self._rested = here

    def noisy_limit(self, trainer: Trainer) -> float | None:
        """Return `noisy_limit` of the settings in force."""
        descent = trainer.scene.descent
        if descent != self._noisy[0]:
            self._noisy = descent, noisy_limit(trainer.objective, descent)
        return self._noisy[1]

    def take(self) -> tuple[Reading, ...]:
        """Return what was measured since the last time."""
        made, self._made = self._made, []
        return tuple(made)

    def _begin(self, trainer: Trainer, watched: bool, at_rest: bool) -> None:
        """Begin with the θ where the trainer stands."""
        self._spent, self._of = 0.0, None
        self._cursor = trainer.state.cursor
        self._lowest = _LOWEST if watched and at_rest else None
        self._work = self._measure(
            trainer, TRACKED if watched else 1, _FINE if at_rest else _ROUGH
        )

    def _measure(
        self, trainer: Trainer, k: int, tolerance: float
    ) -> Iterator[Spectrum | None]:
        theta, known = trainer.state.theta, self._known
        yield from slices(
            trainer.objective.hessian(theta),
            len(theta),
            k,
            tolerance,
            start=None if known is None else known.vectors,
            lowest=self._lowest,
        )

    def _go_on(self, until: float) -> bool:
        """Work until the time `until`, at least a product; tell whether it is done."""
        begun, found = time.perf_counter(), None
        assert self._work is not None
        for found in self._work:
            if found is not None or time.perf_counter() >= until:
                break
        else:
            self._work = None  # it is not finite
        self._spent += time.perf_counter() - begun
        if found is not None:
            self._note(found)
        return self._work is None

    def _note(self, found: Spectrum) -> None:
        lowest = None if self._lowest is None else found.lowest
        top = tuple(float(value) for value in found.top)
        self._made.append(Reading(self._cursor.step, self._cursor.seen, top, lowest))
        self._known, self._work = found, None


def _wanted(trainer: Trainer, watched: bool) -> bool:
    objective = trainer.objective
    return watched or objective.n_examples * objective.n_hidden <= _DEAR
