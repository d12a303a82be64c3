"""The whole script, from its first line to its last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.functions import Formulas
from gdviz.session.script import (
    batches,
    columns,
    examples,
    gradients,
    literals,
    loop,
    main,
)
from gdviz.session.script.facts import Facts, facts_of
from gdviz.session.script.formulas import formula_text
from gdviz.session.script.head import head_text, imports_text
from gdviz.session.script.losses import loss_text
from gdviz.session.script.optimizers import optimizer_texts
from gdviz.session.script.pieces import filled
from gdviz.session.script.schedules import schedule_texts

if TYPE_CHECKING:
    from gdviz.session.course import Course
    from gdviz.session.scene import Scene

_QUIET = 'np.seterr(over="ignore", invalid="ignore")  # what overflows ends the path'


def script(scene: Scene, course: Course | None = None, steps: int | None = None) -> str:
    """Return a Python file that makes the run's steps with NumPy alone.

    Parameters
    ----------
    scene : Scene
        As it was at step 0.
    course : Course or None
        The settings from step to step; None: those of the scene throughout.
    steps : int or None
        How many updates it makes; None: as many as the course has, or 100.

    Returns
    -------
    text
        To be written in UTF-8.

    Raises
    ------
    Refused
        If the scene cannot be run, or has something that no script can tell yet.
    """
    facts = facts_of(scene, course, steps)
    settings = columns.columns_of(facts, gradients.recipes_of(facts))
    above, below = _numbers(facts)
    batch = "rows" if _formulas(facts) else "x, y"
    used = set(gradients.used_recipes(facts))
    parts = [
        f"{columns.constants_text(facts, settings)}\n{_QUIET}",
        *above,
        *_orders(facts),
        *_sums(facts),
        *gradients.recipe_texts(facts),
        *optimizer_texts([descent.optimizer for descent in facts.descents]),
        *schedule_texts([descent.schedule for descent in facts.descents]),
        columns.changes_text(facts, settings),
        loop.loop_text(facts, settings, batch),
        main.check_text(facts, settings, batch) if main.checks(facts, used) else "",
        *below,
        main.main_text(facts, used),
    ]
    body = "\n\n\n".join(filter(None, parts)) + "\n"
    return f"{head_text(facts)}\n\n{imports_text(body)}\n\n{body}"


def _formulas(facts: Facts) -> bool:
    return isinstance(facts.scene.data, Formulas)


def _numbers(facts: Facts) -> tuple[list[str], list[str]]:
    """Return the examples and the start, and what of them stands at the end."""
    above, below = examples.examples_texts(facts)
    start = examples.start_text(facts)
    if literals.in_full(facts.start):
        above = [*above, start]
    else:
        below = [*below, start]
    return above, [filled(literals.UNPACKED), *below] if below else []


def _orders(facts: Facts) -> list[str]:
    """Return a function for every way of choosing the next batch."""
    rows = "rows" if _formulas(facts) else "*taken(rows)"
    ways = dict.fromkeys((d.order, d.short_last) for d in facts.descents)
    texts = {batches.function(*way): batches.text(*way, rows) for way in ways}
    if any("shuffled(epoch)" in text for text in texts.values()):
        return [filled(batches.EPOCH), *texts.values()]
    return list(texts.values())


def _sums(facts: Facts) -> list[str]:
    """Return the model and the loss, or the formulas in their place."""
    data, loss = facts.scene.data, facts.scene.loss
    if isinstance(data, Formulas):
        return [formula_text(data, facts.objective.examples)]
    assert loss is not None  # `fit` names it
    return [*gradients.model_texts(facts), loss_text(loss)]
