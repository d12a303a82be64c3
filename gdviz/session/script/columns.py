"""The settings of a run as Python text, and the table of those changed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gdviz.core.batches import FILE_ORDER, FRESH
from gdviz.session.script import batches, literals
from gdviz.session.script.optimizers import OPTIMIZERS, noisy
from gdviz.session.script.pieces import piece_for, settings_of
from gdviz.session.script.schedules import SCHEDULES, WARMUP, scheduled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdviz.core.knobs import Spec
    from gdviz.session.scene import Descent
    from gdviz.session.script.facts import Facts
    from gdviz.session.script.pieces import Piece

_CONSTANTS = {
    "batch_size": "BATCH_SIZE",
    "learning_rate": "LEARNING_RATE",
    WARMUP: "WARMUP",
}
_TITLES = {
    "batch_size": "batch size",
    "learning_rate": "learning rate",
    "schedule": "its schedule",
    WARMUP: "the steps of its warm-up",
    "next_batch": "how the next batch is chosen",
    "recipe": "what is made of its gradients",
    "optimizer": "optimizer",
}


@dataclass(frozen=True)
class Columns:
    """What the loop calls the settings, and how they are written from step to step.

    Attributes
    ----------
    rows : dict of int to dict
        By the first step, each setting as Python text.
    """

    rows: dict[int, dict[str, str]]

    @property
    def varied(self) -> list[str]:
        """The settings that change on the way."""
        first, *later = self.rows.values()
        return [name for name in first if any(r[name] != first[name] for r in later)]

    def has(self, setting: str) -> bool:
        """Tell whether there is such a setting."""
        return setting in self.rows[0]

    def name(self, setting: str) -> str:
        """Return what the loop calls a setting."""
        if setting in self.varied:
            return setting
        return _CONSTANTS.get(setting, self.rows[0][setting])


def columns_of(facts: Facts, recipes: Mapping[str, Piece]) -> Columns:
    """Return all settings of a run as Python text."""
    fields = ("optimizer", "recipe", "schedule")
    first = {spec.name: spec for field in fields for spec in specs(facts, field)}
    schedules = [descent.schedule for descent in facts.descents]
    rises = any(schedule.warmup for schedule in schedules)

    def row(descent: Descent) -> dict[str, str]:
        rate = {"learning_rate": repr(descent.learning_rate)}
        if scheduled(schedules):
            rate["schedule"] = _called(SCHEDULES, descent.schedule, first)
        if rises:
            rate[WARMUP] = repr(descent.schedule.warmup)
        return {
            "batch_size": repr(descent.batch_size),
            **rate,
            "next_batch": batches.function(descent.order, descent.short_last),
            "recipe": _called(recipes, descent.recipe, first),
            "optimizer": _called(OPTIMIZERS, descent.optimizer, first),
        }

    return Columns({step: row(descent) for step, descent in facts.settings.items()})


def specs(facts: Facts, field: str) -> list[Spec]:
    """Return the optimizers, recipes or schedules in use, each as it is first used."""
    found: dict[str, Spec] = {}
    for descent in facts.descents:
        spec = getattr(descent, field)
        found.setdefault(spec.name, spec)
    return list(found.values())


def _called(pieces: Mapping[str, Piece], spec: Spec, first: dict[str, Spec]) -> str:
    """Return the function of a spec, with the knobs that are not its defaults."""
    name, usual = piece_for(pieces, spec).function, settings_of(first[spec.name])
    other = {k: v for k, v in settings_of(spec).items() if v != usual[k]}
    other.pop(WARMUP, None)
    knobs = "".join(f", {k}={v}" for k, v in other.items())
    return f"partial({name}{knobs})" if knobs else name


def constants_text(facts: Facts, columns: Columns) -> str:
    """Return the settings that stay the same."""
    noise = noisy([descent.optimizer for descent in facts.descents])
    lines = [f"STEPS = {facts.steps}"]
    if facts.orders != {FRESH} or noise:
        lines += [f"N = {facts.objective.n_examples}  # examples to learn from"]
    if facts.orders != {FILE_ORDER} or noise:
        lines += [f"SEED = {facts.seed}"]
    for setting, constant in _CONSTANTS.items():
        if columns.has(setting) and setting not in columns.varied:
            lines.append(f"{constant} = {columns.rows[0][setting]}")
    return "\n".join(lines)


def changes_text(facts: Facts, columns: Columns) -> str:
    """Return the settings that change, as a table; nothing if none does."""
    varied = columns.varied
    if not varied:
        return ""
    says = f"From these steps on held: {', '.join(_TITLES[v] for v in varied)}."
    lines = [literals.comment(says), "SETTINGS = {"]
    for step, row in columns.rows.items():
        lines += _entry(step, [row[name] for name in varied])
    lines.append("}")
    anew = other_optimizers(facts)
    if anew:
        steps = literals.wrapped(repr(anew)[1:-1], 4)
        lines += ["# Another optimizer begins with a memory of its own."]
        lines += ["NEW_OPTIMIZER = {", f"{steps},", "}"]
    return "\n".join(lines)


def _entry(step: int, values: list[str]) -> list[str]:
    """Return a row of the table, on a line if it fits."""
    alone = values[0] if len(values) == 1 else f"({', '.join(values)})"
    line = f"    {step}: {alone},"
    if len(line) <= literals.WIDTH:
        return [line]
    if len(values) == 1:
        return _broken(f"{step}: {values[0]}", 4)
    lines = [line for value in values for line in _broken(value, 8)]
    return [f"    {step}: (", *lines, "    ),"]


def _broken(value: str, indent: int) -> list[str]:
    """Return a value as lines: a function with many knobs takes several."""
    space = " " * indent
    if len(value) + indent < literals.WIDTH:
        return [f"{space}{value},"]
    head, _, inner = value.partition("(")
    knobs = literals.wrapped(inner.removesuffix(")"), indent + 4)
    return [f"{space}{head}(", *knobs.split("\n"), f"{space}),"]


def other_optimizers(facts: Facts) -> list[int]:
    """Return the steps from which on the optimizer was another one than before."""
    names = [(s, d.optimizer.name) for s, d in facts.settings.items()]
    return [step for (_, old), (step, new) in pairwise(names) if new != old]
