"""The options that set places of the scene: the knobs, by their flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gdviz.cli.flags import PLACES
from gdviz.core.averaging import RECIPES
from gdviz.core.datasets import OwnTable
from gdviz.core.formulas.own import FormulaText, OwnFormula
from gdviz.core.functions import SOURCES
from gdviz.core.knobs import (
    Choice,
    Extent,
    Flag,
    Kind,
    Numbers,
    Real,
    Rows,
    Spec,
    Whole,
    Widths,
    knobs,
)
from gdviz.core.losses import LOSSES
from gdviz.core.models import MLP, MODELS
from gdviz.core.optimizers import OPTIMIZERS
from gdviz.core.planekinds import PLANES
from gdviz.core.schedules import SCHEDULES
from gdviz.session.scene import Descent, Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = Whole(0, 10**9)


@dataclass(frozen=True)
class Option:
    """An option that sets one place of the scene."""

    flag: str
    place: str
    kind: Kind
    tip: str


def checked(kind: Kind, text: Any, flag: str) -> Any:
    """Return what a kind of knob makes of an option's text, or refuse it by name."""
    if isinstance(kind, Widths | Numbers | Extent):
        return kind.check([number(part) for part in text.split(",")], flag)
    return kind.check(number(text) if isinstance(kind, Real | Whole) else text, flag)


def number(text: str) -> int | float | str:
    """Return the number that a text stands for, or the text."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def described(kind: Kind) -> str:
    """Return what a knob takes, in words."""
    match kind:
        case Real():
            return f"{kind.low:g} to {kind.high:g}"
        case Whole():
            return f"{kind.low:,} to {kind.high:,}"
        case Choice():
            return ", ".join(kind.options)
        case Widths():
            return f"1 to {kind.most} widths of 1 to {kind.high}"
    if isinstance(kind, Numbers):
        return f"at most {kind.most:,} numbers"
    others = {
        Rows: "rows of numbers",
        Flag: "true, false",
        Extent: "left, right, bottom, top",
        FormulaText: "formula of x and y",
    }
    return others.get(type(kind), "text")


def _knob(flag: str, spec: type[Spec]) -> Option:
    place, _ = PLACES[flag]
    worn = knobs(spec)[place.rpartition(".")[2]]
    return Option(flag, place, worn.kind, worn.tip + _bounds(worn.kind))


def _name(flag: str, registry: Mapping[str, object], tip: str) -> Option:
    place, _ = PLACES[flag]
    kind = Choice(tuple(registry))
    return Option(flag, place, kind, tip + _bounds(kind))


def _bounds(kind: Kind) -> str:
    bounded = isinstance(kind, Choice | Real | Whole)
    return f" ({described(kind)})" if bounded else ""


OPTIONS = (
    _name("--dataset", SOURCES, "Where the examples come from."),
    _knob("--formula", OwnFormula),
    _knob("--copies", OwnFormula),
    _knob("--data", OwnTable),
    _knob("--target", OwnTable),
    _knob("--task", OwnTable),
    Option(
        "--no-standardise",
        "data.standardise",
        Flag(),
        "Leave the columns of the data on their own scales.",
    ),
    _name("--model", MODELS, "How outputs are computed from inputs."),
    _knob("--hidden", MLP),
    _knob("--activation", MLP),
    _name("--loss", LOSSES, "What one example costs."),
    _knob("--batch-size", Descent),
    _knob("--learning-rate", Descent),
    _name("--optimizer", OPTIMIZERS, "What the gradient becomes."),
    _name("--schedule", SCHEDULES, "The learning rate over steps."),
    _name("--recipe", RECIPES, "What is made of a batch."),
    _knob("--order", Descent),
    _knob("--start", Scene),
    _name("--plane", PLANES, "What plane the surface is drawn over."),
    _knob("--held-out", Scene),
    _knob("--seed", Scene),
)
