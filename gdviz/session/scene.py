"""The scene: every setting of a run, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gdviz.core.averaging import MeanOfGradients, Recipe
from gdviz.core.batches import KEEP, ORDERS, SHORT_LAST, SHUFFLED
from gdviz.core.datasets import Dataset, LineWithNoise
from gdviz.core.knobs import Choice, Numbers, Real, Spec, Text, Whole, default, knob
from gdviz.core.models import Linear, Model
from gdviz.core.optimizers import SGD, Optimizer
from gdviz.core.planekinds import PlaneKind, TwoParameters
from gdviz.core.refused import Refused
from gdviz.core.schedules import Constant, Schedule

if TYPE_CHECKING:
    from gdviz.core.losses import Loss


@dataclass(frozen=True)
class Descent(Spec):
    """How one path goes down: all that may change while it runs."""

    batch_size: int = knob(
        4,
        Whole(1, 1_000_000, log=True),
        "Batch size",
        "How many examples are averaged for one update; moving it resets nothing.",
    )
    learning_rate: float = knob(
        0.05,
        Real(1e-12, 1e6, log=True, slider=(1e-4, 10.0)),
        "Learning rate",
        "How far one update goes along minus the mean gradient (η).",
    )
    order: str = knob(
        SHUFFLED,
        Choice(tuple(ORDERS), tuple(ORDERS.values())),
        "Order",
        "How the next batch is chosen: all examples reshuffled each epoch, with "
        "replacement, in file order, or freshly drawn from the distribution.",
    )
    short_last: str = knob(
        KEEP,
        Choice(tuple(SHORT_LAST), tuple(SHORT_LAST.values())),
        "Last batch",
        "Whether an epoch's last batch may be smaller than the others.",
    )
    optimizer: Optimizer = field(default_factory=SGD)
    recipe: Recipe = field(default_factory=MeanOfGradients)
    schedule: Schedule = field(default_factory=Constant)

    def rate(self, step: int) -> float:
        """Return the learning rate of the update made from a step, by its schedule."""
        return self.learning_rate * self.schedule.factor(step)


MOST_GHOSTS = 12
UPDATES, EXAMPLES = "updates", "examples"
PACES = {UPDATES: "By updates", EXAMPLES: "By examples"}


@dataclass(frozen=True)
class Scene(Spec):
    """Every setting of a run. The same scene gives the same path, bit for bit.

    Without a loss it is the usual one for the data: `fit` names it. Formulas have none.

    Attributes
    ----------
    ghosts : tuple of Descent
        Other ways down from the same start, drawn beside the chosen one.
    """

    data: Dataset = field(default_factory=LineWithNoise)
    held_out: float = knob(
        0.0,
        Real(0.0, 0.9),
        "Held out",
        "Share of the examples kept aside for the test loss.",
    )
    model: Model = field(default_factory=Linear)
    loss: Loss | None = None
    seed: int = knob(
        58, Whole(0, 2**31 - 1), "Seed", "Of the data, the start and the batches."
    )
    start: tuple[float, ...] = knob(
        (),
        Numbers(),
        "Start at",
        "The parameters to start from, in order; empty: drawn with the seed.",
    )
    descent: Descent = field(default_factory=Descent)
    ghosts: tuple[Descent, ...] = ()
    pace: str = knob(
        UPDATES,
        Choice(tuple(PACES), tuple(PACES.values())),
        "Racers keep pace",
        "Racers make as many updates as the chosen one, or use as many examples: then "
        "a batch of 1 makes eight updates while a batch of 8 makes one.",
    )
    plane: PlaneKind = field(default_factory=TwoParameters)
    plane_x: str = knob(
        "", Text(64), "Plane across", "The parameter along the horizontal axis."
    )
    plane_y: str = knob(
        "", Text(64), "Plane up", "The parameter along the vertical axis."
    )

    def __post_init__(self) -> None:
        """Check the knobs and the number of ghosts."""
        super().__post_init__()
        if len(self.ghosts) > MOST_GHOSTS:
            raise Refused(f"ghosts must be at most {MOST_GHOSTS}.")

    def on(self, data: Dataset) -> Scene:
        """Return the scene on other data, with their usual loss.

        Where either data have a learning rate of their own, it is the new data's.
        """
        made = replace(self, data=data, loss=None)
        if self.data.rate is None and data.rate is None:
            return made
        return made.down(learning_rate=data.rate or default(Descent, "learning_rate"))

    def down(self, **settings: Any) -> Scene:
        """Return the scene with other settings of its descent.

        Ghosts that had the old setting take the new one too: they differ on purpose
        only.
        """
        old = self.descent
        return replace(
            self,
            descent=replace(old, **settings),
            ghosts=tuple(_followed(ghost, old, settings) for ghost in self.ghosts),
        )


def _followed(ghost: Descent, old: Descent, settings: dict[str, Any]) -> Descent:
    same = {k: v for k, v in settings.items() if getattr(ghost, k) == getattr(old, k)}
    same.pop("recipe", None)
    return replace(ghost, **same)


def needs_restart(old: Scene, new: Scene) -> bool:
    """Tell whether `new` is another run: other data, model, loss, start or seed."""
    live: dict[str, Any] = {
        "descent": new.descent,
        "ghosts": new.ghosts,
        "pace": new.pace,
        "plane": new.plane,
        "plane_x": new.plane_x,
        "plane_y": new.plane_y,
    }
    if new.data.alike(old.data):
        live["data"] = new.data
    return replace(old, **live) != new
