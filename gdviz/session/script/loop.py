"""The loop of a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.session.script.columns import other_optimizers
from gdviz.session.script.optimizers import handed
from gdviz.session.script.schedules import WARMUP

if TYPE_CHECKING:
    from gdviz.session.script.columns import Columns
    from gdviz.session.script.facts import Facts

ONE_BY_ONE = "one_by_one"


def loop_text(facts: Facts, columns: Columns, batch: str) -> str:
    """Return the function that yields θ from step to step."""
    varied = columns.varied
    begun, taken = _begun(varied), _taken(varied)
    if other_optimizers(facts):
        taken += ["if t in NEW_OPTIMIZER:", "    memory = {}"]
    call = columns.name("next_batch")
    size = columns.name("batch_size")
    body = [
        *taken,
        f"{batch}, place = {call}(t, place, {size})",
        *_scheduled(columns),
        *_step(facts, columns, batch),
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


def _scheduled(columns: Columns) -> list[str]:
    """Return the line that makes the learning rate of a step, if it changes."""
    if not columns.has("schedule"):
        return []
    factor = f"{columns.name('schedule')}(t)"
    if columns.has(WARMUP):
        factor = f"warmed_up({columns.name('schedule')}, t, {columns.name(WARMUP)})"
    return [f"eta = {columns.name('learning_rate')} * {factor}"]


def _step(facts: Facts, columns: Columns, batch: str) -> list[str]:
    """Return the lines that make an update of a batch."""
    recipe, optimizer = columns.name("recipe"), columns.name("optimizer")
    rate = "eta" if columns.has("schedule") else columns.name("learning_rate")
    more = handed([descent.optimizer for descent in facts.descents])
    each = [
        f"loss, update, memory = {ONE_BY_ONE}(",
        f"    theta, {batch}, {optimizer}, memory, {rate}{more.to_recipe}",
        ")",
    ]
    once = [
        f"loss, gradient = {recipe}(theta, {batch})",
        f"update, memory = {optimizer}(gradient, memory, {rate}{more.once})",
    ]
    used = {row["recipe"] for row in columns.rows.values()}
    if used == {ONE_BY_ONE}:
        return each
    if ONE_BY_ONE not in used:
        return once
    deeper = [[f"    {line}" for line in lines] for lines in (each, once)]
    return [f"if recipe is {ONE_BY_ONE}:", *deeper[0], "else:", *deeper[1]]
