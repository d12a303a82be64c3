"""What the optimizer makes of the gradient: one function for each.

To add one: a `Piece` by its name. It takes its arrays from the dict `memory`, which
is empty at first. A knob `weight_decay` of 0 is left out, with the lines in `DECAYS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gdviz.session.script.adaptive import ADAPTIVE
from gdviz.session.script.pieces import (
    Piece,
    defined,
    filled,
    piece_for,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdviz.core.optimizers import Optimizer

DECAY = "weight_decay"
_SGD = '''
$head
    """Return the update: minus the learning rate times the gradient."""
$decay    return gradient * -learning_rate, {}
'''
_MOMENTUM = '''
$head
    """Return the update: a velocity gathers the gradients and moves θ."""
$decay    velocity = beta * memory.get("velocity", 0.0) + gradient
    return velocity * -learning_rate, {"velocity": velocity}
'''
_NESTEROV = '''
$head
    """Return the update: the gradient counts once more beside the velocity."""
$decay    velocity = beta * memory.get("velocity", 0.0) + gradient
    ahead = gradient + beta * velocity
    return ahead * -learning_rate, {"velocity": velocity}
'''
_LION = '''
$head
    """Return the update: every parameter moves as far, by the sign of a mean."""
    kept = memory.get("first_moment", np.zeros(len(gradient)))
    direction = np.sign(beta1 * kept + (1.0 - beta1) * gradient)
$decay    first_moment = beta2 * kept + (1.0 - beta2) * gradient
    return -learning_rate * direction, {"first_moment": first_moment}
'''
_SGLD = '''
$head
    """Return the update: a step of SGD with noise, so that the path samples.

    The noise is normal, of variance 2·learning_rate/N, and drawn anew for each draw.
    """
    share = learning_rate / N
    rng = np.random.default_rng((SEED, 0x5C1D, *draw))
    noise = np.sqrt(2.0 * share) * rng.standard_normal(len(gradient))
    drift = gradient * -learning_rate
    if prior_precision:
        drift = drift - share * prior_precision * theta
    return drift + noise, {}
'''
OPTIMIZERS = ADAPTIVE | {
    "sgd": Piece(_SGD, (DECAY,), "sgd"),
    "momentum": Piece(_MOMENTUM, ("beta", DECAY), "momentum"),
    "nesterov": Piece(_NESTEROV, ("beta", DECAY), "nesterov"),
    "lion": Piece(_LION, ("beta1", "beta2", DECAY), "lion"),
    "sgld": Piece(_SGLD, ("prior_precision",), "sgld"),
}
_COUPLED = "    gradient = gradient + weight_decay * theta\n"
_APART = "    direction = direction + weight_decay * theta\n"
DECAYS = {"adamw": _APART, "lion": _APART}


class Handed(NamedTuple):
    """What optimizers are handed besides gradient, memory and learning rate.

    Attributes
    ----------
    names : text
        The parameters in their definitions.
    once, to_recipe : texts
        What the loop hands to them, and to a recipe that calls them.
    each : text
        What that recipe hands on for example i.
    """

    names: str
    once: str
    to_recipe: str
    each: str


def handed(optimizers: Sequence[Optimizer]) -> Handed:
    """Return what these optimizers need to know besides."""
    if noisy(optimizers):
        parts = (", theta, draw", ", theta, (t, 0)", ", t", ", here, (t, i)")
    elif any(getattr(optimizer, DECAY, 0.0) for optimizer in optimizers):
        parts = (", theta", ", theta", "", ", here")
    else:
        parts = ("", "", "", "")
    return Handed(*parts)


def noisy(optimizers: Sequence[Optimizer]) -> bool:
    """Tell whether one of these draws at random."""
    return any(optimizer.noisy for optimizer in optimizers)


def optimizer_texts(optimizers: Sequence[Optimizer]) -> list[str]:
    """Return a function for each of these, with the knobs it is first used with."""
    first = {optimizer.name: optimizer for optimizer in reversed(optimizers)}
    more = handed(optimizers).names
    decaying = {o.name for o in optimizers if getattr(o, DECAY, 0.0)}
    texts = []
    for name in dict.fromkeys(optimizer.name for optimizer in optimizers):
        settings, decay = settings_of(first[name]), ""
        if name in decaying:
            decay = DECAYS.get(name, _COUPLED)
        else:
            settings.pop(DECAY, None)
        piece = piece_for(OPTIMIZERS, first[name])
        head = defined(
            piece.function, f"gradient, memory, learning_rate{more}", settings
        )
        texts.append(filled(piece.text, head=head, decay=decay))
    return texts
