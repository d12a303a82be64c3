"""`--set KNOB=VALUE`: any setting of the scene by its dotted place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gdviz.cli.flags import SET
from gdviz.core.knobs import short
from gdviz.core.refused import Refused
from gdviz.session.scenetree import REGISTRIES, merged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gdviz.session.scenetree import Tree


def set_changes(texts: Iterable[str], tree: Tree) -> Tree:
    """Return the settings that are typed as KNOB=VALUE, as a tree.

    Parameters
    ----------
    texts : texts
    tree : Tree
        Of the scene: what is not in it may be in its descent.

    Raises
    ------
    Refused
        A text has no equals sign. `build` refuses what is not known or out of range.
    """
    changes: Tree = {}
    for text in texts:
        name, equals, typed = text.partition("=")
        if not (equals and name.strip()):
            raise Refused(f"{SET} {short(text)} is not KNOB=VALUE, such as seed=7.")
        path, value = name.strip().split("."), _read(typed.strip())
        if path[0] not in tree and path[0] in tree["descent"]:
            path = ["descent", *path]
        if path[-1] in REGISTRIES and isinstance(value, str):
            path = [*path, "name"]
        changes = merged(changes, _tree(path, value))
    return changes


def _tree(path: list[str], value: Any) -> Tree:
    """Return the tree with this value at this path."""
    *above, key = path
    tree: Tree = {key: value}
    for part in reversed(above):
        tree = {part: tree}
    return tree


def _read(text: str) -> Any:
    """Return the number, list, true or false that a text stands for, or the text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
