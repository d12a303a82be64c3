"""Laws: what is known in closed form of where a path wanders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.batches import FILE_ORDER, FRESH, REPLACEMENT, SHUFFLED
from gdviz.core.chains import Normal, langevin, posterior
from gdviz.core.hovering import MOST_NUMBERS, quadratic, settled
from gdviz.core.noise import law
from gdviz.core.schedules import Constant

if TYPE_CHECKING:
    from gdviz.core.hovering import Quadratic, Settled
    from gdviz.core.optimizers import Optimizer
    from gdviz.core.sums import FiniteSum
    from gdviz.session.scene import Descent
    from gdviz.session.trainer import Trainer

_SGLD, _NESTEROV = "sgld", "nesterov"
_LINEAR = ("sgd", "momentum", _NESTEROV, _SGLD)  # their steps are linear in θ
_UNKNOWN = "The histogram stands alone: no law is known in closed form "


@dataclass(frozen=True, eq=False)
class Laws:
    """What is known in closed form of where a path wanders.

    Attributes
    ----------
    posterior : Normal or None
        With Langevin dynamics on linear regression.
    settled : Settled or None
        The stationary law of the very chain that is run, at the learning rate in force.
    steady : bool
        Whether that learning rate stays.
    why : text
        Why there is no stationary law; else empty.
    """

    posterior: Normal | None = None
    settled: Settled | None = None
    steady: bool = True
    why: str = ""


def laws(objective: FiniteSum, descent: Descent, step: int = 0) -> Laws:
    """Return what is known of the path of these settings.

    Parameters
    ----------
    objective : FiniteSum
    descent : Descent
    step : int
        Whose learning rate is in force.
    """
    optimizer, n = descent.optimizer, objective.n_examples
    if optimizer.name not in _LINEAR:
        return Laws(why=f"{_UNKNOWN}with {optimizer.title}.")
    bowl = quadratic(objective, _decay(optimizer, n))
    if bowl is None:
        return Laws(
            why=f"{_UNKNOWN}for this model and loss; one is for linear regression with "
            f"squared error, a single minimum and at most {MOST_NUMBERS} parameters."
        )
    density = posterior(bowl) if optimizer.name == _SGLD else None
    schedule = descent.schedule
    steady = type(schedule) is Constant and step >= schedule.warmup
    share, why = _share(descent, n)
    if share is None:
        return Laws(density, None, steady, why)
    found = _settled(bowl, optimizer, descent.rate(step), share)
    if found is None:
        why = _why_not(optimizer, len(bowl.minimum), descent.rate(step))
    return Laws(density, found, steady, why)


def _why_not(optimizer: Optimizer, p: int, rate: float) -> str:
    """Return why nothing is settled on, with this many parameters."""
    if not rate > 0:
        return "The learning rate is 0 now by its schedule: nothing moves any more."
    most = MOST_NUMBERS // 2  # a velocity has as many numbers as θ
    if getattr(optimizer, "beta", 0.0) and p > most:
        return f"{_UNKNOWN}with momentum and more than {most} parameters."
    return "At this learning rate the spread would grow without end: lower it."


def _decay(optimizer: Optimizer, n: int) -> float:
    """Return the decay that an optimizer adds to the mean loss."""
    if optimizer.name == _SGLD:
        return float(getattr(optimizer, "prior_precision", 0.0)) / n
    return float(getattr(optimizer, "weight_decay", 0.0))


def _settled(
    bowl: Quadratic, optimizer: Optimizer, rate: float, share: float
) -> Settled | None:
    if not rate > 0:
        return None
    if optimizer.name == _SGLD:
        return langevin(bowl, rate, share)
    beta, ahead = getattr(optimizer, "beta", 0.0), optimizer.name == _NESTEROV
    return settled(bowl, rate, share, beta, ahead=ahead)


def _share(descent: Descent, n: int) -> tuple[float | None, str]:
    """Return the share of a batch's variance; or None, and why there is none."""
    order, size = descent.order, descent.batch_size
    b = size if order == REPLACEMENT else min(size, n)
    if descent.recipe.times(b) != 1.0:
        return None, f"{_UNKNOWN}with “{descent.recipe.title}”."
    if order == FRESH:
        return None, f"{_UNKNOWN}where every example is new."
    if order in (SHUFFLED, FILE_ORDER) and b < n:
        return None, (
            "Within an epoch the batches depend on each other, so that no closed form "
            "holds: choose the order “Replacement”."
        )
    return law(n, b, order == REPLACEMENT), ""


class Lawyer:
    """Keeps the laws of a trainer for as long as they hold."""

    def __init__(self) -> None:
        self._known: tuple[object, Laws] | None = None

    def laws(self, trainer: Trainer) -> Laws:
        """Return the laws of the settings in force where the trainer stands."""
        descent, step = trainer.scene.descent, trainer.step
        key = (descent, descent.rate(step))
        if self._known is None or self._known[0] != key:
            self._known = key, laws(trainer.objective, descent, step)
        return self._known[1]
