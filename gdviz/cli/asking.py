"""What the window is to show, by what was typed; and a picture in its stead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.cli.console import check_out, say
from gdviz.cli.flags import named_scene
from gdviz.cli.lessons import leaf_of, scene_of_leaf
from gdviz.cli.scenes import document_of, is_example
from gdviz.cli.screens import draw
from gdviz.session.scene import Scene
from gdviz.session.scenefile import Document

if TYPE_CHECKING:
    from argparse import Namespace

    from gdviz.cli.lessons import Leaf

_STEPS, _LOOK = 200, ((1280, 800), 1.0, "dark", "window")


def asked(arguments: Namespace) -> tuple[Leaf | Document | None, Path | None]:
    """Return what to open, None for what was open last, and the file of a document.

    Raises
    ------
    Refused
        The sentence says what cannot be opened, and why.
    """
    leaf, named = leaf_of(arguments), named_scene(arguments)
    document = document_of(arguments) if named else None
    own = named == [arguments.scene] and not is_example(arguments.scene)
    return leaf or document, Path(arguments.scene) if own else None


def picture_instead(arguments: Namespace) -> int:
    """Draw what the window would show; of a scene that has made no steps, some."""
    what, _ = asked(arguments)
    document, leaf = Document(Scene()), None
    if isinstance(what, Document):
        document = what
    elif what is not None:
        leaf = what
    course, steps = document.course, _STEPS
    if leaf is not None:
        document, steps = Document(scene_of_leaf(leaf)), leaf[0].pages[leaf[1]].steps
    elif course is not None:
        steps = course.shown
    out = Path("gdviz.png")
    check_out(str(out), document.scene, None)
    end = draw(leaf or document.scene, steps, out, *_LOOK, document.course)
    say(f"There is no display: {out} shows the window at step {end:,} instead.")
    return 0
