"""Recipes that go with any finite sum, and what a formula's are made of.

To add one: a `Piece` by its name in `RECIPES`, or in `linear` and `network` if it
needs activations; a line in `BUILT_ON` if it calls another one.
"""

from __future__ import annotations

from gdviz.session.script.pieces import Piece

_SUM = '''
def sum_of_gradients(theta, $batch):
    """Return the mean loss of a batch and the sum of its gradients: no division."""
    loss, gradient = mean_of_gradients(theta, $batch)
    return loss, gradient * $size
'''
_ACCUMULATED = '''
def accumulated(theta, $batch, micro_batch=$micro_batch):
    """Add up the gradients a few examples at a time and divide once, at the end."""
    b, total, gradients = $size, 0.0, np.zeros(len(theta))
    for start in range(0, b, micro_batch):
        part = slice(start, min(start + micro_batch, b))  # the last may be smaller
        loss, gradient = mean_of_gradients(theta, $part)
        total += loss * (part.stop - start)
        gradients += gradient * (part.stop - start)
    return total / b, gradients / b
'''
_ONE_BY_ONE = '''
def one_by_one(theta, $batch, optimizer, memory, learning_rate$and_step):
    """Make an update after every single example, each from where the last one led.

    Nothing is averaged. Returns the mean loss before, all the updates as one, and the
    optimizer's memory after them.
    """
    loss, _ = mean_of_gradients(theta, $batch)
    moved = np.zeros(len(theta))
    for i in range($size):
        here = theta + moved
        _, gradient = mean_of_gradients(here, $one)
        update, memory = optimizer(gradient, memory, learning_rate$more)
        moved = moved + update
    return loss, moved, memory
'''
ANY = {
    "sum": Piece(_SUM, function="sum_of_gradients"),
    "accumulated": Piece(_ACCUMULATED, ("micro_batch",), "accumulated"),
    "one_by_one": Piece(_ONE_BY_ONE, function="one_by_one"),
}
BUILT_ON = {
    "sum": ("mean",),
    "accumulated": ("mean",),
    "one_by_one": ("mean",),
    "loss_as_error": ("signed_error",),
}

_MEAN = '''
def mean_of_gradients(theta, rows):
    """Return the mean loss of a batch and the mean of its examples' gradients."""
    gradients = example_gradients(theta, rows)
    gradient = gradients.mean(axis=0)
    return losses(theta, rows).mean(), gradient
'''
_MEAN_LOSS = '''
def gradient_of_mean_loss(theta, rows):
    """Return the mean loss of a batch and its gradient, the same as their mean."""
    gradient = sum(example_gradients(theta, rows)) / len(rows)
    return losses(theta, rows).mean(), gradient
'''
OF_FORMULAS = ANY | {
    "mean": Piece(_MEAN, function="mean_of_gradients"),
    "mean_loss": Piece(_MEAN_LOSS, function="gradient_of_mean_loss"),
}

IN_PARTS = '''
def mean_of_gradients(theta, x, y):
    """Return the mean loss and the mean gradient, a part of the batch at a time.

    It is example_gradients(theta, x, y).mean(axis=0), in far less memory.
    """
    b, loss, gradient = x.shape[1], 0.0, np.zeros(len(theta))
    for start in range(0, b, $at_once):
        part = slice(start, start + $at_once)
        added = weighted_sum(theta, x[:, part].copy(), y[:, part].copy(), 1 / b)
        loss, gradient = loss + added[0], gradient + added[1]
    return loss, gradient
'''
