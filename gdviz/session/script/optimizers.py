"""What the optimizer makes of the gradient: one function for each.

To add one: a `Piece` by its name. It takes its arrays from the dict `memory`, which
is empty at first.
"""

from __future__ import annotations

from gdviz.session.script.pieces import Piece

_SGD = '''
def sgd(gradient, memory, learning_rate):
    """Return the update: minus the learning rate times the gradient."""
    return -learning_rate * gradient, {}
'''
_MOMENTUM = '''
def momentum(gradient, memory, learning_rate, beta=$beta):
    """Return the update: a velocity gathers the gradients and moves θ."""
    velocity = beta * memory.get("velocity", 0.0) + gradient
    return -learning_rate * velocity, {"velocity": velocity}
'''
OPTIMIZERS = {
    "sgd": Piece(_SGD, function="sgd"),
    "momentum": Piece(_MOMENTUM, ("beta",), "momentum"),
}
