"""The scene that a scene file and the options on top of it describe."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.cli.console import tell
from gdviz.cli.flags import flags_of
from gdviz.cli.options import OPTIONS, STEPS, Option, checked
from gdviz.cli.settings import set_changes
from gdviz.core.datasets import OwnTable
from gdviz.core.formulas.own import OwnFormula
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import knobs
from gdviz.core.models import MLP
from gdviz.core.refused import Refused
from gdviz.session.fitting import fit
from gdviz.session.loading import load
from gdviz.session.scene import Scene
from gdviz.session.scenefile import Document, example_files, read_document
from gdviz.session.scenetree import REGISTRIES, build, merged, places, tree_of

if TYPE_CHECKING:
    from argparse import Namespace

    from gdviz.session.scenetree import Tree


def scene_of(arguments: Namespace) -> Scene:
    """Return the scene of the file and the options, fit for its data."""
    return document_of(arguments).scene


def document_of(arguments: Namespace) -> Document:
    """Return the scene of the file and the options, and the course of the file.

    Notes go to the terminal. Other settings than those of the file make another run:
    then there is no course.
    """
    read = Document(Scene())
    if arguments.scene is not None:
        read = read_document(_known(arguments.scene))
    for note in read.notes:
        tell(f"note: {note}")
    changes = _changes(arguments)
    tree = merged(tree_of(read.scene), changes)
    for option in _given(arguments):
        _check_goes_with(option, tree)
    settings = set_changes(arguments.set, tree)
    scene, course = build(merged(tree, settings)), read.course
    if course is not None and scene != read.scene:
        flags = " and ".join(flags_of(arguments))
        tell(f"note: with {flags} it is another run: the file's course is left out.")
        course = None
    said = read.places | places(changes) | places(settings)
    scene = _fitted(scene, said)
    course = course and replace(course, start=scene.descent)
    return replace(read, scene=scene, course=course, places=said)


def steps_of(arguments: Namespace, document: Document, shown: bool = False) -> int:
    """Return how many steps to make: `--steps`, or as many as the file's course.

    Parameters
    ----------
    arguments : Namespace
    document : Document
    shown : bool
        Whether it is the step looked at that counts, not the newest.

    Raises
    ------
    Refused
        Nothing says how many.
    """
    if arguments.steps is not None:
        return checked(STEPS, arguments.steps, "--steps")
    course = document.course
    if course is None or not course.steps:
        ways = "say how many, or name a scene file whose course does"
        raise Refused(f"--steps is missing; {ways}.")
    return course.shown if shown else course.steps


def examples() -> dict[str, Document | str]:
    """Return the shipped scenes by name, or why one cannot be read."""
    found: dict[str, Document | str] = {}
    for name, path in example_files().items():
        try:
            found[name] = read_document(path)
        except Refused as refusal:
            found[name] = str(refusal)
    return found


def is_example(path: str | None) -> bool:
    """Tell whether a scene that was named is a shipped one, not a file here."""
    return path in example_files() and not Path(path).exists()


def _known(path: str) -> str:
    """Return the path of a scene file, or of the shipped scene of this name."""
    if is_example(path):
        return str(example_files()[path])
    if not (Path(path).suffix or Path(path).exists()):
        shipped = ", ".join(example_files())
        raise Refused(f"there is no scene {path!r}; name a FILE.json, or {shipped}.")
    if path.lower().endswith(".csv"):
        raise Refused(f"{path} is a table; open it with --data {path} --target COLUMN.")
    return path


def _given(arguments: Namespace) -> list[Option]:
    chosen = vars(arguments)
    return [option for option in OPTIONS if chosen[option.place] is not None]


def _changes(arguments: Namespace) -> Tree:
    """Return the settings that the options name, as a tree."""
    changes: Tree = {}
    for option in _given(arguments):
        *above, key = option.place.split(".")
        tree = changes
        for part in above:
            tree = tree.setdefault(part, {})
        text = getattr(arguments, option.place)
        tree[key] = checked(option.kind, text, option.flag)
    if {"name", "path"} <= changes.get("data", {}).keys():
        raise Refused("--data and --dataset exclude each other; give one of them.")
    if "path" in changes.get("data", {}):
        changes["data"] |= {"name": OwnTable.name, "text": ""}
    if "formula" in changes.get("data", {}):
        changes["data"].setdefault("name", OwnFormula.name)
    rate = _rate(changes.get("data", {}))
    if arguments.scene is None and rate is not None:
        changes.setdefault("descent", {}).setdefault("learning_rate", rate)
    if "model" in changes:  # only a network has what the options set
        changes["model"].setdefault("name", MLP.name)
    return changes


def _rate(data: Tree) -> float | None:
    """Return the learning rate to begin with, where the data have one of their own."""
    named = SOURCES.get(data.get("name", ""))
    return named.rate if named else None


def _check_goes_with(option: Option, tree: Tree) -> None:
    """Refuse an option for a setting that the chosen data or model does not have."""
    field, _, key = option.place.partition(".")
    if field not in REGISTRIES or key == "name":
        return
    name = tree[field]["name"]
    known = knobs(REGISTRIES[field][name])
    if key not in known:
        its = ", ".join(known) or "none"
        raise Refused(f"{option.flag} does not go with {name} (its settings: {its}).")


def _fitted(scene: Scene, said: frozenset[str]) -> Scene:
    """Return the scene fit for its data; what was asked for is not moved."""
    fitted, moved = fit(scene, load(scene))
    for place, sentence in moved.items():
        if place in said:
            value, reason = attrgetter(place)(scene), sentence.partition(": ")[0]
            asked = f"{place} cannot be {getattr(value, 'name', value)}"
            raise Refused(f"{reason}: {asked}; change it or leave it out.")
    for sentence in moved.values():
        tell(f"note: {sentence}")
    return fitted
