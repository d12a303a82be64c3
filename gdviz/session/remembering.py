"""What an optimizer's memory adds to a step, in the measure of a gradient.

To add one: a function in `KEPT` by the optimizer's name, and its letters in `LETTERS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdviz.core.averaging import MeanOfGradients
from gdviz.core.optimizers.base import OWN_RATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.core.optimizers import Optimizer
    from gdviz.session.snapshot import Snapshot

    Array = NDArray[np.float64]
    Memory = Mapping[str, Array]
    Kept = Callable[[Any, Memory, Memory], Array | None]


def remembered(optimizer: Optimizer, before: Memory, after: Memory) -> Array | None:
    """Return what the memory says of earlier gradients, as one gradient.

    Parameters
    ----------
    optimizer : Optimizer
    before, after : mappings of text to ndarray of shape (p,)
        Its memory before and after the update.

    Returns
    -------
    ndarray of shape (p,), or None
        None where nothing of a direction is remembered.
    """
    kept = KEPT.get(optimizer.name)
    return kept(optimizer, before, after) if kept else None


def letters(optimizer: Optimizer) -> str:
    """Return what that is called, in letters; nothing where there is none."""
    if optimizer.name == "rmsprop" and not getattr(optimizer, "momentum", 0.0):
        return ""
    return LETTERS.get(optimizer.name, "")


def turning(snapshot: Snapshot) -> str:
    """Return by how much the optimizer turns the step, in letters, if it does."""
    if not snapshot.turned or snapshot.turn is None:
        return ""
    plain = snapshot.scene.descent.recipe.name == MeanOfGradients.name
    return f"Δθ is {snapshot.turn:.0f}° off {'−ĝ' if plain else '−h'}"


def divided(optimizer: Optimizer) -> bool:
    """Tell whether what is remembered was divided already: then it goes times η."""
    return optimizer.name == "rmsprop"


def own_rates(optimizer: Optimizer) -> bool:
    """Tell whether its updates are of another measure than gradients times η."""
    return optimizer.group == OWN_RATES or optimizer.name == "lion"


def _velocity(optimizer: Any, before: Memory, after: Memory) -> Array:
    """Return what is kept of a velocity: with the new gradient it makes the next."""
    kept: Array = optimizer.beta * before["velocity"]
    return kept


def _scaled_velocity(optimizer: Any, before: Memory, after: Memory) -> Array | None:
    if not optimizer.momentum or "velocity" not in before:
        return None
    kept: Array = optimizer.momentum * before["velocity"]
    return kept


def _mean(optimizer: Any, before: Memory, after: Memory) -> Array:
    """Return the first moment without the bias of the first steps."""
    rest = 1.0 - optimizer.beta1 ** float(after["updates"])
    mean: Array = after["first_moment"] / rest
    return mean


def _plain_mean(optimizer: Any, before: Memory, after: Memory) -> Array:
    return before["first_moment"]


_ADAMS = ("adam", "amsgrad", "adamw", "nadam", "adamax")
KEPT: dict[str, Kept] = {
    "momentum": _velocity,
    "nesterov": _velocity,
    "rmsprop": _scaled_velocity,
    "lion": _plain_mean,
    **dict.fromkeys(_ADAMS, _mean),
}
LETTERS = {
    **dict.fromkeys(("momentum", "nesterov"), "momentum: −β v"),
    "rmsprop": "momentum: −μ v",
    "lion": "first moment: −m",
    **dict.fromkeys(_ADAMS, "first moment: −m′"),
}
