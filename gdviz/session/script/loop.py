"""The loop of a script, and the table of settings that were changed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gdviz.core.batches import FILE_ORDER, FRESH
from gdviz.session.script import batches, literals
from gdviz.session.script.optimizers import OPTIMIZERS
from gdviz.session.script.pieces import piece_for, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdviz.core.knobs import Spec
    from gdviz.session.scene import Descent
    from gdviz.session.script.facts import Facts
    from gdviz.session.script.pieces import Piece

_CONSTANTS = {"batch_size": "BATCH_SIZE", "learning_rate": "LEARNING_RATE"}
_TITLES = {
    "batch_size": "batch size",
    "learning_rate": "learning rate",
    "next_batch": "how the next batch is chosen",
    "recipe": "what is made of its gradients",
    "optimizer": "optimizer",
}
ONE_BY_ONE = "one_by_one"


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

    def name(self, setting: str) -> str:
        """Return what the loop calls a setting."""
        if setting in self.varied:
            return setting
        return _CONSTANTS.get(setting, self.rows[0][setting])


def columns_of(facts: Facts, recipes: Mapping[str, Piece]) -> Columns:
    """Return all settings of a run as Python text."""
    first = {spec.name: spec for spec in specs(facts, "optimizer")}
    first |= {spec.name: spec for spec in specs(facts, "recipe")}

    def row(descent: Descent) -> dict[str, str]:
        return {
            "batch_size": repr(descent.batch_size),
            "learning_rate": repr(descent.learning_rate),
            "next_batch": batches.function(descent.order, descent.short_last),
            "recipe": _called(recipes, descent.recipe, first),
            "optimizer": _called(OPTIMIZERS, descent.optimizer, first),
        }

    return Columns({step: row(descent) for step, descent in facts.settings.items()})


def specs(facts: Facts, field: str) -> list[Spec]:
    """Return the optimizers or recipes in use, each as it is first used."""
    found: dict[str, Spec] = {}
    for descent in facts.descents:
        spec = getattr(descent, field)
        found.setdefault(spec.name, spec)
    return list(found.values())


def _called(pieces: Mapping[str, Piece], spec: Spec, first: dict[str, Spec]) -> str:
    """Return the function of a spec, with the knobs that are not its defaults."""
    name, usual = piece_for(pieces, spec).function, settings_of(first[spec.name])
    other = {k: v for k, v in settings_of(spec).items() if v != usual[k]}
    knobs = "".join(f", {k}={v}" for k, v in other.items())
    return f"partial({name}{knobs})" if knobs else name


def constants_text(facts: Facts, columns: Columns) -> str:
    """Return the settings that stay the same."""
    lines = [f"STEPS = {facts.steps}"]
    if facts.orders != {FRESH}:
        lines += [f"N = {facts.objective.n_examples}  # examples to learn from"]
    if facts.orders != {FILE_ORDER}:
        lines += [f"SEED = {facts.seed}"]
    for setting, constant in _CONSTANTS.items():
        if setting not in columns.varied:
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
    anew = _other_optimizers(facts)
    if anew:
        steps = literals.wrapped(repr(anew)[1:-1], 4)
        lines += ["# Another optimizer begins with a memory of its own."]
        lines += ["NEW_OPTIMIZER = {", f"{steps},", "}"]
    return "\n".join(lines)


def _entry(step: int, values: list[str]) -> list[str]:
    """Return a row of the table, on a line if it fits."""
    if len(values) == 1:
        return [f"    {step}: {values[0]},"]
    line = f"    {step}: ({', '.join(values)}),"
    if len(line) <= literals.WIDTH:
        return [line]
    return [f"    {step}: (", *(f"        {value}," for value in values), "    ),"]


def _other_optimizers(facts: Facts) -> list[int]:
    """Return the steps from which on the optimizer was another one than before."""
    names = [(s, d.optimizer.name) for s, d in facts.settings.items()]
    return [step for (_, old), (step, new) in pairwise(names) if new != old]


def loop_text(facts: Facts, columns: Columns, batch: str) -> str:
    """Return the function that yields θ from step to step."""
    varied = columns.varied
    begun, taken = _begun(varied), _taken(varied)
    if _other_optimizers(facts):
        taken += ["if t in NEW_OPTIMIZER:", "    memory = {}"]
    call = columns.name("next_batch")
    size = columns.name("batch_size")
    body = [
        *taken,
        f"{batch}, place = {call}(t, place, {size})",
        *_step(columns, batch),
        "theta = theta + update",
        "if not (np.isfinite(loss) and np.isfinite(theta).all()):",
        "    return  # it overflows: the path ends here",
        "yield t + 1, theta",
    ]
    lines = [
        "def path(steps=STEPS):",
        '    """Yield t and θ: the start with t = 0, then θ after every update."""',
        "    theta, memory = START.copy(), {}",
        "    place = 0, 0  # epoch, and how many of its examples are used",
        *begun,
        "    yield 0, theta",
        "    for t in range(steps):",
        *(f"        {line}" for line in body),
    ]
    return "\n".join(lines)


def _begun(varied: list[str]) -> list[str]:
    if not varied:
        return []
    return [f"    {varied[0] if len(varied) == 1 else 'now'} = SETTINGS[0]"]


def _taken(varied: list[str]) -> list[str]:
    if len(varied) == 1:
        return [f"{varied[0]} = SETTINGS.get(t, {varied[0]})"]
    if not varied:
        return []
    return ["now = SETTINGS.get(t, now)", f"{', '.join(varied)} = now"]


def _step(columns: Columns, batch: str) -> list[str]:
    """Return the lines that make an update of a batch."""
    recipe, optimizer = columns.name("recipe"), columns.name("optimizer")
    rate = columns.name("learning_rate")
    each = [
        f"loss, update, memory = {ONE_BY_ONE}(",
        f"    theta, {batch}, {optimizer}, memory, {rate}",
        ")",
    ]
    once = [
        f"loss, gradient = {recipe}(theta, {batch})",
        f"update, memory = {optimizer}(gradient, memory, {rate})",
    ]
    used = {row["recipe"] for row in columns.rows.values()}
    if used == {ONE_BY_ONE}:
        return each
    if ONE_BY_ONE not in used:
        return once
    deeper = [[f"    {line}" for line in lines] for lines in (each, once)]
    return [f"if recipe is {ONE_BY_ONE}:", *deeper[0], "else:", *deeper[1]]
