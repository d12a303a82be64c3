"""Finite sums of formulas: the losses and gradients of their examples.

To add one: a line in `TERMS` with the loss and the gradient of every term, where x
is θ, an array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.functions import GivenGradients
from gdviz.core.knobs import knobs
from gdviz.session.script.pieces import filled, unknown

if TYPE_CHECKING:
    from gdviz.core.functions import Formulas

TERMS = {
    "plus-minus": (("x**2 + 1", "2 * x"), ("x - 3", "np.ones_like(x)")),
    "square-cube": (("x**2", "2 * x"), ("x**3", "3 * x**2")),
}
_FUNCTIONS = '''
def losses(x, rows):
    """Return the loss of each of these examples: $losses."""
    return np.concatenate([$losses])[rows]


def example_gradients(x, rows):
    """Return the gradient of each of these examples' losses, one row an example."""
    return np.stack([$gradients])[rows]
'''
_GIVEN = '''
GRADIENTS = np.array(
    [  # one row an example: its loss is this row times θ
$rows
    ]
)


def losses(theta, rows):
    """Return the loss of each of these examples."""
    return GRADIENTS[rows] @ theta


def example_gradients(theta, rows):
    """Return the gradient of each of these examples' losses, one row an example."""
    return GRADIENTS[rows]
'''
_KNOBS = {"plus-minus": {"x"}, "square-cube": {"x"}, "given": {"rows"}}


def formula_text(formulas: Formulas, kept: list[int]) -> str:
    """Return the losses and gradients of the terms that are not held out."""
    if _KNOBS.get(formulas.name) != set(knobs(formulas)):
        raise unknown(formulas.title or formulas.name)
    if isinstance(formulas, GivenGradients):
        rows = (f"        {list(formulas.rows[i])!r}," for i in kept)
        return filled(_GIVEN, rows="\n".join(rows))
    losses, gradients = zip(*(TERMS[formulas.name][i] for i in kept), strict=True)
    return filled(_FUNCTIONS, losses=", ".join(losses), gradients=", ".join(gradients))
