"""Finite sums of formulas: the losses and gradients of their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.formulas.copies import Copies
from gdviz.core.formulas.copysum import SHIFTED
from gdviz.core.formulas.formula import formula
from gdviz.core.functions import GivenGradients
from gdviz.session.script import literals
from gdviz.session.script.pieces import Piece, filled, unknown

if TYPE_CHECKING:
    from gdviz.core.datasets import Dataset
    from gdviz.core.examples import Examples
    from gdviz.core.functions import Formulas

_TERMS = '''
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
_FUNCTION = '''
def f(theta):
    """Return the function at points, one a row."""
    $names = theta.T
$value


def slope(theta):
    """Return the gradient of f at points, one a row."""
    $names = theta.T
$slopes
'''
_PLAIN = '''
def losses(theta, rows):
    """Return the loss of each of these examples: f itself."""
    return np.repeat(f(theta[None]), len(rows))


def example_gradients(theta, rows):
    """Return the gradient of each of these examples' losses, one row an example."""
    return np.repeat(slope(theta[None]), len(rows), axis=0)
'''
_TILTED = '''
def losses(theta, rows):
    """Return the loss of each of these examples: f, tilted."""
    return f(theta[None]) + OFFSETS[rows] @ theta


def example_gradients(theta, rows):
    """Return the gradient of each of these examples' losses, one row an example."""
    return slope(theta[None]) + OFFSETS[rows]
'''
_SHIFTED = '''
def losses(theta, rows):
    """Return the loss of each of these examples: f, shifted."""
    return f(theta - OFFSETS[rows])


def example_gradients(theta, rows):
    """Return the gradient of each of these examples' losses, one row an example."""
    return slope(theta - OFFSETS[rows])
'''
_MEAN_LOSS = '''
def gradient_of_mean_loss(theta, rows):
    """Return the mean loss of a batch and its gradient.

    It is $says.
    """
    $gradient
    return losses(theta, rows).mean(), gradient
'''
_MEAN_LOSSES = {
    _PLAIN: ("that of f", "gradient = slope(theta[None])[0]"),
    _TILTED: (
        "that of f, and the mean tilt",
        "gradient = slope(theta[None])[0] + OFFSETS[rows].mean(axis=0)",
    ),
    _SHIFTED: (
        "that of f, shifted and averaged",
        "gradient = slope(theta - OFFSETS[rows]).mean(axis=0)",
    ),
}
_SHORT = 70


def formula_text(formulas: Formulas, examples: Examples) -> str:
    """Return the losses and gradients of the examples that are not held out."""
    if isinstance(formulas, Copies):
        return _copies(formulas, examples)
    kept = examples.inputs[:, 0].astype(int).tolist()
    if isinstance(formulas, GivenGradients):
        rows = (f"        {list(formulas.rows[i])!r}," for i in kept)
        return filled(_GIVEN, rows="\n".join(rows))
    terms = [formulas.terms()[i] for i in kept]
    if formulas.names() != ("x",) or not all(term.text for term in terms):
        raise unknown(formulas.title or formulas.name)
    codes = [formula(term.text).code for term in terms]
    if any(part.lines for pair in codes for part in pair):
        raise unknown(formulas.title or formulas.name)
    losses, gradients = (
        ", ".join(pair[part].outputs[0] for pair in codes) for part in (0, 1)
    )
    return filled(_TERMS, losses=losses, gradients=gradients)


def _copies(copies: Copies, examples: Examples) -> str:
    """Return a function of θ and its noisy copies."""
    names, (value, slopes) = copies.names(), copies.function.code
    function = filled(
        _FUNCTION,
        names=", ".join(names) if len(names) > 1 else f"({names[0]},)",
        value=_inside(value.lines, value.outputs[0]),
        slopes=_inside(slopes.lines, _stacked(slopes.outputs)),
    )
    return f"{function}\n\n\n{filled(_kind(copies, examples))}"


def _kind(copies: Copies, examples: Examples) -> str:
    if not examples.inputs[:, 1:].any():
        return _PLAIN
    return _SHIFTED if copies.kind == SHIFTED else _TILTED


def of_copies(data: Dataset, examples: Examples) -> dict[str, Piece]:
    """Return the recipes that of copies are worked out in a way of their own."""
    if not isinstance(data, Copies):
        return {}
    says, gradient = _MEAN_LOSSES[_kind(data, examples)]
    text = filled(_MEAN_LOSS, says=says, gradient=gradient)
    return {"mean_loss": Piece(text, function="gradient_of_mean_loss")}


def offsets_texts(examples: Examples) -> tuple[list[str], list[str]]:
    """Return the tilts or shifts of copies: here, or at the end of the script."""
    offsets = examples.inputs[:, 1:]
    if not offsets.any():
        return [], []
    literals.check_size(offsets)
    told = literals.comment("How each example differs from f, one row an example.")
    text = f"{told}\n{literals.assigned('OFFSETS', offsets)}"
    return ([text], []) if literals.in_full(offsets) else ([], [text])


def _stacked(outputs: tuple[str, ...]) -> str:
    short = f"np.stack([{', '.join(outputs)}], axis=1)"
    if len(short) <= _SHORT:
        return short
    lines = "".join(f"            {output},\n" for output in outputs)
    return f"np.stack(\n        [\n{lines}        ],\n        axis=1,\n    )"


def _inside(lines: tuple[str, ...], output: str) -> str:
    return "\n".join(f"    {line}" for line in (*lines, f"return {output}"))
