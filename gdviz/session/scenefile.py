"""Scenes as small JSON files: nothing in them is executed, all of it is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.core.datasets import OwnTable
from gdviz.core.knobs import Choice, Text
from gdviz.core.own import OwnData
from gdviz.core.refused import Refused
from gdviz.paths import resource
from gdviz.session import PANELS
from gdviz.session.coursefile import course_of, course_tree
from gdviz.session.files import write_atomically
from gdviz.session.scenetext import (
    VERSION,
    check_size,
    check_version,
    parsed,
    read_text,
)
from gdviz.session.scenetree import build, places, tree_of
from gdviz.session.strictly import beginning, calm, dumped, printable, strict
from gdviz.session.tablefile import embedded, look, resolved, write_table

if TYPE_CHECKING:
    from os import PathLike

    from gdviz.session.course import Course
    from gdviz.session.scene import Scene
    from gdviz.session.scenetree import Tree

ENDING = ".gdviz.json"  # by which a desktop knows a scene
NO_FILE = (
    "an own objective is code of the program that showed it and goes into no scene "
    "file; export the path as a table, and keep that program."
)


@dataclass(frozen=True)
class Document:
    """What a scene file says.

    Attributes
    ----------
    scene : Scene
        As it was at step 0.
    course : Course or None
        How the run went on; None: the file does not say.
    places : frozenset of text
        The dotted places of the scene that the file itself sets.
    notes : tuple of text
        What the user should know: a sentence for each table that has changed.
    title, about : text
        What is to be seen, in a few words and in a sentence.
    show : tuple of text
        The panels it is seen in, out of `PANELS`; empty: they stay as they are.
    """

    scene: Scene
    course: Course | None = None
    places: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    title: str = ""
    about: str = ""
    show: tuple[str, ...] = ()


def to_json(
    scene: Scene,
    course: Course | None = None,
    folder: Path | None = None,
    embed: bool = False,
) -> str:
    """Return a scene and its course as JSON text, one line for each setting at the top.

    Parameters
    ----------
    scene : Scene
        As it was at step 0: see `as_begun`.
    course : Course or None
    folder : Path or None
        Where the file will be: a table in it or beside it is named from there, and has
        a checksum. None: the path stays as it is.
    embed : bool
        Whether the user's own table goes into the file.

    Raises
    ------
    Refused
        The table cannot be embedded, or the file would be too large.
    """
    return _written(scene, course, folder, embed)[0]


def write_document(
    path: str | PathLike[str],
    scene: Scene,
    course: Course | None = None,
    embed: bool = False,
) -> tuple[str, ...]:
    """Write a scene file whole or not at all; see `to_json`.

    Returns
    -------
    tuple of text
        What the user should know: a sentence if a table has no checksum.

    Raises
    ------
    Refused
        The sentence names the file and the remedy; what was there stays.
    """
    place = Path(path).absolute()
    with beginning(f"{printable(place.name)}: "):
        text, notes = _written(scene, course, place.parent, embed)
    write_atomically(path, text.encode("utf-8"))
    return notes


def example_files() -> dict[str, Path]:
    """Return the files of the shipped scenes by their names."""
    files = sorted(resource("scenes").glob("*.json"))
    return {path.stem: path for path in files if path.is_file()}


def read_document(path: str | PathLike[str]) -> Document:
    """Return what a scene file says; every refusal begins with the file's name."""
    place = Path(path).absolute()
    with beginning(f"{printable(place.name)}: "):
        document, total = _read(read_text(place), place.parent)
        return replace(document, notes=look(document.scene.data, total))


def from_json(text: str, folder: Path | None = None) -> Scene:
    """Return the scene of a JSON text; see `document`."""
    return document(text, folder).scene


def document(text: str, folder: Path | None = None) -> Document:
    """Return what a JSON text says; settings that are missing take their defaults.

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
    with calm():
        return _read(text, folder)[0]


def _written(
    scene: Scene, course: Course | None, folder: Path | None, embed: bool
) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and what the user should know."""
    if course is not None and course.start != scene.descent:
        raise ValueError("a scene is written as it was at step 0: see as_begun")
    data, notes = scene.data, tuple[str, ...]()
    if isinstance(data, OwnData):
        raise Refused(NO_FILE)
    if embed and isinstance(data, OwnTable):
        data = embedded(data)
    tree: Tree = {"gdviz": VERSION, **tree_of(replace(scene, data=data))}
    if isinstance(data, OwnTable):
        notes = write_table(data, tree["data"], folder)
    lines = [f'  "{key}": {dumped(value)}' for key, value in tree.items()]
    if course is not None:
        lines.append(_course_lines(course_tree(course)))
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    check_size(text)
    return text, notes


def _course_lines(tree: Tree) -> str:
    """Return a course with a line for each change."""
    listed = ",\n    ".join(map(dumped, tree["changes"]))
    changes = f"[\n    {listed}\n  ]" if listed else "[]"
    start = f'"steps": {tree["steps"]}, "shown": {tree["shown"]}'
    return f'  "course": {{{start}, "changes": {changes}}}'


def _read(text: str, folder: Path | None) -> tuple[Document, str | None]:
    """Return what a text says, and the checksum of its table."""
    tree = parsed(text)
    listed, said = tree.pop("course", None), _said(tree)
    total = resolved(tree, folder)
    scene = build(tree)
    course = None if listed is None else course_of(listed, scene.descent)
    return Document(scene, course, places(tree), **said), total


def _said(tree: Tree) -> Tree:
    """Take what a file says of itself out of its settings."""
    said: Tree = {
        key: Text(400).check(tree.pop(key, ""), key) for key in ("title", "about")
    }
    show = tree.pop("show", [])
    if not isinstance(show, list):
        raise Refused('show must be a list of panels, such as ["loss"].')
    checked = (Choice(PANELS).check(panel, "show") for panel in show[: len(PANELS)])
    return said | {"show": tuple(checked)}


def changes(text: str, folder: Path | None) -> Tree:
    """Return the settings of a JSON text that may leave out its version.

    A course is left out: a page makes steps of its own.

    Raises
    ------
    Refused
    json.JSONDecodeError
        So that the caller can say where the line stands in its own file.
    """
    tree = strict(text)
    if not isinstance(tree, dict):
        raise Refused("a scene must be an object in braces.")
    if "gdviz" in tree:
        check_version(tree.pop("gdviz"))
    tree.pop("course", None)
    _said(tree)
    resolved(tree, folder)
    return tree
