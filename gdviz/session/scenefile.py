"""Scenes as small JSON files: every setting at its dotted place, nothing is executed.

Fields, knobs and registries say all there is to know, so a new registry entry needs
no change here.
"""

from __future__ import annotations

import difflib
import json
from contextlib import contextmanager
from dataclasses import Field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz.core.datasets import DATASETS
from gdviz.core.knobs import Choice, Spec
from gdviz.core.losses import LOSSES
from gdviz.core.models import MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.refused import Refused
from gdviz.session.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    Tree = dict[str, Any]

VERSION = 1
REGISTRIES: Mapping[str, Mapping[str, type[Spec]]] = {
    "data": DATASETS,
    "model": MODELS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
}
_LARGEST, _LONGEST_NUMBER, _LONGEST_SENTENCE = 1_000_000, 30, 600


def to_json(scene: Scene) -> str:
    """Return the scene as JSON text, one line for each setting at the top."""
    tree = {"gdviz": VERSION, **tree_of(scene)}
    lines = (f'  "{key}": {_dumped(value)}' for key, value in tree.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str, folder: Path | None = None) -> Scene:
    """Return the scene of a JSON text; settings that are missing take their defaults.

    Parameters
    ----------
    text : text
    folder : Path or None
        Where a relative path to a CSV file starts.

    Raises
    ------
    Refused
        The sentence names the dotted place, such as ``descent.batch_size``.
    """
    return build(_parsed(text, folder))


def read_scene(path: str | PathLike[str]) -> Scene:
    """Return the scene of a file; every refusal begins with the file's name."""
    return read(path)[0]


def read(path: str | PathLike[str]) -> tuple[Scene, frozenset[str]]:
    """Return the scene of a file, and the dotted places that the file itself sets."""
    place = Path(path).absolute()
    try:
        tree = _parsed(_text(place), place.parent)
        return build(tree), places(tree)
    except Refused as fault:
        raise Refused(f"{_printable(place.name)}: {fault}") from fault
    except OSError as fault:
        raise Refused(f"{_printable(place.name)}: {fault.strerror}.") from fault


def build(tree: Tree) -> Scene:
    """Return the scene that a tree of settings describes."""
    with _not_too_deep():
        scene = _spec(Scene, tree, "")
    assert isinstance(scene, Scene)
    return scene


def tree_of(spec: Spec) -> Tree:
    """Return all settings as a tree: what `build` reads."""
    named: Tree = {"name": spec.name} if spec.name else {}
    values = {f.name: getattr(spec, f.name) for f in fields(spec)}
    return named | {
        key: tree_of(value) if isinstance(value, Spec) else value
        for key, value in values.items()
    }


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


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # half a surrogate pair, as in an undecodable file name, goes as its escape
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(path: Path) -> str:
    if not path.exists():
        raise Refused("there is no such file; check the path.")
    if not path.is_file():
        raise Refused("this is a folder or a device; choose a scene file.")
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise Refused("the file is larger than 1 MB, which no scene is.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = 1 + raw.count(b"\n", 0, fault.start)
        raise Refused(f"line {line} is not UTF-8 text; choose a scene file.") from fault


def _parsed(text: str, folder: Path | None) -> Tree:
    """Return the settings in a JSON text, without its version."""
    try:
        with _not_too_deep():
            tree = json.loads(
                text,
                object_pairs_hook=_once,
                parse_constant=_no_constant,
                parse_int=_whole,
            )
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise Refused(f"{place} is not JSON: {fault.msg}.") from fault
    if not isinstance(tree, dict) or "gdviz" not in tree:
        missing = 'it has no key "gdviz" at the top.'
        raise Refused(f"this is not a gdviz scene: {missing}")
    _check_version(tree.pop("gdviz"))
    return _resolved(tree, folder)


@contextmanager
def _not_too_deep() -> Iterator[None]:
    try:
        yield
    except RecursionError as fault:
        raise Refused("this is nested too deeply for a scene.") from fault


def _once(pairs: list[tuple[str, Any]]) -> Tree:
    tree: Tree = {}
    for key, value in pairs:
        if key in tree:
            raise Refused(f"{_shown(key)} stands twice in one object; keep one.")
        tree[key] = value
    return tree


def _no_constant(word: str) -> None:
    raise Refused(f"{word} is not a number that a scene can hold.")


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise Refused(f"the number {digits[:12]}… is too long.")
    return int(digits)


def _check_version(version: object) -> None:
    if type(version) is not int or version < 1:
        raise Refused(f"gdviz must be {VERSION}, the version of the file format.")
    if version > VERSION:
        raise Refused(
            f"this scene is of version {version}, and {VERSION} is the newest known "
            "here; update gdviz."
        )


def _resolved(tree: Tree, folder: Path | None) -> Tree:
    """Let a relative path start at the folder of the scene file."""
    data = tree.get("data")
    if folder is None or not isinstance(data, dict):
        return tree
    path = data.get("path")
    if isinstance(path, str) and path:
        data["path"] = str(folder / path)
    return tree


def _spec(kind: type[Spec], tree: Tree, above: str) -> Spec:
    """Return the spec of this kind with the settings of a tree."""
    here = {f.name: f for f in fields(kind)}
    known = (["name"] if kind.name else []) + list(here)
    for key in tree:
        if key not in known:
            raise Refused(_unknown(above, key, known))
    return kind(
        **{
            key: _value(here[key], tree[key], above + key)
            for key in here
            if key in tree
        }
    )


def _value(setting: Field[Any], value: object, place: str) -> object:
    """Return a checked setting: a knob's value or a spec."""
    if worn := setting.metadata.get("knob"):
        return _checked(worn.kind, value, place)
    if not isinstance(value, dict):
        raise Refused(f"{place} must be an object in braces.")
    assert callable(setting.default_factory)
    usual = setting.default_factory()
    if setting.name not in REGISTRIES:
        return _spec(type(usual), value, f"{place}.")
    registry = REGISTRIES[setting.name]
    named = Choice(tuple(registry))
    name = _checked(named, value.get("name", usual.name), f"{place}.name")
    return _spec(registry[name], value, f"{place}.")


def _checked(kind: Any, value: object, place: str) -> Any:
    try:
        return kind.check(value, place)
    except Refused as fault:
        raise Refused(_short(str(fault))) from fault


def _unknown(above: str, key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key[:80], known, 1)
    advice = (
        f"did you mean {above}{near[0]}?" if near else f"known: {', '.join(known)}."
    )
    return f"there is no setting {_shown(above + key)}; {advice}"


def _short(text: str) -> str:
    return (
        text if len(text) <= _LONGEST_SENTENCE else text[: _LONGEST_SENTENCE - 1] + "…"
    )


def _shown(text: str) -> str:
    return "'" + _printable(text if len(text) <= 80 else text[:79] + "…") + "'"


def _printable(text: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in text)
