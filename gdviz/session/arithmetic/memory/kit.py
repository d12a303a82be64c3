"""What the formulas of an optimizer are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gdviz.core.averaging import OneByOne
from gdviz.session.arithmetic.cells import Formula
from gdviz.session.arithmetic.expressions import Value
from gdviz.session.arithmetic.lines import MADE, Line, Scalar
from gdviz.session.arithmetic.operations import times, total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.optimizers import Here, Optimizer
    from gdviz.session.arithmetic.expressions import Expression
    from gdviz.session.arithmetic.lines import How
    from gdviz.session.scene import Descent

    Array = NDArray[np.float64]
    Entry = Callable[[int], Expression]


@dataclass(frozen=True, eq=False)
class Told:
    """How an optimizer works on its memory and θ.

    Attributes
    ----------
    update : function of the place in θ
        Returns the formula of that entry of the update.
    memory : dict of such functions
        By what is remembered.
    before, after : tuples of Line
        What is worked out before and after the memory is brought up to date.
    """

    update: Entry
    memory: Mapping[str, Entry] = field(default_factory=dict)
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()

    def how(self, name: str) -> How | None:
        """Return how what is remembered by this name comes about."""
        known = self.memory.get(name)
        return (lambda j: Formula(known(j))) if known else None


@dataclass(frozen=True, eq=False)
class Kit:
    """What an optimizer works with.

    Attributes
    ----------
    descent : Descent
    here : Here
        θ, the learning rate of this step by its schedule, and the noise.
    batch : int
    taken, theta : Lines
        What is handed to it, and θ.
    before, after : dicts of Line
        Its memory by name.
    """

    descent: Descent
    here: Here
    batch: int
    taken: Line
    theta: Line
    before: dict[str, Line]
    after: dict[str, Line]

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer."""
        return self.descent.optimizer

    @property
    def one_by_one(self) -> bool:
        """Whether there are several updates in one."""
        return self.descent.recipe.name == OneByOne.name and self.batch > 1

    @property
    def rate(self) -> Value:
        """The learning rate."""
        return Value("η", self.here.learning_rate)

    def knob(self, name: str) -> Any:
        """Return a setting of the optimizer; 0 if it has none of that name."""
        return getattr(self.optimizer, name, 0.0)

    def value(self, name: str, letter: str) -> Value:
        """Return a setting of the optimizer as a part of formulas."""
        return Value(letter, float(self.knob(name)))

    @cached_property
    def pulled(self) -> tuple[Line, ...]:
        """The gradient with its weight decay, if there is any."""
        decay = self.value("weight_decay", "decay")
        if not decay.value:
            return ()
        taken, theta = self.taken, self.theta

        def entry(j: int) -> Expression:
            return total(taken.value(j), times(decay, theta.value(j)))

        vector = taken.vector + decay.value * theta.vector
        tip = "What is handed over, and the pull of the weight decay towards 0."
        return (self.line("with decay g′", "g′", tip, vector, entry),)

    @property
    def gradient(self) -> Line:
        """The gradient that goes into the memory."""
        return self.pulled[0] if self.pulled else self.taken

    def line(
        self, label: str, letter: str, tip: str, vector: Array, entry: Entry | None
    ) -> Line:
        """Return a line of what is worked out on the way."""
        how = (lambda j: Formula(entry(j))) if entry else None
        names = self.taken.parameters
        return Line(MADE, label, letter, tip, f"{letter}[{{}}]", vector, names, how)

    def scalar(self, label: str, tip: str, value: float, found: Expression) -> Line:
        """Return a line of one number for all parameters."""
        names, letter = self.taken.parameters, label.rsplit(maxsplit=1)[-1]
        one = Value(letter, value)
        return Scalar.of(MADE, label, one, tip, names, lambda _: Formula(found))

    def effective(self, entry: Entry, what: str) -> Line:
        """Return the line of the effective step of each parameter.

        Parameters
        ----------
        entry : function of the place in θ
        what : text
            What it multiplies.
        """
        before = {name: line.vector for name, line in self.before.items()}
        after = {name: line.vector for name, line in self.after.items()}
        vector = self.optimizer.effective_step(before, after, self.here)
        assert vector is not None
        tip = f"What multiplies {what}: a learning rate of its own for each parameter."
        return self.line("effective step e", "e", tip, vector, entry)
