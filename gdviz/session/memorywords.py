"""What an optimizer does with its memory in a step, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdviz.session.writing import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gdviz.session.snapshot import Snapshot

    Memory = Mapping[str, NDArray[np.float64]]


def memory_words(snapshot: Snapshot) -> str:
    """Return what becomes of the memory, and its correction; nothing without one."""
    optimizer, after = snapshot.scene.descent.optimizer, snapshot.record.after.memory
    known = WORDS.get(optimizer.name)
    return known(optimizer, after) if known else ""


def _velocity(optimizer: Any, after: Memory) -> str:
    return f"velocity ← {number(optimizer.beta)} × velocity + gradient"


def _squares(optimizer: Any, after: Memory) -> str:
    return "the sum of squares gives each parameter its rate"


def _mean_square(optimizer: Any, after: Memory) -> str:
    return "the mean of squares gives each parameter its rate"


def _moments(optimizer: Any, after: Memory) -> str:
    t = float(after["updates"])
    first, second = (1.0 - beta**t for beta in (optimizer.beta1, optimizer.beta2))
    both = f"{number(first)} and {number(second)}"
    return f"its moments ÷ {both} make up for their start at zero"


def _largest(optimizer: Any, after: Memory) -> str:
    first = 1.0 - optimizer.beta1 ** float(after["updates"])
    return f"its first moment ÷ {number(first)} makes up for its start at zero"


def _second(optimizer: Any, after: Memory) -> str:
    second = 1.0 - optimizer.beta2 ** float(after["updates"])
    return f"its second moment ÷ {number(second)} makes up for its start at zero"


def _sign(optimizer: Any, after: Memory) -> str:
    return "of the blended gradient only the signs count"


def _noise(optimizer: Any, after: Memory) -> str:
    return "noise is added, so that the path samples"


WORDS: dict[str, Callable[[Any, Memory], str]] = {
    "momentum": _velocity,
    "nesterov": _velocity,
    "lion": _sign,
    "sgld": _noise,
    "adagrad": _squares,
    "rmsprop": _mean_square,
    "adadelta": _mean_square,
    **dict.fromkeys(("adam", "amsgrad", "adamw"), _moments),
    "nadam": _second,
    "adamax": _largest,
}
