"""Settings in words: what each is called, what it does, and its value.

Fields and knobs say what settings there are, so a new one appears by itself.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from gdviz.core.knobs import Choice, Flag, Knob, Rows, Spec, Widths
from gdviz.session.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 40  # letters of a value
_APART = ("ghosts", "pace", "plane", "plane_x", "plane_y")  # these change no path
_LABELS = {"optimizer": "Optimiser"}


def label(name: str) -> str:
    """Return what a setting is called."""
    field = next(f for f in of_scene() if f.name == name)
    worn: Knob | None = field.metadata.get("knob")
    return worn.label if worn else _LABELS.get(name, name.capitalize())


def tip(name: str) -> str:
    """Return what a setting does; empty for a choice that says it itself."""
    field = next(f for f in of_scene() if f.name == name)
    worn: Knob | None = field.metadata.get("knob")
    return worn.tip if worn else ""


def setting(name: str, spec: Spec) -> str:
    """Return the value of a setting of a spec as a person reads it."""
    return shown(next(f for f in fields(spec) if f.name == name))(spec)


def of_scene() -> list[Any]:
    """Return all fields, first those that may change on the way."""
    found: list[Any] = [f for f in fields(Scene) if f.name not in _APART]
    inner = next(f for f in found if f.name == "descent")
    return [*fields(inner.default_factory), *(f for f in found if f is not inner)]


def shown(field: Any) -> Callable[[Spec], str]:
    """Return what writes the value of a field of a spec."""
    worn = field.metadata.get("knob")
    return lambda spec: written(worn, getattr(spec, field.name))


def written(worn: Knob | None, value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, Spec):
        inner = [
            f"{_small(w.label)} {_inner(written(w, getattr(value, key)))}"
            for key, w in value.told().items()
        ]
        return f"{value.title} ({', '.join(inner)})" if inner else value.title
    kind = worn.kind if worn else None
    if isinstance(kind, Choice) and kind.titles:
        return kind.title_of(value)
    if isinstance(kind, Flag):
        return "yes" if value else "no"
    if isinstance(kind, Rows):
        return "; ".join(", ".join(map(_plain, row)) for row in value)
    if isinstance(value, tuple):
        join = "–" if isinstance(kind, Widths) else ", "
        return join.join(map(_plain, value)) or "drawn with the seed"
    return "–" if value in {None, ""} else _plain(value)


def _small(name: str) -> str:
    """Return a name as it is written within a line."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _inner(text: str) -> str:
    """Return the end of a long value: of a file it is the name."""
    return text if len(text) <= LONGEST else f"…{text[1 - LONGEST :]}"


def _plain(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
