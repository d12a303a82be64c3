"""The loss of one example and its derivative by the output.

To add one: a `Piece` by its name, and in `ENCODED` how it reads the targets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.examples import MANY_CLASSES
from gdviz.session.script.pieces import Piece, filled, piece_for, settings_of

if TYPE_CHECKING:
    from gdviz.core.losses import Loss

_SQUARED = '''
def losses(z, y):
    """Return the squared error of each example."""
    return $factor((z - y) ** 2).sum(axis=0)


def output_deltas(z, y):
    """Return ∂ℓ/∂z of each example."""
    return $twice(z - y)
'''
_ABSOLUTE = '''
def losses(z, y):
    """Return the absolute error of each example."""
    return np.abs(z - y).sum(axis=0)


def output_deltas(z, y):
    """Return ∂ℓ/∂z of each example: the sign of its error."""
    return np.sign(z - y)
'''
_HUBER = '''
DELTA = $delta  # where the parabola becomes a line


def losses(z, y):
    """Return the Huber loss of each example: squared when small, else straight."""
    size = np.abs(z - y)
    inside = np.minimum(size, DELTA)
    return (inside * (size - 0.5 * inside)).sum(axis=0)


def output_deltas(z, y):
    """Return ∂ℓ/∂z of each example: its error, but no more than DELTA."""
    return np.clip(z - y, -DELTA, DELTA)
'''
_LOGISTIC = '''
def losses(z, y):
    """Return minus the log probability of the right class, y = −1 or 1."""
    return np.logaddexp(0.0, -y * z).sum(axis=0)


def output_deltas(z, y):
    """Return ∂ℓ/∂z of each example: its probability minus its target, 0 or 1."""
    return y * np.expm1(-np.logaddexp(0.0, -y * z))  # exact where it is sure, too
'''
_HINGE = '''
def losses(z, y):
    """Return the hinge loss of each example: 0 beyond a margin of 1, y = −1 or 1."""
    return np.maximum(0.0, 1.0 - y * z).sum(axis=0)


def output_deltas(z, y):
    """Return ∂ℓ/∂z of each example: −y inside the margin, 0 beyond it."""
    return np.where(y * z < 1.0, -y, 0.0)
'''
_SOFTMAX = '''
def losses(z, y):
    """Return minus the log probability of each example's right class."""
    top = z.max(axis=0)  # the same probabilities, without overflow
    right = (z * y).sum(axis=0) - top
    others = (np.exp(z - top) * (1.0 - y)).sum(axis=0)
    return np.log1p(others + (np.exp(right) - 1.0)) - right


def output_deltas(z, y):
    """Return ∂ℓ/∂z of each example: its probabilities minus its target."""
    top = z.max(axis=0)
    wrong = np.exp(z - top) * (1.0 - y)
    others, one = wrong.sum(axis=0), np.exp((z * y).sum(axis=0) - top)
    return (wrong - y * others) / (others + one)  # exact where it is sure, too
'''
LOSSES = {
    "squared": Piece(_SQUARED, ("half",)),
    "absolute": Piece(_ABSOLUTE),
    "huber": Piece(_HUBER, ("delta",)),
    "logistic": Piece(_LOGISTIC),
    "softmax": Piece(_SOFTMAX),
    "hinge": Piece(_HINGE),
}

_NUMBERS = '''
def encoded(targets):
    """Return the targets as one row."""
    return targets[None, :].astype(float)
'''
_SIGNS = '''
def encoded(targets):
    """Return −1 for the first class and 1 for the second, as one row."""
    return 2.0 * targets[None, :] - 1.0
'''
_ONE_HOT = '''
def encoded(targets):
    """Return a row for each class: 1 where it is the right one, else 0."""
    return (targets[None, :] == np.arange($classes)[:, None]).astype(float)
'''
ENCODED = {
    "squared": _NUMBERS,
    "absolute": _NUMBERS,
    "huber": _NUMBERS,
    "logistic": _SIGNS,
    "softmax": _ONE_HOT,
    "hinge": _SIGNS,
}

_SAME_AT_MEAN = '''
def deltas_at_mean(z, y):
    """Return ∂ℓ/∂z where the target is a mean of targets: the same formula."""
    return output_deltas(z, y)
'''
_MEAN_OF_SIGNS = '''
def deltas_at_mean(z, y):
    """Return ∂ℓ/∂z for a mix of both classes: the mix of their slopes."""
    share = (1.0 + y) / 2.0
    one = np.ones_like(y)
    return share * output_deltas(z, one) + (1.0 - share) * output_deltas(z, -one)
'''
_SHARES = '''
def deltas_at_mean(z, y):
    """Return ∂ℓ/∂z for shares of the classes: the probabilities minus them."""
    weights = np.exp(z - z.max(axis=0))
    return weights / weights.sum(axis=0) - y
'''
# all whose formula is another one there
AT_MEAN = {"logistic": _MEAN_OF_SIGNS, "softmax": _SHARES}


def loss_text(loss: Loss) -> str:
    """Return the functions of a loss."""
    piece, places = piece_for(LOSSES, loss), settings_of(loss)
    half = places.get("half") == "True"
    places |= {"factor": "0.5 * " * half, "twice": "2.0 * " * (not half)}
    return filled(piece.text, **places)


def encoding_text(loss: Loss, task: str, classes: int) -> str:
    """Return the function that makes targets what the loss reads."""
    piece_for(LOSSES, loss)
    squares = loss.name == "squared" and task == MANY_CLASSES
    return filled(_ONE_HOT if squares else ENCODED[loss.name], classes=classes)


def mean_target_text(loss: Loss) -> str:
    """Return the slope of a loss where the target is a mean of targets."""
    return filled(AT_MEAN.get(loss.name, _SAME_AT_MEAN))
