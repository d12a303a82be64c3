"""The examples and the start: what a script begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.batches import FRESH
from gdviz.core.datasets import Drawn
from gdviz.core.objective import Objective
from gdviz.session.script import literals
from gdviz.session.script.draws import DRAWS
from gdviz.session.script.formulas import offsets_texts
from gdviz.session.script.losses import encoding_text
from gdviz.session.script.pieces import filled, piece_for, settings_of

if TYPE_CHECKING:
    from gdviz.session.script.facts import Facts

_WITH_ONES = '''
def columns(inputs):
    """Return the inputs, a column an example, and below them a 1 for the bias."""
    x = np.ones((inputs.shape[1] + 1, len(inputs)))
    x[:-1] = inputs.T
    return x
'''
_AS_COLUMNS = '''
def columns(inputs):
    """Return the inputs, a column an example."""
    return np.ascontiguousarray(inputs.T)
'''
_TAKEN = '''
def taken(rows):
    """Return the inputs and targets of these examples, a column each."""
    return X.take(rows, axis=1), Y.take(rows, axis=1)
'''
_BOTH = "X, Y = columns(INPUTS), encoded(TARGETS)  # a column an example"
AT_END = "# The examples themselves are at the end of this file."
_SHOWN, _LONGEST = 6, 24  # names of columns or classes, and letters of one


def examples_texts(facts: Facts) -> tuple[list[str], list[str]]:
    """Return what is said of the examples, and what of it goes to the end."""
    objective = facts.objective
    if not isinstance(objective, Objective):
        return offsets_texts(objective.examples)
    bias = objective.network.bias
    loss, examples = objective.loss_kind, objective.examples
    says = [
        filled(_WITH_ONES if bias else _AS_COLUMNS),
        encoding_text(loss, examples.task, len(examples.classes)),
    ]
    if facts.orders == {FRESH}:
        return [_drawn(facts), *says], []
    if FRESH in facts.orders:
        says.append(_drawn(facts))
    literals.check_size(examples.inputs)
    numbers = [
        "\n".join([_described(facts), literals.assigned("INPUTS", examples.inputs)])
        + "\n"
        + literals.assigned("TARGETS", examples.targets)
    ]
    in_full = all(map(literals.in_full, (examples.inputs, examples.targets)))
    if in_full:
        return [*numbers, *says, _BOTH, filled(_TAKEN)], []
    return [AT_END, *says, filled(_TAKEN)], [*numbers, _BOTH]


def start_text(facts: Facts) -> str:
    """Return where θ begins."""
    literals.check_size(facts.start)
    given = "as it was given" if facts.scene.start else f"drawn with seed {facts.seed}"
    names = facts.objective.names
    which = f": {', '.join(names)}" if len(names) <= 12 else ""
    says = literals.comment(f"The start of θ, {given}{which}.")
    return f"{says}\n{literals.assigned('START', facts.start)}"


def _drawn(facts: Facts) -> str:
    data = facts.scene.data
    assert isinstance(data, Drawn)  # `fit` lets no other data be drawn anew
    return filled(piece_for(DRAWS, data).text, **settings_of(data))


def _described(facts: Facts) -> str:
    """Return comments on the examples; names of the user only as `repr` writes them."""
    examples, held_out = facts.objective.examples, facts.held_out
    says = f"{len(examples):,} examples of “{facts.scene.data.title}”"
    if held_out:
        says += f"; {held_out:,} more are held out: no step uses them"
    names = [_named("Inputs", examples.input_names)]
    names.append(_named("target", (examples.target_name,)))
    if examples.classes:
        names.append(_named("classes", examples.classes))
    return literals.comment(f"{says}.", f"{'; '.join(names)}.", *examples.notes)


def _named(what: str, names: tuple[str, ...]) -> str:
    shown = [repr(name[:_LONGEST]) for name in names[:_SHOWN]]
    return f"{what}: {', '.join(shown)}{', …' * (len(names) > _SHOWN)}"
