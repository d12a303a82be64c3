"""The scene of a user's own objective, with the settings that it begins with."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gdviz.core.calls import Calls
from gdviz.core.knobs import Spec
from gdviz.core.own import OwnData
from gdviz.core.owncheck import check_gradients, check_start
from gdviz.core.refused import Refused
from gdviz.session.scene import Descent, Scene
from gdviz.session.scenetree import GHOSTS, REGISTRIES, build, tree_of, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdviz.core.calls import OwnObjective

_OF_DESCENT = [f.name for f in fields(Descent)]
_OF_SCENE = [
    f.name for f in fields(Scene) if f.name not in ("data", "model", "loss", "descent")
]


def own_scene(
    objective: OwnObjective, check: bool, settings: Mapping[str, Any]
) -> Scene:
    """Return the scene of an objective.

    Parameters
    ----------
    objective : OwnObjective
    check : bool
        Whether its gradients are checked first.
    settings : mapping of text to value
        Of the scene or its descent, by name; a spec, or its name, where one is due.

    Raises
    ------
    Refused
    """
    if hasattr(objective, "named_parameters"):
        needs = "inputs, targets, loss"
        raise Refused(f"A PyTorch module needs more: gdviz.show(module, {needs}).")
    scene, calls = _settled(settings), Calls(objective)
    check_start(calls)
    if check:
        check_gradients(calls)
    return replace(scene, data=OwnData(calls))


def _settled(settings: Mapping[str, Any]) -> Scene:
    """Return the usual scene with some settings."""
    tree: dict[str, Any] = {"descent": {}}
    for name, value in settings.items():
        if name not in (*_OF_DESCENT, *_OF_SCENE):
            raise Refused(unknown("", name, [*_OF_DESCENT, *_OF_SCENE]))
        where = tree["descent"] if name in _OF_DESCENT else tree
        where[name] = _plain(name, value)
    return build(tree)


def _plain(name: str, value: Any) -> Any:
    """Return a value as a scene file would have it."""
    if isinstance(value, Spec):
        return tree_of(value)
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if name == GHOSTS and isinstance(value, list | tuple):
        return [
            {key: _plain(key, part) for key, part in ghost.items()}
            if isinstance(ghost, dict)
            else ghost
            for ghost in value
        ]
    return {"name": value} if name in REGISTRIES and isinstance(value, str) else value
