"""Scenes as trees of plain values: every setting at its dotted place.

Fields, knobs and registries say all there is to know, so a new registry entry needs
no change here.
"""

from __future__ import annotations

import difflib
from dataclasses import Field, fields, replace
from typing import TYPE_CHECKING, Any

from gdviz.core.averaging import RECIPES
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import Choice, Spec, settings
from gdviz.core.losses import LOSSES
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.planekinds import PLANES
from gdviz.core.refused import Refused
from gdviz.core.schedules import SCHEDULES
from gdviz.session.loading import differences
from gdviz.session.scene import MOST_GHOSTS, Descent, Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

Tree = dict[str, Any]

GHOSTS, _LONGEST_KEY = "ghosts", 80
REGISTRIES: Mapping[str, Mapping[str, type[Spec]]] = {
    "data": SOURCES,
    "model": MODELS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "recipe": RECIPES,
    "plane": PLANES,
}


def build(tree: Tree) -> Scene:
    """Return the scene that a tree of settings describes.

    Raises
    ------
    Refused
        The sentence names the dotted place, such as ``descent.batch_size``.
    """
    scene = _spec(Scene, tree, "")
    assert isinstance(scene, Scene)
    return scene


def tree_of(spec: Spec) -> Tree:
    """Return all settings as a tree: what `build` reads."""
    tree: Tree = {"name": spec.name} if spec.name else {}
    values = {f.name: getattr(spec, f.name) for f in settings(spec)}
    for key, value in values.items():
        if isinstance(value, Spec):
            tree[key] = tree_of(value)
        elif key == GHOSTS:
            tree[key] = [tree_of_changes(g, values["descent"]) for g in value]
        elif value is not None:
            tree[key] = value
    return tree


def tree_of_changes(new: Descent, old: Descent) -> Tree:
    """Return the settings that are not those of another: what `changed` reads."""
    return {key: _plain(value) for key, value in differences(new, old).items()}


def changed(spec: Descent, tree: Tree, above: str) -> Descent:
    """Return the settings with those of a tree of changes.

    Raises
    ------
    Refused
        The sentence names the dotted place below `above`.
    """
    here = {f.name: f for f in fields(spec)}
    _check_known(tree, list(here), above)
    whole = merged({key: _plain(getattr(spec, key)) for key in tree}, tree)
    values: Tree = {key: _value(here[key], whole[key], above + key) for key in tree}
    return replace(spec, **values)


def _plain(value: object) -> object:
    return tree_of(value) if isinstance(value, Spec) else value


def merged(tree: Tree, changes: Tree) -> Tree:
    """Return the tree with these changes; another name leaves no old knob behind."""
    result = dict(tree)
    for key, value in changes.items():
        old = tree.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            same = value.get("name", old.get("name")) == old.get("name")
            result[key] = merged(old, value) if same else value
        else:
            result[key] = value
    return result


def places(tree: Tree, above: str = "") -> frozenset[str]:
    """Return the dotted places that a tree sets."""
    here = frozenset(above + key for key in tree)
    inner = (
        places(value, f"{above}{key}.")
        for key, value in tree.items()
        if isinstance(value, dict)
    )
    return here.union(*inner)


def _spec(kind: type[Spec], tree: Tree, above: str) -> Spec:
    """Return the spec of this kind with the settings of a tree."""
    here = {f.name: f for f in settings(kind)}
    known = (["name"] if kind.name else []) + list(here)
    _check_known(tree, known, above)
    given = {key: f for key, f in here.items() if key in tree}
    values = {
        key: _ghosts(tree) if key == GHOSTS else _value(f, tree[key], above + key)
        for key, f in given.items()
    }
    return kind(**values)


def _ghosts(tree: Tree) -> tuple[Spec, ...]:
    """Return the ghosts of a scene: each is its descent but for what it says."""
    ghosts, descent = tree[GHOSTS], tree.get("descent", {})
    if not isinstance(ghosts, list):
        raise Refused(f"{GHOSTS} must be a list of objects in braces.")
    if len(ghosts) > MOST_GHOSTS:  # before a million of them are looked at
        raise Refused(f"{GHOSTS} must be at most {MOST_GHOSTS}.")
    made = []
    for i, ghost in enumerate(ghosts):
        if not isinstance(ghost, dict):
            raise Refused(f"{GHOSTS}[{i}] must be an object in braces.")
        made.append(_spec(Descent, merged(descent, ghost), f"{GHOSTS}[{i}]."))
    return tuple(made)


def _value(setting: Field[Any], value: object, place: str) -> object:
    """Return a checked setting: a knob's value, a spec, or None where that may be."""
    if worn := setting.metadata.get("knob"):
        return worn.kind.check(value, place)
    if value is None and setting.default is None:
        return None
    if not isinstance(value, dict):
        raise Refused(f"{place} must be an object in braces.")
    make: Any = setting.default_factory
    usual: Any = make() if callable(make) else None
    if setting.name not in REGISTRIES:
        return _spec(type(usual), value, f"{place}.")
    registry = REGISTRIES[setting.name]
    named = value.get("name", getattr(usual, "name", None))
    name = Choice(tuple(registry)).check(named, f"{place}.name")
    return _spec(registry[name], value, f"{place}.")


def _check_known(tree: Tree, known: list[str], above: str) -> None:
    for key in tree:
        if key not in known:
            raise Refused(unknown(above, key, known))


def unknown(above: str, key: str, known: list[str]) -> str:
    """Return the sentence that refuses a key, with the one that may be meant."""
    key = key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}…"
    near = difflib.get_close_matches(key, known, 1)
    advice = (
        f"did you mean {above}{near[0]}?" if near else f"known: {', '.join(known)}."
    )
    return f"there is no setting '{above}{key}'; {advice}"
