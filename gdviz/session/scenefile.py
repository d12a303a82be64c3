"""Scenes as small JSON files: nothing in them is executed, all of it is checked."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdviz.core.refused import Refused
from gdviz.session.scenetree import build, places, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from gdviz.session.scene import Scene
    from gdviz.session.scenetree import Tree

VERSION = 1
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
    return _scene(text, folder)[0]


def read_scene(path: str | PathLike[str]) -> Scene:
    """Return the scene of a file; every refusal begins with the file's name."""
    return read(path)[0]


def read(path: str | PathLike[str]) -> tuple[Scene, frozenset[str]]:
    """Return the scene of a file, and the dotted places that the file itself sets."""
    place = Path(path).absolute()
    with beginning(f"{printable(place.name)}: "):
        return _scene(text_of(place, "scene"), place.parent)


def changes(text: str, folder: Path | None) -> Tree:
    """Return the settings of a JSON text that may leave out its version.

    Raises
    ------
    Refused
    json.JSONDecodeError
        So that the caller can say where the line stands in its own file.
    """
    tree = _strict(text)
    if not isinstance(tree, dict):
        raise Refused("a scene must be an object in braces.")
    if "gdviz" in tree:
        _check_version(tree.pop("gdviz"))
    _resolve(tree, folder)
    return tree


@contextmanager
def beginning(start: str) -> Iterator[None]:
    """Let every refusal inside begin with these words, such as a file's name."""
    try:
        with _calm():
            yield
    except Refused as fault:
        raise Refused(f"{start}{fault}") from fault
    except OSError as fault:
        raise Refused(f"{start}{fault.strerror}.") from fault


def _scene(text: str, folder: Path | None) -> tuple[Scene, frozenset[str]]:
    with _calm():
        tree = _parsed(text)
        _resolve(tree, folder)
        return build(tree), places(tree)


@contextmanager
def _calm() -> Iterator[None]:
    """Make every refusal short and printable, whatever stands in the file."""
    try:
        yield
    except RecursionError as fault:
        raise Refused("this is nested too deeply for a scene.") from fault
    except Refused as fault:
        said = printable(str(fault))
        short = (
            said if len(said) <= _LONGEST_SENTENCE else said[:_LONGEST_SENTENCE] + "…"
        )
        raise Refused(short) from fault


def printable(text: str) -> str:
    """Return the text with a question mark for what cannot be shown."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # half a surrogate pair, as in an undecodable file name, goes as its escape
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def text_of(path: Path, what: str) -> str:
    """Return the text of a small file that should be a scene or a lesson."""
    if not path.exists():
        raise Refused("there is no such file; check the path.")
    if not path.is_file():
        raise Refused(f"this is a folder or a device; choose a {what} file.")
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise Refused(f"the file is larger than 1 MB, which no {what} is.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = 1 + raw.count(b"\n", 0, fault.start)
        raise Refused(
            f"line {line} is not UTF-8 text; choose a {what} file."
        ) from fault


def _parsed(text: str) -> Tree:
    """Return the settings in a JSON text, without its version."""
    try:
        tree = _strict(text)
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise Refused(f"{place} is not JSON: {fault.msg}.") from fault
    if not isinstance(tree, dict) or "gdviz" not in tree:
        missing = 'it has no key "gdviz" at the top.'
        raise Refused(f"this is not a gdviz scene: {missing}")
    _check_version(tree.pop("gdviz"))
    return tree


def _strict(text: str) -> Any:
    return json.loads(
        text,
        object_pairs_hook=_once,
        parse_constant=_no_constant,
        parse_int=_whole,
    )


def _once(pairs: list[tuple[str, Any]]) -> Tree:
    tree: Tree = {}
    for key, value in pairs:
        if key in tree:
            raise Refused(f"'{key}' stands twice in one object; keep one.")
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


def _resolve(tree: Tree, folder: Path | None) -> None:
    """Let a relative path start at the folder of the scene file."""
    data = tree.get("data")
    path = data.get("path") if isinstance(data, dict) else None
    if folder is not None and isinstance(path, str) and path:
        tree["data"]["path"] = str(folder / path)
