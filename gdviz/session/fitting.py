"""Fitting a scene to its data: what does not go together is moved, and said so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.batches import FRESH, SHUFFLED
from gdviz.core.datasets import Drawn
from gdviz.core.examples import TASKS
from gdviz.core.functions import Formulas
from gdviz.core.losses import losses_for
from gdviz.core.own import OwnData
from gdviz.core.planekinds import TwoParameters

if TYPE_CHECKING:
    from gdviz.core.examples import Split
    from gdviz.core.losses import Loss
    from gdviz.session.scene import Descent, Scene


MOST_ROUNDS = 20_000  # one after the other in one step: half a second


def _are(n: int) -> str:
    return "is 1 example" if n == 1 else f"are {n:,} examples"


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


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
    scene = replace(scene, loss=_fit_loss(scene.loss, split.train.task, moved))
    descent = _fit_descent(scene.descent, scene, split, moved)
    descent = _fit_recipe(descent, split, moved)
    scene = replace(scene, ghosts=_fit_ghosts(scene, descent, split, moved))
    scene = replace(scene, descent=descent)
    names = names_of(scene, split)
    if scene.start and len(scene.start) != len(names):
        moved["start"] = (
            f"The start names {_many(len(scene.start), 'number')} for "
            f"{_many(len(names), 'parameter')}: it is now "
            f"{'the usual one' if _given(split) else 'drawn'}."
        )
        scene = replace(scene, start=())
    return _fit_plane(scene, names, moved), moved


def names_of(scene: Scene, split: Split) -> tuple[str, ...]:
    """Return the names of the parameters of a scene that has its loss."""
    if isinstance(scene.data, Formulas):
        return scene.data.names()
    if isinstance(scene.data, OwnData):
        return scene.data.calls.names
    assert scene.loss is not None
    one = split.train.take(np.arange(1))
    outputs, inputs = len(scene.loss.targets(one)), one.inputs.shape[1]
    return scene.model.network(inputs, outputs).names


def _given(split: Split) -> bool:
    return split.train.task not in TASKS


def _fits(descent: Descent, split: Split) -> bool:
    return not (descent.recipe.networks_only and _given(split))


def _fit_ghosts(
    scene: Scene, descent: Descent, split: Split, moved: dict[str, str]
) -> tuple[Descent, ...]:
    """Return the ghosts that go with the data and are not the descent itself."""
    fitted = [_fit_descent(ghost, scene, split, {}) for ghost in scene.ghosts]
    others = [g for g in dict.fromkeys(fitted) if g != descent]
    quick = [g for g in others if g.recipe.rounds(g.batch_size) <= MOST_ROUNDS]
    if len(quick) < len(others):
        moved["ghosts"] = (
            f"A ghost that goes through more than {MOST_ROUNDS:,} rounds for one step "
            "would be too slow: it is gone; add it again with a smaller batch."
        )
    return tuple(g for g in quick if _fits(g, split))


def _fit_loss(loss: Loss | None, task: str, moved: dict[str, str]) -> Loss | None:
    valid = losses_for(task)
    if loss is None or type(loss) in valid:
        return loss or (valid[0]() if valid else None)
    if not valid:
        return None
    moved["loss"] = (
        f"{loss.title} does not go with {task}: the loss is now "
        f"{valid[0].title.lower()}."
    )
    return valid[0]()


def _fit_descent(
    descent: Descent, scene: Scene, split: Split, moved: dict[str, str]
) -> Descent:
    """Return the nearest descent that goes with the data."""
    n = len(split.train)
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
    return descent


def _fit_recipe(descent: Descent, split: Split, moved: dict[str, str]) -> Descent:
    """Return the descent with a recipe that can be followed in good time."""
    rounds, size = descent.recipe.rounds(descent.batch_size), descent.batch_size
    if rounds > MOST_ROUNDS:
        most = size * MOST_ROUNDS // rounds
        moved["descent.batch_size"] = (
            f"“{descent.recipe.title}” would take {rounds:,} rounds for one step: "
            f"the batch size is now {most:,}, not {size:,}."
        )
        descent = replace(descent, batch_size=most)
    if not _fits(descent, split):
        moved["descent.recipe"] = (
            f"“{descent.recipe.title}” needs a model with activations: "
            "the recipe is now the mean of the gradients."
        )
        descent = replace(descent, recipe=MeanOfGradients())
    return descent


def _fit_plane(scene: Scene, names: tuple[str, ...], moved: dict[str, str]) -> Scene:
    """Return the scene with a plane that its parameters have."""
    plane = scene.plane
    if len(names) <= 2 and not isinstance(plane, TwoParameters):
        moved["plane"] = (
            f"“{plane.title}” needs more than two parameters: the plane is now that "
            "of the parameters there are."
        )
        plane = TwoParameters()
    axes = {"plane_x": scene.plane_x, "plane_y": scene.plane_y}
    for place, name in axes.items():
        if name and name not in names:
            moved[place] = f"There is no parameter {name!r}: the plane is chosen anew."
            axes[place] = ""
    return replace(scene, plane=plane, plane_x=axes["plane_x"], plane_y=axes["plane_y"])
