"""The places of a scene that a sweep may go over: its numeric knobs."""

from __future__ import annotations

import difflib
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from gdviz.core.knobs import Knob, Real, Spec, Whole, knobs
from gdviz.core.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gdviz.session.scene import Scene

_APART = ("plane", "ghosts")  # they change no run


def sweepable(scene: Scene) -> dict[str, Knob]:
    """Return the numeric knobs of a scene by their dotted places.

    Those of the descent come first, such as ``descent.learning_rate``.
    """
    found = dict(_numeric(scene, ""))
    first = {place: k for place, k in found.items() if place.startswith("descent.")}
    return first | found


def _numeric(spec: Spec, above: str) -> Iterator[tuple[str, Knob]]:
    worn = knobs(spec)
    for f in fields(spec):
        value = getattr(spec, f.name)
        if f.name in worn and isinstance(worn[f.name].kind, Real | Whole):
            yield above + f.name, worn[f.name]
        elif isinstance(value, Spec) and f.name not in _APART:
            yield from _numeric(value, f"{above}{f.name}.")


def resolve(name: str, scene: Scene) -> str:
    """Return the dotted place that a name means: all of it, or how it ends.

    Raises
    ------
    Refused
        If no place is meant, or several are: the sentence names those that may be.
    """
    known = sweepable(scene)
    if name in known:
        return name
    found = [place for place in known if place.endswith(f".{name}")]
    if len(found) > 1:
        raise Refused(f"'{name}' may be {_listed(found)}; write one of them.")
    if not found:
        raise Refused(
            f"there is no knob '{name}' to sweep over; {_advice(name, known)}"
        )
    return found[0]


def _listed(places: Iterable[str]) -> str:
    *others, last = places
    return f"{', '.join(others)} or {last}" if others else last


def _advice(name: str, known: dict[str, Knob]) -> str:
    last = {place.rpartition(".")[2]: place for place in known}
    near = difflib.get_close_matches(name[:80].rpartition(".")[2], list(last), 1)
    if near:
        return f"did you mean {last[near[0]]}?"
    return f"known: {', '.join(known)}."


def setting(spec: Any, place: str) -> Any:
    """Return what a scene holds at a dotted place."""
    for part in place.split("."):
        spec = getattr(spec, part)
    return spec


def with_setting(scene: Scene, place: str, value: float) -> Scene:
    """Return the scene with another value at a dotted place.

    Ghosts that had the old setting take the new one too.
    """
    first, _, rest = place.partition(".")
    if first == "descent":
        key = rest.partition(".")[0]
        changed = _changed(scene.descent, rest, value)
        return scene.down(**{key: getattr(changed, key)})
    return _changed(scene, place, value)


def _changed(spec: Any, place: str, value: float) -> Any:
    first, _, rest = place.partition(".")
    return replace(
        spec, **{first: _changed(getattr(spec, first), rest, value) if rest else value}
    )
