"""The scene: every setting of a run, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FRESH, KEEP, ORDERS, SHORT_LAST, SHUFFLED
from gdviz.core.datasets import Dataset, Drawn, LineWithNoise
from gdviz.core.knobs import Choice, Real, Spec, Text, Whole, knob
from gdviz.core.losses import Loss, losses_for
from gdviz.core.models import Linear, Model
from gdviz.core.optimizers import SGD, Optimizer

if TYPE_CHECKING:
    from gdviz.core.examples import Split


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


@dataclass(frozen=True)
class Scene(Spec):
    """Every setting of a run. The same scene gives the same path, bit for bit.

    Without a loss it is the usual one for the data: `fit` names it.
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
    descent: Descent = field(default_factory=Descent)
    plane_x: str = knob(
        "", Text(64), "Plane across", "The parameter along the horizontal axis."
    )
    plane_y: str = knob(
        "", Text(64), "Plane up", "The parameter along the vertical axis."
    )


def needs_restart(old: Scene, new: Scene) -> bool:
    """Tell whether `new` is another run: other data, model, loss or seed."""
    return (
        replace(old, descent=new.descent, plane_x=new.plane_x, plane_y=new.plane_y)
        != new
    )


def _are(n: int) -> str:
    return "is 1 example" if n == 1 else f"are {n:,} examples"


def fit(scene: Scene, split: Split) -> tuple[Scene, dict[str, str]]:
    """Return the nearest scene that goes with its data, and what was moved and why.

    Returns
    -------
    scene : Scene
        It has a loss.
    moved : dict
        A sentence for the user by the dotted place of each setting that was moved.
    """
    moved: dict[str, str] = {}
    loss, valid = scene.loss, losses_for(split.train.task)
    if loss is not None and type(loss) not in valid:
        moved["loss"] = (
            f"{loss.title} does not go with {split.train.task}: "
            f"the loss is now {valid[0].title.lower()}."
        )
    if type(loss) not in valid:
        loss = valid[0]()
    descent, n = scene.descent, len(split.train)
    if descent.batch_size > n:
        moved["descent.batch_size"] = (
            f"There {_are(n)} to learn from: the batch size is now {n:,}, "
            f"not {descent.batch_size:,}."
        )
        descent = replace(descent, batch_size=n)
    if descent.order == FRESH and not isinstance(scene.data, Drawn):
        moved["descent.order"] = (
            "Fresh examples need data that can be drawn anew: "
            "the order is now reshuffled each epoch."
        )
        descent = replace(descent, order=SHUFFLED)
    scene = replace(scene, loss=loss, descent=descent)
    return _fit_plane(scene, split, moved), moved


def _fit_plane(scene: Scene, split: Split, moved: dict[str, str]) -> Scene:
    """Return the scene without axes that name no parameter of its model."""
    if not (scene.plane_x or scene.plane_y):
        return scene
    assert scene.loss is not None
    one = split.train.take(np.arange(1))
    outputs, inputs = len(scene.loss.targets(one)), one.inputs.shape[1]
    names = scene.model.network(inputs, outputs).names
    axes = {"plane_x": scene.plane_x, "plane_y": scene.plane_y}
    for place, name in axes.items():
        if name and name not in names:
            moved[place] = f"There is no parameter {name!r}: the plane is chosen anew."
            axes[place] = ""
    return replace(scene, plane_x=axes["plane_x"], plane_y=axes["plane_y"])
