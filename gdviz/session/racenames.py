"""What sets racers apart, in a few letters: only settings that are not all the same."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from gdviz.core.knobs import Choice, Flag, Spec, knobs
from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdviz.core.knobs import Knob
    from gdviz.session.scene import Descent

_LETTERS = {"batch_size": "M", "learning_rate": "η"}
_FIRST = ("optimizer", "schedule", "recipe", "batch_size", "learning_rate")


def apart(descents: Sequence[Descent]) -> list[list[str]]:
    """Return of each descent the settings in which they are not all the same."""
    told = [f.name for f in fields(descents[0]) if _differs(f.name, descents)]
    order = [name for name in _FIRST if name in told]
    order += [name for name in told if name not in order]
    worn = knobs(descents[0])
    return [
        [
            _said(name, worn.get(name), getattr(one, name), _values(name, descents))
            for name in order
        ]
        for one in descents
    ]


def names(descents: Sequence[Descent]) -> list[str]:
    """Return the name of each descent among the others."""
    if len(descents) == 1:
        return [descents[0].optimizer.title]
    return [", ".join(parts) for parts in apart(descents)]


def racer_name(ghost: Descent, chosen: Descent) -> str:
    """Return the name of a racer beside the chosen one: a recipe of its own first."""
    parts = apart((replace(chosen, recipe=ghost.recipe), ghost))[1]
    first = [ghost.recipe.title] if ghost.recipe != chosen.recipe or not parts else []
    return " · ".join(first + parts)


def _values(name: str, descents: Sequence[Descent]) -> list[Any]:
    return [getattr(one, name) for one in descents]


def _differs(name: str, descents: Sequence[Descent]) -> bool:
    return len(set(_values(name, descents))) > 1


def _said(name: str, worn: Knob | None, value: Any, others: list[Any]) -> str:
    if isinstance(value, Spec):
        return _of_spec(value, others)
    assert worn is not None
    return f"{_LETTERS.get(name, '')} {_value(worn, value)}".strip()


def _of_spec(spec: Spec, others: list[Any]) -> str:
    """Return a choice by its title, with the knobs that others of its kind turn."""
    alike = [other for other in others if type(other) is type(spec)]
    turned = [
        f"{worn.label[:1].lower()}{worn.label[1:]} {_value(worn, getattr(spec, name))}"
        for name, worn in knobs(spec).items()
        if len({getattr(other, name) for other in alike}) > 1
    ]
    return f"{spec.title} ({', '.join(turned)})" if turned else spec.title


def _value(worn: Knob, value: Any) -> str:
    kind = worn.kind
    if isinstance(kind, Choice) and kind.titles:
        return kind.title_of(value)
    if isinstance(kind, Flag):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
