"""What a script is made from: the run as it begins, and what changes on its way."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.session.scene import Descent, Scene
from gdviz.session.script.pieces import unknown
from gdviz.session.trainer import Trainer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.sums import FiniteSum
    from gdviz.session.course import Course

STEPS = 100
NO_SCRIPT = (
    "an own objective is code of the program that showed it: no script can hold it; "
    "export the path as a table."
)
DESCENT = {
    "batch_size", "learning_rate", "order", "short_last", "optimizer", "recipe",
    "schedule",
}  # fmt: skip
SCENE = {"data", "held_out", "model", "loss", "seed", "start", "descent"}
UNSEEN = {
    "ghosts",
    "pace",
    "plane",
    "plane_x",
    "plane_y",
}  # nothing of the path depends on these


@dataclass(frozen=True, eq=False)
class Facts:
    """The run.

    Attributes
    ----------
    scene : Scene
        Fit for its data.
    objective : FiniteSum
    held_out : int
        How many examples are kept aside.
    start : ndarray of shape (p,)
    settings : dict of int to Descent
        From step 0 on, and from which step on others held.
    steps : int
    """

    scene: Scene
    objective: FiniteSum
    held_out: int
    start: NDArray[np.float64]
    settings: dict[int, Descent]
    steps: int

    @property
    def seed(self) -> int:
        """Of the start and the batches."""
        return self.scene.seed

    @cached_property
    def descents(self) -> tuple[Descent, ...]:
        """All settings that hold at some time."""
        return tuple(dict.fromkeys(self.settings.values()))

    @cached_property
    def orders(self) -> set[str]:
        """Every order in which batches are drawn at some time."""
        return {descent.order for descent in self.descents}


def facts_of(scene: Scene, course: Course | None, steps: int | None) -> Facts:
    """Return what a script is made from.

    Raises
    ------
    Refused
        If the scene cannot be run, or there is a setting that no script knows.
    """
    if isinstance(scene.data, OwnData):
        raise Refused(NO_SCRIPT)
    for kind, known in ((Descent, DESCENT), (Scene, SCENE | UNSEEN)):
        for f in fields(kind):
            if f.name not in known:
                raise unknown(f.name)
    trainer = Trainer(scene, course)
    taken, made = trainer.course, course.steps if course else 0
    last = steps if steps is not None else made or STEPS
    changes = {step: descent for step, descent in taken.changes if step < last}
    test = trainer.test
    return Facts(
        trainer.scene,
        trainer.objective,
        test.n_examples if test else 0,
        trainer.state.theta,
        {0: taken.start, **changes},
        last,
    )
