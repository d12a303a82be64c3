"""From a scene to what is brought down: its examples and their objective."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.examples import hold_out, standardised
from gdviz.core.functions import Formulas
from gdviz.core.objective import Objective
from gdviz.core.own import OwnData, OwnSum

if TYPE_CHECKING:
    from gdviz.core.datasets import Dataset
    from gdviz.core.examples import Examples, Split
    from gdviz.core.sums import FiniteSum
    from gdviz.session.scene import Descent, Scene


def objective_of(scene: Scene, examples: Examples) -> FiniteSum:
    """Return what a fitted scene brings down on these examples."""
    if isinstance(scene.data, Formulas):
        return scene.data.summed(examples)
    if isinstance(scene.data, OwnData):
        return OwnSum(examples, scene.data.calls)
    assert scene.loss is not None  # `fit` names it
    return Objective(examples, scene.model, scene.loss)


def differences(a: Descent, b: Descent) -> dict[str, Any]:
    """Return the settings of `a` that are not those of `b`."""
    pairs = {f.name: (getattr(a, f.name), getattr(b, f.name)) for f in fields(a)}
    return {name: mine for name, (mine, other) in pairs.items() if mine != other}


def kept(scene: Scene) -> Scene:
    """Return the scene with its data in it, whatever becomes of their file.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    data = scene.data.kept()
    return scene if data is scene.data else replace(scene, data=data)


def load(scene: Scene) -> Split:
    """Return the scene's examples, split and standardised as it says.

    The last ones loaded are kept, for as long as their file stays the same.
    """
    return _load(scene.data, scene.held_out, scene.seed, scene.data.stamp())


@lru_cache(maxsize=1)
def _load(data: Dataset, held_out: float, seed: int, stamp: object) -> Split:
    del stamp  # it only tells a changed file from the one kept
    with np.errstate(all="ignore"):
        split = hold_out(data.examples(seed), held_out, seed)
        return standardised(split) if data.standardise else split
