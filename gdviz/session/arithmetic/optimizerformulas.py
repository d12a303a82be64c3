"""What optimizers make of what they are handed, as formulas.

To add one: its update in `UPDATES` and its memory in `MEMORIES`, by its name. Of an
optimizer that is not there the numbers are shown without a formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.core.averaging import OneByOne
from gdviz.core.optimizers import SGD, HeavyBall
from gdviz.session.arithmetic.cells import Formula
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.operations import negative, times, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.lines import How, Line
    from gdviz.session.scene import Descent

LETTERS = {"velocity": "v"}  # of what is remembered


@dataclass(frozen=True, eq=False)
class Kit:
    """What an optimizer works with.

    Attributes
    ----------
    descent : Descent
    learning_rate : float
        η of this step, by its schedule.
    batch : int
    taken : Line
        What is handed to it.
    before, after : dicts of Line
        Its memory by name.
    """

    descent: Descent
    learning_rate: float
    batch: int
    taken: Line
    before: dict[str, Line]
    after: dict[str, Line]

    @property
    def one_by_one(self) -> bool:
        """Whether there are several updates in one."""
        return self.descent.recipe.name == OneByOne.name and self.batch > 1

    @property
    def rate(self) -> Value:
        """The learning rate."""
        return Value("η", self.learning_rate)


def update_how(kit: Kit) -> How | None:
    """Return how an entry of the update comes about, if it can be told."""
    if kit.one_by_one and kit.descent.optimizer.name != SGD.name:
        return None
    known = UPDATES.get(kit.descent.optimizer.name)
    return (lambda j: Formula(known(kit, j))) if known else None


def memory_how(kit: Kit, name: str) -> How | None:
    """Return the same of an entry of the memory after the step."""
    known = MEMORIES.get(kit.descent.optimizer.name)
    if known is None or kit.one_by_one:
        return None
    return lambda j: Formula(known(kit, name, j))


def _sgd(kit: Kit, j: int) -> Expression:
    if kit.one_by_one:  # as many updates; h is the mean of the gradients met
        many_times = Value(f"{kit.batch:,}", float(kit.batch), constant=True)
        return negative(times(kit.rate, many_times, kit.taken.value(j)))
    return negative(times(kit.rate, kit.taken.value(j)))


def _heavy_ball(kit: Kit, j: int) -> Expression:
    return negative(times(kit.rate, kit.after["velocity"].value(j)))


def _velocity(kit: Kit, name: str, j: int) -> Expression:
    optimizer = kit.descent.optimizer
    assert isinstance(optimizer, HeavyBall)
    kept = times(Value("β", optimizer.beta), kit.before[name].value(j))
    return total(kept, kit.taken.value(j))


UPDATES: dict[str, Callable[[Kit, int], Expression]] = {
    SGD.name: _sgd,
    HeavyBall.name: _heavy_ball,
}
MEMORIES: dict[str, Callable[[Kit, str, int], Expression]] = {
    HeavyBall.name: _velocity,
}
